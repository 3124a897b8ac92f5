# Bestfit. Each target that a person calls has a sentence behind two hashes; `make help` lists them.
SHELL := /bin/sh
PORT ?= 8000
PYTHON := .venv/bin/python
TESTS ?=
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: help run setup test test-browser test-long test-services check fix openapi report bench bench-grading bench-pages
.DEFAULT_GOAL := help

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Install what is missing and start everything: make run PORT=8000 (Ctrl-C ends it)
	@deploy/setup run
	@exec $(PYTHON) manage.py up --port $(PORT)

setup: ## Install everything for development, and nothing outside this folder
	@deploy/setup dev

test: setup ## Run the tests that are quick: no browser, nothing slow
	$(PYTHON) -m pytest -q -n 2 --dist loadgroup -m "not slow and not long and not browser" $(TESTS)

test-browser: setup ## Walk the journeys in a real browser (needs Chromium)
	$(PYTHON) -m pytest -q -n 2 --dist loadgroup -m browser $(TESTS)

# What reads neither a database nor a broker need not be run on another one.
ONCE := tests/house $(foreach app,customers segments icp,tests/$(app)/science)

test-services: setup ## Run what talks to a database or a broker, slow tests too (CI does on PostgreSQL and Redis)
	$(PYTHON) -m pytest -q -n 2 --dist loadgroup -m "not browser and not long" $(foreach folder,$(ONCE),--ignore=$(folder))

test-long: setup ## Run every test, the slow ones too
	$(PYTHON) -m pytest -q -n 2 --dist loadgroup $(TESTS)

check: setup ## Look for mistakes without running anything: style, types, imports, migrations, contracts
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m djlint --quiet --lint templates
	.venv/bin/lint-imports --no-cache
	$(PYTHON) .ci/check_locks.py
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) .ci/check_openapi.py
	$(PYTHON) -m mypy .
	@$(PYTHON) .ci/report_sizes.py

# What `check --deploy` must find nothing wrong with: an installation behind a name and HTTPS.
PRODUCTION := BESTFIT_DATA=/tmp/bestfit-check BESTFIT_URL=https://bestfit.example BESTFIT_HOSTS=bestfit.example \
	BESTFIT_BEHIND_PROXY=True BESTFIT_MAIL_HOST=mail.bestfit.example

fix: setup ## Let the tools repair what they can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

openapi: setup ## Write docs/openapi.yaml anew, after a change of the API that is meant
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

report: setup ## Show how large files and functions are
	@$(PYTHON) .ci/report_sizes.py --all

bench: setup ## Measure import, profiles, main segments and clustering beside plain pandas and scikit-learn
	$(PYTHON) benchmarks/bench_orders.py

bench-grading: setup ## Measure how fast answers are kept while fifty people grade at once
	$(PYTHON) benchmarks/bench_grading.py

bench-pages: setup ## Measure how fast the pages answer with 100,000 customers and a million lines
	$(PYTHON) benchmarks/bench_pages.py
