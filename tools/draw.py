"""Draw the drawings of the book.

    python tools/draw.py                   all of them, into book/images/drawings
    python tools/draw.py four_spins wall   some of them
    python tools/draw.py --check           write nothing; fail where a file would change

One file for both themes: the book changes the colours (`book/_theme/figures.py`).
"""

import argparse
import sys
from pathlib import Path

from drawings import DRAWINGS
from drawings.pen import drawn

FOLDER = Path(__file__).resolve().parents[1] / "book" / "images" / "drawings"


def main(arguments=None):
    """Exit status 0 unless, with --check, a file is not what would be drawn."""
    parser = argparse.ArgumentParser(description="Draw the drawings of the book.")
    parser.add_argument("names", nargs="*", help="which; all if none")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a change")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(DRAWINGS)
    if unknown:
        parser.error(
            f"no drawing {', '.join(sorted(unknown))}; there are {', '.join(sorted(DRAWINGS))}"
        )
    stale = []
    for name in options.names or DRAWINGS:
        svg, path = drawn(DRAWINGS[name], DRAWINGS[name].height), FOLDER / f"{name}.svg"
        if not path.exists() or path.read_text(encoding="utf-8") != svg:
            stale.append(name)
            if not options.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(svg, encoding="utf-8", newline="\n")
    print(f"{len(stale)} {'stale' if options.check else 'drawn anew'}:", *stale)
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
