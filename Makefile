# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Every target runs sessions of noxfile.py. Make itself only creates the environment of nox.
# PYTHON is the Python (3.11 or later) that everything runs on, ARGS are arguments for the session: make units ARGS=-v
PYTHON ?= python3
SEED ?= 1
COUNT ?= 10000
NOX := .venv/bin/nox
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Ansible keeps its files there, not in the user's home.
export ANSIBLE_HOME := $(CURDIR)/.cache/ansible

.DEFAULT_GOAL := help
.PHONY: help demo bench soak test test-all sanity units integration session lint docs build clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

demo: $(NOX) ## restart a job of a simulated ModelArts with real Ansible commands
	@$(NOX) --session demo 2>.cache/demo.log || { status=$$?; cat .cache/demo.log >&2; exit $$status; }

bench: $(NOX) ## measure the collection beside other means; BENCH=quick is shorter, BENCH=peers compares other collections, ARGS="'one job'" picks cases by title
	@$(NOX) --session $(if $(filter peers,$(BENCH)),peers,bench) -- $(ARGS)

soak: $(NOX) ## whole tasks in virtual time, on COUNT schedules from SEED on; COUNT=1 prints the whole story of one
	@$(NOX) --session soak -- $(SEED) $(COUNT)

test: $(NOX) ## everything that must hold: sanity, units, integration, lint, docs, build
	@$(NOX) --session check

test-all: $(NOX) ## the same on every version of ansible-core and Python that is here
	@$(NOX) --session check-all

sanity: $(NOX) ## Ansible's own checks of collections
	@$(NOX) --session sanity -- $(ARGS)

units: $(NOX) ## the unit tests
	@$(NOX) --session units -- $(ARGS)

integration: $(NOX) ## real Ansible against the simulator
	@$(NOX) --session integration -- $(ARGS)

session: $(NOX) ## sessions of nox by name: make session NAME="units-2.16 units-2.21"
	@$(NOX) --session $(NAME) -- $(ARGS)

lint: $(NOX) ## formatters, linters, typing and ansible-lint
	@$(NOX) --session lint ansible-lint

docs: $(NOX) ## checks of the module pages and other documentation
	@$(NOX) --session docs-check

build: $(NOX) ## build the collection's archive, and check it as Galaxy does
	@$(NOX) --session build-import-check

clean: ## remove everything that was made here
	rm -rf .venv .nox .cache .ansible .mypy_cache .pytest_cache .ruff_cache tests/output

$(NOX): tests/requirements-nox.txt
	@mkdir -p .cache
	@echo "Making the environment that the tools run in ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --requirement tests/requirements-nox.txt
	@touch $(NOX)
