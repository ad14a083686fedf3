# One word for each thing to do. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help install demo test check bench soak screenshots lock clean

PYTHON ?= python3
WORKERS ?= 2
KILLS ?= 10
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
WEB := $(shell find web -type f -not -path 'web/node_modules/*' -not -path '*/__pycache__/*' -not -name schema.ts 2>/dev/null)
KERNELS := $(wildcard src/scanwright/kernels/_compiled/*.py src/scanwright/kernels/_compiled/*.pxd)

help:  ## list these recipes
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

install: .venv/.kernels .venv/.page  ## make the environment .venv, compile the kernels, build the page
	@:

demo: install  ## a simulated market, a first scan, and what to try next
	@$(BIN)/scanwright demo

test: install  ## run all tests (WORKERS=1 for one process, TESTS=path for some)
	@$(BIN)/python -m pytest -q -rs -n $(WORKERS) --dist loadgroup $(TESTS)

check: install  ## lint, format, types, import contract, the page, house tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python web/build.py npm run lint
	$(BIN)/python web/build.py npm run check
	$(BIN)/python web/build.py npm test
	$(BIN)/python -m pytest -q tests/house

bench: install .venv-bench/.locked  ## compare with the peers, which live in an environment of their own
	@.venv-bench/bin/python bench/run.py

soak: install  ## kill an update at random moments (KILLS=10), each time nothing that was acknowledged may be lost
	@KILLS=$(KILLS) $(BIN)/python -m pytest -q tests/acceptance/test_updating.py -k killed

screenshots: install  ## take the pictures of the page for the docs (needs Chromium)
	@$(BIN)/python tools/screenshots.py

lock:  ## choose the newest versions again and pin them (needs uv)
	@rm -f uv.lock
	uv export -q --all-extras --all-groups --no-emit-project --no-annotate -o requirements.lock
	uv pip compile -q --universal --upgrade --generate-hashes --no-annotate --python-version 3.11 bench/requirements.in -o bench/requirements.lock
	@rm -f uv.lock

clean:  ## remove the environments and everything compiled
	rm -rf .venv .venv-bench build web/node_modules src/scanwright/app/page dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f $(addprefix src/scanwright/kernels/_compiled/,*.so *.c _sources.json)

# $(call environment,FOLDER,LOCK): the pinned libraries, each checked against its hash; by uv where it is, else by pip.
ifdef UV
define environment
	@echo "$(1): installing the libraries of $(2)"
	@test -x $(1)/bin/python || uv venv -q $(1)
	@uv pip sync -q --python $(1)/bin/python --require-hashes $(2)
endef
define package
	@uv pip install -q --python $(1)/bin/python --no-deps --no-build-isolation -e .
endef
else
define environment
	@echo "$(1): installing the libraries of $(2)"
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "Python 3.11 or later is needed, found %d.%d; name one: make PYTHON=python3.12" % v[:2])'
	@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
	@$(1)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $(2)
endef
define package
	@$(1)/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
endef
endif

.venv/.locked: requirements.lock
	$(call environment,.venv,requirements.lock)
	@touch $@

.venv/.package: .venv/.locked pyproject.toml hatch_build.py
	$(call package,.venv)
	@touch $@

# Apart from the package's own installation: that may come from a cache, and a changed kernel needs no more than this.
.venv/.kernels: .venv/.package $(KERNELS)
	@$(BIN)/python hatch_build.py
	@touch $@

.venv/.page: .venv/.package $(WEB)
	@$(BIN)/python web/build.py
	@touch $@

# The peers beside the package itself, which is found through the folder that .venv uses too.
.venv-bench/.locked: bench/requirements.lock
	$(call environment,.venv-bench,bench/requirements.lock)
	@echo "$(CURDIR)/src" > "$$(.venv-bench/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/scanwright.pth"
	@touch $@
