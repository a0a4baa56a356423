# Two commands do everything on a bare machine with git, make and Python 3.11 or later:
#   make scorecards   runs the main job: twelve laws, three languages, PDF scorecards in out/editions/
#   make test         checks and tests
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TOOLS := .tools
UV := $(shell command -v uv 2>/dev/null || echo $(TOOLS)/bin/uv)

.PHONY: help install scorecards test lint types arrows pytest damages bench release-check lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(STAMP) ## .venv from the committed lock

scorecards: $(STAMP) ## collect, check, score and print the scorecards into out/editions/
	@$(BIN)/oryndau scorecards

test: lint types arrows pytest ## style, types, room contract, register, tests

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/oryndau laws lint

types: $(STAMP)
	$(BIN)/mypy

arrows: $(STAMP)
	$(BIN)/lint-imports

pytest: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

damages: $(STAMP) ## what the checks make of clean figures that were damaged on purpose: a table
	@$(BIN)/python -m pytest -q -s -n 0 tests/checks/test_damage.py -k "own_check or table_of_damages"

bench: $(STAMP) ## speed and size
	$(BIN)/python -m benchmarks

release-check: $(STAMP) ## every PDF of a full run, and a signed one, by veraPDF (needs Java)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-release.lock
	@rm -rf build/release
	@ORYNDAU_HOME=build/release/home ORYNDAU_OUT=build/release/out $(BIN)/oryndau run
	@$(BIN)/python -m tests.release.verapdf build/release/out

lock: $(UV) ## resolve pyproject.toml anew into requirements.lock (with hashes, for every platform)
	$(UV) pip compile pyproject.toml --group dev --extra postgres --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock
	$(UV) pip compile --group pyproject.toml:release --constraint requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements-release.lock

clean: ## remove what the project made (not the environment)
	rm -rf .oryndau out build

# The stamp is written last, so that an install cut short is repeated.
$(STAMP): requirements.lock pyproject.toml | $(UV)
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 15) else "Python 3.11 to 3.14 is needed, found %d.%d; name another with make PYTHON=python3.12" % v)'
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@echo "Installing the locked packages (about a minute the first time) ..."
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# Debian and Ubuntu ship venv and pip apart from Python: either of the two is enough.
$(TOOLS)/bin/uv:
	@echo "Installing uv into $(TOOLS) ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target $(TOOLS) uv 2>/dev/null \
	  || { $(PYTHON) -m venv --clear $(TOOLS) && $(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv; } \
	  || { echo "Neither pip nor venv works with $(PYTHON): on Debian or Ubuntu, apt-get install python3-venv, or install uv"; exit 2; }
