"""The packed kernel in the page, in headless Chromium, beside the same kernel natively.

    python benchmarks/in_page.py

Runs the browser test that times both in turns, with vector instructions (SIMD) and without, and
fails below the floor. Writes `in_page.json` beside this file. Needs Chromium and the extra `test`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TEST = HERE.parent / "tests" / "browser" / "test_packed_lab.py"
FLOOR, AIM = 0.12, 0.25  # of native speed: without vectors, with them


def main():
    stored = HERE / "in_page.json"
    environment = {**os.environ, "RGCOURSE_IN_PAGE": str(stored)}
    command = [sys.executable, "-m", "pytest", "-q", str(TEST), "-k", "beside_native"]
    subprocess.run(command, env=environment, check=True)
    good = True
    for row in json.loads(stored.read_text(encoding="utf-8"))["rows"]:
        plain, vectors = (row[kind][0] / row[kind][1] for kind in ("scalar", "simd"))
        good &= plain >= FLOOR
        print(
            f"L = {row['L']:5d}: of native speed {plain:.2f} without vectors (floor {FLOOR}), "
            f"{vectors:.2f} with (aim {AIM})"
        )
    print("the floor holds" if good else "BELOW THE FLOOR")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
