"""Sphinx extension: the package as a wheel beside the pages, for who takes a page away as notebook.

Where the book is served, `pip install` takes it from `_static`; so does the first cell of a page on
Colab, when `_config.yml` knows the address of the book and none of a repository.
"""

from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[2]


def setup(app):
    app.connect("build-finished", put_wheel)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def put_wheel(app, exception):
    if exception is None and app.builder.format == "html":
        folder = str(Path(app.outdir) / "_static")
        list(WheelBuilder(str(ROOT)).build(directory=folder, versions=["standard"]))
