"""The trials of the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse import variational
from rgcourse.variational import BLOCKS, best_trial, block_trial


@pytest.fixture(scope="module")
def page():
    return Page("variational.wasm")


def counted(page, block):
    """The table of a block as the page makes it: bonds, and where the table is."""
    spins, neighbours = np.zeros(block, np.int8), np.zeros(4 * block, np.int64)
    table = np.zeros((2 * block + 1) * (block + 1), np.int64)
    there = [page.put(array) for array in (spins, neighbours, table)]
    bonds = page.call("count_block", *BLOCKS[block], *there)
    return bonds, there[2], page.get(there[2], table)


@pytest.mark.parametrize("block", BLOCKS)
def test_tables_are_equal(page, block):
    n, bonds, table = variational._block(block)
    there = counted(page, block)
    cells = (bonds + 1) * (n + 1)
    assert there[0] == bonds and np.array_equal(there[2][:cells], table[:cells])


@pytest.mark.parametrize("block", BLOCKS)
def test_trials_are_bit_equal(page, rng, block):
    n, bonds, table = variational._block(block)
    _, table_there, _ = counted(page, block)
    result = np.zeros(5)
    there = page.put(result)
    trial_point = native(variational.trial_point)
    best_point = native(variational.best_point)
    for K, h, B in rng.uniform([0, -0.5, -3], [0.7, 0.5, 3], (50, 3)):
        trial_point(K, h, B, n, bonds, table, result)
        page.call("trial_point", K, h, B, n, bonds, table_there, there)
        assert np.array_equal(page.get(there, result), result)
        assert result[0] == block_trial(K, B, h=h, block=block).free_energy

        field = best_point(K, h, n, bonds, table, result)
        assert page.call("best_point", K, h, n, bonds, table_there, there) == field
        assert np.array_equal(page.get(there, result), result)
        assert field == best_trial(K, h=h, block=block).B
