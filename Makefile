# Two targets do all set-up: `make run` and `make test`. Both make .venv when it is missing or out of date.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint docs bench clean

run: $(VENV)/installed
	$(BIN)/sdrun models/labor_pool.sd

test: $(VENV)/installed-dev
	$(BIN)/pytest -n auto

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The reference of the library and its pictures, from the comments in its files.
docs: $(VENV)/installed-dev
	$(BIN)/pytest tests/report/test_library.py --accept

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/stages.py

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist
