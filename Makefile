# Everything that a newcomer, a developer and the CI run. `make` alone lists it.

LOWEST := 3.11
BIN := .venv/bin
DEMO_PORT ?= 8081
YEARS ?= 2
SEED ?= 1
ARGS ?=

# The first interpreter that is new enough; set PYTHON to choose one yourself.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; \
	then command -v $$name; break; fi; done)

PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test lint format simulate sabotage bench audit screenshots texts lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: .venv/installed ## the bot with a local Telegram in the browser (DEMO_PORT=8081, EMPTY=1 for an empty studio)
	@DEMO_PORT='$(DEMO_PORT)' EMPTY='$(EMPTY)' $(BIN)/session-tracker demo

test: .venv/installed-dev ## the whole test suite (ARGS='-k booking' for a part of it)
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: .venv/installed-dev ## formatting, ruff, mypy and the import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed-dev ## let ruff format the code and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

simulate: .venv/installed-dev ## studios in virtual time among faults (YEARS=2 SEED=1, ARGS='--record FILE' to add up)
	$(BIN)/python -m tests.simulation --years '$(YEARS)' --seed '$(SEED)' $(ARGS)

sabotage: .venv/installed-dev ## take each guard out in turn and see which test notices
	$(BIN)/python -m tests.sabotage $(ARGS)

bench: .venv/installed-dev ## every goal of docs/performance.md measured (ARGS='--only 1,3 --json FILE', --quick)
	$(BIN)/python -m benchmarks $(ARGS)

audit: .venv/installed-dev ## ask for known weaknesses in the pinned libraries (needs the network)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.lock

screenshots: .venv/installed-dev ## draw the pictures in docs/pictures (needs Chromium)
	$(BIN)/python -m scripts.screenshots

texts: .venv/installed-dev ## write the template for translators, bot/locales/bot.pot
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --no-default-keywords --keyword t --keyword n:1,2 \
		--keyword plain --keyword N_ --no-location --sort-output --omit-header --output bot/locales/bot.pot .

lock: .venv/installed-dev ## pin the libraries anew (ARGS=--upgrade for newer versions)
	$(COMPILE) --extra demo --group build --output-file requirements.lock $(ARGS)
	$(COMPILE) --extra demo --group build --group dev --constraints requirements.lock \
		--output-file requirements-dev.lock $(ARGS)

# The stamps make a second run start at once; a changed lock or pyproject.toml installs again.
.venv/installed: requirements.lock pyproject.toml | .venv/bin/pip
	$(call install,requirements.lock)

.venv/installed-dev: requirements-dev.lock pyproject.toml | .venv/bin/pip
	$(call install,requirements-dev.lock)

define install
	@echo "Installing $$(grep -c == $(1)) libraries from $(1); the first time takes a minute or two."
	$(PIP) install --require-hashes --requirement $(1)
	$(PIP) install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@
endef

.venv/bin/pip:
	@if [ -z '$(PYTHON)' ]; then \
		echo 'No Python $(LOWEST) or newer was found. Install one, or name it: make PYTHON=/path/to/python3' >&2; exit 2; fi
	@echo 'Making .venv with $(PYTHON).'
	@'$(PYTHON)' -m venv .venv
