"""What the self-checks hold for right is what the pages' own solutions give."""

import sys
import tomllib
from pathlib import Path

import pytest

from rgcourse.answers import _kernels as kernels
from rgcourse.answers import checks
from rgcourse.coursework import pages

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
import pages as page_files  # noqa: E402
import self_checks as tool  # noqa: E402
from notebook_self_checks import self_checks  # noqa: E402

PAGES = {path.stem: path for path in page_files.notebooks() if path.stem in tool.authored()}
EXERCISES = {one.name: one for path in PAGES.values() for one in pages.exercises(path)}
# Pages whose exercises cost little are computed anew by each run of the tests, the others by
# `python tools/self_checks.py --check`, every week.
CHEAP = (
    "self_similarity", "decimation", "flows", "landau_ginzburg_wilson", "epsilon_expansion",
    "running_couplings", "sandpiles", "poor_mans_scaling", "language", "depth",
)  # fmt: skip
QUICK = [name for name, one in EXERCISES.items() if one.page in CHEAP]


def about(exercise):
    return tool.authored()[exercise.page][exercise.label]


def test_all_exercises_but_those_that_train_have_a_self_check():
    labels = {
        (page, label)
        for page, path in PAGES.items()
        for label in self_checks(page_files.read(path))
    }
    assert {(one.page, one.label) for one in EXERCISES.values()} == labels
    checked = [name for name, one in EXERCISES.items() if "answer" in about(one)]
    assert [check.name for check in checks().values()] == checked
    assert (len(labels), len(checked)) == (124, 121)


def test_each_page_has_exercises_that_are_checked():
    listed = tomllib.loads((ROOT / "tests/wrong_answers.toml").read_text(encoding="utf-8"))
    assert set(PAGES) == set(listed)


@pytest.mark.parametrize("page", PAGES)
def test_what_is_asked_is_what_the_file_says(page):
    for check in checks().values():
        if check.page != page:
            continue
        entry = about(EXERCISES[check.name])
        assert check.ask == tool.in_letters(entry["ask"])
        assert check.choices == tuple(entry.get("choices", ()))
        named = [tool.in_letters(name) for name in entry["mistakes"] if name]
        assert list(check.mistakes) == ([] if check.choices else named)
        assert len(entry["mistakes"]) == len(tool.wrong_answers(page, check.label))


@pytest.mark.parametrize("name", QUICK)
def test_what_is_right_is_computed_by_the_page(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    exercise = EXERCISES[name]
    entry = about(exercise)
    names = [] if entry.get("choices") else entry["mistakes"]
    fresh = tool.check_of(
        exercise,
        entry,
        tool.right_value(exercise, entry),
        list(tool.wrong_values(exercise, entry, names)),
    )
    assert tool.agree(checks()[name], fresh)


def test_a_value_that_was_typed_by_hand_is_found(monkeypatch):
    monkeypatch.chdir(ROOT)
    exercise = EXERCISES["decimation/three-at-a-time"]
    entry = about(exercise)
    right = tool.right_value(exercise, entry)
    spoilt = tool.check_of(exercise, entry, 1.01 * right, [])
    assert not tool.agree(spoilt, tool.check_of(exercise, entry, right, []))


def test_a_mistake_with_the_right_value_is_refused(monkeypatch):
    monkeypatch.chdir(ROOT)
    exercise = EXERCISES["decimation/three-at-a-time"]
    entry = about(exercise)
    with pytest.raises(ValueError, match="is taken for 0"):
        tool.check_of(exercise, entry, 0.2, [("none", 0.2)])
    with pytest.raises(ValueError, match="expected 1 numbers"):
        tool.check_of(exercise, entry, 0.2, [("two", [0.1, 0.2])])


def test_formulas_are_said_in_letters():
    assert tool.in_letters("$\\nu$, not $1/\\nu$; `f(2)`") == "ν, not 1/ν; `f(2)`"
    left = [check.name for check in checks().values() if "$" in check.ask + "".join(check.mistakes)]
    raw = [check.name for check in checks().values() if "\\" in check.ask + "".join(check.mistakes)]
    assert (left, raw) == ([], [])


@pytest.mark.parametrize("check", checks().values(), ids=lambda check: check.name)
def test_a_check_takes_its_own_answer_and_none_of_its_mistakes(check):
    numbers = check.numbers()
    start, pair = kernels.HEAD, numbers[1] == kernels.PAIR
    right = numbers[start : start + (2 if pair else check.n)]
    assert kernels.verdict_on(numbers, right, pair) == kernels.RIGHT
    first = start + (kernels.PAIR_WORDS if pair else check.n)
    for place in range(len(check.mistakes)):
        wrong = numbers[first + place * check.n : first + (place + 1) * check.n]
        assert kernels.verdict_on(numbers, wrong, False) == place + 1
    assert numbers.size == first + len(check.mistakes) * check.n


# --- what of a page a name needs --------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expression", "wanted"),
    [
        (["a = 1\nb = 2", "print(a)\nassert b"], "a", "a = 1"),
        (["a = 1", "a = 2"], "a", "a = 2"),
        (["a = 1", "a += 1"], "a", "a = 1\na += 1"),
        (["x = []", "x.append(3)\nprint(x)"], "x", "x = []\nx.append(3)"),
        (["import numpy as np\nx = np.zeros(2)", "x[0] = 1"], "x[0]", None),
        (["import numpy as np\nx = np.zeros(2)", "np.add.at(x, 0, 1)"], "x", None),
        (["import numpy as np", "np.seterr(all='raise')"], "np.pi", "import numpy as np"),
        (["def f():\n    return k", "k = 3"], "f()", "def f():\n    return k\nk = 3"),
        (["T = 1", "plotting.mark_value(T)"], "T", "T = 1"),
        (["%matplotlib inline\na = 1"], "a", "a = 1"),
        (["for n in (1, 2):\n    a = n"], "a", "for n in (1, 2):\n    a = n"),
        (["b = [1]", "a = [2 * x for x in b]"], "a", "b = [1]\na = [2 * x for x in b]"),
        (["f = lambda: k", "k = 2"], "f()", "f = lambda: k\nk = 2"),
    ],
)
def test_a_name_takes_what_it_needs_and_no_more(cells, expression, wanted):
    wanted = "\n".join(cells) if wanted is None else wanted
    assert pages.needed(cells, expression) == wanted
