# One command per job, the same here and in CI.  A bare `make` lists them.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Threads inside NumPy would compete with the workers.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1
# Some hundred processes import the same modules: they are compiled once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all processors lab build docs lint bench oracles lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## make .venv with exactly the locked versions

$(READY): requirements.lock pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m compileall -q -j 0 -x '/tests/' .venv/lib >/dev/null || true  # by all cores, where pip takes one; some packages hold files that do not compile
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# On two cores three tests at a time: a third of the time a test waits for a sandbox, a server or a browser.
WORKERS ?= 3

# A large class shows every habit in every lesson: make demo STUDENTS=24
STUDENTS ?= 4

demo: $(READY)  ## build the lessons, grade an invented class, report
	$(BIN)/autograder build
	$(BIN)/autograder demo --dir demo --students $(STUDENTS) --seed 7 --timeout 10

test: $(READY)  ## run the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not long and not thorough" $(PYTEST_ARGS)

test-all: $(READY)  ## also whole lessons in kernels, kills, servers, an instructor's week, stock nbgrader
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

processors: $(READY)  ## play other processors on this one: exercises, lessons, validate, build
	$(BIN)/python tests/processors.py

# With the answers, as authors need them: make lab FOLDER=source_notebooks
FOLDER ?= release

lab: $(READY)  ## open JupyterLab on the released notebooks
	$(BIN)/jupyter lab --notebook-dir $(FOLDER)

build: $(READY)  ## compile source_notebooks/ into release/
	$(BIN)/autograder build

docs: $(READY)  ## build the guide into docs/_build/html; a lesson runs once, until it changes
	$(BIN)/python -m sphinx -q -W --keep-going -d docs/_build/doctrees -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

lint: $(READY)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)  ## measure against peers; each prints a ratio
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

oracles:  ## record the reference paths from PyTorch again and compare
	test -d .venv-oracles || $(PYTHON) -m venv .venv-oracles
	.venv-oracles/bin/python -m pip install --quiet torch==2.13.0 "$$(sed -n 's/^\(numpy==[0-9.]*\).*/\1/p' requirements.lock | head -1)"
	.venv-oracles/bin/python tests/oracles/record.py --check

COMPILE := uv pip compile pyproject.toml --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url
lock:  ## resolve the locks anew from pyproject.toml (needs uv); the student's takes its versions from the other
	$(COMPILE) --extra dev -o requirements.lock
	$(COMPILE) --constraint requirements.lock -o requirements-student.lock

clean:  ## remove what the commands made
	rm -rf .venv .venv-oracles demo dist docs/_build docs/_made .pytest_cache .mypy_cache .ruff_cache .hypothesis
