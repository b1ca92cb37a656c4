"""A pytest plugin for nbval: a page must also keep within its memory, and its time is reported.

Time would measure the machine: `make bench` holds it, against a loop of known work.

Loaded with `-p notebook_budget`, it adds one last test to each notebook that nbval runs. The test
sits in the same session as the cells, so that a page runs only once, and reads the meter that has
watched the kernel meanwhile.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from kernel_meter import Meter  # noqa: E402


def pytest_addoption(parser):
    group = parser.getgroup("budget", "memory of a page")
    group.addoption("--page-megabytes", type=float, default=1000.0, help="largest peak memory")


class OverBudget(Exception):
    """The page needs more memory than a reader's machine has."""


class Budget(pytest.Item):
    """The last test of a notebook: seconds and peak memory of its kernel."""

    def runtest(self):
        meter = self.parent.meter
        meter.stop()
        self.user_properties += [
            ("seconds", meter.seconds),
            ("processor", meter.processor_seconds),
            ("megabytes", meter.megabytes),
        ]
        megabytes = self.config.getoption("--page-megabytes")
        if meter.megabytes > megabytes:
            raise OverBudget(
                f"the page held {meter.megabytes:.0f} MB, expected at most {megabytes:g} MB: keep "
                "records instead of configurations, or work through them in pieces"
            )

    def repr_failure(self, excinfo):
        return str(excinfo.value)

    def reportinfo(self):
        return self.path, 0, f"{self.path.name}: budget"


def notebook_of(item):
    """The nbval file an item belongs to, or None."""
    return item.parent if hasattr(item.parent, "kernel") else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    last = {item.parent: position for position, item in enumerate(items) if notebook_of(item)}
    for notebook, position in sorted(last.items(), key=lambda entry: -entry[1]):
        items.insert(position + 1, Budget.from_parent(notebook, name="budget"))


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item):
    notebook = notebook_of(item)
    if notebook and not hasattr(notebook, "meter"):  # its kernel has just been started
        notebook.meter = Meter(notebook.kernel.km.provisioner.pid)


def pytest_runtest_logreport(report):
    measured = dict(report.user_properties)
    if report.when == "call" and "seconds" in measured:
        name = Path(report.fspath).stem
        print(
            f"\n{name}: {measured['seconds']:.1f} s, {measured['processor']:.1f} s of processor, "
            f"{measured['megabytes']:.0f} MB"
        )
