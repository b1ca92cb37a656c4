"""Stacks of machines, a deep belief network: up from the data layer by layer, and dreams down."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .gibbs import GibbsChain
from .machine import RBM

__all__ = ["lift", "stack_dreams"]


def lift(
    machines: Sequence[RBM], v: ArrayLike, *, rng: int | np.random.Generator
) -> NDArray[np.int8]:
    """Hidden units of the topmost machine, drawn from the data layer by layer.

    Parameters
    ----------
    machines : sequence of RBM
        From the data upwards; the visible units of each are the hidden ones of the one below.
        Without any, the data come back.
    v : array of 0 and 1, shape (n_samples, n_visible)
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    int8 array, shape (n_samples, n_hidden of the topmost)

    Raises
    ------
    ValueError
        If machines or data do not fit on one another; a missing rng.

    Examples
    --------
    >>> from rgcourse.rbm import random_rbm
    >>> lift([random_rbm(16, 4, rng=1), random_rbm(4, 2, rng=1)], np.ones((5, 16)), rng=1).shape
    (5, 2)
    """
    random = _checks.generator(rng)
    _checks.refuse_masked("v", v)
    rows = np.asarray(v)
    if rows.ndim != 2 or not np.all((rows == 0) | (rows == 1)):
        raise ValueError(f"v must be (n_samples, n_visible) of 0 and 1, got shape {rows.shape}")
    for machine in machines:
        chain = GibbsChain(machine, len(rows), start=rows, rng=random)
        chain.sweep()
        rows = chain.hidden
    return rows.astype(np.int8)


def stack_dreams(
    machines: Sequence[RBM],
    start: ArrayLike,
    n: int,
    *,
    every: int = 1,
    warm_up: int = 100,
    rng: int | np.random.Generator,
) -> NDArray[np.int8]:
    """What a stack dreams: the topmost machine's chain, drawn down to the data.

    The machines below the topmost one are only walked down, so that

        p(v) = sum_h p(v | h) p(h),    p(h) the distribution of the visible units one machine up.

    With one machine these are its Gibbs samples.

    Parameters
    ----------
    machines : sequence of RBM
        From the data upwards, at least one.
    start : array of 0 and 1, shape (n_chains, n_visible)
        Data from which the chains begin, lifted to the topmost machine.
    n : int
        Dreams of each chain.
    every : int
        Sweeps of the topmost machine between two dreams.
    warm_up : int
        Sweeps before the first.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    int8 array, shape (n, n_chains, n_visible)

    Raises
    ------
    ValueError
        For no machine, machines or data that do not fit on one another, numbers below 1.

    References
    ----------
    G. E. Hinton, S. Osindero and Y.-W. Teh, Neural Computation 18, 1527 (2006),
    doi:10.1162/neco.2006.18.7.1527.

    Examples
    --------
    >>> from rgcourse.rbm import random_rbm
    >>> stack = [random_rbm(16, 4, rng=1), random_rbm(4, 2, rng=1)]
    >>> stack_dreams(stack, np.ones((5, 16)), 3, rng=1).shape
    (3, 5, 16)
    """
    if not machines:
        raise ValueError("machines must be a stack of at least one RBM, got none")
    random = _checks.generator(rng)
    *below, top = machines
    rows = lift(below, start, rng=random)
    chain = GibbsChain(top, len(rows), start=rows, rng=random)
    chain.sweep(_checks.integer("warm_up", warm_up, minimum=1))
    samples = chain.sample(n, every)
    for machine in reversed(below):
        down = lift([machine.transposed], samples.reshape(-1, machine.n_hidden), rng=random)
        samples = down.reshape(*samples.shape[:2], machine.n_visible)
    return samples
