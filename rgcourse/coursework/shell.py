"""The shell that runs the cells of a submission as Jupyter does, with nobody looking.

IPython's own shell transforms and runs each cell, so that magics, `!`, `?`, `await`, `_` and
`display` do what they do in a notebook. What would be shown goes nowhere.
"""

import asyncio
import os
import sys
from typing import Any

import traitlets
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config, Configurable

__all__ = ["QuietShell", "run_cell", "start"]

# Magics of the notebook itself, not of IPython: they show or arrange something.
OF_THE_NOTEBOOK = "autosave clear connect_info edit less man more qtconsole subshell".split()


class QuietShell(InteractiveShell):
    """IPython's shell without history on the disk, without tracebacks, figures and pagers."""

    shown: BaseException | None = None  # the last error that a notebook would have shown

    def enable_gui(self, gui: Any = None) -> None:
        """No windows here."""

    def enable_matplotlib(self, gui: Any = None) -> tuple[str, str]:
        """`%matplotlib` of any kind: figures are made, and nobody looks at them."""
        return "inline", "agg"

    def ask_exit(self) -> None:
        """`exit` ends a kernel, here it ends nothing."""

    def showtraceback(self, *args: Any, **options: Any) -> None:
        """Keep the error, which `%%time` tells nobody else; a traceback is for nobody here."""
        self.shown = sys.exc_info()[1]

    def showsyntaxerror(self, *args: Any, **options: Any) -> None:
        """As for `showtraceback`."""
        self.shown = sys.exc_info()[1]


QuietShell.__name__ = "ZMQInteractiveShell"  # the name by which a notebook asks where it is


class InlineBackend(Configurable):
    """What `%config InlineBackend.figure_format = "retina"` sets; the real one loads Matplotlib."""

    figure_format = traitlets.Any().tag(config=True)
    figure_formats = traitlets.Any().tag(config=True)
    print_figure_kwargs = traitlets.Any().tag(config=True)
    close_figures = traitlets.Any().tag(config=True)
    rc = traitlets.Any().tag(config=True)


def start() -> QuietShell:
    """The shell of this process, with an empty notebook."""
    quiet = Config({"HistoryManager": {"enabled": False}, "IPKernelApp": {}})  # no database
    shell = QuietShell.instance(config=quiet)
    shell.user_ns["__name__"] = "__main__"
    shell.configurables.append(InlineBackend(parent=shell))
    shell.set_hook("show_in_pager", _no_pager, 0)
    for name in OF_THE_NOTEBOOK:
        shell.magics_manager.register_function(_nothing, "line", name)
    sys.path.insert(0, os.getcwd())  # of what %%writefile has written
    return shell


def _no_pager(*args: Any, **options: Any) -> None:
    """What `name?` shows, nobody reads."""


def _nothing(line: str) -> None:
    """A magic that has nothing to do here."""


async def run_cell(shell: QuietShell, source: str) -> BaseException | None:
    """Run a cell as a notebook does; the error that has ended it, if any.

    Parameters
    ----------
    shell : QuietShell
        From `start`.
    source : str
        The text of the cell.
    """
    shell.shown = None
    transformed, failed = source, None
    try:
        transformed = shell.transform_cell(source)
    except Exception:
        failed = sys.exc_info()
    if shell.should_run_async(source, transformed_cell=transformed, preprocessing_exc_tuple=failed):
        result = await shell.run_cell_async(
            source, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=failed
        )
    else:
        result = shell.run_cell(source, store_history=True)
    await asyncio.sleep(0)  # tasks that the cell has left go on between cells
    return result.error_before_exec or result.error_in_exec or shell.shown
