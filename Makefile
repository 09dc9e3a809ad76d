# `make demo` and `make test` need Python 3.11 or newer and nothing else; they make their own environment in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint docs clean

$(BIN)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(BIN)/.ready
	$(BIN)/evaluation demo --out demo

test: $(BIN)/.ready
	$(BIN)/python -m pytest -n 2

lint: $(BIN)/.ready
	$(BIN)/ruff check .

clean:
	rm -rf .venv demo
