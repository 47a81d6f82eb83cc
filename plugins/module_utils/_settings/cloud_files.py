# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of `clouds.yaml`, of its secrets and of its profiles: where they are, and what is in them."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Optional

from ansible.module_utils.basic import missing_required_lib

from .._jobs.failure import OptionError
from .._jobs.text import joined

_FILE_VARIABLE = "OS_CLIENT_CONFIG_FILE"
_SECURE_VARIABLE = "OS_CLIENT_SECURE_FILE"
_FOLDERS = (".", "~/.config/openstack", "/etc/openstack")
_ENDINGS = (".yaml", ".yml", ".json")


class CloudFiles:
    """The user's `clouds.yaml`, and the files that belong to it: each beside it, else in one of the same folders."""

    def __init__(self, cloud: str, environ: Mapping[str, str]) -> None:
        """``cloud`` is the entry that is looked for. Raises OptionError if there is no file."""
        self._environ = environ
        folders = [os.path.abspath(os.path.expanduser(folder)) for folder in _FOLDERS]
        self._folders = folders
        path = self._given(_FILE_VARIABLE, "clouds.yaml") or self._find("clouds")
        if path is None:
            raise OptionError(
                f"No clouds.yaml found, which cloud {cloud!r} requires. Create it in {joined(folders, 'or')}, "
                f"or set {_FILE_VARIABLE} to its path."
            )
        self.path = path

    def clouds(self) -> Dict[str, Any]:
        """The entries by name, each with its secrets. Raises OptionError."""
        entries = _section(self.path, "clouds")
        secure = self._given(_SECURE_VARIABLE, "secure.yaml") or self._beside("secure") or self._find("secure")
        if secure is not None:
            entries = merged(entries, _section(secure, "clouds", may_be_empty=True))
        return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}

    def public_clouds(self) -> Dict[str, Any]:
        """The user's own profiles by name. Raises OptionError."""
        path = self._beside("clouds-public") or self._find("clouds-public")
        entries = {} if path is None else _section(path, "public-clouds", may_be_empty=True)
        return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}

    def _given(self, variable: str, kind: str) -> Optional[str]:
        """The path that the variable names, if it is set."""
        given = (self._environ.get(variable) or "").strip()
        if not given:
            return None
        path = os.path.abspath(os.path.expanduser(given))
        if not os.path.exists(path):
            raise OptionError(f"{variable} must be the path of a {kind}; '{path}' does not exist.")
        return path

    def _beside(self, name: str) -> Optional[str]:
        """The file of that name in the folder of `clouds.yaml`; `my-clouds.yaml` has a `my-secure.yaml`."""
        folder, own_name = os.path.split(self.path)
        path = os.path.join(folder, own_name.replace("clouds", name, 1))
        if path != self.path and os.path.exists(path):
            return path
        return _existing(folder, name)

    def _find(self, name: str) -> Optional[str]:
        return next(filter(None, (_existing(folder, name) for folder in self._folders)), None)


def merged(entry: Mapping[str, Any], over: Mapping[str, Any]) -> Dict[str, Any]:
    """``entry`` with what ``over`` sets, dictionary by dictionary."""
    result = dict(entry)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def _existing(folder: str, name: str) -> Optional[str]:
    paths = (os.path.join(folder, f"{name}{ending}") for ending in _ENDINGS)
    return next((path for path in paths if os.path.exists(path)), None)


def _section(path: str, key: str, may_be_empty: bool = False) -> Dict[str, Any]:
    """The entries of a file by name, all that is under ``key``. Raises OptionError."""
    try:
        import yaml  # noqa: PLC0415  # a task without a cloud starts faster without it
    except ImportError:
        raise OptionError(missing_required_lib("PyYAML", reason=f"to read {path}")) from None
    try:
        with open(path, encoding="utf-8") as file:
            content = yaml.safe_load(file)
    except OSError as error:
        raise OptionError(f"Cannot read {path}: {error.strerror}. Check the file and its permissions.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        # The parser's own message quotes the file, which may hold a secret.
        raise OptionError(f"{path} must be valid YAML in UTF-8. Correct its syntax.") from None
    if content is None and may_be_empty:
        return {}
    entries = content.get(key) if isinstance(content, dict) else None
    if not isinstance(entries, dict):
        raise OptionError(f"{path} must contain the dictionary '{key}', with an entry for each cloud.")
    return {str(name): entry for name, entry in entries.items()}
