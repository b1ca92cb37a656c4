"""Papers that are alike: a copy with other names in another order is first, honest ones are not."""

import csv
import random
import re

import pytest
from coursework_class import SECRET, SOURCES, hand_in, small_key, solution, with_code

from rgcourse.coursework import fingerprints, key, report, similar, similar_page, source

# What students write who have thought for themselves: parts of a solution, each in several ways.
STEPS = {
    "load": [
        "{x} = np.asarray(x, dtype=float)\n{n} = len({x})",
        "{x} = np.array([float(item) for item in x])\n{n} = {x}.shape[0]",
        "{x} = np.atleast_1d(x).astype(float).ravel()\n{n} = {x}.size",
        "{x} = np.fromiter(x, float)\n{n} = int(np.prod({x}.shape))",
        "{x} = np.copy(x)\n{n} = sum(1 for _ in {x})",
    ],
    "mean": [
        "{m} = {x}.sum() / {n}",
        "{m} = np.mean({x})",
        "{m} = 0.0\nfor {i} in range({n}):\n    {m} += {x}[{i}] / {n}",
        "{m} = functools.reduce(operator.add, {x}) / {n}",
        "{m} = np.average({x}, weights=np.ones({n}))",
        "{m} = np.dot({x}, np.full({n}, 1 / {n}))",
    ],
    "spread": [
        "{s} = np.sqrt(np.sum(({x} - {m}) ** 2) / ({n} - 1))",
        "{s} = np.std({x}, ddof=1)",
        "{s} = 0.0\nfor {i} in {x}:\n    {s} += ({i} - {m}) * ({i} - {m})\n"
        "{s} = math.sqrt({s} / ({n} - 1))",
        "{s} = math.sqrt((np.dot({x}, {x}) - {n} * {m} ** 2) / ({n} - 1))",
        "{s} = np.linalg.norm({x} - {m}) / np.sqrt({n} - 1)",
        "{s} = np.var({x}, ddof=1) ** 0.5",
    ],
    "bins": [
        "{b} = {x}[: {n} // 4 * 4].reshape(-1, 4).mean(axis=1)",
        "{b} = [np.mean({x}[{i}: {i} + 4]) for {i} in range(0, {n} - 3, 4)]",
        "{b} = []\n{i} = 0\nwhile {i} + 4 <= {n}:\n    {b}.append({x}[{i}: {i} + 4].sum() / 4)\n"
        "    {i} += 4",
        "{b} = np.add.reduceat({x}, np.arange(0, {n}, 4)) / 4",
        "{b} = np.array_split({x}, max(1, {n} // 4))\n{b} = np.array([{i}.mean() for {i} in {b}])",
    ],
    "end": [
        "return {m}, np.std({b}, ddof=1) / np.sqrt(len({b})), {s}",
        "{e} = np.var({b}) / (len({b}) - 1)\nreturn {m}, math.sqrt({e}), {s}",
        "{e} = np.linalg.norm(np.asarray({b}) - {m}) / len({b})\nreturn ({m}, {e}, {s})",
        "{e} = np.std({b}) / max(1, len({b}) - 1) ** 0.5\nreturn tuple([{m}, {e}, {s}])",
    ],
}  # fmt: skip
NAMES = ["x", "n", "m", "s", "b", "i", "e"]
HEAD = "import functools, math, operator\nimport numpy as np\n\n\ndef analyse(x):\n"


def honest(seed):
    """A solution by somebody who has made every choice alone."""
    choice = random.Random(seed)
    body = "\n".join(choice.choice(STEPS[step]) for step in STEPS)
    words = ["data", "count", "mean", "spread", "bins", "item", "err", "values", "total", "avg"]
    names = dict(zip(NAMES, choice.sample(words, len(NAMES)), strict=True))
    lines = body.format(**names).split("\n")
    extra = choice.choice(["1.96", "0.5", "2.576", "0.95", "3.0"])
    lines.insert(
        -1, f"{choice.choice(words)}_{seed} = np.percentile({names['b']}, {extra}) + {seed}"
    )
    return HEAD + "\n".join(f"    {line}" for line in lines)


