"""Pivots in far less time than it takes to look at every site: the walk as a binary tree.

Joint k of a walk is where site k (counted from 1) meets the next, and the joints are the inner
nodes of a binary search tree, numbered from left to right. A node is a piece of the walk. It keeps
its number of sites, the symmetry that turns its right part, the place of its last site, and a box
around all of them, in a frame of its own, in which the site before the piece is the origin:

    left part:   x             right part:   end(left) + symmetry x

A leaf, node 0, is one site at (1, 0, ..), the same for all. To pivot, rotations of the tree bring
the joint to the top, its symmetry is exchanged, and the two halves are compared: boxes apart, no
collision; else the larger piece is split, and the pieces next to the pivot come first. The same
rotations in reverse restore the balanced shape, so that paths from the top stay short.

References
----------
N. Clisby, J. Stat. Phys. 140, 349 (2010), doi:10.1007/s10955-010-9994-8;
Phys. Rev. Lett. 104, 055702 (2010), doi:10.1103/PhysRevLett.104.055702.
"""

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from .._compile import compiled
from .._random import next_below, random_state
from .pivot import attempts_of, walk_length
from .symmetries import lattice_dimension, product_tables, signed_axes

__all__ = ["TreeChain"]

# A node is 4 + 3 dim words, int32: left and right part, sites, symmetry, last site, box.
LEFT, RIGHT, SITES, TURN, END = 0, 1, 2, 3, 4
STACK = 256  # entries; a walk of 2**21 steps needs some fifty
DEPTH = 64
SHUFFLES = 2  # pivots of each half between two tries to join them
SCALES = 21  # powers of two of their distances from the joint
FORGET = 32  # pivots of either half after a join


@register_jitable
def fill_node(tree, k, dim, group):
    """Sites, last site and box of node k from those of its two parts."""
    words = 4 + 3 * dim
    at = k * words
    left, right = tree[at + LEFT] * words, tree[at + RIGHT] * words
    tree[at + SITES] = tree[left + SITES] + tree[right + SITES]
    signs = 2 * dim * tree[at + TURN]
    for a in range(dim):
        axis, sign = group[signs + a], group[signs + dim + a]
        x = tree[left + END + a]
        tree[at + END + a] = x + sign * tree[right + END + axis]
        low, high = tree[right + END + dim + axis], tree[right + END + 2 * dim + axis]
        if sign < 0:
            low, high = -high, -low
        tree[at + END + dim + a] = min(tree[left + END + dim + a], x + low)
        tree[at + END + 2 * dim + a] = max(tree[left + END + 2 * dim + a], x + high)


@register_jitable
def place_part(tree, entry, node, turn, origin, shift, shift_turn, dim, group, stack):
    """Write a piece into the stack: its node, its turn, and where its frame begins.

    It begins at what stands at `origin`, moved by the turned end of node `shift` unless that is -1.
    """
    stack[entry] = node
    stack[entry + 1] = turn
    words = 4 + 3 * dim
    signs = 2 * dim * shift_turn
    for a in range(dim):
        x = stack[origin + 2 + a]
        if shift >= 0:
            x += group[signs + dim + a] * tree[shift * words + END + group[signs + a]]
        stack[entry + 2 + a] = x


@register_jitable
def boxes_meet(tree, first, second, dim, group, stack):
    """Whether the boxes of two placed pieces have a site in common."""
    words = 4 + 3 * dim
    one, two = stack[first] * words, stack[second] * words
    signs_1, signs_2 = 2 * dim * stack[first + 1], 2 * dim * stack[second + 1]
    for a in range(dim):
        axis = group[signs_1 + a]
        low, high = tree[one + END + dim + axis], tree[one + END + 2 * dim + axis]
        if group[signs_1 + dim + a] < 0:
            low, high = -high, -low
        axis = group[signs_2 + a]
        low_2, high_2 = tree[two + END + dim + axis], tree[two + END + 2 * dim + axis]
        if group[signs_2 + dim + a] < 0:
            low_2, high_2 = -high_2, -low_2
        apart = stack[second + 2 + a] - stack[first + 2 + a]
        if high < low_2 + apart or high_2 + apart < low:
            return False
    return True


