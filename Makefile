# A fresh clone needs Python >= 3.11 (with venv), make and git. `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test journeys check bench proof docs lock clean
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PORT ?= 8080
WORKERS ?= 3
REPLICAS ?= 1
SHAPE ?=
SCENARIO ?= default
PYTHON ?=
export PYTHON
# Where the environment forbids bytecode, as container images do, every process would compile all it imports anew.
export PYTHONDONTWRITEBYTECODE :=
UV ?= $(or $(shell command -v uv 2>/dev/null),$(wildcard $(BIN)/uv))
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup:  ## make .venv from the locked packages (PYTHON=... chooses the interpreter)
	@sh scripts/setup.sh runtime

setup-dev:
	@sh scripts/setup.sh dev

demo: setup  ## the bot on a simulated Slack and Huawei Cloud (PORT=8080 HEADLESS=1 REPLICAS=2 SCENARIO=name SOCKET_MODE=1)
	@exec $(BIN)/modelarts-bot demo --port $(PORT) --replicas $(REPLICAS) --scenario $(SCENARIO) $(if $(filter-out 0,$(HEADLESS)),--headless) $(if $(filter-out 0,$(SOCKET_MODE)),--socket-mode)

test: setup-dev  ## all tests, several files at a time (ARGS='-k bucket' for some, WORKERS=0 one by one)
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

journeys: setup-dev  ## every story over the wire, on what make demo starts (REPLICAS=2, or SHAPE=roles, SHAPE=sockets)
	@JOURNEYS=$(or $(SHAPE),$(REPLICAS)) exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/journeys $(ARGS)

check: setup-dev  ## format, lint, types, import contracts, generated files, Dockerfile
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/pages.py --check
	$(BIN)/hadolint Dockerfile

bench: setup-dev  ## benchmarks: a table, and benchmarks/results.json
	@exec $(BIN)/python -m benchmarks $(ARGS)

proof: setup-dev  ## the crash, race, fault and attack runs for ten minutes (ARGS="--minutes 60"); writes docs/proof.md
	@exec $(BIN)/python -m tests.proof $(ARGS)

docs: setup-dev  ## write manifest.json and the generated pages of docs/
	@exec $(BIN)/python docs/pages.py

lock:  ## resolve the dependencies anew: hashes, no addresses (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv: $(BIN)/python -m pip install uv" >&2; exit 1; }
	$(LOCK) --group build -o requirements/build.txt
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean:  ## remove what can be made again
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
