"""Draw the landing page's first picture, in both themes: a lattice at the critical temperature.

    python tools/build_hero.py            write book/_theme/live/hero-{light,dark}.webp

One pixel is one spin, so the page's script goes on from there.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from rgcourse._palette import DARK, LIGHT
from rgcourse.exact import CRITICAL_T
from rgcourse.samplers import SwendsenWang

FOLDER = Path(__file__).resolve().parents[1] / "book" / "_theme" / "live"
L, SEED, SWEEPS = 640, 3, 100


def spins():
    """The lattice of the picture, int8 (L, L)."""
    chain = SwendsenWang(L, 1 / CRITICAL_T, rng=SEED)
    chain.sweep(SWEEPS)
    return chain.spins


def picture(lattice, palette):
    """Spins as an RGB image in a theme's two tones."""
    tones = [[int(palette[s][i : i + 2], 16) for i in (1, 3, 5)] for s in ("down", "up")]
    return Image.fromarray(np.array(tones, np.uint8)[(lattice + 1) // 2])


def main():
    FOLDER.mkdir(exist_ok=True)
    lattice = spins()
    for name, palette in {"light": LIGHT, "dark": DARK}.items():
        path = FOLDER / f"hero-{name}.webp"
        picture(lattice, palette).save(path, lossless=True, method=6, quality=100)
        print(f"{path.name}  {path.stat().st_size / 1e3:.1f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
