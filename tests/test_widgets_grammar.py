"""The figures with grammars, seen from Python."""

import math

import pytest

from rgcourse.grammar import denoising_map
from rgcourse.widgets import DenoiseTree, GrammarLab
from rgcourse.widgets._front import words_for_page
from rgcourse.widgets.grammar_lab import GRAMMARS, SIZES


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"P": 8}, "P must lie between 16 and 32768, got 8"),
        ({"P": 40_000}, "P must lie between 16 and 32768"),
        ({"P": float("nan")}, "P must be finite"),
        ({"m": 1}, "m must lie between 2 and 8"),
        ({"m": 2.5}, "m must be a whole number"),
        ({"L": 7}, "L must lie between 2 and 6"),
        ({"learner": "all"}, "learner must be one of 'label', 'raw', 'coarse'"),
        ({"grammar": 16}, "grammar must lie between 0 and 15"),
        ({"grammar": -1}, "grammar must be at least 0"),
        ({"seed": None}, "whole number"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_lab_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        GrammarLab(**wrong)


def test_sentences_go_to_the_nearest_stop():
    lab = GrammarLab(1000, seed=3)
    assert (lab.P, SIZES[0], SIZES[-1], len(SIZES)) == (1024, 16, 32768, 23)
    ratios = [b / a for a, b in zip(SIZES, SIZES[1:], strict=False)]
    assert ratios == pytest.approx([math.sqrt(2)] * 22, abs=0.03)
    lab.P = 600
    assert lab.P == 512 and isinstance(lab.P, int)
    with pytest.raises(ValueError, match="between 16 and 32768"):
        lab.P = 5
    (control,) = (c for c in lab.spec["controls"] if c["trait"] == "P")
    assert (control["kind"], control["stops"], control["low"]) == ("stops", SIZES, 16)


def test_lab_tells_the_page_its_grammars_and_prices():
    lab = GrammarLab(seed=3)
    assert lab.seed_words == [words_for_page(3 + g) for g in range(GRAMMARS)]
    constants = lab.spec["constants"]
    assert constants["stars"]["4"] == {"2": 128, "3": 512, "4": 2048, "5": 8192, "6": 32768}
    assert (constants["prices"]["4"], constants["prices"]["8"]) == (1024, 0)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"noise": -0.1}, "noise must lie between 0 and 1"),
        ({"noise": 1.1}, "noise must lie between 0 and 1"),
        ({"L": 9}, "L must lie between 2 and 8"),
        ({"L": 2.5}, "L must be a whole number"),
        ({"seed": -1}, "at least 0"),
    ],
)
def test_tree_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        DenoiseTree(**wrong)


def test_the_mark_of_the_noise_is_the_unstable_fixed_point():
    spec = DenoiseTree().spec
    p = spec["constants"]["p_star"]
    assert p == pytest.approx(0.25, abs=1e-15)
    assert denoising_map(p, v=16, m=4) == pytest.approx(p, abs=1e-15)
    assert denoising_map(p + 0.01, v=16, m=4) > p + 0.01
    assert denoising_map(p - 0.01, v=16, m=4) < p - 0.01
    (noise, *_) = spec["controls"]
    assert noise["marks"] == [[pytest.approx(0.8, abs=1e-15), "ε*", "c"]]
