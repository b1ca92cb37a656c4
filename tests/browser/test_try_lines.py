"""Every line to try, in the figure as its page has it: by mouse, by touch and by keys.

A row says with which pointer steps and with which keys the line is followed, and what is then seen.
The same steps are done with a mouse and with a finger. A line that has no row fails.
"""

import json
import re
from pathlib import Path

import pytest
from figures import FIGURE, HURRY, place_of, readout, value, verdict, words

from rgcourse.couplings import critical_surface

ROOT = Path(__file__).resolve().parents[2]
STATE = "application/vnd.jupyter.widget-state+json"
PHOTOGRAPH = ROOT / "book/_theme/live/strip-light.webp"


def stored():
    """{(page, figure): (models, id)} of all figures with a line to try."""
    found = {}
    for path in sorted((ROOT / "book").rglob("*.ipynb")):
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        models = metadata.get("widgets", {}).get(STATE, {}).get("state", {})
        for key, model in models.items():
            if model["state"].get("try_line"):
                name = model["state"]["_anywidget_id"].rpartition(".")[2]
                found[path.stem, name] = models, key
    return found


class Hands:
    """A reader before a figure, who points with a mouse or a finger, or presses keys."""

    def __init__(self, page, poll, way):
        self.page, self.way = page, way
        self.poll = poll
        self.root = page.locator("figure.rgw")

    # -- pointer

    def tap(self, where):
        where.tap() if self.way == "touch" else where.click()

    def press(self, name):
        self.tap(self.root.get_by_role("button", name=name, exact=True))

    def tick(self, name):
        self.tap(self.root.get_by_label(name, exact=True))

    def choose(self, name, option):
        self.root.get_by_role("combobox", name=name).select_option(option)

    def slide(self, label, goal):
        """A press on the track where the value is, which must not be where the thumb is now."""
        slider = self.root.get_by_label(label, exact=True)
        box = slider.bounding_box()
        low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
        x = 11 + (goal - low) / (high - low) * (box["width"] - 22)
        press = slider.tap if self.way == "touch" else slider.click
        press(position={"x": x, "y": 16})

    def mark(self, name):
        """A named value below a track."""
        self.tap(self.root.locator(".rgw-mark", has_text=re.compile(f"^{re.escape(name)}$")))

    def stop(self, label, goal):
        """The same for a slider whose stops are these numbers."""
        stops = self.page.evaluate(f"{FIGURE}.controls.find((c) => c.label === '{label}').stops")
        self.slide(label, stops.index(goal))

    def at(self, plot, x, y):
        point = place_of(self.page, plot, float(x), float(y))
        self.page.touchscreen.tap(*point) if self.way == "touch" else self.page.mouse.click(*point)

    def pull(self, plot, start, end):
        """From one point of a plot to another, beside it all the way."""
        (x, y), (goal, _) = (place_of(self.page, plot, *map(float, p)) for p in (start, end))
        if self.way != "touch":
            self.page.mouse.move(x, y)
            self.page.mouse.down()
            self.page.mouse.move(goal, y, steps=10)
            self.page.mouse.up()
            return
        touch = self.page.context.new_cdp_session(self.page)
        for k in range(12):
            points = [{"x": x + (goal - x) * min(k, 10) / 10, "y": y}] if k < 11 else []
            kind = "touchEnd" if not points else "touchMove" if k else "touchStart"
            if kind == "touchEnd":  # a finger that lifts while it moves has flung the page,
                self.page.wait_for_timeout(150)
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.detach()
        self.page.wait_for_timeout(400)  # and two quick taps on one place are a double tap

    def lay(self, view, across, down):
        """A press on a picture, at these shares of its sides."""
        canvas = self.page.evaluate_handle(f"{FIGURE}.scene.{view}.canvas").as_element()
        box = canvas.bounding_box()
        place = {"x": across * box["width"], "y": down * box["height"]}
        (canvas.tap if self.way == "touch" else canvas.click)(position=place)

    # -- keys

    def keys(self, keys, times=1):
        for key in keys.split():
            for _ in range(times):
                self.page.keyboard.press(key)

    def focus(self, label=None):
        (self.root.get_by_label(label, exact=True) if label else self.root).focus()

    # -- eyes

    def js(self, expression):
        return self.page.evaluate(f"(({{ scene, model }}) => {expression})({FIGURE})")

    def see(self, pattern):
        said = lambda: f"{verdict(self.page)} {words(self.page)}"  # noqa: E731
        self.poll(lambda: re.search(pattern, said()))

    def until(self, expression):
        self.poll(lambda: self.js(expression))


