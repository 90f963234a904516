# Needs Python 3.11 or newer with venv, git and make; everything else is set up in .venv and .caytre.
PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) deploy/local/bootstrap.py
SERVICES := agreements delegations events notifications gateway
SOURCES := shared services deploy bench tests

.DEFAULT_GOAL := help
.PHONY: help setup up down status demo test check fix lock openapi bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: ## install what the lock names into .venv (the other targets do it when needed)
	@$(SETUP)

up: setup ## start the platform and wait until it is ready
	@$(BIN)/caytre up

status: setup ## ask every engine and service how it is
	@$(BIN)/caytre status

down: setup ## stop the platform; its data stay in .caytre
	@$(BIN)/caytre down

demo: setup ## play the story of the reference scenario on a platform of its own and show what followed
	@$(BIN)/caytre demo

test: setup ## run the tests, on real engines of their own
	@$(BIN)/pytest -n auto --dist loadgroup

check: setup ## formatting, lint, types and the borders between packages
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/mypy $(SOURCES)
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q tests/house/test_manifests.py

fix: setup ## format, and repair what lint can
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

lock: setup ## resolve all dependencies anew into the locks
	@$(BIN)/uv lock --quiet
	@$(BIN)/uv export --quiet --all-packages --all-groups --no-emit-workspace --no-header --format requirements-txt --output-file requirements.lock
	@$(BIN)/uv export --quiet $(addprefix --package caytre-,$(SERVICES)) --no-default-groups --no-emit-workspace --no-header --format requirements-txt --output-file deploy/image/requirements.lock
	@$(BIN)/python -m tests.contract.parsing

openapi: setup ## write what the documents take from the code: OpenAPI, messages, rights, procedures
	@$(BIN)/python -m tests.documents

bench: setup ## measure (see bench/)
	@$(BIN)/caytre bench

clean: ## remove caches and .venv; the platform's data stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
