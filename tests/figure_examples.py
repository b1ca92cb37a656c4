"""One small live figure of each class, for the tests of what all figures share."""

import numpy as np

from rgcourse import widgets
from rgcourse.rbm import random_rbm

MACHINES = [random_rbm(16, 6, scale=scale, rng=1) for scale in (0.5, 1.0)]
STACK = [random_rbm(64, 16, rng=1), random_rbm(16, 4, rng=2)]
T = np.linspace(1.8, 2.8, 11)
CURVES = T, np.linspace(0.95, 0.05, 11), np.linspace(0.9, 0.1, 11)
GLASS = [[2.0, 0.1], [0.0, 0.3]], [[3.7, 0.0, 0.2], [0.1, 0.5, 0.4], [0.0, -0.4, 0.1]]

ARGUMENTS = {
    "AlgorithmRace": {"L": 16, "observable": "energy", "cluster": "Swendsen-Wang"},
    "BoilingFluid": {"L": 64, "place": -2.0},
    "DesignRG": {"rule": "decimation", "state": 3},
    "GlassOfWater": {"even": GLASS[0], "odd": GLASS[1]},
    "IsingLab": {"L": 256, "h": 0.02},
    "KondoCurves": {"J": 0.5, "shift": -1.0},
    "LevelFlow": {"Lambdas": (2.5, 3.0), "n_sites": 12, "n_keep": 40},
    "MovingCutoff": {"noise": 0.7, "source": "discs", "filter": "thresholds"},
    "NetworkLab": {"magnetization_reader": (12.0, -7.0), "curves": CURVES},
    "RBMDream": {"machines": MACHINES, "temperatures": [2.0, 2.5], "machine": 1, "unit": 3},
    "ReceptiveFields": {"stacks": {"one": STACK, "two": STACK}, "layer": 2, "unit": 3},
    "RuleLab": {"rule": "ties up", "state": 3},
    "TensorLab": {"T": 2.4, "chi": 6, "corners": True},
    "SandpileLab": {"L": 64},
    "SpectrumLab": {"b": 5.0},
    "SpikeLab": {"theta": 1.2},
    "WhichZoom": {"L": 512, "window": 16, "temperature": "at"},
    "WordReach": {"n_words": 6000, "order": "sentences", "d": 50, "seed": 1},
    "ZoomCamera": {"L": 512, "window": 32, "zoom": 1},
    "ZoomIn": {"parent": 1.0, "doublings": 3},
}


def example(name, **options):
    """A figure of the class of this name."""
    return getattr(widgets, name)(**ARGUMENTS.get(name, {}) | options)
