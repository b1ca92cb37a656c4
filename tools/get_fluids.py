"""Remake the tables of coexisting densities that the package carries, from CoolProp.

    python tools/get_fluids.py            write rgcourse/data/coexistence.json
    python tools/get_fluids.py --check    exit 1 unless this CoolProp gives the same to 1e-6

The fluids are water; sulfur hexafluoride, for which the range of the measurements and a second
experiment are known; the eight of Guggenheim's paper of 1945 (argon, krypton, xenon, neon,
nitrogen, oxygen, carbon monoxide, methane); and two for exercises, carbon dioxide, whose equation
has terms that are not analytic at T_c (as water's has), and helium. The table names the equation
of state of each. CoolProp is under the MIT licence; the numbers are densities over rho_c.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from rgcourse.coexistence import fluid_curve

TARGET = Path(__file__).resolve().parents[1] / "rgcourse" / "data" / "coexistence.json"
DISTANCE = 1e-5, 0.28, 121  # first, last and number, evenly in the logarithm
TOLERANCE = 1e-6  # of densities, between versions of CoolProp
NAMES = {
    "water": "Water",
    "sulfur hexafluoride": "SulfurHexafluoride",
    "argon": "Argon",
    "krypton": "Krypton",
    "xenon": "Xenon",
    "neon": "Neon",
    "nitrogen": "Nitrogen",
    "oxygen": "Oxygen",
    "carbon monoxide": "CarbonMonoxide",
    "methane": "Methane",
    "carbon dioxide": "CarbonDioxide",
    "helium": "Helium",
}


def tables():
    """What is stored, by this CoolProp."""
    import CoolProp
    import CoolProp.CoolProp

    found = {}
    for name, theirs in NAMES.items():
        curve = fluid_curve(theirs, np.geomspace(*DISTANCE))
        found[name] = {
            "equation": CoolProp.CoolProp.get_BibTeXKey(theirs, "EOS"),
            "T_c": float(f"{curve.T_c:.10g}"),
            "rho_c": float(f"{curve.rho_c:.10g}"),
            "liquid": [float(f"{x:.9g}") for x in curve.liquid],
            "vapour": [float(f"{x:.9g}") for x in curve.vapour],
        }
    return {
        "made_by": f"python tools/get_fluids.py, CoolProp {CoolProp.__version__}",
        "distance": list(DISTANCE),
        "fluids": found,
    }


def as_text(made):
    """JSON with a line for each list."""
    head = json.dumps({k: v for k, v in made.items() if k != "fluids"}, indent=1)[:-2]
    lines = []
    for name, fluid in made["fluids"].items():
        parts = ",\n".join(f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in fluid.items())
        lines.append(f"  {json.dumps(name)}: {{\n{parts}\n  }}")
    return head + ',\n "fluids": {\n' + ",\n".join(lines) + "\n }\n}\n"


def differs(old, new):
    """Largest difference of a density between two such tables; infinite if they do not match."""
    if old["distance"] != new["distance"] or list(old["fluids"]) != list(new["fluids"]):
        return np.inf
    return max(
        np.max(np.abs(np.subtract(old["fluids"][name][phase], fluid[phase])))
        for name, fluid in new["fluids"].items()
        for phase in ("liquid", "vapour")
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    made = tables()
    if given.check:
        off = differs(json.loads(TARGET.read_text(encoding="utf-8")), made)
        print(f"largest difference of a reduced density: {off:.2g}")
        sys.exit(int(not off < TOLERANCE))
    TARGET.write_text(as_text(made), encoding="utf-8")


if __name__ == "__main__":
    main()
