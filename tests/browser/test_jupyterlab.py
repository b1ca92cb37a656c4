"""The same figure in a real JupyterLab with a real kernel: traits stay in step, both ways."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest

CELLS = [
    "from rgcourse.widgets import IsingLab\nlab = IsingLab(L=64, T=2.0, running=False)\nlab",
    "lab.T = 3.0",
    "print('the kernel has', lab.T, lab.level, lab.running)",
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=10) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture
def lab(tmp_path):
    """Address of a notebook in a JupyterLab of its own, with settings of its own."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, tmp_path / "figure.ipynb")
    port, token = free_port(), secrets.token_hex(16)
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": tmp_path,
        "ServerApp.open_browser": False,
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": True,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
    }
    command = [sys.executable, "-m", "jupyterlab", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    homes = {name: str(tmp_path / name.lower()) for name in homes}
    with open(tmp_path / "server.log", "w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **homes})
    try:
        deadline = time.monotonic() + 300
        while not answers(f"http://127.0.0.1:{port}/api/status?token={token}"):
            assert server.poll() is None and time.monotonic() < deadline, (
                "JupyterLab does not start:\n" + (tmp_path / "server.log").read_text()[-2000:]
            )
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/doc/tree/figure.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=300)


# The kernel of the open notebook waits for work. (Asked too early, Lab would ask for a kernel.)
IDLE = "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def run_cell(page, index):
    """Ask for one cell to be run; does not wait for the kernel."""
    page.evaluate(
        """(index) => {
          jupyterapp.shell.currentWidget.content.activeCellIndex = index;
          void jupyterapp.commands.execute('notebook:run-cell');
        }""",
        index,
    )


def test_traits_stay_in_step_with_a_kernel(lab, open_page, poll):
    page = open_page()
    page.set_default_timeout(300_000)
    page.goto(lab)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    poll(lambda: page.evaluate(IDLE), timeout=300)
    run_cell(page, 0)
    figure = page.locator("figure.rgw")
    figure.wait_for()
    shown = figure.locator("output[data-key=T]")
    assert shown.inner_text() == "2.000"

    run_cell(page, 1)  # Python sets, the page follows
    poll(lambda: shown.inner_text() == "3.000", timeout=300)
    slider = figure.get_by_label("Temperature", exact=True)
    assert slider.input_value() == "3"

    slider.fill("1.25")  # the page sets, Python follows
    figure.get_by_role("button", name="Zoom out").click()
    printed = page.locator(".jp-Cell").last.locator(".jp-OutputArea-output")

    def kernel_has(what):  # a second change is sent when the kernel has answered to the first
        run_cell(page, 2)
        poll(lambda: printed.count() and page.evaluate(IDLE), timeout=300)
        return printed.inner_text().strip() == f"the kernel has {what}"

    poll(lambda: kernel_has("1.25 1 False"), timeout=300)

    figure.focus()  # keys reach the figure, not the notebook
    page.keyboard.press("ArrowRight")
    assert shown.inner_text() == "1.260"
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(CELLS)