ORIGINAL = """import numpy as np

def analyse(series):
    # the autocorrelation decides how long the bins must be
    series = np.asarray(series, dtype=float)
    centred = series - series.mean()
    spectrum = np.abs(np.fft.rfft(centred, 2 * len(series))) ** 2
    correlation = np.fft.irfft(spectrum)[: len(series)] / (centred @ centred)
    cut = next((k for k, c in enumerate(correlation) if c < 0.05), len(series) - 1)
    tau = 0.5 + correlation[1:cut].sum()
    effective = max(2.0, len(series) / (2 * tau))
    width = np.sqrt(np.mean(centred**2))
    return series.mean(), width / np.sqrt(effective - 1), width
"""
COPY = '''import numpy as xp
def analyse(q):
    """All my own work."""
    q = xp.asarray(q, dtype=float)
    width_of_it = 0
    a = q - q.mean()
    zz = xp.sqrt(xp.mean(a ** 2))   # moved up
    p = xp.abs(xp.fft.rfft(a, 2 * len(q))) ** 2
    r = xp.fft.irfft(p)[:len(q)] / (a @ a)
    stop = next((u for u, w in enumerate(r) if w < 0.05), len(q) - 1)
    print("debugging", stop)
    t: float = 0.5 + r[1:stop].sum()
    N = max(2.0, len(q) / (2 * t))
    return q.mean(), zz / xp.sqrt(N - 1), zz
'''.replace("xp", "np").replace("numpy as np", "numpy as np")


def prints(sources):
    return [fingerprints.of_code([code], {"np", "math"}) for code in sources]


def test_a_copy_with_other_names_and_another_order_is_first_and_alone():
    sources = [honest(seed) for seed in range(28)]
    sources[7:7] = [ORIGINAL]
    sources[19:19] = [COPY]
    comparison = similar.compared(prints(sources))
    (pair,) = comparison.above()
    assert (pair.one, pair.other) == (7, 19) and pair == comparison.pairs[0]
    assert pair.excess > 1.5 * comparison.line and pair.share > 0.6
    assert comparison.pairs[1].excess < comparison.line


@pytest.mark.parametrize("start", [100, 200, 300, 400])
def test_honest_papers_stay_below_the_line(start):
    comparison = similar.compared(prints([honest(start + seed) for seed in range(30)]))
    assert comparison.above() == [] and comparison.pairs


def test_a_ring_of_three_is_three_pairs():
    sources = [honest(seed) for seed in range(27)] + [ORIGINAL, COPY, ORIGINAL.replace("tau", "T")]
    above = similar.compared(prints(sources)).above()
    assert {(pair.one, pair.other) for pair in above} == {(27, 28), (27, 29), (28, 29)}


def test_few_papers_have_no_line():
    comparison = similar.compared(prints([ORIGINAL, COPY, *map(honest, range(5))]))
    assert comparison.line is None and comparison.above() == []
    assert (comparison.pairs[0].one, comparison.pairs[0].other) == (0, 1)
    assert similar.compared([]).pairs == [] and similar.compared(prints([COPY])).pairs == []


# --- fingerprints -----------------------------------------------------------------------------


def test_names_comments_layout_and_annotations_do_not_count():
    one = fingerprints.of_code(["def f(a):\n    b = a * 2 + a ** 3 - 1\n    return b / (a + 4)"])
    other = fingerprints.of_code([
        'def f(zeta: float) -> float:\n    """Twice."""\n    # well\n'
        "    y: float = (zeta*2\n      + zeta**3 - 1)\n    return y/(zeta + 4)"
    ])  # fmt: skip
    assert len(one) > 2 and set(one) == set(other)
    another = fingerprints.of_code(
        ["def f(a):\n    b = a * 2 + a ** 4 - 1\n    return b / (a + 4)"]
    )
    assert set(one) != set(another)


