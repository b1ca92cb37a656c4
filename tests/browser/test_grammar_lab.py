"""The grammar lab in a real browser: its sentences, groups and scores are those of the package."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict, words
from native_grammar import drawn, learnt, start, written

from rgcourse.grammar import random_grammar
from rgcourse.grammar.live import score_groups
from rgcourse.information import keep_most
from rgcourse.widgets import GrammarLab
from rgcourse.widgets.grammar_lab import RESTARTS, SIZES, V

SEED = 2024


def settled(page, poll):
    """Whether all levels that are asked about have been grouped."""
    poll(lambda: page.evaluate(f"{FIGURE}.scene.done"))


def python(page, samples=1):
    """Grammar, last sentences, groups of all levels and their tables, as the package has them."""
    P, m, L, learner, g = (value(page, name) for name in ("P", "m", "L", "learner", "grammar"))
    state = start(value(page, "seed") + g)
    grammar = drawn(L, V, m, state)
    for _ in range(samples):
        sentences = written(grammar, P, state)
        groups, tables = learnt(sentences, L, V, learner, RESTARTS, state)
    return grammar, sentences, groups, tables


def agree(page, poll, samples=1):
    """The page shows the package's sentence, names, scores and readouts."""
    settled(page, poll)
    grammar, sentences, groups, _ = python(page, samples)
    sentence = page.evaluate(f"{FIGURE}.scene.sentence")
    assert sentence == [level[0].tolist() for level in sentences.levels]
    scores = score_groups(grammar, groups)
    assert value(page, "right") == pytest.approx([score.right for score in scores], abs=1e-12)
    assert value(page, "kept") == pytest.approx([score.kept for score in scores], abs=1e-12)
    undone = sum(score.right > 1 - 1e-9 for score in scores)
    assert value(page, "undone") == undone
    assert readout(page, "undone") == f"{undone} of {len(scores)}"
    assert float(readout(page, "top")) == pytest.approx(scores[-1].right, abs=6e-3)
    star = V * value(page, "m") ** value(page, "L")
    assert readout(page, "star") == str(star)
    assert float(readout(page, "ratio")) == pytest.approx(value(page, "P") / star, abs=6e-3)
    return scores


@pytest.mark.parametrize(
    "P, m, L, learner",
    [
        (16, 2, 2, "label"),
        (1024, 4, 3, "label"),
        (512, 3, 5, "coarse"),
        (724, 4, 4, "raw"),
        (256, 8, 2, "coarse"),
        (8192, 5, 6, "label"),
    ],
)
def test_sentences_groups_and_scores_are_those_of_the_package(mount, poll, P, m, L, learner):
    page = mount(GrammarLab(P, m=m, L=L, learner=learner, seed=SEED))
    scores = agree(page, poll)
    match = page.evaluate(f"{FIGURE}.scene.levels.map(({{ match }}) => match)")
    assert match == [score.symbols.tolist() for score in scores]
    assert page.errors == []


def test_the_grammar_is_that_of_the_caption_and_the_groups_keep_most(mount, poll):
    page = mount(GrammarLab(1024, grammar=3, seed=SEED))
    agree(page, poll)
    grammar, _, groups, tables = python(page)
    named = random_grammar(3, m=4, rng=SEED + 3)
    assert all(np.array_equal(a, b) for a, b in zip(grammar.rules, named.rules, strict=True))
    for labels, counts in zip(groups, tables, strict=True):
        best = keep_most(counts, V, rng=1).labels
        pairs = {(a, b) for a, b in zip(labels, best, strict=True)}
        assert len(pairs) == len(set(best))  # the same groups under other names


def test_a_key_for_everything(mount, poll):
    page = mount(GrammarLab(256, seed=SEED))
    agree(page, poll)
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "P") == 362
    page.keyboard.press("Shift+ArrowLeft")
    assert value(page, "P") == 16
    page.keyboard.press("Shift+ArrowRight")
    assert value(page, "P") == 512
    for key, trait, expected in [
        ("m", "m", 5), ("l", "L", 4), ("n", "learner", "raw"), ("n", "learner", "coarse"),
        ("g", "grammar", 1),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert value(page, trait) == expected
        agree(page, poll)
    page.keyboard.press("0")
    state = [value(page, name) for name in ("P", "m", "L", "learner", "grammar")]
    assert state == [256, 4, 3, "label", 0]
    agree(page, poll)
    assert page.errors == []


def test_steps_undo_one_level_each_of_fresh_sentences(mount, poll):
    page = mount(GrammarLab(512, L=4, learner="coarse", seed=SEED))
    agree(page, poll)
    for depth in (1, 2, 3):
        page.get_by_role("button", name="Step").click()
        assert len(value(page, "right")) == depth
    assert value(page, "samples") == 2
    agree(page, poll, samples=2)
    assert "of 2 samples" in verdict(page)


def test_a_run_counts_in_how_many_samples_all_is_undone(mount, poll):
    page = mount(GrammarLab(362, seed=SEED, running=True), script=HURRY)
    poll(lambda: value(page, "samples") > 5)
    page.get_by_role("button", name="Pause").click()
    n = value(page, "samples")
    state = start(SEED)
    grammar, ticks, top = drawn(3, V, 4, state), 0, []
    for _ in range(n):
        groups, _ = learnt(written(grammar, 362, state), 3, V, "label", RESTARTS, state)
        scores = score_groups(grammar, groups)
        ticks += all(score.right > 1 - 1e-9 for score in scores)
        top.append(scores[-1].right)
    kept = page.evaluate(f"{FIGURE}.scene.tried.get(362)")
    assert (kept["n"], kept["all"]) == (n, ticks)
    assert kept["right"][-1] / n == pytest.approx(np.mean(top), abs=1e-12)


def test_a_slider_of_stops_is_typed_dragged_and_dropped(mount, poll):
    page = mount(GrammarLab(1024, seed=SEED))
    page.get_by_label("Sentences P").fill("8")
    assert value(page, "P") == SIZES[8]
    page.get_by_role("button", name="Type a value for P").click()
    page.keyboard.type("500")
    page.keyboard.press("Enter")
    assert value(page, "P") == 512
    page.mouse.click(*place_of(page, "curve", 4000, 0.5))
    assert value(page, "P") == 4096
    assert page.get_by_label("Sentences P").get_attribute("aria-valuetext") == "4096"
    agree(page, poll)


def test_what_was_tried_stays_and_pixels_stand_where_they_should(mount, poll):
    page = mount(GrammarLab(1024, seed=SEED))
    (*_, high) = agree(page, poll)
    page.get_by_label("Sentences P").fill("6")  # 128 sentences
    (*_, low) = agree(page, poll)
    assert pixel_at(page, "curve", 128, low.right) == colour(page, "accent")
    assert pixel_at(page, "curve", 1024, high.right) == colour(page, "ink")
    middle = np.sqrt(128 * 1024), (low.right + high.right) / 2
    assert pixel_at(page, "curve", *middle, reach=1) == colour(page, "ink")


def test_where_everything_is_grammatical_the_neighbour_says_nothing(mount, poll):
    page = mount(GrammarLab(4096, m=8, L=2, learner="coarse", seed=SEED))
    scores = agree(page, poll)
    assert scores[0].right < 0.5 and "says nothing" in verdict(page)


def test_reduced_motion_rests_and_speaks(mount, poll):
    page = mount(GrammarLab(1024, seed=SEED, running=True), reduced_motion="reduce")
    assert value(page, "running") is False
    settled(page, poll)
    poll(lambda: "All levels" in words(page))
    assert "P = 1024 sentences, which is 2.00 P*" in words(page)
