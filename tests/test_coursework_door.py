"""The one door: whatever comes, what passes has its form, and nothing is raised but its own."""

import json
import os

import pytest
from door_rules import (
    STEPS,
    answer_is_plain_or_refused,
    bytes_are_a_notebook_or_unreadable,
    bytes_are_a_slip_or_refused,
    is_safe,
    replies_have_the_order_of_the_steps,
    text_becomes_harmless,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rgcourse.coursework import door, plain, submissions
from rgcourse.coursework.submissions import Unreadable, find, load

FUZZ = int(os.environ.get("RGCOURSE_FUZZ", "0"))  # examples of every week, new ones each time
slow = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not FUZZ,
    max_examples=FUZZ or 300,
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=60)  # half characters too
ATOM = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(ATOM, lambda item: st.lists(item) | st.dictionaries(TEXT, item), max_leaves=12)

# --- text and names ---------------------------------------------------------------------------


@slow
@given(TEXT)
def test_text_of_any_kind_becomes_harmless(text):
    text_becomes_harmless(text)


@slow
@given(TEXT, TEXT)
def test_no_two_names_become_one(one, two):
    assert (door.safe_name(one) == door.safe_name(two)) == (one == two)
    ours, theirs = door.file_name(one, ".md"), door.file_name(two, ".md")
    assert (ours == theirs) == (one == two)
    assert len(os.fsencode(ours)) < 255 - len(".part") and "/" not in ours and ours[0] != "."


@pytest.mark.parametrize("student", ["ada", "José", "李", "o'neil b", "ada.l@uni.edu", "x" * 200])
def test_an_ordinary_name_stays_as_it_is(student):
    assert door.safe_name(student) == student and door.file_name(student, ".md") == f"{student}.md"


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b2J", "\u202egnp", "\u2028", "\ud800", "\x00"])
def test_what_moves_a_terminal_is_shown(text):
    shown = door.one_line(f"a{text}b")
    assert shown.isprintable() and shown.isascii() and shown.startswith("a")


# --- notebooks --------------------------------------------------------------------------------


def bytes_of(value):
    return json.dumps(value).encode()


KEYS = ["cells", "metadata", "cell_type", "source", "tags", "rgcourse", "question", "kernelspec"]
WORDS = st.sampled_from([*KEYS, "code", "markdown", "written", "language", "python", "outputs"])
ODD = st.recursive(
    ATOM | WORDS, lambda item: st.lists(item) | st.dictionaries(WORDS, item), max_leaves=12
)
CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]) | ODD, "source": TEXT | ODD},
    optional={"metadata": ODD, "outputs": ODD},
)


@slow
@given(
    st.binary()
    | JSON.map(bytes_of)
    | st.fixed_dictionaries({"cells": st.lists(CELL) | ODD}, optional={"metadata": ODD}).map(
        bytes_of
    )
)
def test_any_bytes_are_a_notebook_or_unreadable(content):
    bytes_are_a_notebook_or_unreadable(content)


@pytest.mark.parametrize("odd", [None, [], 3, "x", True, {"rgcourse": None, "tags": None}])
def test_metadata_of_any_kind_take_nothing_from_the_code(odd):
    """Red before: null stopped the marking of the class."""
    cells = [{"cell_type": kind, "source": ["x = ", "1"], "metadata": odd} for kind in
             ("code", "markdown")]  # fmt: skip
    for metadata in ({}, {"metadata": odd}, {"metadata": {"kernelspec": odd}}):
        assert door.notebook(bytes_of({"cells": cells} | metadata)).code == ["x = 1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_none_of_our_business(encoding):
    text = json.dumps({"cells": [{"cell_type": "code", "source": "größe = 1"}]}, ensure_ascii=False)
    assert door.notebook(text.encode(encoding)).code == ["größe = 1"]


def test_figures_do_not_count(monkeypatch):
    """Red before: 23 MB of figures were 0 points."""
    picture = {"data": {"image/png": "iVBOR" * 5_000_000}, "output_type": "display_data"}
    lines = {"name": "stdout", "output_type": "stream", "text": ["a line\n"] * 10_000}
    cell = {"cell_type": "code", "source": "x = 1", "outputs": [picture, lines]}
    content = json.dumps({"cells": [cell]}, indent=1).encode()
    assert len(content) > door.MAX_NOTEBOOK_BYTES and door.notebook(content).code == ["x = 1"]
    cell["source"] = "#" * door.MAX_NOTEBOOK_BYTES
    with pytest.raises(Unreadable, match="20 MB; at most 20 MB without outputs"):
        door.notebook(json.dumps({"cells": [cell]}, indent=1).encode())
    with pytest.raises(Unreadable, match="4000000 parts"):
        door.notebook(b"[" + b"[]," * 2_000_001)
    monkeypatch.setattr(door, "MAX_FILE_BYTES", 1000)
    with pytest.raises(Unreadable, match="at most"):
        door.notebook(content)


# --- files ------------------------------------------------------------------------------------

GOOD = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]})