@register_jitable
def halves_collide(tree, left, right, turn, dim, group, products, n_group, stack):
    """Whether two pieces share a site, the second turned and put to the end of the first.

    `stack`, int32, has room for STACK pairs of placed pieces, and one more.
    """
    words = 4 + 3 * dim
    part = 2 + dim
    pair = 2 * part
    spare = STACK * pair  # the pair that is looked at
    for a in range(dim):
        stack[spare + 2 + a] = 0
    place_part(tree, 0, left, 0, spare, -1, 0, dim, group, stack)
    place_part(tree, part, right, turn, spare, left, 0, dim, group, stack)
    height = 1
    while height > 0:
        height -= 1
        top = height * pair
        if not boxes_meet(tree, top, top + part, dim, group, stack):
            continue
        for i in range(pair):
            stack[spare + i] = stack[top + i]
        sites_1 = tree[stack[spare] * words + SITES]
        sites_2 = tree[stack[spare + part] * words + SITES]
        if sites_1 == 1 and sites_2 == 1:
            return True
        split = spare if sites_1 >= sites_2 else spare + part
        node, own = stack[split], stack[split + 1]
        before, after = tree[node * words + LEFT], tree[node * words + RIGHT]
        turned = products[own * n_group + tree[node * words + TURN]]
        far, near = top, top + pair  # the near pair is looked at first
        if split == spare:
            place_part(tree, far, before, own, spare, -1, 0, dim, group, stack)
            place_part(tree, near, after, turned, spare, before, own, dim, group, stack)
            kept, to = spare + part, part
        else:
            place_part(tree, near + part, before, own, split, -1, 0, dim, group, stack)
            place_part(tree, far + part, after, turned, split, before, own, dim, group, stack)
            kept, to = spare, 0
        for i in range(part):
            stack[far + to + i] = stack[kept + i]
            stack[near + to + i] = stack[kept + i]
        height += 2
    return False


_halves_collide = compiled(halves_collide)


@register_jitable
def try_joint(tree, top, k, element, dim, group, products, quotients, n_group, path, stack):
    """1 if what lies behind joint k of the piece `top` was turned by a symmetry, 0 if it collides.

    `path`, int32, has room for DEPTH nodes.
    """
    words = 4 + 3 * dim
    own = k * words
    depth = 0
    node = top
    while node != k:
        path[depth] = node
        depth += 1
        node = tree[node * words + (LEFT if k < node else RIGHT)]
    for i in range(depth - 1, -1, -1):  # k goes up
        p = path[i]
        at = p * words
        if p > k:
            tree[at + LEFT] = tree[own + RIGHT]
            tree[at + TURN] = quotients[tree[own + TURN] * n_group + tree[at + TURN]]
            tree[own + RIGHT] = p
        else:
            tree[at + RIGHT] = tree[own + LEFT]
            tree[own + TURN] = products[tree[at + TURN] * n_group + tree[own + TURN]]
            tree[own + LEFT] = p
        fill_node(tree, p, dim, group)
    turn = products[element * n_group + tree[own + TURN]]
    left, right = tree[own + LEFT], tree[own + RIGHT]
    collides = _halves_collide(tree, left, right, turn, dim, group, products, n_group, stack)
    if not collides:
        tree[own + TURN] = turn
    for i in range(depth):  # and down again
        p = path[i]
        at = p * words
        below = path[i + 1] if i + 1 < depth else k
        if p > k:
            tree[own + RIGHT] = tree[at + LEFT]
            tree[at + TURN] = products[tree[own + TURN] * n_group + tree[at + TURN]]
            tree[at + LEFT] = below
        else:
            tree[own + LEFT] = tree[at + RIGHT]
            tree[own + TURN] = quotients[tree[at + TURN] * n_group + tree[own + TURN]]
            tree[at + RIGHT] = below
    fill_node(tree, k, dim, group)
    for i in range(depth - 1, -1, -1):
        fill_node(tree, path[i], dim, group)
    return 0 if collides else 1


_try_joint = compiled(try_joint)


