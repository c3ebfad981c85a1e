# The two commands are `make run` and `make test`; each does all its own set-up.
# The first python3 on the path; but the system's own, where it has all that set-up needs, if that one was compiled without
# --enable-optimizations, as version managers do it. It then serves a sixth fewer requests than what distributions build.
OPTIMISED := import sys, sysconfig; sys.exit("--enable-optimizations" not in (sysconfig.get_config_var("CONFIG_ARGS") or ""))
SUFFICIENT := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell ! python3 -c '$(OPTIMISED)' 2>/dev/null && /usr/bin/python3 -c '$(SUFFICIENT)' 2>/dev/null && \
	echo /usr/bin/python3 || echo python3)
BIN := .venv/bin
READY := .venv/.ready
# Test processes side by side; two cores are what the project's checks run on.
TEST_PROCESSES ?= 2
# How many generated operations `make fuzz` compares.
FUZZ_OPERATIONS ?= 1000000

.DEFAULT_GOAL := help
.PHONY: help run test soak fuzz lint types imports fmt schema migration bench lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ExportReady needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what is locked in requirements-dev.lock for $$($(BIN)/python -V) ($(PYTHON)) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(READY) ## Set up and serve on 127.0.0.1:8080 (PORT, DATA_DIR, DATABASE_URL change where)
	@$(BIN)/python -m api.web.build || test $$? -eq 3
	@exec $(BIN)/exportready serve

test: $(READY) lint types imports ## Set up and run every check: lint, types, import contracts, tests
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist loadfile

soak: $(READY) ## Prove for a minute that live feeds lose nothing while servers are killed and clients come and go
	SOAK_SECONDS=60 $(BIN)/pytest tests/soak

fuzz: $(READY) ## Prove on a million generated operations that plans answer as graphql-core does
	$(BIN)/python -m tests.resolvers.engine.fuzz --operations $(FUZZ_OPERATIONS)

lint: $(READY) ## Check style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint Dockerfile

types: $(READY) ## Check types, strictly
	$(BIN)/mypy

imports: $(READY) ## Check the import contracts
	$(BIN)/lint-imports

fmt: $(READY) ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(READY) ## Export schema.graphql from the code
	$(BIN)/exportready schema > schema.graphql

migration: $(READY) ## Write a migration from the changed tables: make migration NAME=add_column
	$(BIN)/python -m migrations.make $(NAME)

bench: $(READY) ## Measure speed and memory beside limits, and judge the promised ratios (BENCH_ROWS=100000 adds many_rows)
	$(BIN)/python -m bench

lock: $(READY) ## Lock the newest allowed versions, with hashes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --quiet pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --quiet --extra local --extra test pyproject.toml -o requirements-dev.lock

clean: ## Remove what set-up and tests left behind, but not the data
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache api/web/dist
	find . -name __pycache__ -o -name node_modules -prune | xargs rm -rf