def test_files_of_every_kind_cost_nobody_else(tmp_path, monkeypatch):
    """Red before: most of these stopped the marking, the sparse one was read whole."""
    (tmp_path / "ada.ipynb").write_text(GOOD)
    (tmp_path / "Jos\udce9.ipynb").write_text(GOOD)
    (tmp_path / "\x1b[31mred.ipynb").write_text(GOOD)
    (tmp_path / ("n" * 249 + ".ipynb")).write_text(GOOD)
    (tmp_path / ("d" * 255)).mkdir()
    (tmp_path / "twice.ipynb").write_text(GOOD)
    (tmp_path / "twice.pdf").write_text("%PDF")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "loop.ipynb").symlink_to("loop.ipynb")
    (tmp_path / "hanging.ipynb").symlink_to("nowhere")
    (tmp_path / "linked").symlink_to("/root")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "x.ipynb").mkdir()
    (tmp_path / "forbidden.ipynb").write_text(GOOD)
    with (tmp_path / "sparse.ipynb").open("wb") as file:
        file.truncate(200 * 10**9)
    really = os.open

    def opened(path, *rest):  # root may read everything
        if "forbidden" in str(path):
            raise PermissionError(13, "Permission denied")
        return really(path, *rest)

    monkeypatch.setattr(submissions.os, "open", opened)
    papers = {paper.student: paper for paper in map(load, find(tmp_path, ["ada", "emmy"]))}
    assert len(papers) == 14 and papers["ada"].notebook().code == ["x = 1"]
    problems = {student: paper.problem for student, paper in papers.items()}
    expected = {
        "ada": "", "emmy": "nothing was handed in", "Jos\\udce9": "not plain text",
        "\\x1b[31mred": "not plain text", "n" * 249: "a name of 255 bytes; at most 200",
        "d" * 255: "a name of 255 bytes", "twice": "twice.ipynb and twice.pdf are both of twice",
        "pipe": "not an ordinary file", "loop": "not an ordinary file",
        "hanging": "not an ordinary file", "linked": "not an ordinary file",
        "inner": "expected one notebook", "forbidden": "cannot be read (Permission denied)",
        "sparse": "200000 MB; at most 100 MB",
    }  # fmt: skip
    assert problems.keys() == expected.keys()
    for student, why in expected.items():
        assert why in problems[student] and is_safe(problems[student]) and is_safe(student)


def test_a_name_that_a_mac_takes_apart_is_that_of_the_roster(tmp_path):
    """Red before: the paper was a stranger's, and the student had handed in nothing."""
    (tmp_path / "Jose\u0301.ipynb").write_text(GOOD)
    for roster in (["Jos\u00e9"], ["Jose\u0301"]):
        assert [s.student for s in find(tmp_path, roster)] == roster


# --- replies ----------------------------------------------------------------------------------


def lines(*said):
    return b"".join(bytes_of(one) + b"\n" for one in said)


def of_a_good_run():
    said = []
    for kind, number in STEPS:
        said.append({"begin": [kind, number]})
        if kind == "cell":
            said.append({"done": [kind, number]})
        else:
            said.append({"value": [kind, number], "answer": 42})
    return [*said, {"end": True}]


def test_a_good_run_passes_whole_however_it_is_cut():
    content = lines(*of_a_good_run())
    for size in (1, 7, len(content)):
        replies = door.Replies(STEPS)
        chunks = [content[n : n + size] for n in range(0, len(content), size)]
        events = [event for chunk in chunks for event in replies.feed(chunk)]
        assert [event.kind for event in events][-1] == "end" and len(events) == 9
        assert replies.over and not replies.coming


@pytest.mark.parametrize(
    "said",
    [
        {"value": None}, {"error": None}, {"begin": None}, {"done": None}, {"begin": []},
        {"begin": ["request", 99_999]}, {"begin": ["request", -1]}, {"begin": ["cell", 1]},
        {"begin": ["cell", 0.0]}, {"begin": ["cell", False]}, {"begin": ["cell", "0"]},
        {"begin": ["cell", 2]}, {"begin": ["cell", 0, 0]}, {"begin": {"cell": 0}},
        {"value": ["request", 0], "answer": 1}, {"value": ["cell", 0]}, {"done": ["cell", 0]},
        {"error": ["request", 99_999], "reason": "x"}, {"end": True}, {"end": None}, {}, [], None,
        {"error": ["cell", 10**400]}, "begin", 3,
    ],
)  # fmt: skip
def test_what_is_out_of_its_turn_counts_as_nothing(said):
    """Red before: some stopped the marking of the class, others started the clock anew."""
    replies = door.Replies(STEPS)
    assert list(replies.feed(lines(said))) == [] and replies.step is None
    events = [*replies.feed(lines(*of_a_good_run()))]
    assert len(events) == 9, "the honest lines after it still count"


