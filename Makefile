# Everything that a person or CI does with Wirewatch. On a machine with Python 3.11+ and make, `make demo` and
# `make test` set up what they need; a real Kafka needs Java 17+ and Maven as well.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VENV := .venv
BIN := $(VENV)/bin
KAFKA := deploy/kafka
LUCENE := benchmarks/lucene
PORT ?= 9092
ARGS ?=
export PYTHONDONTWRITEBYTECODE :=  # tests start Wirewatch a hundred times: it is compiled once

# The first of these that runs and is new enough; give PYTHON=… to choose another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for each in python3.13 python3.12 python3.11 python3; do \
	if $$each -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then echo $$each; break; fi; done)
endif

# The first compiler of Java 21 or newer: of JAVA_HOME, of the PATH, of the usual folder.
JAVAC = $(shell for each in "$$JAVA_HOME/bin/javac" javac /usr/lib/jvm/*/bin/javac; do \
	if "$$each" --release 21 -version >/dev/null 2>&1; then echo "$$each"; break; fi; done)

##@ To try it
.PHONY: demo
demo: setup ## Articles in, alerts out, on this machine alone; ARGS=--keep stays up
	@$(BIN)/wirewatch demo $(ARGS)

.PHONY: kafka
kafka: kafka-jars ## A real Kafka broker in the foreground, at 127.0.0.1:PORT (9092); its data in var/kafka
	@$(KAFKA)/run-broker $(PORT) var/kafka

##@ To change it
.PHONY: test
test: lint kafka-if-possible lucene-if-possible ## Lint and the whole test suite; ARGS go to pytest
	@$(BIN)/python -c 'from wirewatch.bootstrap import compile_matching; compile_matching()'  # once, not in each process
	$(BIN)/pytest $(SIDE_BY_SIDE) $(ARGS)
# The tests wait more than they compute. Files go to two processes in their order, the longest first; each has a broker.
SIDE_BY_SIDE := --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: lint
lint: setup ## Style, types, the direction of imports, the Dockerfile
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint deploy/Dockerfile

.PHONY: format
format: setup ## Rewrite the code in the house's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: chaos
chaos: setup kafka-jars ## Kill workers in the middle of 20,000 articles on a real Kafka: minutes
	$(BIN)/pytest -m chaos --chaos-articles 20000 --timeout 1800 $(ARGS)

.PHONY: bench-roles
bench-roles: setup kafka-jars ## Articles a second of each role alone and of all together; ARGS=5000 takes fewer
	$(BIN)/python -m benchmarks.roles $(ARGS)

.PHONY: bench
bench: setup lucene-if-possible ## Matching beside Lucene Monitor: ARGS="--kinds a --rules 1000" for a quick one, --help
	$(BIN)/python -m benchmarks.matching $(ARGS)

.PHONY: bench-deliver
bench-deliver: setup kafka-jars ## Deliveries a second, latency, and what a receiver that hangs costs the others
	$(BIN)/python -m benchmarks.deliver $(ARGS)

.PHONY: bench-pipeline
bench-pipeline: setup kafka-jars ## Articles a second of the match role on one core, and its start with many rules
	$(BIN)/python -m benchmarks.pipeline $(ARGS)

.PHONY: pins
pins: ## Choose newer dependencies within pyproject.toml's ranges (needs uv)
	uv pip compile pyproject.toml --upgrade --extra embedded --extra dev -o constraints.txt $(PINS)
	uv pip compile pyproject.toml --constraint constraints.txt -o deploy/requirements.txt $(PINS)
	echo setuptools | uv pip compile - --constraint constraints.txt -o deploy/build-requirements.txt $(PINS)
PINS := --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make pins"

.PHONY: clean
clean: ## Remove all that the other targets made
	rm -rf $(VENV) $(KAFKA)/target $(LUCENE)/target var build dist service/*.egg-info \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

##@ Parts of the above
.PHONY: setup
setup: $(VENV)/.installed ## The virtual environment .venv, with pinned dependencies and this project

$(VENV)/.installed: pyproject.toml constraints.txt $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Wirewatch needs Python 3.11 or newer; none of python3.13, python3.12," \
		"python3.11, python3 is. Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "$(PYTHON) does not run, or is older than Python 3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) can't make virtual environments:" \
		"install its venv package (on Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

.PHONY: kafka-jars
kafka-jars: $(KAFKA)/target/.fetched ## Apache Kafka's jars, through Maven

$(KAFKA)/target/.fetched: $(KAFKA)/pom.xml
	@java=$${JAVA_HOME:+$$JAVA_HOME/bin/}java; "$$java" -version >/dev/null 2>&1 && command -v mvn >/dev/null || \
		{ echo "A real Kafka needs Java 17 or newer and Maven: install both (on Debian and Ubuntu:" \
		"apt-get install openjdk-17-jre-headless maven)" >&2; exit 1; }
	rm -rf $(@D)
	mvn --quiet --batch-mode --strict-checksums --file $< dependency:copy-dependencies
	@touch $@

# The benchmark's other side; without a JDK 21+ or Maven it is left out.
.PHONY: lucene
lucene: $(LUCENE)/target/.compiled ## Lucene Monitor and our program around it, through Maven and a JDK 21+

$(LUCENE)/target/.compiled: $(LUCENE)/pom.xml $(wildcard $(LUCENE)/src/*.java)
	@test -n "$(JAVAC)" && command -v mvn >/dev/null || { echo "Lucene needs a JDK 21 or newer and Maven: install" \
		"both, and name the JDK if it is not found: make lucene JAVA_HOME=/path/to/jdk" >&2; exit 1; }
	rm -rf $(@D)
	mvn --quiet --batch-mode --strict-checksums --file $< dependency:copy-dependencies
	$(JAVAC) --release 21 -Xlint:all -Werror -d $(@D)/classes -cp '$(@D)/libs/*' $(filter %.java,$^)
	@touch $@

.PHONY: lucene-if-possible
lucene-if-possible:
	@$(MAKE) --no-print-directory lucene || echo "Going on without Lucene" >&2

# Without Java or Maven the tests that need them are skipped, and say so; in CI their absence is a failure.
.PHONY: kafka-if-possible
kafka-if-possible:
	@if $(MAKE) --no-print-directory kafka-jars; then :; elif [ "$$CI" = true ]; then exit 1; \
	else echo "Going on without a real Kafka: the tests that need one will be skipped" >&2; fi

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