TRY = {}


def tried(page, figure):
    """The function after it follows the line of this figure; `hands.way` says with what."""

    def note(function):
        TRY[page, figure] = function
        return function

    return note


def by_keys(hands):
    if hands.way == "keys":
        hands.focus()
        return True
    return False


@tried("epsilon_expansion", "EpsilonFlow")
def _(hands):
    if by_keys(hands):
        hands.keys("Shift+ArrowLeft ArrowLeft ArrowLeft")
        hands.see("Wilson-Fisher has split off")
        hands.keys("c Space")
    else:
        hands.slide("Dimension d", 3)
        hands.see("Wilson-Fisher has split off")
        hands.press("Onto the critical line")
        hands.press("Run")
    hands.see("decided for: critical")


@tried("landau_ginzburg_wilson", "PowerCounting")
def _(hands):
    by = by_keys(hands)
    if by:
        hands.focus("Term")
        hands.keys("ArrowLeft", 3)
    for n in range(1, 6):
        hands.keys("m" if n == 5 else "m t") if by else hands.at("board", n, 0)
    hands.keys("e") if by else hands.tick("Show the exponents")
    hands.see("✓ 22 of 22 are sorted right.*these grow: φ², φ⁴")
    if by:
        hands.focus()
        hands.keys("Shift+ArrowRight")
        hands.keys("u", 3)
        hands.keys("Space")
    else:
        hands.mark("4")
        hands.slide("Start with u", 3)
        hands.press("Run")
    hands.see("where counting is silent, u fades")


@tried("landau_ginzburg_wilson", "FieldLab")
def _(hands):
    if by_keys(hands):
        hands.keys("Space")
        hands.keys("Shift+ArrowLeft", 5)
    else:
        hands.press("Run")
        hands.slide("Square, r", -6)
    hands.until("Math.abs(model.get('r') + 6) < 0.1 && scene.figure.sweeps > 5")


@tried("matter", "BoilingFluid")
def _(hands):
    if by_keys(hands):
        hands.keys("Shift+ArrowLeft", 3)
        while value(hands.page, "fluid") != "water":
            hands.keys("f")
    else:
        hands.slide("Window at lg t", -4.4)
        hands.choose("Fluid", "water")
    hands.until("model.get('place') < -4.3 && scene.say().length > 9")


@tried("polymers", "PivotLab")
def _(hands):
    seen = "Turned about|Refused"
    if by_keys(hands):
        hands.keys("Shift+ArrowLeft t")
        hands.see(seen)
        hands.keys("Space")
    else:
        for site in (4, 32):
            hands.at("walk", *hands.js(f"scene.places(scene.walks[0])[{site}]"))
            hands.see(seen)
        hands.press("Run")
    hands.until("scene.figure.sweeps > 100")


@tried("resummation", "BorelSum")
def _(hands):
    by = by_keys(hands)
    for series, place in (("integral", 1.85), ("eta", 0.85)):
        if by:
            while value(hands.page, "quantity") != series:
                hands.keys("n")
            steps = round((value(hands.page, "place") - place) / 0.1)
            hands.keys("ArrowLeft" if steps > 0 else "ArrowRight", abs(steps))
        else:
            hands.choose("Series", series)
            hands.pull("plane", (-4, 0.6), (-place, 0.6))
        hands.see("Quietest so far")
        hands.keys("o") if by else hands.tick("open the envelope")
        hands.see("an honest error" if series == "integral" else "too sure, by a factor of")