@register_jitable
def shuffle_piece(
    tree, top, first, last, attempts, dim, group, products, quotients, n_group, path, stack, state
):
    """Try so many random pivots about the joints `first` .. `last` of a piece; how many succeed."""
    done = 0
    for _ in range(attempts):
        k = first + next_below(state, last - first + 1)
        element = 1 + next_below(state, n_group - 1)
        done += _try_joint(
            tree, top, k, element, dim, group, products, quotients, n_group, path, stack
        )
    return done


@register_jitable
def shake_joint(
    tree, top, k, side, attempts, dim, group, products, quotients, n_group, path, stack, state
):
    """Pivot the piece `top` on one side of joint k, at all distances alike on a logarithmic scale.

    Only the left (`side` 0) or right part of k is turned in itself when it is the top.
    """
    words = 4 + 3 * dim
    reach = tree[tree[k * words + side] * words + SITES] - 1
    for _ in range(attempts if reach > 0 else 0):
        distance = 1 + next_below(state, min(1 << next_below(state, SCALES), reach))
        element = 1 + next_below(state, n_group - 1)
        joint = k - distance if side == LEFT else k + distance
        _try_joint(tree, top, joint, element, dim, group, products, quotients, n_group, path, stack)


_shake_joint: Any = compiled(shake_joint)


@register_jitable
def join_pieces(tree, order, n, dim, group, products, quotients, n_group, path, stack, state):
    """Make a walk out of its n joints, in `order` from the lowest nodes to the top.

    Two halves are put together with a random turn. Where they collide both are pivoted a little
    and it is tried again. What fits at the first chance fits badly: the joined piece is pivoted,
    near the joint as often as far away, until it has forgotten that.
    """
    words = 4 + 3 * dim
    for i in range(n):
        k = order[i]
        parts = tree[k * words + LEFT], tree[k * words + RIGHT]
        turn = next_below(state, n_group)
        while _halves_collide(tree, parts[0], parts[1], turn, dim, group, products, n_group, stack):
            for side in range(2):
                _shake_joint(
                    tree, parts[side], k, side, SHUFFLES, dim, group, products, quotients, n_group,
                    path, stack, state,
                )  # fmt: skip
            turn = next_below(state, n_group)
        tree[k * words + TURN] = turn
        fill_node(tree, k, dim, group)
        for _ in range(min(tree[k * words + SITES], FORGET)):
            for side in range(2):
                _shake_joint(
                    tree, k, k, side, 1, dim, group, products, quotients, n_group, path, stack,
                    state,
                )  # fmt: skip


@register_jitable
def unroll(tree, top, dim, group, products, n_group, stack, sites):
    """Write the places of all sites, in their order, into `sites`, int32."""
    words = 4 + 3 * dim
    part = 2 + dim
    spare = 2 * STACK * part
    for a in range(dim):
        stack[spare + 2 + a] = 0
    place_part(tree, 0, top, 0, spare, -1, 0, dim, group, stack)
    height = 1
    i = 0
    while height > 0:
        height -= 1
        for word in range(part):
            stack[spare + word] = stack[height * part + word]
        node, own = stack[spare], stack[spare + 1]
        if tree[node * words + SITES] == 1:
            signs = 2 * dim * own
            for a in range(dim):
                sites[i * dim + a] = stack[spare + 2 + a] + (
                    group[signs + dim + a] if group[signs + a] == 0 else 0
                )
            i += 1
            continue
        before, after = tree[node * words + LEFT], tree[node * words + RIGHT]
        turned = products[own * n_group + tree[node * words + TURN]]
        far, near = height * part, (height + 1) * part
        place_part(tree, far, after, turned, spare, before, own, dim, group, stack)
        place_part(tree, near, before, own, spare, -1, 0, dim, group, stack)
        height += 2


_unroll: Any = compiled(unroll)
_join_pieces: Any = compiled(join_pieces)
_shuffle_piece: Any = compiled(shuffle_piece)


def record_squares(
    tree, top, n, every, dim, group, products, quotients, n_group, path, stack, squares, state
):
    """R^2 after each `every` attempts, into all of `squares`; how many attempts succeeded."""
    done = 0
    words = 4 + 3 * dim
    for i in range(squares.size):
        done += _shuffle_piece(
            tree, top, 2, n, every, dim, group, products, quotients, n_group, path, stack, state
        )
        total = 0.0
        for a in range(dim):
            apart = float(tree[top * words + END + a] - (1 if a == 0 else 0))
            total += apart * apart
        squares[i] = total
    return done


