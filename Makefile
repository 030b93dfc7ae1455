# The two commands that matter: `make demo` and `make test`. Each prepares .venv first and works a second time.
# The parts of `make test` can be run alone: lint, types, imports, checks, test-sqlite, test-postgres.

PYTHON_IN_VENV := .venv/bin/python
# A fixed setting for tools that load the settings but serve nobody.
TOOL_ENV := DEBUG=1 CPAUDIT_DATA_DIR=.cache/tools
# Test processes per run. Two cores: two processes; `make test WORKERS=0` runs in one.
WORKERS ?= 2
# More arguments for pytest, e.g. make test-sqlite ARGS='tests/project -x'
ARGS ?=

.NOTPARALLEL:
.PHONY: help setup demo test lint format types imports checks migrations openapi translations test-sqlite test-postgres bench translate lock test-browser screenshots

help:
	@echo "make demo           fill a demo and run it (make demo RESET=1 builds it anew) / 准备并运行演示"
	@echo "make test           everything: lint, types, tests on SQLite and on PostgreSQL + Redis / 全部检查与测试"
	@echo "make bench          the benchmarks, on a PostgreSQL of their own (KEEP=dir keeps its data) / 性能测量"
	@echo "make test-browser   installs Chromium with apt where it is missing (root), runs the tests in the browser / 浏览器测试"
	@echo "make screenshots    pictures of the main pages into docs/screens / 生成页面截图"
	@echo "make setup          only prepare .venv / 仅准备 .venv"
	@echo "parts of make test: lint types imports checks test-sqlite test-postgres; also: format, translate, lock"

setup:
	@sh scripts/setup.sh

demo: setup
	@exec $(PYTHON_IN_VENV) -m cpaudit_site.run $(if $(RESET),--reset) $(ARGS)

test: lint types imports checks test-sqlite test-postgres
	@echo "make test: all parts passed / 全部通过"

lint: setup
	@echo "== ruff: lint and format"
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m ruff format --check .

format: setup
	@$(PYTHON_IN_VENV) -m ruff check --fix .
	@$(PYTHON_IN_VENV) -m ruff format .

types: setup
	@echo "== mypy"
	@$(TOOL_ENV) $(PYTHON_IN_VENV) -m mypy

imports: setup
	@echo "== import-linter: imports go one way"
	@.venv/bin/lint-imports --cache-dir .cache/import-linter

checks: migrations openapi translations

migrations: setup
	@echo "== Django: system check, no missing migration"
	@$(TOOL_ENV) $(PYTHON_IN_VENV) -W error manage.py check --fail-level WARNING
	@$(TOOL_ENV) $(PYTHON_IN_VENV) manage.py makemigrations --check --dry-run

openapi: setup
	@echo "== OpenAPI schema: valid, no warning"
	@$(TOOL_ENV) $(PYTHON_IN_VENV) manage.py spectacular --validate --fail-on-warn --file .cache/openapi.yaml

translations: setup
	@echo "== translations: complete and up to date"
	@$(TOOL_ENV) $(PYTHON_IN_VENV) -m scripts.translate --check

test-sqlite: setup
	@echo "== pytest on SQLite (tests marked postgres or redis run in the other part)"
	@env -u TEST_DATABASE_URL -u TEST_REDIS_URL $(PYTHON_IN_VENV) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-postgres: setup
	@echo "== pytest on PostgreSQL and Redis (tests marked embedded run in the other part)"
	@exec $(PYTHON_IN_VENV) -m scripts.services --postgres --redis -- \
	  $(PYTHON_IN_VENV) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-browser: setup
	@$(PYTHON_IN_VENV) -m scripts.chromium
	@exec $(PYTHON_IN_VENV) -m scripts.services --postgres --redis -- $(PYTHON_IN_VENV) -m pytest tests/browser $(ARGS)

screenshots: setup
	@exec $(PYTHON_IN_VENV) -m scripts.screenshots $(ARGS)

bench: setup
	@exec $(PYTHON_IN_VENV) -m scripts.services --postgres --durable --redis $(if $(KEEP),--keep $(KEEP)) -- \
	  $(PYTHON_IN_VENV) -m benchmarks $(if $(KEEP),--keep) $(ARGS)

# After a change of messages or of cpaudit_site/locale/zh/*.yaml.
translate: setup
	@$(TOOL_ENV) $(PYTHON_IN_VENV) -m scripts.translate

# For developers with uv: renew the lock and its hashed export (a test keeps them equal).
lock:
	uv lock
	uv export --quiet --no-header --no-annotate --format requirements-txt --output-file requirements.lock.txt
	uv export --quiet --no-header --no-annotate --no-dev --format requirements-txt --output-file requirements.prod.txt
