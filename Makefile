# `make demo` and `make test` do the whole set-up themselves, on a fresh machine too.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PAGES  := README.md README.zh.md docs/diagnoses.md docs/diagnoses.zh.md docs/cli.md docs/cli.zh.md

.PHONY: help demo test lint fix docs figures attacks bench clean

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 8

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(READY) ## the main job: an untouched stub, a wrong attempt, the reference
	$(BIN)/llmquiz check attention || true
	$(BIN)/llmquiz check attention --file examples/attention_attempt.py || true
	$(BIN)/llmquiz check attention --file solutions/attention.py

test: lint ## all that CI runs
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup
	$(BIN)/python -m pytest graders --submission solutions --trust-submissions --quiet
	$(BIN)/python tools/graders.py --check
	$(BIN)/python tests/wheel.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(READY) ## format, and mend what can be mended by a program
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY) ## make the transcripts anew
	$(BIN)/cog -P -r $(PAGES)
	$(BIN)/python tools/walkthrough.py

attacks: $(READY) ## all attacks at all levels, and each layer alone (many minutes)
	$(BIN)/python -m pytest -m thorough tests/test_attacks.py

figures: $(READY) ## measure the graders anew and write docs/graders.md (some minutes)
	$(BIN)/python tools/graders.py

bench: $(READY) ## measure speed
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/watch.py

clean: ## remove what was made
	rm -rf $(VENV) build dist
