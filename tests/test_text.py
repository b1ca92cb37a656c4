"""Words: novels, pairs, functions of a word, control texts, trees. Exact truths come first."""

import itertools
import lzma
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rgcourse import text
from rgcourse.text import controls, pairs

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import get_text  # noqa: E402

SIGNS = np.array([1.0, -1.0])


# --- the novels -------------------------------------------------------------------------------


def test_the_novels_are_whole():
    novels = text.novels()
    assert list(novels) == get_text.NAMES
    assert sum(len(novel.words) for novel in novels.values()) == 728703
    assert [len(novel.chapters) for novel in novels.values()] == [55, 48, 31, 24, 61, 50]
    opening = "it is a truth universally acknowledged that a single man in possession of a"
    assert " ".join(novels["Pride and Prejudice"].words).startswith(opening)
    for novel in novels.values():
        assert set(novel.chapters) <= set(novel.sentences)
        assert novel.sentences[0] == 0 and np.all(np.diff(novel.sentences) > 0)
        assert novel.sentences[-1] < len(novel.words)
        assert all(re.fullmatch("[a-z]+", word) for word in set(novel.words))


def test_headings_are_gone():
    for novel in text.novels().values():
        starts = [" ".join(novel.words[start : start + 2]) for start in novel.chapters]
        assert not [start for start in starts if start.startswith(("chapter", "volume"))]
        assert novel.words[-1] not in ("finis", "end", "usage")


def test_the_rule_of_cleaning():
    lines = [
        "EMMA",
        "",
        "Chapter I",
        "",
        "Mr. Weston's café--oh! dear. _So_",
        "it was.",
        "",
        '"Eh?"',
    ]
    lines += ['"No!" said I. Mr. E. left.', "", "CHAPTER 2", "", "It is.", "", "FINIS", "", "By"]
    assert get_text.chapters(lines) == [
        ["mr weston s cafe oh dear", "so it was", "eh", "no said i", "mr e left"],
        ["it is"],
    ]


