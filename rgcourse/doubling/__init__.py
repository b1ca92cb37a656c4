"""Period doubling as a renormalization group: orbits of a map, its superstable parameters, and the
fixed point of the doubling operator.
"""

__all__: list[str] = []
