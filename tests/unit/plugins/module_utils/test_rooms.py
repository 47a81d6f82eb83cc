# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of plugins/module_utils: what each may import, where the job's own terms stand, and which words are out."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[4] / "plugins"
UTILS = PLUGINS / "module_utils"
ROOMS = ("_jobs", "_settings", "_cloud", "_task")
FILES = sorted(UTILS.rglob("*.py"))
MOST_LINES = 250
# What _settings may use of _jobs: it knows nothing about jobs.
GENERAL = {"failure", "text", "values"}
# Packages that are not in the standard library, by room; those of _settings may be imported by functions only.
PACKAGES = {"_jobs": set(), "_settings": {"ansible", "yaml"}, "_cloud": {"requests", "urllib3"}, "_task": {"ansible"}}
# What is said of visualization jobs alone, and where. Another kind of job would get files of its own.
OWN_TERMS = re.compile(
    r"(?i:visualization.?job)|\bJOB_ID\b|\[0-9\]\{1,20\}|per_page|job_total_count|\bStatus\.of\([0-9]|\bStatus\([0-9]"
)
OWN_FILES = {UTILS / "_jobs" / name for name in ("job.py", "status.py", "rules.py")} | {
    UTILS / "_cloud" / name for name in ("pages.py", "viz_jobs.py")
}
# Words of the dialect that this code once had. One word for one thing: see each file for the one in use.
RETIRED = {
    *("way", "puzzle", "sighting", "survey", "pace", "wire", "look", "told", "lag", "apart", "echoes", "promise"),
    *("complaint", "became", "understood", "instead", "drawn"),
}


def relative(path):
    return str(path.relative_to(PLUGINS))


def room_of(path):
    return path.parent.name


def imports_of(path):
    """Each import of a file: (room or "", module, whether it is at the top level); those for type checking count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(node) for kind in (ast.FunctionDef, ast.AsyncFunctionDef) for node in descendants(tree, kind)}
    for node in ast.walk(tree):
        is_top = id(node) not in inner
        if isinstance(node, ast.Import):
            yield from (("", alias.name, is_top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield "", node.module, is_top
        elif isinstance(node, ast.ImportFrom) and node.level == 1:
            yield room_of(path), node.module or "", is_top
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 2, f"{relative(path)} imports from outside of module_utils"
            for name in [node.module] if node.module else [alias.name for alias in node.names]:
                room, _dot, module = name.partition(".")
                yield room, module, is_top


def descendants(tree, kind):
    for node in ast.walk(tree):
        if isinstance(node, kind):
            yield from (inner for inner in ast.walk(node) if inner is not node)


def names_in(path):
    """Every name in a file: what it defines, uses and is called."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = (getattr(node, field, None) for field in ("id", "attr", "arg", "name", "asname", "module"))
        yield from (name for name in names if isinstance(name, str))


def parts_of(name):
    """The words of a name; `look_up` is the verb of `lookup`."""
    name = re.sub("look_up", "lookup", name)
    return [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def test_every_file_is_in_a_room():
    assert FILES
    assert {room_of(path) for path in FILES} == set(ROOMS)
    assert all(path.parent.parent == UTILS for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=relative)
class TestFile:
    def test_imports_nothing_from_a_room_above_its_own(self, path):
        above = ROOMS[ROOMS.index(room_of(path)) + 1 :]
        assert [(room, module) for room, module, _is_top in imports_of(path) if room in above] == []
        assert {room for room, _module, _is_top in imports_of(path)} <= {"", *ROOMS}

    def test_imports_no_package_that_its_room_does_not_need(self, path):
        standard = getattr(sys, "stdlib_module_names", None)
        if standard is None:
            pytest.skip("this Python does not know what its standard library has")
        packages = {module.split(".")[0] for room, module, _is_top in imports_of(path) if room == ""} - standard
        assert packages <= PACKAGES[room_of(path)]

    def test_settings_know_nothing_about_jobs(self, path):
        if room_of(path) == "_settings":
            imports = list(imports_of(path))
            assert {module for room, module, _is_top in imports if room == "_jobs"} <= GENERAL
            assert not [module for room, module, is_top in imports if module.startswith("yaml") and is_top]
            ansible = [module for room, module, _is_top in imports if room == "" and module.startswith("ansible")]
            assert all(module.startswith("ansible.module_utils.") for module in ansible)

    def test_is_short(self, path):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES

    def test_own_terms_of_visualization_jobs_stand_in_their_own_files(self, path):
        if path not in OWN_FILES:
            assert OWN_TERMS.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted(PLUGINS.rglob("*.py")), ids=relative)
def test_no_name_has_a_retired_word(path):
    assert sorted({name for name in names_in(path) if RETIRED.intersection(parts_of(name))}) == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("look_up", ["lookup"]),
        ("LookupError", ["lookup", "error"]),
        ("_MAX_LAG", ["max", "lag"]),
        ("HTTPWire", ["http", "wire"]),
        ("flag2apart", ["flag", "apart"]),
    ],
)
def test_words_of_a_name(name, parts):
    assert parts_of(name) == parts


def test_jobs_room_alone_loads_nothing_else():
    root = next(parent for parent in PLUGINS.parents if parent.name == "ansible_collections").parent
    package = ".".join((UTILS / "_jobs").relative_to(root).parts)
    modules = [f"{package}.{path.stem}" for path in FILES if room_of(path) == "_jobs"]
    load = f"import importlib, json, sys; [importlib.import_module(name) for name in {modules}]"
    code = f"{load}; print(json.dumps(list(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    loaded = json.loads(run.stdout)
    assert set(modules) <= set(loaded)
    unwanted = re.compile(r"requests|urllib3|yaml|ansible(\.|$)|.*\.(_cloud|_settings|_task)(\.|$)")
    assert [name for name in loaded if unwanted.match(name)] == []
