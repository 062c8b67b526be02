# Every target brings what it needs; see `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run dev worker test test-services templates template-embedded template-services compiled-tests check check-types check-style check-django pictures archive bench
PYTHON := .venv/bin/python
# More than there are cores: browsers wait a lot. Beside services each process has a worker as well.
PROCESSES ?= 4
test-services: PROCESSES = 4
PYTEST_ARGS ?= --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
# Bytecode is kept, whatever the environment says: the second suite starts without compiling the first one's tests.
unexport PYTHONDONTWRITEBYTECODE
# `make run PORT=8001` hands the port on; without it .env or the default decides.
ifdef PORT
export PORT
endif

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | while IFS=$$'\t' read -r name what; do printf '  make %-14s %s\n' "$$name" "$$what"; done

run:  ## install what is missing, prepare the demo, serve on http://127.0.0.1:8000 (PORT=…)
	@scripts/prepare run && exec scripts/serve production

dev:  ## the same with DEBUG and reload
	@scripts/prepare test && exec scripts/serve development

worker:  ## a Celery worker with its scheduler, for installations with REDIS_URL
	@scripts/prepare run && exec .venv/bin/celery -A lms worker --beat --schedule var/celerybeat-schedule --loglevel WARNING

test:  ## the whole suite on SQLite, browser tests included
	@scripts/prepare test
	@env -u DATABASE_URL -u REDIS_URL $(PYTHON) -m pytest $(PYTEST_ARGS)

test-services:  ## the whole suite on PostgreSQL and Redis with a real Celery worker
	@scripts/prepare test
	@scripts/services $(PYTHON) -m pytest $(PYTEST_ARGS)

templates: template-embedded template-services  # the migrated databases of both suites, kept for later runs

template-embedded:
	@scripts/prepare test
	@env -u DATABASE_URL -u REDIS_URL $(PYTHON) -m tests.make_template

template-services:
	@scripts/prepare test
	@scripts/services $(PYTHON) -m tests.make_template

compiled-tests:
	@scripts/prepare test
	@found=$$(env -u PYTEST_ADDOPTS $(PYTHON) -m pytest --collect-only -qq 2>&1) || { echo "$$found"; exit 1; }

check:  ## lint, types, floors, templates, deployment check, migrations
	@scripts/prepare test
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target check-types check-style check-django

check-types:
	.venv/bin/mypy .

check-style:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/djlint --quiet --lint templates

check-django:
	$(PYTHON) manage.py check --deploy --fail-level WARNING
	BASE_URL=https://akademi.example.id $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) manage.py makemigrations --check --dry-run

pictures:  ## the pictures of README.md, drawn by the browser test of the main road and from the demo
	@scripts/prepare test
	@PICTURES=1 $(PYTHON) -m pytest tests/test_road.py tests/pictures.py

archive:  ## veraPDF judges whether certificates of every kind are PDF/A-3b; brings Java, which nothing else needs
	@scripts/prepare archive
	@env -u DATABASE_URL -u REDIS_URL $(PYTHON) -m pytest tests/verapdf.py

bench:  ## the benchmarks, each beside a bare floor of the same run; writes var/bench.json
	@scripts/prepare run
	@scripts/bench
