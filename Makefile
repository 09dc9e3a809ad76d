# `make demo`, `make portal` and `make test` need Python 3.11 or newer and nothing else; they make their own environment in .venv.
PYTHON ?= python3
BIN := .venv/bin
# the environment variable also pins what builds are made with
export PIP_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo portal test lint docs site clean

$(BIN)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[complete,dev]'
	touch $@

demo: $(BIN)/.ready
	$(BIN)/evaluation demo --out demo

# a place where providers, researchers and reviewers meet, with the fictional consortium in it
portal: $(BIN)/.ready
	$(BIN)/evaluation portal try --out portal

test: $(BIN)/.ready
	$(BIN)/python -m pytest -n 2

lint: $(BIN)/.ready
	$(BIN)/ruff check .

# the pages of the manual that follow from the contract; the tests fail when they are stale
docs: $(BIN)/.ready
	$(BIN)/python -m evaluation.contract.documenting

# the manual as a website, in site/
site: $(BIN)/.ready
	$(BIN)/mkdocs build --strict --quiet

clean:
	rm -rf .venv demo portal
