"""Rotations and reflections of the hypercubic lattice, as numbers with tables of their products.

A symmetry moves the axes and turns some of them round, so that component a of the image of x is
sign[a] * x[axis[a]]: 8 symmetries in the plane, 48 in space, 384 in four dimensions. Number 0
changes nothing.
"""

from functools import cache
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from .. import _checks

__all__ = ["lattice_symmetries"]

DIMENSIONS = (2, 3, 4)


def lattice_dimension(dim):
    """`dim` as an int; ValueError unless it is 2, 3 or 4."""
    number = _checks.integer("dim", dim, minimum=2)
    if number not in DIMENSIONS:
        raise ValueError(f"dim must be 2, 3 or 4, got {number}; above four walks hardly meet")
    return number


def lattice_symmetries(dim: int) -> NDArray[np.int64]:
    """All rotations and reflections of the lattice as matrices of 0, 1 and -1, the unit first.

    Parameters
    ----------
    dim : {2, 3, 4}
        Dimension of the lattice.

    Returns
    -------
    ndarray of shape (2**dim * dim!, dim, dim)

    Raises
    ------
    ValueError
        For other dimensions.

    Examples
    --------
    >>> lattice_symmetries(2).shape
    (8, 2, 2)
    """
    dim = lattice_dimension(dim)
    group = signed_axes(dim).reshape(-1, 2, dim)
    matrices = np.zeros((len(group), dim, dim), np.int64)
    for row in range(dim):
        matrices[np.arange(len(group)), row, group[:, 0, row]] = group[:, 1, row]
    return matrices


@cache
def signed_axes(dim):
    """int32 array, flat: for each symmetry its `dim` axes, then its `dim` signs."""
    return _frozen(
        [
            [*axes, *signs]
            for axes in permutations(range(dim))
            for signs in product((1, -1), repeat=dim)
        ]
    )


@cache
def product_tables(dim):
    """Numbers of g h, and of g inverse h, at [g * n + h]: two flat int32 arrays."""
    matrices = lattice_symmetries(dim)
    n = len(matrices)
    place = 3 ** np.arange(dim * dim)
    name = (matrices.reshape(n, -1) + 1) @ place
    known = {int(value): number for number, value in enumerate(name)}

    def numbers(left):
        pairs = np.einsum("gij,hjk->ghik", left, matrices).reshape(n * n, -1)
        return _frozen([known[int(value)] for value in (pairs + 1) @ place])

    return numbers(matrices), numbers(matrices.transpose(0, 2, 1))


def _frozen(numbers):
    array = np.array(numbers, np.int32).ravel()
    array.flags.writeable = False
    return array
