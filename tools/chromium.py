"""The browser that takes the stills and runs the tests."""

import os
import shutil

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
# The headless shell has the engine alone: it opens a page in a third of the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium(playwright):
    """The path of $CHROMIUM, of the system's or of Playwright's own; RuntimeError without one."""
    named, own = os.environ.get("CHROMIUM"), playwright.chromium.executable_path
    if named and not shutil.which(named):
        raise RuntimeError(f"CHROMIUM={named} is no program; name one that is, or none")
    found = next(filter(None, map(shutil.which, [named or "", *NAMES, own])), None)
    if found is None:
        raise RuntimeError(
            "no Chromium found: apt install chromium-headless-shell (or chromium), or set CHROMIUM"
        )
    return found