def test_a_common_run_gives_a_common_fingerprint():
    """The guarantee of winnowing, for runs of 16 tokens at every place."""
    rng = random.Random(3)
    common = [str(rng.random()) for _ in range(fingerprints.RUN + fingerprints.WINDOW - 1)]
    for before in range(9):
        one = [str(rng.random()) for _ in range(before)] + common + ["a"] * 5
        other = ["b"] * 3 + common + [str(rng.random()) for _ in range(before)]
        here, there = (dict(fingerprints.winnowed(stream)) for stream in (one, other))
        assert set(here) & set(there)
    assert [*fingerprints.winnowed(["a"] * (fingerprints.RUN - 1))] == []
    assert len([*fingerprints.winnowed(["a"] * fingerprints.RUN)]) == 1


def test_magics_and_errors_leave_the_rest_as_it_is():
    whole = set(fingerprints.of_code([ORIGINAL]))
    odd = f"%matplotlib inline\n!ls\n{ORIGINAL}\nanalyse?\nx = = 3\n%time analyse([1, 2])\n"
    assert whole <= set(fingerprints.of_code([odd]))
    broken = ORIGINAL.replace("max(2.0, len(series) / (2 * tau))", "max(2.0, len(series")
    assert len(whole & set(fingerprints.of_code([broken]))) > len(whole) / 3


@pytest.mark.parametrize(
    "text",
    [
        "-" * 30_000 + "1", "(" * 30_000, "a" + ".b" * 15_000, "1" + "+1" * 15_000, "\0",
        "lambda:" * 4_000 + "1", "not " * 9_000 + "1", "a" + "[0]" * 10_000, 
        "{1:" * 90 + "1" + "}" * 90, "'\ud800'",
        "\n".join(" " * n + "if 1:" for n in range(250)), "x = " + "9" * 30_000, "x = 1e999",
        "%time x\n" * 4_000, "f'{" * 200, "match x:\n  case 1:\n    pass",
        "try:\n  a\nexcept* E:\n  b",
        "@a\n" * 5_000 + "def f(): pass", "x" * 10_000_000,
    ],
)  # fmt: skip
def test_nothing_a_student_writes_stops_it(text):
    fingerprints.of_code([text, ORIGINAL])
    fingerprints.literals(text)
    fingerprints.of_text([text[:20_000]])
    assert set(fingerprints.of_code([ORIGINAL])) <= set(fingerprints.of_code([ORIGINAL, text]))


def test_what_follows_too_much_is_not_looked_at():
    code = "x = 1\n" * 6_000
    assert (
        fingerprints.of_code([code] * 5 + [ORIGINAL])
        .keys()
        .isdisjoint(fingerprints.of_code([ORIGINAL]))
    )


# --- a folder of papers -----------------------------------------------------------------------


@pytest.fixture
def made(tmp_path):
    return small_key(tmp_path)


def written(made, student, text, *code):
    notebook = solution(made, student)
    for cell in notebook.cells:
        if "written" in cell.metadata.get("tags", []):
            cell.source = f"Why?\n\n{text}"
    return with_code(notebook, *code)


ESSAY = (
    "The square follows since the factor multiplies itself and nothing else in the chain of "
    "reasoning that I gave above depends on the sign of the number which I was handed."
)


def a_class(made, folder):
    folder.mkdir()
    for number in range(12):
        words = " ".join(random.Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=60))
        hand_in(folder, f"s{number:02}", written(made, f"s{number:02}", words, honest(number)))
    hand_in(folder, "ada", written(made, "ada", f"I say: {ESSAY}", ORIGINAL))
    hand_in(folder, "emmy", written(made, "emmy", f"{ESSAY.upper()} <b>Indeed</b>.", COPY))
    hand_in(folder, "garbage", "no notebook")
    return folder


