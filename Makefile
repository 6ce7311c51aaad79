# Each target makes what it needs; nothing but Python (3.11 or newer) and Go (1.21 or newer) is assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help venv rehearse test lint soak bench lock clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

venv: $(STAMP)  ## .venv with osk in it

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "==> virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "==> dependencies from requirements.lock (about a minute)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

rehearse: $(STAMP)  ## a whole OpenStack deployment on a rehearsal cluster on this machine
	@$(BIN)/osk rehearse

test: $(STAMP)  ## all tests but the long ones
	@echo "==> the rehearsal's programs (the first build takes about a quarter of an hour)"
	@$(BIN)/osk rehearse build
	@echo "==> tests"
	@$(BIN)/pytest -m "not soak" --numprocesses 2

lint: $(STAMP)  ## ruff, import contracts, mypy
	@echo "==> ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "==> import contracts"
	@$(BIN)/lint-imports --no-cache
	@echo "==> mypy"
	@$(BIN)/mypy

soak: $(STAMP)  ## the long variants; prints its figures for docs/benchmarks.md
	@$(BIN)/osk rehearse build
	@$(BIN)/pytest -m soak -s

bench: $(STAMP)  ## osk beside kubectl and the calls of install_yamls, same run
	@$(BIN)/osk rehearse build
	@$(BIN)/python -m tests.benchmarks

lock: $(STAMP)  ## renew requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --python-version 3.11 \
	  --quiet --upgrade --no-header -o requirements.lock

clean:  ## remove what make made in the checkout
	rm -rf $(VENV) dist