def test_the_file_says_what_its_hash_says():
    """Its text and the way it is packed are what the tool makes of the lines it read."""
    packed = get_text.TARGET.read_bytes()
    content = lzma.decompress(packed)
    assert lzma.compress(content, check=lzma.CHECK_CRC64, filters=get_text.FILTERS) == packed
    assert get_text.SHA256 in (ROOT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")


def test_a_wrong_package_is_not_taken(tmp_path):
    (tmp_path / "other.deb").write_bytes(b"!<arch>")
    command = [sys.executable, ROOT / "tools" / "get_text.py", "--check", tmp_path / "other.deb"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 1 and "not the package with the hash" in run.stderr


# --- pairs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("distances", [1, 7, [1, 2, 3], np.array([5, 2], np.int32)])
def test_every_pair_is_counted(rng, distances):
    ids = rng.integers(0, 5, 200)
    expected = np.zeros((6, 6), int)
    for d in np.atleast_1d(distances):
        np.add.at(expected, (ids[:-d], ids[d:]), 1)
    assert np.array_equal(text.joint_counts(ids, distances, 6), expected)


def test_correlation_is_the_mean_product(rng):
    ids, values = rng.integers(0, 9, 300), rng.normal(size=(9, 2))
    x = values[ids] - values[ids].mean(0)
    expected = [(x[d:] * x[:-d]).mean(0) / x.var(0) for d in (1, 4, 299)]
    assert text.correlation_at(ids, values, [1, 4, 299]) == pytest.approx(np.array(expected))
    assert text.correlation_at(ids, values[:, 0], 4) == pytest.approx(expected[1][:1])


def reversible(rng, n):
    """Joint probabilities of a reversible chain's neighbours, (n, n), symmetric."""
    table = rng.random((n, n)) ** 4
    return (table + table.T) / np.sum(table + table.T)


def test_functions_of_a_reversible_chain_are_eigenfunctions(rng):
    joint = reversible(rng, 12)
    share = joint.sum(1)
    exact = np.sort(np.linalg.eigvals(joint / share[:, None]).real)[::-1]
    singular_values, values = text.word_functions(joint, 4, min_count=0, clip=1e9)
    assert singular_values == pytest.approx(exact[1:5])
    assert joint / share[:, None] @ values == pytest.approx(values * exact[1:5])
    assert share @ values == pytest.approx(np.zeros(4), abs=1e-12)
    assert values.T @ (share[:, None] * values) == pytest.approx(np.eye(4), abs=1e-12)
    assert np.all(share @ values**3 > 0)


def test_large_tables_have_the_same_functions_as_small_ones(rng):
    joint = reversible(rng, 450)
    joint[:200, :200] *= 3  # two topics, whose function lies far from the others
    joint /= joint.sum()
    root = np.sqrt(joint.sum(1))
    exact = np.linalg.eigvalsh(joint / root[:, None] / root)[-2]
    singular_values, values = text.word_functions(joint, 1, min_count=0, clip=1e9)
    assert singular_values == pytest.approx([exact])
    assert joint @ values == pytest.approx(exact * root[:, None] ** 2 * values)


def test_rare_words_are_left_out_and_wild_values_are_cut(rng):
    counts = rng.integers(20, 60, (8, 8))
    counts[3, :] = counts[:, 3] = 0
    counts[3, 4] = 5
    _, values = text.word_functions(counts, 2, min_count=20, clip=0.5)
    assert np.all(values[3] == 0) and np.abs(values).max() == 0.5
    rest = np.delete(np.delete(counts, 3, 0), 3, 1)
    alone = text.word_functions(rest, 2, clip=0.5).values
    assert np.delete(values, 3, 0) == pytest.approx(alone)


# --- control texts ----------------------------------------------------------------------------


def test_every_order_of_pieces_is_equally_likely(rng, z_within):
    ids, starts, n = np.arange(6), [0, 1, 3], 6000
    orders = {}
    for _ in range(n):
        order = tuple(text.shuffle_pieces(ids, starts, rng=rng))
        orders[order] = orders.get(order, 0) + 1
    whole = [[0], [1, 2], [3, 4, 5]]
    expected = {tuple(sum(order, [])) for order in itertools.permutations(whole)}
    assert set(orders) == expected
    z_within([(count - n / 6) / np.sqrt(n * 5 / 36) for count in list(orders.values())[:5]])


def test_one_piece_stays_and_single_words_go_everywhere(rng):
    ids = rng.integers(0, 5, 50)
    assert np.array_equal(text.shuffle_pieces(ids, [0], rng=rng), ids)
    shuffled = text.shuffle_pieces(ids, text.pieces(50, 1), rng=rng)
    assert not np.array_equal(shuffled, ids) and np.array_equal(np.sort(shuffled), np.sort(ids))


@pytest.mark.parametrize("d", [1, 2, 5])
def test_pairs_of_a_markov_text_are_powers_of_its_matrix(rng, z_within, d):
    ids = np.array([0, 1, 2, 0, 0, 1, 1, 2, 1, 0, 3, 1])
    ring = text.joint_counts(np.append(ids, ids[0]), 1)
    share = ring.sum(1) / len(ids)
    exact = share[:, None] * np.linalg.matrix_power(ring / ring.sum(1)[:, None], d)
    runs = [text.joint_counts(text.markov_text(ids, 500, rng=rng), d, 4) for _ in range(400)]
    shares = np.array(runs) / (500 - d)
    spread = shares.std(0, ddof=1) / np.sqrt(len(runs))
    possible = exact > 0
    assert np.all(shares.mean(0)[~possible] == 0)
    z_within(((shares.mean(0) - exact) / np.where(spread > 0, spread, 1))[possible])


def leaves(height, eigenvalue):
    """Every text of a binary tree and its probability, by the recursion from the root down."""
    stay = (1 + eigenvalue) / 2
    texts = {(0,): 0.5, (1,): 0.5}
    for _ in range(height):
        longer = {}
        for parents, p in texts.items():
            for flips in itertools.product((0, 1), repeat=2 * len(parents)):
                below = tuple(parents[i // 2] ^ flip for i, flip in enumerate(flips))
                flipped = sum(flips)
                q = p * stay ** (len(flips) - flipped) * (1 - stay) ** flipped
                longer[below] = longer.get(below, 0) + q
        texts = longer
    return texts


@pytest.mark.parametrize("eigenvalue", [0.9, 0.3, -0.5])
def test_correlation_of_a_tree_by_enumeration(eigenvalue):
    every = leaves(3, eigenvalue)
    s, p = SIGNS[np.array(list(every))], np.array(list(every.values()))
    assert p.sum() == pytest.approx(1)
    exact = [np.mean(p @ (s[:, d:] * s[:, : 8 - d])) for d in range(1, 8)]
    assert text.tree_correlation(range(1, 8), 3, eigenvalue) == pytest.approx(exact)


def test_a_tree_is_a_power_law_at_powers_of_its_branching():
    """In the limit of high trees exactly, by the sum over levels; at height 40 to rounding."""
    for branching, height in ((2, 40), (3, 25)):
        for eigenvalue in (0.9, 0.6):
            c = text.tree_correlation(
                branching ** np.arange(8), height, eigenvalue, branching=branching
            )
            assert c[1:] / c[:-1] == pytest.approx(np.full(7, eigenvalue**2), rel=1e-6)


@pytest.mark.parametrize("branching", [2, 3])
def test_a_drawn_tree_has_the_exact_correlation(rng, z_within, branching):
    distances = [1, 2, 5, 20]
    products = []
    for _ in range(400):
        s = SIGNS[text.tree_text(5, 0.8, branching=branching, rng=rng)]
        products.append([np.mean(s[d:] * s[:-d]) for d in distances])
    products = np.array(products)
    exact = text.tree_correlation(distances, 5, 0.8, branching=branching)
    error = products.std(0, ddof=1) / np.sqrt(len(products))
    z_within((products.mean(0) - exact) / error)
    wrong = text.tree_correlation(distances, 5, 0.8 * 1.05, branching=branching)
    assert np.abs((products.mean(0) - wrong) / error).max() > 4, "5 % would be seen"


def test_kernels_run_as_plain_python(rng):
    ids, values = rng.integers(0, 4, 40), rng.normal(size=4)
    result = np.empty(2)
    pairs.correlate(ids, 40, values, np.array([1, 3]), 2, result)
    assert result == pytest.approx(text.correlation_at(ids, values, [1, 3]))
    state = np.arange(1, 5, dtype=np.uint64)
    walk, again = np.empty(30, np.int64), np.empty(30, np.int64)
    first, followers = np.empty(5, np.int64), np.empty(40, np.int64)
    with np.errstate(over="ignore"):
        controls.walk_markov(ids, 40, 4, first, followers, 30, walk, state.copy())
    controls._walk_markov(ids, 40, 4, first, followers, 30, again, state)
    assert np.array_equal(walk, again)


# --- what is refused --------------------------------------------------------------------------

IDS = [0, 1, 2, 1]
WRONG = [
    (lambda: text.vocabulary("a line", 2), "line.split"),
    (lambda: text.vocabulary(["a", "b"], 3), "at most 2"),
    (lambda: text.vocabulary([], 1), "at least one word"),
    (lambda: text.vocabulary(["a", 3], 1), "sequence of words"),
    (lambda: text.encode(["a"], ["b", "b"]), "twice"),
    (lambda: text.vocabulary(iter(["a"]), 1), "sequence of words"),
    (lambda: text.encode(["a"], iter(["a"])), "sequence of words"),
    (lambda: text.letters(["Ab"]), "small letters"),
    (lambda: text.letters(["a b"]), "small letters"),
    (lambda: text.markov_text([10**12], rng=1), "use encode"),
    (lambda: text.letters([""]), "small letters"),
    (lambda: text.joint_counts([], 1), "1D array of whole numbers"),
    (lambda: text.joint_counts([0.5, 1.0], 1), "1D array of whole numbers"),
    (lambda: text.joint_counts([-1, 1], 1), "negative"),
    (lambda: text.joint_counts(IDS, 4), "from 1 to 3"),
    (lambda: text.joint_counts(IDS, 0), "from 1 to 3"),
    (lambda: text.joint_counts(IDS, 1.5), "whole numbers"),
    (lambda: text.joint_counts(IDS, 1, 2), "at least 3"),
    (lambda: text.joint_counts([0, 10**6], 1), "too large"),
    (lambda: text.joint_counts(None, 1), "1D array of whole numbers"),
    (lambda: text.word_functions(np.ones((2, 3))), "shape"),
    (lambda: text.word_functions(np.ones((2, 2)), min_count=20), "symbols"),
    (lambda: text.word_functions(-np.ones((9, 9))), "negative"),
    (lambda: text.word_functions(np.full((9, 9), np.nan)), "finite"),
    (lambda: text.word_functions(np.ones((9, 9)), clip=0), "clip"),
    (lambda: text.word_functions(np.ones((9, 9)), n=0), "at least 1"),
    (lambda: text.correlation_at(IDS, [1.0, 2.0], 1), "2 values"),
    (lambda: text.correlation_at(IDS, [1.0, 1.0, 1.0], 1), "the same"),
    (lambda: text.correlation_at(IDS, [1.0, np.nan, 1.0], 1), "finite"),
    (lambda: text.shuffle_pieces(IDS, [1, 2], rng=1), "from 0"),
    (lambda: text.shuffle_pieces(IDS, [0, 4], rng=1), "from 0"),
    (lambda: text.shuffle_pieces(IDS, [0, 2, 1], rng=1), "rise"),
    (lambda: text.shuffle_pieces(IDS, [0], rng=None), "rng"),
    (lambda: text.pieces(5, 0), "at least 1"),
    (lambda: text.markov_text(IDS, 0, rng=1), "at least 1"),
    (lambda: text.tree_text(30, 0.5, rng=1), "too long"),
    (lambda: text.tree_text(3, 1.5, rng=1), "from -1 to 1"),
    (lambda: text.tree_correlation(1, 60, 0.5), "too large"),
    (lambda: text.tree_correlation(8, 3, 0.5), "from 1 to 7"),
    (lambda: text.tree_correlation(1, 3, float("nan")), "finite"),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[f"{i}" for i in range(len(WRONG))])
def test_wrong_input_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_a_function_of_any_size_has_its_correlation(rng, size):
    ids, values = rng.integers(0, 3, 200), np.array([1.0, -2.0, 0.5])
    expected = text.correlation_at(ids, values, [1, 2])
    assert text.correlation_at(ids, size * values, [1, 2]) == pytest.approx(expected)
    near = text.correlation_near(ids, size * values, [1, 2]).value
    assert near == pytest.approx(expected)
