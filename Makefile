# Địa Bàn. A fresh Debian machine with make needs nothing else: `make run`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests run test lint bench bundle

PY := .venv/bin/python

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 14

setup:  ## Install what the app needs: Debian packages, .venv, front-end assets
	@setup/install.sh app

setup-tests:  ## Install what the tests need as well: Chromium, fonts, test packages
	@setup/install.sh tests

run: setup  ## Start the database and the app on http://127.0.0.1:8501
	@$(PY) -m geo up
	@$(PY) -m geo migrate
	@$(PY) -m geo demo --if-empty
	@exec $(PY) -m geo serve

# Two processes, each with a cluster of its own; a file of tests stays in one. The long files come first.
test: setup-tests  ## Run the whole suite
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: setup-tests  ## Check style and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

bench: setup-tests  ## Measure, each beside its peer in the same run
	@$(PY) -m pytest tests/bench --benchmark-only --benchmark-enable

bundle: setup  ## One archive that installs without any network, in var/bundle
	@setup/bundle.sh
