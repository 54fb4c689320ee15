# make setup   the environment and the keyworth command, in .venv
# make demo    a sample business, from its order file to its report
# make test    what to run before every commit
# make lint    style, types, and who may import whom
# make test-all  adds the slow, web and reference tests; installs a browser where there is none
# make figures the page of reference figures, from what the tests find; needs ../shared
# make bench   the speed and memory tables, peer and limit in the same run
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: setup demo test test-all lint words pins figures bench clean
.DELETE_ON_ERROR:

setup: .venv/.installed

.venv/.pinned: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Keyworth needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Name another with make PYTHON=…")'
	@echo "Making the environment in .venv (a minute or two, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes -r requirements/base.txt
	@touch $@

.venv/.installed: .venv/.pinned pyproject.toml $(wildcard src/keyworth/words/locale/*/LC_MESSAGES/*.po) requirements/compile_catalogues.py
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.pinned
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.all: requirements/all.txt .venv/.dev
	@$(PIP) --require-hashes -r requirements/all.txt
	@touch $@

# The sample business, its book and its report lie in demo/, which git ignores.
demo: .venv/.installed
	@rm -rf demo && mkdir demo
	@echo "Inventing a business: demo/sample"
	@$(BIN)/keyworth sample demo/sample >demo/log.txt
	@echo "Importing its orders: demo/book"
	@$(BIN)/keyworth import demo/sample/orders.csv --into demo/book --rates demo/sample/rates.csv --yes >>demo/log.txt 2>&1
	@echo "Valuing its customers"
	@$(BIN)/keyworth value demo/book
	@$(BIN)/keyworth report demo/book -o demo/report.html --name "和裕里 Heyuli"

test: .venv/.installed .venv/.dev
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

test-all: .venv/.installed .venv/.all
	@requirements/install_browser.sh
	$(BIN)/python -m pytest -q -n 2 -m "slow or web or reference"

lint: .venv/.installed .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Where a figure misses its tolerance the page says so, and the command fails.
figures: .venv/.installed .venv/.dev
	$(BIN)/python -m pytest -q -p no:xdist -m "" --figures=docs/reference-figures.md

# BENCH="--size small" for two minutes instead of a quarter of an hour; docs/how-to/benchmarks.md tells the rest.
bench: .venv/.installed
	$(BIN)/python bench $(BENCH)

words: .venv/.installed
	$(BIN)/python requirements/compile_catalogues.py

pins:
	cd requirements && for f in base dev all; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade $$f.in -o $$f.txt; done

clean:
	rm -rf .venv demo build dist