@tried("scaling_laws", "SpectrumLab")
def _(hands):
    if by_keys(hands):
        hands.keys("d")
        hands.focus("Target b")
        hands.keys("ArrowRight", 12)
        hands.see("The kernel is the limit")
        hands.focus()
        hands.keys("ArrowRight", 8)
    else:
        hands.press("Draw data")
        hands.slide("Target b", 6)
        hands.see("The kernel is the limit")
        hands.slide("Spectrum a", 2.8)
    hands.see("The target is the limit")


@tried("running_couplings", "RunningCoupling")
def _(hands):
    if by_keys(hands):
        hands.keys("e ArrowRight")
        hands.see("Freedom has ended")
        hands.keys("c")
    else:
        hands.slide("Flavours N_f", 17)
        hands.see("Freedom has ended")
        hands.slide("Colours N_c", 4)
    hands.see("Free: the shorter")


@tried("sandpiles", "SandpileLab")
def _(hands):
    """On the smallest table, where an edge is near."""
    edge = """[...Array(scene.L).keys()].some((i) => scene.kernels.view("int32", scene.topplings,
        (scene.L + 2) ** 2)[scene.L + 3 + i] > 0)"""
    if by_keys(hands):
        hands.focus("Side L")
        hands.keys("ArrowLeft", 4)
        hands.focus()
    else:
        hands.stop("Side L", 32)
    for _ in range(300):
        if hands.js(edge):
            return
        dropped = hands.js("scene.dropped")
        hands.keys("d") if hands.way == "keys" else hands.press("Drop a grain")
        hands.until(f"scene.front === 0 && scene.dropped > {dropped}")
    pytest.fail("no avalanche came to the edge in 300 grains")


@tried("kondo_thermodynamics", "KondoCurves")
def _(hands):
    by = by_keys(hands)
    if by:
        hands.focus("Shift")
        hands.keys("Shift+ArrowLeft", 16)
        hands.keys("ArrowLeft", 6)
    else:
        hands.pull("plot", (2.2e-4, 0.5), (2.2e-4 * 10**-3.32, 0.5))
    hands.see("✓ One curve, in S and in Tχ")
    hands.keys("q") if by else hands.choose("what is drawn", "t_chi")
    hands.see("✓ One curve, in S and in Tχ")
    if by:
        hands.focus("In hand")
        hands.keys("ArrowRight", 5)
    else:
        hands.slide("In hand", 8)
    hands.keys("Space") if by else hands.press("Run")
    hands.see("No shift does better")


@tried("numerical_rg", "LevelFlow")
def _(hands):
    crossings = []
    by = by_keys(hands)
    for J, keys in (
        (0.8, ("Shift+ArrowRight", 1)),
        (0.4, ("Shift+ArrowLeft", 1)),
        (0.2, ("ArrowLeft", 5)),
    ):
        hands.keys(*keys) if by else hands.slide("Exchange J", J)
        assert value(hands.page, "J") == pytest.approx(J)
        crossings.append(float(readout(hands.page, "tk")))
    first, second, third = crossings
    assert 3 < second - first < third - second


@tried("poor_mans_scaling", "KondoFlow")
def _(hands):
    if by_keys(hands):
        hands.keys("ArrowLeft", 7)
        hands.focus("g⊥")
        hands.keys("ArrowRight", 7)
        hands.keys("Space")
    else:
        hands.at("plane", -0.2, 0.5)
        hands.until("scene.done")
    hands.see("✓ It began ferromagnetic")


@tried("boltzmann_machines", "RBMDream")
def _(hands):
    by = by_keys(hands)
    hands.keys("e") if by else hands.press("Erase half")
    hands.see("The framed half is held")
    before = value(hands.page, "sweeps")
    hands.until(f"scene.figure.sweeps > {before}")
    hands.keys("ArrowRight") if by else hands.slide("Trained at", 2)
    assert value(hands.page, "machine") == 2


