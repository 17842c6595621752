# One door to every task. Each target works as the first command on a fresh clone with nothing but
# Python 3.11+ and make, and everything it makes stays inside the clone: .venv, .cache, demo, dist.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
CACHE := $(CURDIR)/.cache
WORKERS ?= auto

# The caches and temporary files of every tool below stand in the clone.
export TMPDIR := $(CACHE)/tmp
export PIP_CACHE_DIR := $(CACHE)/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export HYPOTHESIS_STORAGE_DIRECTORY := $(CACHE)/hypothesis
# pip asks rustc for its version, and a rustup shim would answer by making a folder in HOME.
export RUSTUP_HOME := $(CACHE)/rustup
export PYTHONPATH :=
export PYTHONNOUSERSITE := 1

.PHONY: help demo test lint bench docs clean lock wheel
.DEFAULT_GOAL := help

help: ## show these lines
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

demo: $(VENV)/.installed ## build a sample company's ledger and print what its AI workflows cost
	@mkdir -p $(TMPDIR)
	$(BIN)/finops-ai demo --out demo

test: lint ## lint, then run every test
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses=4

lint: $(VENV)/.installed-dev ## ruff, mypy --strict, import contracts
	@mkdir -p $(TMPDIR)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
# A cache would keep what an import meant before the module that it names existed.
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.installed-dev ## ingest against a plain DuckDB load, start-up against a bare typer import
	@mkdir -p $(TMPDIR)
	$(BIN)/python benchmarks/bench_ingest.py $(BENCH_OPTIONS)
	$(BIN)/python benchmarks/bench_startup.py

docs: $(VENV)/.installed ## write the pages that are made from the code: formats, schema and waste
	$(BIN)/python scripts/formats_doc.py
	$(BIN)/python scripts/schema_doc.py
	$(BIN)/python scripts/waste_doc.py

fuzz: $(VENV)/.installed-dev ## 200,000 mutated records through every importer (FINOPS_FUZZ=N, FINOPS_SEED=S)
	@mkdir -p $(TMPDIR)
	FINOPS_FUZZ=$${FINOPS_FUZZ:-200000} $(BIN)/python -m pytest tests/fuzz -n $(WORKERS) --maxprocesses=4

crash: $(VENV)/.installed-dev ## kill -9 and Ctrl-C at 100 moments of ingest, 20 of a migration and a replacement
	@mkdir -p $(TMPDIR)
	FINOPS_KILLS=$${FINOPS_KILLS:-100} $(BIN)/python -m pytest tests/crash -n $(WORKERS) --maxprocesses=2

wheel: $(VENV)/.installed-dev ## build the wheel into dist/
	@mkdir -p $(TMPDIR)
	$(BIN)/python -m hatchling build -t wheel

lock: $(VENV)/.installed-dev ## compile both lock files anew from pyproject.toml
	@mkdir -p $(TMPDIR)
	$(BIN)/python -m venv $(CACHE)/lock && $(CACHE)/lock/bin/python -m pip install --quiet pip-tools
	$(CACHE)/lock/bin/pip-compile $(LOCK) --extra build -o requirements.lock pyproject.toml
	$(CACHE)/lock/bin/pip-compile $(LOCK) --extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
LOCK := --quiet --generate-hashes --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean: ## remove everything that make has made
	rm -rf $(VENV) .cache .hypothesis build dist demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp file says what is installed: a second call does nothing until a lock file changes.
$(VENV)/.installed: requirements.lock pyproject.toml $(VENV)/bin/python
	@mkdir -p $(TMPDIR)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@mkdir -p $(TMPDIR)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# PYTHON=... picks the interpreter; otherwise the first one that is new enough and can make a venv.
$(VENV)/bin/python:
	@for python in $(PYTHON) $(if $(PYTHON),,python3 python3.14 python3.13 python3.12 python3.11 python); do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$("$$python" --version)"; exec "$$python" -m venv $(VENV); \
		fi; \
	done; \
	echo 'finops-ai needs Python 3.11 or newer with its venv and ensurepip modules (Debian: python3-venv).' >&2; \
	echo 'None was found$(if $(PYTHON), at PYTHON=$(PYTHON)). Name one with: make PYTHON=/path/to/python3' >&2; \
	exit 1
