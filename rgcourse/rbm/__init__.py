"""Restricted Boltzmann machines: energy, exact sums, block Gibbs, training, annealing.

A machine has visible units v and hidden units h, all 0 or 1, and bonds only between the two kinds:

    E(v, h) = -a.v - b.h - v.W.h,    p(v, h) = exp(-E) / Z,    W of shape (n_visible, n_hidden).

`machine` has the energy, the free energy of the visible units and their exact sums for small
machines; `gibbs` draws from a machine, `training` fits one to data, `annealing` finds its ln Z
when it is too large to be summed; `fields` says what the units of a stack look at, and `stack`
draws from one.
"""

from .annealing import annealed_log_z
from .fields import block_share, field_size, receptive_fields, spot_size
from .gibbs import GibbsChain, GibbsSeries
from .machine import (
    RBM,
    Moments,
    SpinMachine,
    data_moments,
    energy,
    free_energy,
    from_spin_rbm,
    hidden_means,
    log_likelihood,
    log_likelihood_gradient,
    log_z_exact,
    model_moments,
    to_spin_rbm,
    visible_means,
)
from .stack import lift, stack_dreams
from .training import epochs, random_rbm, train_rbm

__all__ = [
    "RBM",
    "GibbsChain",
    "GibbsSeries",
    "Moments",
    "SpinMachine",
    "annealed_log_z",
    "block_share",
    "data_moments",
    "energy",
    "epochs",
    "field_size",
    "free_energy",
    "from_spin_rbm",
    "hidden_means",
    "lift",
    "log_likelihood",
    "log_likelihood_gradient",
    "log_z_exact",
    "model_moments",
    "random_rbm",
    "receptive_fields",
    "spot_size",
    "stack_dreams",
    "to_spin_rbm",
    "train_rbm",
    "visible_means",
]