@tried("convolution", "TwoConveyors")
def _(hands):
    by = by_keys(hands)
    hands.keys("p") if by else hands.press("Plant defect")
    hands.see("Changed, of 1 for an unrelated lattice")
    while by and value(hands.page, "task") != "defect":
        hands.keys("t")
    if not by:
        hands.choose("Ask the network for", "defect")
    hands.keys("Space") if by else hands.press("Run")
    hands.until("scene.count > 3")
    hands.keys("Space") if by else hands.press("Pause")
    hands.keys("p") if by else hands.press("Plant defect")
    hands.see("Changed, of 1 for an unrelated lattice|Step [1-9]")


@tried("convolution", "NetworkLab")
def _(hands):
    by = by_keys(hands)
    hands.keys("c") if by else hands.mark("Tc")
    if not value(hands.page, "running"):
        hands.keys("Space") if by else hands.press("Run")
    hands.see("The network sees order|The network does not trust")
    hands.keys("Space") if by else hands.press("Pause")
    assert value(hands.page, "running") is False


def undo_the_grammar(hands):
    by = by_keys(hands)
    learner = "Pairs are grouped by"
    first, more = ("label", 4096)
    if by:
        while value(hands.page, "learner") != first:
            hands.keys("n")
        hands.keys("Shift+ArrowRight")
    else:
        hands.choose(learner, first)
        hands.stop("Sentences P", more)

    def finish():
        if not value(hands.page, "running"):
            hands.keys("Space") if by else hands.press("Run")

    finish()
    hands.see("All levels|is not undone|levels grouped")
    if by:
        hands.keys("Shift+ArrowRight l n")
        while value(hands.page, "learner") != "coarse":
            hands.keys("n")
    else:
        hands.stop("Sentences P", 32768)
        hands.slide("Levels", 4)
        hands.choose(learner, "coarse")
    finish()
    hands.see("All levels (that it asks about are undone|undone in [1-9])")


TRY["hierarchy", "GrammarLab"] = undo_the_grammar
TRY["trained_on_grammar", "GrammarLab"] = undo_the_grammar


@tried("hierarchy", "DenoiseTree")
def _(hands):
    by = by_keys(hands)
    hands.keys("c") if by else hands.mark("ε*")
    hands.see("At p")
    hands.keys("ArrowRight ArrowRight") if by else hands.slide("Noise ε", 0.95)
    hands.see("Below p")
    hands.keys("ArrowLeft", 4) if by else hands.slide("Noise ε", 0.65)
    hands.see("Above p")


@tried("spectra", "SpikeLab")
def _(hands):
    by = by_keys(hands)
    hands.keys("Shift+ArrowRight", 3) if by else hands.at("spike", 1.5, 1.0)
    hands.see("Seen: beyond")
    hands.keys("0") if by else hands.slide("Spike θ", 0)
    hands.see("Nothing but noise")
    hands.keys("b") if by else hands.press("By the book")
    hands.see("power law of [2-6]. values")


@tried("language", "WordReach")
def _(hands):
    by = by_keys(hands)
    for name, key in (("Shuffle words", "w"), ("Shuffle 20-word pieces", "p"),
                      ("Shuffle sentences", "t"), ("Markov chain", "m")):  # fmt: skip
        hands.keys(key) if by else hands.press(name)
        hands.see("C\\(d\\) is above .* as written, out to")


@tried("flows", "FlowDiagram")
def _(hands):
    if by_keys(hands):
        hands.keys("Shift+ArrowRight", 3)
        hands.keys("ArrowRight", 2)
        hands.focus("K₂")
        hands.keys("ArrowLeft", 10)
        hands.keys("Space")
    else:
        hands.at("plane", critical_surface(-0.1, 0), -0.1)
    hands.see("✓ Found in 1 drop:")


@tried("flows", "Cobweb")
def _(hands):
    by = by_keys(hands)
    hands.keys("ArrowRight ArrowRight Space") if by else hands.at("map", 0.305, 0.6)
    by or hands.press("Run")
    hands.see("✓ It has stayed")
    if by:
        hands.focus("Dimension d")
        hands.keys("Shift+ArrowLeft")
    else:
        hands.slide("Dimension d", 1)
    hands.see("No coupling stays")


