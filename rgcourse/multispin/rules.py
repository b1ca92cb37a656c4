"""From couplings to the tables of an update, and the update itself: Metropolis and heat bath.

Every probability is exact. Plain functions, called once for each change of K or h: by a chain as
they are, by the page compiled.
"""

import math

from numba import uint64 as U
from numba.extending import register_jitable

from .masks import ALL_BITS, MaskTables, set_probability

__all__ = ["tables"]


@register_jitable
def update(spin, aligned, excited, heat_bath):
    """Spins after the update: `aligned` with their local field, except where `excited` is set.

    Heat bath (`heat_bath` all ones): the new spin is against its local field with probability
    1 / (1 + exp(2 |K n + h|)), whatever the old one was. Metropolis (`heat_bath` zero): a spin
    against the field always flips, one along the field flips with probability exp(-2 |K n + h|).
    """
    return aligned ^ (excited & (heat_bath | ~(spin ^ aligned)))


@register_jitable
def n_probabilities(z, h):
    """How many an update with z neighbours needs: without a field only |n| = 2, 4, .. z counts."""
    return z + 1 if h != 0.0 else z // 2


@register_jitable
def n_words(z, h):
    """Length of `rule`: two words for each probability, and what `update` needs besides."""
    return 3 * (z + 1) + 1 if h != 0.0 else 2 * (z // 2) + 2


@register_jitable
def excitation_probability(field, heat_bath):
    """Probability that a spin in the local field K n + h ends up against it.

    For Metropolis that of a spin along the field, for the heat bath that of any spin.
    """
    boltzmann = math.exp(-2.0 * abs(field))
    return boltzmann / (1.0 + boltzmann) if heat_bath else boltzmann


@register_jitable
def fill_rule(K, h, z, heat_bath, columns, rule, poisson):
    """Tables of the update with z neighbours, heat bath (`heat_bath` 1) or Metropolis (0).

    Without a field the probabilities are those of |n| = 2, 4, .. z, followed by all ones or zero
    for heat bath and for an antiferromagnet. In a field they are those of 0, 1, .. z neighbours up,
    followed by the same for heat bath and for the z + 1 directions of the local field.
    """
    n = n_probabilities(z, h)
    rule[2 * n] = U(ALL_BITS) if heat_bath else U(0)
    if h == 0.0:
        rule[2 * n + 1] = U(ALL_BITS) if K < 0.0 else U(0)
    for j in range(n):
        field = K * (2 * j - z) + h if h != 0.0 else K * (2 * j + 2)
        set_probability(excitation_probability(field, heat_bath), j, n, columns, rule, poisson)
        if h != 0.0:
            rule[2 * n + 1 + j] = U(ALL_BITS) if field > 0.0 else U(0)


def tables(K: float, h: float, z: int, heat_bath: bool, columns: int) -> MaskTables:
    """The tables of the update with z neighbours, for lattices with rows of `columns` words.

    Parameters
    ----------
    K, h : float
        Coupling and field.
    z : int
        Neighbours of a site.
    heat_bath : bool
        Heat bath or Metropolis.
    columns : int
        Words in a row of the lattice.
    """
    made = MaskTables(n_probabilities(z, h), columns, n_words(z, h))
    fill_rule(K, h, z, heat_bath, columns, made.rule, made.poisson)
    return made
