# Every command of this repository: `make help`. What a command needs is installed by itself into
# .venv/ and node_modules/, from locked versions, once.

.DEFAULT_GOAL := help
.PHONY: help setup run stop demo payroll bench lambda-check inspect test test-fast check-fast test-pythons test-dynamodb-local mutants lint check docs account deploy

SHELL := /bin/sh
PORT ?= 4566
INSPECT_PORT ?= 8080
STAGE ?= dev
PAYROLL ?= 14000

# Where NovaPay runs: ministack (embedded), localstack (started by you: docs/runtimes.md), or aws.
TARGET ?= ministack
ENDPOINT ?=
WHEELS ?= linux

# open: anyone on this machine may call the API; iam: with a signature and a role that allows the
# route; jwt: with a token of an issuer on the next port.
AUTH ?= open
ON_TARGET = --target $(TARGET) --stage $(STAGE) --port $(PORT) --endpoint "$(ENDPOINT)" \
	--wheels $(WHEELS) --auth $(AUTH)
STORE_TESTS := tests/concurrency $(wildcard tests/store)

# The Pythons that the README names. The first of them that runs is taken, pyenv's included, whose
# shims may not run; PYTHON=/path/to/python3.12 overrides it.
NAMED := 3.13 3.12 3.11
IS_NAMED := import sys; sys.exit("%d.%d" % sys.version_info[:2] not in "$(NAMED)".split())
PYTHON ?= $(shell for python in python3 $(NAMED:%=python%) \
	$(foreach version,$(NAMED),$(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/$(version).*/bin/python)); do \
	"$$python" -c '$(IS_NAMED)' 2>/dev/null && echo "$$python" && break; done)

# The quick tests: no AWS, no browser, no synthesis; some of their neighbours need an AWS.
FAST := tests/unit tests/functions tests/architecture tests/documents -m "not xdist_group"

# The environment's own Python, Node and npm come first for everything that is started here.
IN_VENV := PATH="$(CURDIR)/.venv/bin:$$PATH"

help: ## Show this list
	@echo "NovaPay: make <command>"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the other commands need (they do it themselves)
	@python="$(or $(PYTHON),python3)"; \
	found=$$("$$python" -c 'import sys; print("Python %d.%d.%d" % sys.version_info[:3])' 2>/dev/null | head -n 1); \
	case "$$found" in "Python "*) ;; *) found="" ;; esac; \
	if [ -z "$$found" ] || ! "$$python" -c '$(IS_NAMED)' 2>/dev/null; then \
		echo "NovaPay needs Python 3.11, 3.12 or 3.13; $${found:+found }$${found:-$$python does not run as one}"; \
		echo "Install one (python.org, pyenv, your package manager), or name one that is there:"; \
		echo "  make run PYTHON=/path/to/python3.12"; \
		exit 1; \
	fi; \
	"$$python" localstack/setup/install.py $(INSTALL)

# These need more of node_modules/ than the CDK.
test test-fast check-fast test-pythons test-dynamodb-local lint check inspect: INSTALL := --with-tools

run: $(if $(filter aws,$(TARGET)),deploy,setup) ## Deploy NovaPay and play the demo (TARGET=ministack, localstack or aws; PORT=4566; AUTH=iam or jwt)
	@$(IN_VENV) python -m localstack run $(ON_TARGET)

stop: ## Stop what `make run` started; its state is kept
	@test -x .venv/bin/python || { echo "Nothing was installed here, so nothing runs."; exit 0; }; \
	$(IN_VENV) python -m localstack stop

demo: setup ## Play the demo again on the running stack
	@$(IN_VENV) python -m localstack demo

payroll: setup ## Pay 14000 people on the running stack and audit it (PAYROLL=14000)
	@$(IN_VENV) python -m localstack payroll --items $(PAYROLL)

bench: setup ## Measure what the design promises, on the running stack
	@$(IN_VENV) python -m localstack bench

lambda-check: setup ## Run the functions on Lambda's Python for arm64, from their layers alone (needs apt)
	@$(IN_VENV) python -m localstack lambda-check

inspect: setup ## Look into the running stack's tables in a browser (INSPECT_PORT=8080)
	@$(IN_VENV) python -m localstack inspect --browser-port $(INSPECT_PORT)

test: setup ## Run every test; those that need an AWS start their own (TARGET=localstack: its stories)
ifeq ($(TARGET),ministack)
	@$(IN_VENV) python -m tests.support.chromium
	@$(IN_VENV) python -m pytest -n 2 --dist loadgroup --cov --cov-report=
	@$(MAKE) --no-print-directory test-dynamodb-local
else
	@$(IN_VENV) python -m localstack test $(ON_TARGET)
endif

test-fast: setup ## Run the quick tests, those that start no AWS and no browser
	@$(IN_VENV) python -m pytest -n 2 $(FAST)

check-fast: setup ## Say within a minute what a change to the functions still lacks
	@$(IN_VENV) python -m docs.endpoints
	@$(IN_VENV) ruff format --check --quiet . && $(IN_VENV) ruff check --quiet .
	@$(IN_VENV) python -m pytest -q --no-header --tb=short tests/architecture/test_access.py \
		tests/architecture/test_handlers.py tests/architecture/test_names.py

test-pythons: setup ## Run the quick tests on each other Python of the README that is here
	@$(IN_VENV) python -m localstack.setup.pythons $(FAST)

test-dynamodb-local: setup ## Run the tests of store and rivals on AWS's own engine, where there is a JDK
	@$(IN_VENV) NOVAPAY_DYNAMODB=dynamodb-local python -m pytest $(STORE_TESTS)

mutants: setup ## Break the domain in small ways and see a test fail each time (MODULES="money chain")
	@$(IN_VENV) python -m tests.mutants $(MODULES)

lint: setup ## Check format, style, types and import contracts
	@$(IN_VENV) ruff format --check .
	@$(IN_VENV) ruff check .
	@$(IN_VENV) mypy
	@$(IN_VENV) lint-imports

check: lint test ## Do what CI does, and synthesize what `make deploy` would deploy
	$(IN_VENV) npx --no-install cdk synth --quiet --output build/cdk.out-check -c stage=dev

docs: setup ## Write the generated pages of docs/ anew
	@$(IN_VENV) python -m docs.generate
	@$(IN_VENV) python -m docs.openapi

account: setup ## Say which AWS account and region `make deploy` would deploy to
	@$(IN_VENV) python -m localstack account

# Without a terminal, as in CI, the CDK command line could not ask whether permissions may change.
deploy: setup ## Deploy NovaPay to your AWS account (STAGE=dev; CONTEXT='auth=jwt issuer=https://…')
	@$(IN_VENV) python -m localstack look-ahead --stage $(STAGE) $(CONTEXT)
	$(IN_VENV) npx --no-install cdk deploy --all -c stage=$(STAGE) $(addprefix -c ,$(CONTEXT)) \
		$$([ -t 0 ] || echo --require-approval never)