@tried("depth", "EdgeOfChaos")
def _(hands):
    by = by_keys(hands)
    hands.keys("ArrowRight", 16) if by else hands.slide("Weights σ_w", 1.9)
    hands.keys("o") if by else hands.slide("Overlap at the start", 0.3)
    hands.see("Chaos")
    hands.keys("c") if by else hands.press("To the critical line")
    hands.see("On the line")


@tried("limits", "FlowDiagram")
def _(hands):
    by = by_keys(hands)
    hands.keys("v") if by else hands.tick("show surface and arrows")
    for n, K2 in enumerate((0.05, 0.0), 1):
        K1 = critical_surface(K2, 0)
        if by:
            hands.focus("K₂")
            hands.keys("ArrowLeft", 10 * (n - 1))
            hands.focus("K₁")
            hands.keys("ArrowRight", round((K1 - value(hands.page, "K1")) / 0.005))
            hands.keys("Space")
        else:
            hands.at("plane", K1, K2)
        hands.until(f"scene.drops.length === {n}")
    hands.see("✓ 2 magnets from different places of the surface have come to one point")


@tried("inverse_rg", "ZoomIn")
def _(hands):
    by = by_keys(hands)
    for _ in range(9):
        hands.keys("i") if by else hands.press("Zoom in")
    assert value(hands.page, "size") == 512
    by or hands.slide("Parent", 2.5)  # the thumb lies over the goal, and is moved away first
    hands.keys("ArrowLeft", 3) if by else hands.slide("Parent", 1.24)
    hands.see("✓ η is the magnet's within two errors. Its energy is not")


@tried("inverse_rg", "MovingCutoff")
def _(hands):
    by = by_keys(hands)
    hands.keys("Shift+ArrowRight", 2) if by else hands.at("spectrum", 8, 200)
    hands.until("scene.report().cutoff < 18")
    hands.keys("+") if by else hands.choose("filter", "sharp")
    for k in range(16, 3, -1):  # from beyond the best place, and over it
        if "✓" in verdict(hands.page):
            break
        while by and value(hands.page, "cut") > k:
            hands.keys("-")
        by or hands.at("spectrum", k, 200)
    hands.see("✓ No sharp cutoff does much better. It leaves [0-9]+ % more error")
    hands.keys("f p p") if by else hands.choose("filter", "thresholds")
    by or hands.choose("picture", "discs")
    hands.keys("Shift+ArrowLeft", 3) if by else hands.slide("Noise σ", 0.3)
    by and hands.keys("ArrowRight", 5)
    hands.see("✓ Thresholds leave [0-9]+ % less error")


@tried("mutual_information", "RuleLab")
def _(hands):
    by = by_keys(hands)
    hands.keys("m") if by else hands.press("Majority")
    hands.see("as much as the majority")
    if by:
        hands.keys("ArrowLeft", 16)
    for state in range(1, 17):
        by or hands.slide("Block state", state)
        hands.keys("f") if by else hands.press("Flip")
        if "more than the majority" in verdict(hands.page):
            break
        hands.keys("f ArrowRight") if by else hands.press("Flip")
    hands.see("✓ It keeps .* more than the majority")
    hands.keys("k") if by else hands.tick("keep the symmetry")
    assert value(hands.page, "symmetric") is True


@tried("variational_rg", "ReceptiveFields")
def _(hands):
    by = by_keys(hands)
    for layer in (1, 2):
        if by:
            hands.keys("p Space")
        else:
            hands.lay("views[0]", 0.5, 0.5)
            hands.until("scene.mineTop[1] > 0")
            hands.slide("Side of block", 6 if layer == 1 else 10)
            hands.press("Best place")
            hands.press("Run")
        hands.see("No block holds more of this unit than one of side")
        if layer == 1:
            hands.until("!scene.figure.running")
            hands.keys("l") if by else hands.slide("Layer", 2)


