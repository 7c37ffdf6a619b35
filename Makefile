# Two commands on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORE := $(VENV)/.core-installed
DEV := $(VENV)/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo up test check format soak faults deaths bench lock messages sbom clean

##@ Use
install: $(CORE) ## Make .venv from the pinned locks
demo: $(CORE) ## One live sale on embedded parts: video, audience, orders, money
	$(BIN)/laotie demo $(ARGS)
up: $(CORE) ## Serve for real, as configured by LAOTIE_*
	$(BIN)/laotie up $(ARGS)

##@ Develop
install-dev: $(DEV) ## .venv with the tools for tests and checks
test: $(DEV) ## All tests on real parts (browser tests need Chromium)
	$(BIN)/python tools/test.py $(ARGS)
check: $(DEV) ## Format, lint, types, imports, templates, catalogues
	$(BIN)/python tools/check.py
format: $(DEV) ## Rewrite the code to the house format
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .
soak: $(DEV) ## The long versions of the random tests
	LAOTIE_SOAK=1 $(BIN)/python -m pytest tests/model tests/lab/test_sim.py tests/surfaces/api/test_schema.py -q
faults: $(DEV) ## The failure table, kill -9 under load, a played world, every bench: the long versions
	LAOTIE_SOAK=1 $(BIN)/python -m pytest tests/faults -m faults -s -q $(ARGS)
	$(BIN)/python -m pytest tests/usecases -p tests.faults.dying -q
	$(MAKE) deaths ARGS=
	$(BIN)/laotie sim --steps 400 $(if $(LAOTIE_SEED),--seed $(LAOTIE_SEED))
	LAOTIE_SOAK=1 $(BIN)/python -m pytest tests/benches -m soak -q
deaths: $(DEV) ## Every use case that a test reaches, killed as a process at both its ends
	$(BIN)/python -m pytest tests/usecases -p tests.faults.every_death -q $(ARGS)
bench: $(DEV) ## Speed as ratios against the raw limit
	$(BIN)/python -m bench
messages: $(DEV) ## Gather texts to translate into the catalogues
	$(BIN)/python tools/messages.py
sbom: $(DEV) ## Write the bill of materials of what is locked and vendored
	$(BIN)/python tools/sbom.py
lock: ## Resolve dependencies again (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes --upgrade -q -o requirements/core.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes --upgrade -q -o requirements/dev.lock
clean: ## Remove .venv and caches; keeps the data folder
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Laotie needs Python 3.11, 3.12 or 3.13; this is %d.%d. Name another: make PYTHON=python3.12" % v)'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python has no venv module. On Debian and Ubuntu: apt install python3-venv, then run make again."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(CORE): requirements/core.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/core.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q -j 0 src
	@touch $@

$(DEV): requirements/dev.lock $(CORE)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@
