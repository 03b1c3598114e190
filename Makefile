# Two commands set everything up on a machine with python3.11, pip and make:
#   make demo     make test
# The virtual environment is made and used by path; nothing has to be activated.

PYTHON ?= python3.11
VENV ?= .venv
WORKERS ?= 2
# The folder of results that `make report` shows.
DIR ?= quick-out
# Index to take torch from, and torch only; empty means pip's own configuration.
TORCH_INDEX ?=

PY := $(VENV)/bin/python
ICEBOUND := $(VENV)/bin/icebound
PINS := pyproject.toml constraints.txt
USE_EXTRAS := train,plots,convex
TEST_EXTRAS := $(USE_EXTRAS),data,kernels,proofs,sweeps,parquet,browser,notebooks,test,dev
DOCS_EXTRAS := $(TEST_EXTRAS),docs

export PIP_NO_INPUT := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install demo report test lint unit test-browser notebooks nightly fuzz proofs bench docs readme wheel clean distclean

help:  ## list the targets
	@echo "make TARGET   (PYTHON=$(PYTHON) VENV=$(VENV) WORKERS=$(WORKERS) TORCH_INDEX=$(TORCH_INDEX))"
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  \1\t\2/p' Makefile | expand -t 16

# One stamp per set of extras: pip runs again only when the pins change.
USE := $(VENV)/.installed-use
TEST := $(VENV)/.installed-test
DOCS := $(VENV)/.installed-docs

define install_extras
	$(if $(TORCH_INDEX),$(PY) -m pip install -c constraints.txt --no-deps --index-url "$(TORCH_INDEX)" torch)
	$(PY) -m pip install -c constraints.txt -e ".[$(1)]"
endef

$(PY):
	$(PYTHON) -m venv "$(VENV)"

$(USE): $(PINS) | $(PY)
	$(call install_extras,$(USE_EXTRAS))
	@touch $@

# A superset of the other, so both stamps are set.
$(TEST): $(PINS) | $(PY)
	$(call install_extras,$(TEST_EXTRAS))
	@touch $(USE) $@

$(DOCS): $(PINS) | $(PY)
	$(call install_extras,$(DOCS_EXTRAS))
	@touch $(USE) $(TEST) $@

install: $(USE)  ## make .venv and install icebound with training and plots

demo: $(USE)  ## the main job on a real input: bounds, construction, training, certificates
	rm -rf demo-out
	$(ICEBOUND) sandwich permutation --target "-sin(2*pi*x)" --domain=-1,1 --width 320 --out demo-out
	$(ICEBOUND) check demo-out/*.json

report: $(USE)  ## one page of examples/quick.toml, or of the results in DIR=FOLDER
	@[ "$(DIR)" != quick-out ] || $(ICEBOUND) sweep examples/quick.toml --out quick-out \
	  $$([ ! -f quick-out/sweep.db ] || echo --resume)
	$(ICEBOUND) report "$(DIR)"

test: lint unit notebooks  ## everything that must pass before a change goes in

lint: $(TEST)  ## style, types and import layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy --strict theory verify
	$(VENV)/bin/lint-imports --no-logo

unit: $(TEST)  ## the everyday tests: seeded, without the slow and nightly ones
	$(PY) -m pytest -n $(WORKERS) --hypothesis-profile=ci -m "not slow and not nightly"

test-browser: $(TEST)  ## the report in Chromium, of which `make test` is part where it is found
	$(PY) -m pytest -n 0 -m browser -rs tests/report

notebooks: $(TEST)  ## run every notebook from top to bottom
	@if [ -n "$$(find notebooks -name '*.ipynb' 2>/dev/null)" ]; then \
	  $(PY) -m pytest -n $(WORKERS) --nbmake --nbmake-timeout=600 notebooks; \
	else echo "no notebooks yet"; fi

nightly: $(TEST)  ## all tests in full: slow ones, campaigns, 2000 examples per property
	$(PY) -m pytest -n $(WORKERS) --hypothesis-profile=nightly -m ""

# Seconds for each target; the extra is installed here only.
SECONDS ?= 60
FUZZ := $(VENV)/.installed-fuzz
$(FUZZ): $(TEST)
	$(PY) -m pip install -c constraints.txt -e ".[fuzz]"
	@touch $@

fuzz: $(FUZZ)  ## fuzz what reads certificates and expressions, SECONDS=60 for each target
	@for target in reader check expression spectrum; do \
	  $(PY) -m fuzz $$target -max_total_time=$(SECONDS) || exit 1; done

# The base is Python's standard library: no virtual environment is needed, only coqc.
proofs:  ## check proofs/ with Coq's kernel (Debian: coq; WRITE=1 renews its table of theorems)
	@$(PYTHON) -m verify.coq $(if $(WRITE),--write)

bench: $(TEST)  ## timings, which no test depends on: a table and a picture in bench-out/
	@mkdir -p bench-out
	$(PY) -m pytest benchmarks --benchmark-only -p no:xdist -q \
	  --benchmark-json=bench-out/benchmarks.json
	$(PY) -m benchmarks.report bench-out/benchmarks.json

# Executed copies for the site; the stored notebooks hold no outputs.
CODE := $(shell find theory numerics verify -name '*.py')
build/notebooks/%.ipynb: notebooks/%.ipynb $(CODE) | $(DOCS)
	$(PY) -m nbconvert --to notebook --execute --log-level ERROR --output-dir build/notebooks $<

docs: $(DOCS) $(patsubst %,build/%,$(wildcard notebooks/*.ipynb))  ## the site, into build/site
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict --quiet
	@echo "build/site/index.html"

readme: $(TEST)  ## run every command that README.md shows and store what it prints
	$(PY) -m verify.readme README.md

wheel: $(TEST)  ## build the wheel and the source archive into dist/
	$(PY) -m build --no-isolation

clean:  ## remove caches, builds and the demo's output
	rm -rf build dist demo-out quick-out bench-out .benchmarks .hypothesis .import_linter_cache .mypy_cache \
	  .pytest_cache .ruff_cache .cache
	rm -f proofs/*.vo proofs/*.vok proofs/*.vos proofs/*.glob proofs/.*.aux proofs/.*.cache
	find theory numerics verify tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## clean, and remove the virtual environment
	rm -rf "$(VENV)"
