# `make demo` and `make test` are all that a fresh machine needs: each does what must be done before it.

UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .uv/bin/uv)
PYTHON := .venv/bin/python

# uv trusts what the system trusts, as pip and Go do: a company's own certificate authority is no obstacle.
export UV_SYSTEM_CERTS := true

# Dozens of processes start in the tests, and three in the demo: with nowhere to keep what is compiled, each would compile
# every library anew (half the CPU of a start).
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup server test check demo up bench clean

help:
	@echo 'make demo    the whole system, and loans from application to settlement, in a minute'
	@echo 'make up      the whole system until Ctrl-C; the next one goes on from where it stopped'
	@echo 'make test    every test'
	@echo 'make check   lint, strict types, direction of imports'
	@echo 'make bench   figures, into benchmarks/README.md'
	@echo 'make setup   the Python environment in .venv (the others do this for you)'
	@echo 'make server  the Temporal server (the others do this for you)'
	@echo 'make clean   forget the environment and the local state'

setup: .venv/ready

.venv/ready: pyproject.toml uv.lock | $(filter .uv/bin/uv,$(UV))
	@$(UV) sync --frozen
	@touch $@

.uv/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed as python3; here is: $$(python3 --version 2>&1)" >&2; exit 1; }
	@echo 'Installing uv into .uv, this once' >&2
	@python3 -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9' || { rm -rf .uv; \
	    echo 'uv could not be installed into .uv (see above); install it yourself: https://docs.astral.sh/uv' >&2; exit 1; }

server: setup
	@$(PYTHON) -m zhengcaidai.devserver build

test: server
	@$(PYTHON) -m pytest -n 2 --dist loadgroup

check: setup
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

demo: server
	@$(PYTHON) -m zhengcaidai demo

up: server
	@$(PYTHON) -m zhengcaidai up

bench: server
	@$(PYTHON) -m benchmarks

clean:
	@rm -rf .venv .uv .state .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
