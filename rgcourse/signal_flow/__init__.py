"""Signals on their way through the layers of a random network: a flow, its points and its length.

A layer maps h to h'_i = sum_j W_ij tanh(h_j) + b_i, with independent normal weights of variance
w2 / n and biases of variance b2. In a wide layer signals are Gaussian, and two inputs are known by
their variance q and their overlap c. A layer then is one step of a map,

    q' = w2 <tanh(sqrt(q) u)**2> + b2,        c' q' = w2 <tanh(sqrt(q) u) tanh(sqrt(q) v)> + b2,

with normal u and v of correlation c. `recursion` has the map, its fixed points and the number of
layers after which a signal is forgotten; `random` sends two inputs through networks as they are,
of finite width; `training` teaches such networks, with and without shortcuts.

Weights are those before training, except in `training`.
"""

from .random import send_pairs
from .recursion import (
    Phase,
    critical_point,
    critical_weight,
    fixed_variance,
    overlap_after,
    phase,
    variance_after,
)
from .training import DeepNet, loss_and_gradient, random_deep, train_deep

__all__ = [
    "DeepNet",
    "Phase",
    "critical_point",
    "critical_weight",
    "fixed_variance",
    "loss_and_gradient",
    "overlap_after",
    "phase",
    "random_deep",
    "send_pairs",
    "train_deep",
    "variance_after",
]
