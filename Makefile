# `make report` and `make test` are all that is needed: each first sets everything up in .venv, once.
# They need Python 3.11 or newer with venv, and make. PYTHON=python3.13 chooses another Python.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
TEMPLATE := $(shell find kpeval/reporting/template -type f 2>/dev/null)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help setup report test bench lab lint format lock clean FORCE

help: ## this list
	@echo "make report   is where to start. All targets:"
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

report: $(INSTALLED) ## render the reports of reports/reports.toml that are out of date
	@$(BIN)/kpeval run

test: $(INSTALLED) ## run the tests
	@$(BIN)/pytest -n auto --dist worksteal

bench: $(INSTALLED) ## measure rendering against the tools people use today
	@$(BIN)/python benchmarks/bench.py

lab: $(INSTALLED) ## open the notebooks in JupyterLab
	@$(BIN)/kpeval lab

lint: $(INSTALLED) ## check style (ruff) and types (mypy)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(INSTALLED) ## mend style where ruff can
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

lock: $(INSTALLED) ## write requirements.lock anew from pyproject.toml; UPGRADE=1 takes newer versions
	@$(BIN)/uv pip compile --quiet $(if $(UPGRADE),--upgrade) \
		--universal --python-version 3.11 --fork-strategy fewest --all-extras --generate-hashes \
		--no-emit-index-url --no-emit-find-links --exclude-newer "7 days" \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	@echo "requirements.lock is written; the next make installs it."

clean: ## remove .venv and all caches; reports stay
	@rm -rf $(VENV) build dist htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
	@find kpeval notebooks tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

setup: $(INSTALLED) ## only set up .venv

# kpeval itself, editable: again when its metadata change, or its nbconvert template, of which an install holds a copy.
$(INSTALLED): $(LOCKED) pyproject.toml $(TEMPLATE)
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Everything else, at the versions and hashes of the lock: again when the lock changes or the Python behind .venv is gone.
$(LOCKED): requirements.lock $(if $(shell $(BIN)/python -c "import pip; print(1)" 2>/dev/null),,FORCE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "kpeval needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo not found)." >&2; \
		echo "Name another one, for example: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -c "import pip" 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the packages of requirements.lock into $(VENV): once, a minute or two."
	@# The lock is complete, so nothing is left to resolve: pip 23 looks past a pin where a package is asked for with extras.
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	@touch $@

FORCE:
