"""Self-checks: one validator, what it says of answers, and numbers as people write them."""

import base64
import json
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse import Estimate, selfcheck
from rgcourse.answers import _kernels as kernels
from rgcourse.answers import checks, read_typed
from rgcourse.answers.checks import WORDS, Check, seal

ROOT = Path(__file__).parents[1]
TYPED = json.loads((ROOT / "tests/typed_answers.json").read_text(encoding="utf-8"))
NAMES = list(checks())
KEY = 0xDEADBEEF


def made(
    right, wrong=(), *, kind=kernels.NUMBERS, n=None, rtol=0.01, atol=0.0, mistakes=(), **rest
):
    n = n or (1 if kind == kernels.PAIR else len(right))
    numbers = np.array([0, kind, n, len(mistakes), rtol, atol, *right, *wrong], float)
    about = {"name": "page/title", "page": "page", "label": "ex", "ask": "x", "choices": ()}
    return Check(**about | {"n": n, "mistakes": tuple(mistakes)} | rest, sealed=seal(numbers, KEY))


# --- numbers as people write them -------------------------------------------------------------


def said(text):
    """As the table has it: numbers and the error, or what is said against the text."""
    try:
        values, error = read_typed(text)
    except ValueError as problem:
        return str(problem)
    return [values, error]


def agrees(got, told):
    if len(told) == 1:
        return isinstance(got, str) and got.startswith(told[0])
    values, error = told
    same_error = got[1] is None if error is None else got[1] == pytest.approx(error, rel=1e-14)
    return got[0] == pytest.approx(values, rel=1e-14) and same_error


@pytest.mark.parametrize(("text", "told"), [(row[0], row[1:]) for row in TYPED])
def test_numbers_are_read_as_they_are_written(text, told):
    assert agrees(said(text), told), said(text)


