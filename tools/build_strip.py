"""Draw the front page's picture, in both themes: one critical magnet from four distances.

    python tools/build_strip.py            write book/_theme/live/strip-{light,dark}.webp

Four windows with equally many block spins, of 1, 2, 4 and 8 spins a side, around the same point of
one lattice at the critical temperature. One pixel is one block spin.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from rgcourse._palette import DARK, LIGHT
from rgcourse.blocking import block_spins
from rgcourse.exact import CRITICAL_T
from rgcourse.samplers import SwendsenWang

FOLDER = Path(__file__).resolve().parents[1] / "book" / "_theme" / "live"
L, SEED, SWEEPS = 1024, 1966, 50  # the seed of the page, not one of many
WIDTH, HEIGHT = 128, 48  # of a window, in block spins; landing.css shows each on 2 x 2 pixels
STEPS = 4


def strip():
    """The four windows side by side, int8 (HEIGHT, STEPS * WIDTH)."""
    chain = SwendsenWang(L, 1 / CRITICAL_T, rng=SEED)
    chain.sweep(SWEEPS)
    rng = np.random.default_rng(SEED)
    spins, windows = chain.spins, []
    for _ in range(STEPS):
        windows.append(middle(spins))
        spins = block_spins(spins[None], rng=rng)[0]
    return np.concatenate(windows, axis=1)


def middle(spins):
    """The window around the middle of a lattice."""
    top, left = (len(spins) - HEIGHT) // 2, (len(spins) - WIDTH) // 2
    return spins[top : top + HEIGHT, left : left + WIDTH]


def picture(spins, palette):
    """Spins as an RGB image in a theme's two tones."""
    tones = [[int(palette[s][i : i + 2], 16) for i in (1, 3, 5)] for s in ("down", "up")]
    return Image.fromarray(np.array(tones, np.uint8)[(spins + 1) // 2])


def main():
    FOLDER.mkdir(exist_ok=True)
    spins = strip()
    for name, palette in {"light": LIGHT, "dark": DARK}.items():
        path = FOLDER / f"strip-{name}.webp"
        picture(spins, palette).save(path, lossless=True, method=6, quality=100)
        print(f"{path.name}  {path.stat().st_size / 1e3:.1f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