def test_a_folder_is_compared_and_the_passages_shown(made, tmp_path):
    folder = a_class(made, tmp_path / "class")
    (tmp_path / "out").mkdir()
    said = similar.write(folder, made, tmp_path / "out")
    assert said.startswith("14 papers compared, 2 pairs above the line, 0 with numbers")
    with (tmp_path / "out/similar.csv").open(newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["above"] == "yes"]
    assert [(ln["kind"], ln["one"], ln["other"]) for ln in lines] == [
        ("code", "ada", "emmy"), ("text", "ada", "emmy"),
    ]  # fmt: skip
    page = (tmp_path / "out/similar.html").read_text()
    assert "This is a question, not an answer." in page
    assert "<mark>    spectrum = np.abs(" in page and "<mark>    p = np.abs(" in page
    assert "&lt;b&gt;Indeed" not in page or "<b>Indeed" not in page
    assert "<script" not in page and "no notebook" not in page
    assert re.search(r"<mark>[^<]*The square follows since[^<]*</mark>", page)


def test_what_was_handed_out_does_not_count(made, tmp_path):
    folder = tmp_path / "blank"
    folder.mkdir()
    for number in range(9):
        student = f"s{number}"
        blank = source.student_notebook(made.assignment, made.parameters(student), student)
        hand_in(folder, student, blank)
    found = similar.papers(folder, made)
    assert all(not one.prints["code"] and not one.prints["text"] for one in found)
    assert similar.borrowed(found) == []


def test_numbers_of_another_student_are_found(made, tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    factor = {student: made.parameters(student)["factor"] for student in ("ada", "emmy", "zeno")}
    assert all(value > 10**4 for value in factor.values())
    hand_in(folder, "ada", written(made, "ada", "So."))
    hand_in(folder, "emmy", written(made, "emmy", "So.", f"factor = {factor['ada']}"))
    hand_in(folder, "zeno", written(made, "zeno", f"I found {factor['emmy']} there."))
    told = similar.borrowed(similar.papers(folder, made))
    assert [(one.student, one.of) for one in told] == [("emmy", "ada"), ("zeno", "emmy")]
    assert told[0].what == "all of the other's numbers are assigned"
    assert told[1].what == f"{factor['emmy']} was given to the other"


def test_students_with_the_same_numbers_are_left_alone():
    same = {"K": 0.43217}
    papers = [similar.Paper(name, ["x = K"], ["K = 0.43217"], {}, same) for name in "ab"]
    assert similar.borrowed(papers) == []
    papers.append(similar.Paper("c", ["x = K"], ["K = 0.43217"], {}, {"K": 0.4411}))
    assert [(one.student, one.of) for one in similar.borrowed(papers)] == [("c", "a"), ("c", "b")]


def test_a_small_number_is_nobodys():
    papers = [
        similar.Paper("a", ["x = 12"], ["L = 10"], {}, {"L": 10}),
        similar.Paper("b", ["x = 10"], ["L = 12"], {}, {"L": 12}),
    ]
    assert similar.borrowed(papers) == []


@pytest.mark.parametrize("path", SOURCES, ids=[path.stem for path in SOURCES])
def test_solutions_that_are_all_the_same_have_nothing_rare(path, tmp_path):
    """Where all write what the reference has, what they have in common is no sign of anything."""
    one = key.make(path, SECRET)
    for number in range(9):
        hand_in(tmp_path, f"s{number}", solution(one, f"s{number}"))
    found = similar.papers(tmp_path, one)
    assert len(found) == 9 and all(paper.prints["code"] for paper in found)
    assert similar.compared([paper.prints["code"] for paper in found]).pairs == []
    assert similar.borrowed(found) == []


def test_the_report_compares_papers_if_asked(made, tmp_path, monkeypatch):
    monkeypatch.setattr(report.items, "read", lambda *_: report.Marks([], [], 0))
    monkeypatch.setattr(report.items, "analysed", lambda *_: [])
    folder = a_class(made, tmp_path / "class")
    said = report.write(tmp_path / "grades.csv", made, tmp_path / "out", papers=folder)
    assert "14 papers compared" in said and (tmp_path / "out/similar.html").exists()


def test_a_passage_is_escaped_and_its_far_lines_are_dots():
    lines = [f"x = {n}" for n in range(50)] + ["y = '<script>'"]
    marked = similar_page._marked("\n".join(lines), [fingerprints.Place(0, 51, 51)])
    assert marked == "…\nx = 48\nx = 49\n<mark>y = &#x27;&lt;script&gt;&#x27;</mark>"
