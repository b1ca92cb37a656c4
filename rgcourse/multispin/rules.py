"""From couplings to the tables of an update: every chance, exactly, for Metropolis and heat bath.

Plain functions, once for each change of K or h: a chain calls them as they are, the page compiled.
"""

import math

from numba import uint64 as U
from numba.extending import register_jitable

from .chances import ALL, Chances, set_chance


@register_jitable
def n_chances(z, h):
    """Chances of an update with z neighbours: without a field only |n| = 2, 4, .. z counts."""
    return z + 1 if h != 0.0 else z // 2


@register_jitable
def n_words(z, h):
    """Length of `rule`: two words for each chance, and what `square.update` needs besides."""
    return 3 * (z + 1) + 1 if h != 0.0 else 2 * (z // 2) + 2


@register_jitable
def against_probability(field, fresh):
    """Chance of a spin against its local field |K n + h|: of going there (Metropolis), of being
    drawn there (heat bath, `fresh`)."""
    boltzmann = math.exp(-2.0 * abs(field))
    return boltzmann / (1.0 + boltzmann) if fresh else boltzmann


@register_jitable
def fill_rule(K, h, z, fresh, columns, rule, arrivals):
    """Tables of the update with z neighbours, heat bath (`fresh` 1) or Metropolis (0).

    Without a field the chances are those of |n| = 2, 4, .. z, followed by fresh and antiferro; in
    a field those of 0, 1, .. z neighbours up, followed by fresh and the z + 1 favoured directions.
    """
    chances = n_chances(z, h)
    rule[2 * chances] = U(ALL) if fresh else U(0)
    if h == 0.0:
        rule[2 * chances + 1] = U(ALL) if K < 0.0 else U(0)
    for chance in range(chances):
        field = K * (2 * chance - z) + h if h != 0.0 else K * (2 * chance + 2)
        set_chance(against_probability(field, fresh), chance, chances, columns, rule, arrivals)
        if h != 0.0:
            rule[2 * chances + 1 + chance] = U(ALL) if field > 0.0 else U(0)


def tables(K, h, z, fresh, columns):
    """`Chances` filled by `fill_rule`, for lattices with rows of so many words."""
    chances = Chances(n_chances(z, h), columns, n_words(z, h))
    fill_rule(K, h, z, fresh, columns, chances.rule, chances.arrivals)
    return chances