STEP = st.lists(st.sampled_from(["cell", "request"]) | ATOM, min_size=1, max_size=1).flatmap(
    lambda one: st.tuples(st.just(one[0]), st.integers(-1, 3) | ATOM).map(list)
)
SAID = st.dictionaries(st.sampled_from([*door.KINDS, "answer", "reason"]), STEP | JSON, max_size=4)


@slow
@given(st.lists(SAID.map(bytes_of) | st.binary() | st.sampled_from(of_a_good_run()).map(bytes_of)),
       st.integers(1, 40))  # fmt: skip
def test_replies_of_any_kind_have_the_order_of_the_steps(said, size):
    replies_have_the_order_of_the_steps(b"\n".join(said) + b"\n", size)


KINDS = ["list", "dict", "complex", "seed", "array", *plain.DTYPES]
PARTS = st.recursive(
    ATOM | st.sampled_from(KINDS),
    lambda item: st.lists(item, max_size=3) | st.dictionaries(st.sampled_from(KINDS), item),
    max_leaves=8,
)
ARRAY = st.tuples(st.sampled_from(sorted(plain.DTYPES)) | PARTS, PARTS, PARTS).map(list)


@slow
@given(PARTS | ARRAY.map(lambda content: {"array": content}))
@example({"array": ["complex64", [], 5]})
@example({"array": ["float64", [1], 5]})
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_answer_is_plain_or_refused(value):
    """Red before: one number in the place of an array's complex numbers was an IndexError."""
    answer_is_plain_or_refused(value)


@pytest.mark.parametrize("content", [
    ["complex64", [2], [1, 2, 3]], ["complex64", [], 5], ["float64", [1], 5], ["int8", [-1], [1]],
    ["float64", [2, 2], [[1, 2], [3, 4]]], ["bool", [3], "abc"],
])  # fmt: skip
def test_an_array_has_as_many_numbers_as_its_shape_says(content):
    """Red before: of three halves of complex numbers two were made."""
    with pytest.raises(plain.NotPlain):
        plain.decode({"array": content})


BET = {"page": "a", "number": 1, "answer": "b", "right": True, "at": "2026-10-12T09:30:00Z"}
BETS = st.lists(
    st.dictionaries(st.sampled_from([*BET]), ATOM | st.sampled_from([*BET.values()]))
    .map(lambda changed: BET | changed)
    | JSON,
    max_size=5,
)  # fmt: skip


@slow
@given(st.binary() | BETS.map(lambda bets: bytes_of({"format": "rgcourse-bets-1", "bets": bets})))
def test_any_bytes_are_a_slip_or_refused(content):
    bytes_are_a_slip_or_refused(content)


def test_a_reason_that_is_no_text_is_none():
    deep = b'{"error": ["cell", 0], "reason": ' + b"[" * 900 + b"]" * 900 + b"}\n"
    replies = door.Replies(STEPS)
    list(replies.feed(lines({"begin": ["cell", 0]})))
    assert [event.reason for event in replies.feed(deep)] in ([], ["no reason given"])


def test_replies_are_bounded():
    replies = door.Replies(STEPS)
    with pytest.raises(door.TooMuch, match="16 MB"):
        for _ in range(17):
            list(replies.feed(b"x" * 10**6))
    replies = door.Replies(STEPS)
    with pytest.raises(door.TooMuch, match="100000 lines"):  # a minute of the grader, before
        for _ in range(3):
            list(replies.feed(b"\n" * 50_000))
    bomb = b'{"begin": [' + b"{}," * 600_000 + b"\n"
    with pytest.raises(door.TooMuch, match="1000000 parts"):
        list(door.Replies(STEPS).feed(bomb))
    replies = door.Replies([("request", n) for n in range(9)])
    half = [0] * 300_000
    with pytest.raises(door.TooMuch, match="1000000 parts"):
        for n in range(9):
            said = {"begin": ["request", n]}, {"value": ["request", n], "answer": {"list": half}}
            list(replies.feed(lines(*said)))
    assert n == 3, "what is kept is counted over all answers"
