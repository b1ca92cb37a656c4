"""The stiffness of XY lattices once more, on a seed nobody had seen when the law was chosen.

Question: does the temperature that the law with the next logarithm gives, all four sizes, 0.8928(3)
in `helicity`, stand on fresh random numbers?

Fixed beforehand: one more run of `helicity`, with the same sizes, temperatures and lengths,
whatever it shows. It is refuted if the two differ by three errors of the difference: its power.
"""

import long_runs

first = long_runs.load("helicity")


def run(seed):
    """As `helicity`, with another seed."""
    return first.run(seed + 5045)
