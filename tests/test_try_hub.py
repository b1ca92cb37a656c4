"""The trial of a hub leaves nothing running."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools")]
import try_hub  # noqa: E402


@pytest.mark.skipif(sys.platform != "linux", reason="the trial is for Linux")
def test_a_server_in_a_session_of_its_own_is_ended_with_its_hub():
    code = (
        "import subprocess, time; one = subprocess.Popen(['sleep', '600'], start_new_session=True);"
        "print(one.pid, flush=True); time.sleep(600)"
    )
    hub = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    server = psutil.Process(int(hub.stdout.readline()))
    try_hub.end(hub)
    gone, alive = psutil.wait_procs([server], timeout=60)
    assert not alive or alive[0].status() == psutil.STATUS_ZOMBIE