@tried("decimation", "ChainFlow")
def _(hands):
    if by_keys(hands):
        hands.keys("ArrowRight", 2)
        hands.keys("Space")
    else:
        hands.at("plane", 2, 0)
    hands.until("scene.done")
    assert hands.js("scene.path[0][0] > 1.95 && Math.abs(scene.path[0][1]) < 0.02")
    assert hands.js("scene.path.every(([K], n, all) => !n || K < all[n - 1][0])")


@tried("trials", "ChainFlow")
def _(hands):
    if by_keys(hands):
        hands.keys("ArrowRight", 10)
        hands.keys("Space")
    else:
        hands.at("plane", 1.5, 0)
    hands.until("scene.done")
    assert hands.js("scene.path.every(([K], n, all) => !n || K < all[n - 1][0])")


@tried("free_energy", "TrialLab")
def _(hands):
    by = by_keys(hands)
    hands.keys("Space") if by else hands.press("Run")
    hands.see("Flat here, and yet not the lowest")
    hands.until("!model.get('running')")
    if by:
        hands.keys("Shift+ArrowRight", 2)
        hands.keys("Space")
    else:
        hands.at("cost", 0.9, -0.5)
        hands.press("Run")
    hands.see("✓ No trial of this family is lower")
    if by:
        hands.focus("Coupling K")
        hands.keys("Shift+ArrowLeft", 2)
    else:
        hands.slide("Coupling K", 0.2)
    assert value(hands.page, "K") == pytest.approx(0.2, abs=0.01)


@tried("sampling", "AlgorithmRace")
def _(hands):
    by = by_keys(hands)
    hands.keys("ArrowRight") if by else hands.slide("Side", 1)
    hands.until("scene.L === 32")
    if not value(hands.page, "running"):
        hands.keys("Space") if by else hands.press("Run")
    last = 0 if hands.way == "mouse" else 1  # the slower one is waited for once
    hands.until(f"scene.memories[{last}].time().known")


@tried("self_similarity", "BifurcationZoom")
def _(hands):
    if by_keys(hands):
        hands.keys("m m d d d d")
    else:
        hands.choose("map", "gradient descent")
        for _ in range(4):
            hands.press("One period doubling deeper")
    hands.until("model.get('family') === 'gradient descent' && scene.found.period >= 16")


@tried("self_similarity", "PictureZoom")
def _(hands):
    by = by_keys(hands)
    with hands.page.expect_file_chooser() as chooser:
        hands.js("0")  # once it has answered, the browser has heard that a chooser is waited for
        hands.keys("o") if by else hands.press("Open a picture")
    chooser.value.set_files(PHOTOGRAPH)
    hands.until("model.get('picture') === 'own' && !scene.empty")
    hands.keys("+", 3) if by else hands.slide("Zoom out", 3)
    hands.see("the contrast falls as b to the power")


@tried("self_similarity", "DiceSums")
def _(hands):
    by = by_keys(hands)
    hands.keys("+", 5) if by else hands.slide("Zoom out", 5)
    for source in ("exponential", "Cauchy"):
        while by and value(hands.page, "source") != source:
            hands.keys("n")
        by or hands.choose("source", source)
        assert value(hands.page, "source") == source
    hands.keys("1") if by else hands.mark("1")
    hands.see("✓ The width stays")


@tried("tensor_rg", "TensorLab")
def _(hands):
    by = by_keys(hands)
    hands.keys("d Space") if by else hands.mark("2.5")
    by or hands.press("Run")
    hands.see("It rests")
    hands.keys("l") if by else hands.tick("corner double lines, exactly")
    assert value(hands.page, "corners") is True


@tried("intro", "ZoomCamera")
def _(hands):
    hands.until("scene.readings.every(Boolean)")
    if by_keys(hands):
        hands.keys("+", 20)
    else:
        hands.slide("Blocks", 4)
    hands.see("each of 16 spins a side")
    hands.keys("e") if hands.way == "keys" else hands.press("Elsewhere")