SCRIPT = """
import {{ readFileSync }} from "node:fs";
import {{ readTyped }} from {module};
const read = (text) => {{
  try {{
    const {{ values, error }} = readTyped(text);
    return [values, error ?? null];
  }} catch (problem) {{
    return problem.message;
  }}
}};
const rows = JSON.parse(readFileSync({table}, "utf8"));
console.log(JSON.stringify(rows.map(([text]) => read(text))));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="runs the page's script without a page")
def test_pages_read_the_same(tmp_path):
    module = tmp_path / "typed.mjs"
    shutil.copy(ROOT / "rgcourse/widgets/js/typed.js", module)
    names = {"module": module.as_uri(), "table": str(ROOT / "tests/typed_answers.json")}
    code = SCRIPT.format(**{name: json.dumps(text) for name, text in names.items()})
    command = ["node", "--input-type=module", "--eval", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for (text, *told), got in zip(TYPED, json.loads(done.stdout), strict=True):
        assert agrees(got, told), (text, got)
        if isinstance(got, str):
            assert got == said(text)


# --- the validator ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "right"),
    [(2.0, True), (2.0199, True), (2.0201, False), (1.9801, True), (1.9799, False), (-2.0, False)],
)
def test_a_number_is_right_within_tolerance(answer, right):
    assert selfcheck_of(made([2.0]), answer) is right


def selfcheck_of(check, answer):
    return bool(check.judge(answer))


def test_zero_and_whole_numbers_have_tolerances_of_their_own():
    whole = made([24.0, 0.0], rtol=0.0, atol=1e-9)
    assert whole.judge([24, 0]) and not whole.judge([24, 1e-8])
    assert not made([0.0], rtol=0.5).judge(1e-300)


def test_mistakes_are_named_and_the_count_is_told():
    check = made([1.0, 2.0], [2, 1, 1, 1], mistakes=["the other order", "one for both"])
    assert check.judge("1; 2").words == WORDS["right"]
    assert check.judge([2, 1]).words == "Not yet: this is the other order."
    assert check.judge([1, 1]).words == "Not yet: this is one for both."
    assert check.judge([1, 7]).words == "Not yet: 1 of 2 are right."
    assert check.judge([7, 7]).words == "Not yet."
    assert check.judge(1).words == "2 numbers asked for, 1 given."
    assert made([1.0]).judge("1 2 3").words == "One number asked for, 3 given."


def test_a_measured_value_is_judged_by_its_error():
    check = made([1.0, 0.01, 0.003, 0.03], [2.0], kind=kernels.PAIR, mistakes=["two"])
    assert check.judge(Estimate(1.02, 0.01)) and check.judge("1.02(1)")
    edge = 4 * math.hypot(0.01, 0.01)
    assert check.judge(Estimate(1 + 0.999 * edge, 0.01))
    told = {
        "1.02": "no error",
        f"{1 + 1.001 * edge} ± 0.01": "too far",
        "1 ± 0.0029": "too sure",
        "1 ± 0.0031": "right",
        "1 ± 0.0299": "right",
        "1 ± 0.0301": "too vague",
        "1 ± 0": "too sure",
    }
    assert {text: check.judge(text).words for text in told} == {
        text: WORDS[word] for text, word in told.items()
    }
    assert check.judge("2.001 ± 0.01").words == "Not yet: this is two."
    assert check.judge("2").words == "Not yet: this is two."
    assert made([1.0]).judge("1.001 ± 5")  # an error that nobody asked for


def test_a_choice_is_a_letter():
    check = made([1.0], rtol=0.0, choices=("yes", "no"))
    assert check.judge("b") and check.judge("(B)") and not check.judge("a")
    for answer in ("c", "", "ab", 1, None):
        with pytest.raises(ValueError, match=r"choose one of a \(yes\), b \(no\)"):
            check.judge(answer)


@pytest.mark.parametrize(
    "answer", [..., None, math.nan, [1, math.inf], "x", "", {}, True, [[1], [1, 2]], np.ma.masked]
)
def test_what_is_no_answer_is_refused(answer):
    with pytest.raises(ValueError, match="answer|number|masked"):
        made([1.0]).judge(answer)


def test_an_unknown_exercise_is_named_and_others_are_offered():
    with pytest.raises(ValueError, match="decimation/three-at-a-time"):
        selfcheck("decimation/three-at-the-time", 1)
    with pytest.raises(ValueError, match="try decimation/"):
        selfcheck("decimation/9", 1)
    with pytest.raises(ValueError, match="no exercise is called 3"):
        selfcheck(3, 1)


def test_what_is_right_is_covered_and_comes_back():
    numbers = np.array([0, 0, 1, 0, 0.01, 0.0, 0.44068679])
    sealed = seal(numbers, KEY)
    assert np.array_equal(made([0.44068679]).numbers()[1:], numbers[1:])
    words = np.frombuffer(base64.b64decode(sealed), np.uint64)
    assert words[0] == KEY and not np.isin(words, numbers.view(np.uint64)).any()


def test_the_page_judges_as_jupyter_does(rng):
    page = Page("answers.wasm")
    for check in [*checks().values(), made([1.0, 0.1, 0.03, 0.3], kind=kernels.PAIR)]:
        words = np.frombuffer(base64.b64decode(check.sealed), np.uint64)
        there = page.put(words.copy())
        page.call("unseal", there, words.size)
        assert np.array_equal(page.get(there, words), check.numbers().view(np.uint64))
        numbers = check.numbers()
        right = numbers[kernels.HEAD : kernels.HEAD + max(check.n, 2)]
        for given in (right[: check.n], right, right * 1.0019, right * 0.5, -right, 0 * right):
            for has_error in (0, 1):
                here = page.put(np.ascontiguousarray(given))
                told = page.call("judge", there, here, given.size, has_error)
                assert told == native(kernels.judge)(numbers, given, given.size, bool(has_error))


def test_what_cannot_be_read_can_be_printed():
    with pytest.raises(ValueError, match="is no number") as error:
        selfcheck("decimation/three-at-a-time", "\ud800")
    assert str(error.value).encode()
