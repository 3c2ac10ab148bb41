# What a developer runs. Each target installs what it needs first; `make` alone lists them.

BIN := .venv/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo serve build test fuzz mutants check messages lock clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install what KoproGo runs on
	@scripts/setup run

setup-test: ## install also what checks and tests it
	@scripts/setup test

demo: setup ## serve the demo co-ownership on http://localhost:8000
	@$(BIN)/koprogo demo --serve --port $(PORT)

serve: setup ## serve this checkout with its own database
	@$(BIN)/koprogo serve --port $(PORT)

build: setup ## build the front end, if it is not up to date
	@$(BIN)/koprogo build

# Files keep their order (browser tests last): a process in which Playwright has run cannot start asynchronous tests.
# The front end is built by the first test that needs it, ahead of it where others run before.
test: setup-test ## run every test, building the front end if need be (ARGS="-k words" for some)
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=20 $(ARGS)

fuzz: setup-test ## draw at random, ten times as often as `make test` does (ARGS="-k words" for some)
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -n 2 --dist loadfile --durations=20 -m hypothesis $(ARGS)

mutants: setup-test ## change the rules one place at a time: do the tests see it? (ARGS="law --most 50", "--database")
	@$(BIN)/python -m tests.mutants $(ARGS)

check: setup-test ## format, lint, types, import order, dependencies
	@failed=""; \
	for tool in "ruff format --check ." "ruff check ." mypy lint-imports "deptry ."; do \
	    echo "— $$tool"; $(BIN)/$$tool || failed="$$failed  $$tool"; \
	done; \
	[ -z "$$failed" ] || { echo "Failed:$$failed"; exit 1; }

messages: setup-test ## write the catalogues again: what is new stands empty, ready to translate
	@$(BIN)/python -m tests.messages --write

lock: setup-test ## compile requirements*.in to the lock files (UPGRADE=1 for the newest versions)
	@scripts/lock $(if $(UPGRADE),--upgrade)

clean: ## remove what was built or installed here; the data in .koprogo stays
	rm -rf .venv .web .states build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