@tried("intro", "WhichZoom")
def _(hands):
    """One round of the five: at the critical temperature, in the order in which they stand."""
    by = by_keys(hands)
    hands.until("Boolean(scene.round)")
    for picture in range(1, 5):  # the last goes by itself
        by or hands.slide("Picture", picture)
        hands.keys("p ArrowRight") if by else hands.press("Pick")
    hands.see("[0-5] of 5 in their place")
    hands.keys("n") if by else hands.press("Next round")
    hands.see("A lattice is in the making|Pick the first")


def both_labs(hands):
    by = by_keys(hands)
    if by:
        hands.keys("Shift+ArrowLeft c")
        hands.keys("+", 12)
    else:
        hands.slide("Temperature", 2.2)
        hands.mark("Tc")
        for _ in range(12):
            button = hands.root.get_by_role("button", name="Zoom out")
            if button.is_disabled():
                break
            hands.tap(button)
    hands.until("Math.abs(model.get('T') - 2.269185) < 1e-4 && model.get('level') > 0")


TRY["block_spins", "IsingLab"] = both_labs
TRY["performance", "IsingLab"] = both_labs


@tried("monte_carlo_rg", "MonteCarloRG")
def _(hands):
    by = by_keys(hands)
    if not value(hands.page, "running"):
        hands.keys("Space") if by else hands.press("Run")
    hands.until("model.get('error') > 0")
    for name in ("nnn", "plaquette", "(2,0)", "(2,1)"):
        if by:
            hands.focus(name)
            hands.keys("Space")
        else:
            hands.tick(name)
    assert value(hands.page, "even") == ["nn"]
    if by:
        hands.focus("Coupling K")
        hands.keys("ArrowRight", 5)
    else:
        hands.slide("Coupling K", 0.455)
    hands.until("model.get('K') > 0.4415")


@tried("design_rg", "DesignRG")
def _(hands):
    by = by_keys(hands)
    hands.keys("x") if by else hands.press("Max-pool")
    hands.see("Your rule breaks the up-down symmetry")
    hands.keys("m g") if by else hands.press("Majority")
    if not by:
        options = hands.root.get_by_role("combobox", name="Magnet").locator("option")
        hands.choose("Magnet", options.nth(1).get_attribute("value"))
    hands.see("treats up and down alike")
    rule = value(hands.page, "rule")
    hands.keys("f") if by else hands.press("Change")
    hands.until(f"JSON.stringify(model.get('rule')) !== JSON.stringify({rule})")


TRY["monte_carlo_rg", "DesignRG"] = TRY["design_rg", "DesignRG"]


@tried("design_rg", "GlassOfWater")
def _(hands):
    by = by_keys(hands)
    for name, key in (("Shake both", "k"), ("Match two knobs", "m")):
        hands.keys("Shift+ArrowRight", 3) if by else hands.slide("Zooms n", 24)
        hands.see("22 of 24 are dead")
        hands.keys(key) if by else hands.press(name)
    hands.see("Two knobs are matched")


FOUND = stored()


def test_every_line_of_the_book_is_followed_here():
    assert set(FOUND) <= set(TRY), "a line to try without a row in this file"


@pytest.mark.parametrize("page, figure", [key for key in FOUND if key in TRY])
def test_a_line_is_followed_by_mouse_by_touch_and_by_keys(
    page, figure, figures_site, open_page, poll
):
    from figures import figure_page

    folder, address = figures_site
    name = f"try-{page}-{figure}.html"
    models, key = FOUND[page, figure]
    (folder / name).write_text(figure_page(models, key), encoding="utf-8")
    opened = open_page(has_touch=True)
    opened.add_init_script(HURRY)
    opened.set_default_timeout(60_000)
    for way in ("mouse", "touch", "keys"):
        opened.goto(f"{address}/{name}")
        opened.locator("figure.rgw").wait_for()
        hands = Hands(opened, poll, way)
        bet = hands.root.locator(".rgw-predict button").first
        if bet.count():
            bet.press("Enter") if way == "keys" else hands.tap(bet)
        TRY[page, figure](hands)
    assert (opened.errors, opened.blocked) == ([], [])
