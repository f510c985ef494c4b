# Every task of the project; `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

BIN := .venv/bin
export PORT FRESH SIZE ENGINE DATABASE ROUNDS SABOTAGE
export PATH := $(CURDIR)/.venv/node/bin:$(PATH)

CSS := $(shell find consult/static/css -name '*.css' 2>/dev/null)
JAVASCRIPT := $(shell find consult/static/js -name '*.js' 2>/dev/null)
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)

.PHONY: help demo test check bench load torture timing lighthouse audit screenshots assets format translations lock wheel clean system-runtime system-test system-audit

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.runtime assets compiled ## run the demonstration on http://127.0.0.1:8000 (PORT=…, FRESH=1 starts over)
	@exec scripts/demo.sh

test: system-test .venv/.dev assets compiled ## run everything that must pass: checks, unit, integration, browser
	@scripts/check.sh
	@$(BIN)/pytest --numprocesses auto --dist worksteal $(ARGUMENTS)

check: .venv/.dev ## formatting, lint, types, contracts, templates, translations, migrations: seconds
	@scripts/check.sh

bench: .venv/.dev assets compiled $(if $(filter postgresql,$(ENGINE)),system-test) ## measure each figure against its floor (SIZE=S|M|L|XL, ENGINE=postgresql)
	@$(BIN)/python -m bench $(ARGUMENTS)

load: .venv/.dev assets compiled ## load a generated consultation of SIZE=S|M|L|XL (DATABASE=address or file)
	@$(BIN)/python -m bench.load $(or $(SIZE),S)

torture: system-test .venv/.dev assets compiled ## storms, kill −9 and a failing disk, then count again (ROUNDS=n, ENGINE=…, SABOTAGE=1)
	@$(BIN)/python -m tests.torture $(ARGUMENTS)

timing: .venv/.dev assets compiled ## measure whether sign-in tells a known address from an unknown one by its time
	@$(BIN)/python -m tests.torture.timing $(ARGUMENTS)

lighthouse: system-test .venv/.dev assets compiled ## score the pages that citizens see first: 99 for performance, 100 for the rest
	@$(BIN)/python -m tests.matrix lighthouse

audit: system-audit .venv/.dev assets compiled ## every page in axe and the HTML checker, languages × themes × widths: minutes
	@$(BIN)/python -m tests.matrix audit

screenshots: system-test .venv/.dev assets compiled ## pictures of every page and component into build/screenshots: minutes
	@$(BIN)/python -m tests.matrix screenshots

assets: .venv/.assets ## build the style sheet and the fonts

format: .venv/.dev ## format the code and mend what the linter can mend
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

translations: .venv/.dev ## collect the sentences to translate, update both catalogues, compile them
	@$(BIN)/python scripts/catalogues.py update
	@$(BIN)/python scripts/catalogues.py compile

lock: .venv/.dev ## write requirements/*.lock anew (ARGUMENTS=--upgrade for the newest versions)
	@scripts/lock.sh $(ARGUMENTS)

wheel: .venv/.dev assets compiled ## build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist .

clean: ## remove what was built and installed here, never the data in instance/
	@rm -rf .venv .cache .hypothesis build dist node_modules tests/matrix/node_modules consult/static/vendor test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -f translations/*/LC_MESSAGES/*.mo

# --- what the targets stand on; stamps make a second run a matter of seconds. What is said here goes to
# --- standard error: the output of `make bench` is for programs.

.PHONY: compiled
compiled: $(CATALOGUES:.po=.mo)

# Both catalogues are compiled in one run, whichever of them changed.
$(CATALOGUES:.po=.mo) &: $(CATALOGUES) scripts/catalogues.py | .venv/.runtime
	@$(BIN)/python scripts/catalogues.py compile

system-runtime:
	@scripts/system_packages.sh runtime >&2

system-test:
	@scripts/system_packages.sh test >&2

system-audit:
	@scripts/system_packages.sh audit >&2

.venv/.runtime: requirements/runtime.lock pyproject.toml scripts/environment.sh | system-runtime
	@scripts/environment.sh runtime >&2
	@touch $@

.venv/.dev: requirements/dev.lock .venv/.runtime
	@scripts/environment.sh dev >&2
	@touch $@

.venv/.assets: $(CSS) $(JAVASCRIPT) package.json package-lock.json $(wildcard scripts/build_*.py) consult/static/images/favicon.svg scripts/node.sh | .venv/.runtime
	@scripts/node.sh >&2
	@$(BIN)/python scripts/build_assets.py >&2
	@touch $@