_record: Any = compiled(record_squares)


class TreeChain:
    """A self-avoiding walk of n steps that is pivoted by way of a tree; it starts well curled.

    The same chain of walks as `PivotChain`, at a cost for each attempt that grows far more slowly
    than n. It starts from short walks joined to longer ones, which is close to a typical walk.

    Parameters
    ----------
    n : int
        Steps, 2 to 2**21 = 2097152. A step needs 40 bytes in the plane, 52 in space.
    dim : {2, 3, 4}
        Dimension of the lattice.
    rng : Generator or int
        Source of randomness.

    Raises
    ------
    ValueError
        For a length or a dimension out of range, or a missing rng.

    Examples
    --------
    >>> chain = TreeChain(10_000, dim=3, rng=1)
    >>> chain.record(5, every=100).shape
    (5,)
    >>> abs(np.diff(chain.sites, axis=0)).sum(axis=1).max()
    np.int64(1)
    """

    def __init__(self, n: int, *, dim: int = 2, rng: Any) -> None:
        self.n = walk_length(n)
        self.dim = lattice_dimension(dim)
        self.attempts = 0
        self.successes = 0
        self._state = random_state(rng)
        self._tree, self._top, order = balanced_tree(self.n, self.dim)
        group = signed_axes(self.dim)
        n_group = group.size // (2 * self.dim)
        path = np.zeros(DEPTH, np.int32)
        self._stack = np.zeros(2 * (STACK + 1) * (2 + self.dim), np.int32)
        self._tables: tuple[Any, ...] = (
            self.dim, group, *product_tables(self.dim), n_group, path, self._stack,
        )  # fmt: skip
        _join_pieces(self._tree, order, self.n, *self._tables, self._state)

    @property
    def sites(self) -> NDArray[np.int64]:
        """The sites of the walk in their order, int array of shape (n + 1, dim)."""
        sites = np.empty((self.n + 1) * self.dim, np.int32)
        dim, group, products, _, n_group, _, stack = self._tables
        _unroll(self._tree, self._top, dim, group, products, n_group, stack, sites)
        return sites.reshape(self.n + 1, self.dim).astype(np.int64)

    def run(self, n_attempts: int) -> int:
        """Try `n_attempts` pivots; how many succeeded."""
        _, n_attempts = attempts_of(1, n_attempts)
        done = _shuffle_piece(
            self._tree, self._top, 2, self.n, n_attempts, *self._tables, self._state
        )
        self.attempts += n_attempts
        self.successes += done
        return int(done)

    def record(self, n_samples: int, *, every: int = 1) -> NDArray[np.float64]:
        """R^2, the squared distance between the ends, after each `every` attempts."""
        n_samples, every = attempts_of(n_samples, every)
        squares = np.empty(n_samples)
        self.successes += _record(
            self._tree, self._top, self.n, every, *self._tables, squares, self._state
        )
        self.attempts += every * squares.size
        return squares


def balanced_tree(n, dim):
    """The tree of joints 1 .. n without its contents, its top, and the order to fill it in."""
    words = 4 + 3 * dim
    tree = np.zeros((n + 1, words), np.int32)
    tree[0, SITES] = 1
    tree[0, [END, END + dim, END + 2 * dim]] = 1
    first, last = np.array([1]), np.array([n])
    levels = []
    while first.size:
        middle = (first + last) // 2
        levels.append(middle)
        tree[middle, LEFT] = np.where(first < middle, (first + middle - 1) // 2, 0)
        tree[middle, RIGHT] = np.where(middle < last, (middle + 1 + last) // 2, 0)
        first, last = (
            np.concatenate([first, middle + 1]), np.concatenate([middle - 1, last]),
        )  # fmt: skip
        first, last = first[first <= last], last[first <= last]
    order = np.concatenate(levels[::-1]).astype(np.int32)
    return tree.ravel(), int(levels[0][0]), order
