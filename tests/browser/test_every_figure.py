"""What all live figures share, in a real browser: they mount, speak, fit a phone, and rest."""

import pytest
from figure_examples import example
from figures import value, words

# How many sliders a figure has, and something that it says of itself.
FIGURES = {
    "AlgorithmRace": (1, "16 by 16 spins after 0 sweeps"),
    "BifurcationZoom": (1, "At r = 3.340 the orbit settles on a cycle of 2"),
    "BoilingFluid": (2, "Order parameter of water against the distance"),
    "BorelSum": (2, "Series of the integral to order 6"),
    "ChainFlow": (3, "K = 1.500"),
    "Cobweb": (3, "K* = 0.3047"),
    "DenoiseTree": (2, "noise ε = 0.700"),
    "DesignRG": (4, "8 of the 16 states become up"),
    "DiceSums": (2, "Histogram of sums of 1 dice, 1048576 of them"),
    "EdgeOfChaos": (3, "σ_w = 1.10, σ_b = 0.22"),
    "EpsilonFlow": (4, "d = 4.20, N = 1"),
    "FieldLab": (2, "64 by 64 sites at r = −1.00"),
    "FlowDiagram": (3, "K1 = 0.100, K2 = 0.050"),
    "GlassOfWater": (1, "5 of 5 directions are alive"),
    "GrammarLab": (3, "m = 4 synonyms and L = 3 levels"),
    "IsingLab": (2, "at the critical temperature"),
    "KondoCurves": (2, "In hand: J = 0.5"),
    "KondoFlow": (2, "g_z = 0.150, g_perp = 0.150, 1 loop"),
    "LevelFlow": (2, "J = 0.40, Λ = 2.5"),
    "MonteCarloRG": (2, "100 lattices at K = 0.4407"),
    "MovingCutoff": (2, "Picture: discs. Noise σ = 0.70, filter: thresholds"),
    "NetworkLab": (1, "T = 2.269"),
    "PictureZoom": (1, "512² averages of white noise over blocks of 1 by 1"),
    "PivotLab": (2, "walk of 64 steps"),
    "PowerCounting": (3, "Framed: φ⁴. The board is covered"),
    "RBMDream": (2, "Machine trained at T = 2.50"),
    "ReceptiveFields": (3, "unit 3 in layer 2"),
    "RuleLab": (1, "11 of the 16 states become up"),
    "RunningCoupling": (3, "N_f = 5.0 flavours and N_c = 3 colours"),
    "SandpileLab": (3, "Sandpile of 64 by 64 sites. 0 grains have fallen"),
    "SpectrumLab": (4, "Spectrum with slope a = 1.50, target with slope b = 5.00"),
    "SpikeLab": (2, "noise with a direction of strength 1.20"),
    "TensorLab": (2, "Tensor of 1 site at T = 2.400, at most 6 values a leg"),
    "TrialLab": (3, "K = 0.300, h = 0.00"),
    "TwoConveyors": (1, "Step 0 of 600, the network is asked for the temperature"),
    "WhichZoom": (1, "Five windows of 16 by 16 block spins"),
    "WordReach": (2, "sentences shuffled. Function 1 is high for"),
    "ZoomIn": (3, "Rule with parent 1.00"),
    "ZoomCamera": (1, "one window of 32 by 32 block spins, each of 2 spins a side"),
}
PICTURES = """async (theme) => {
  document.documentElement.dataset.theme = theme;
  await new Promise((done) => setTimeout(done, 20)); // observers come first
  return [...document.querySelectorAll('figure.rgw canvas')].map((canvas) => canvas.toDataURL());
}"""


@pytest.mark.parametrize("name", FIGURES)
def test_it_mounts_fits_a_phone_and_rests_in_both_themes(name, mount):
    sliders, said = FIGURES[name]
    figure = example(name, title="A title", running=True)
    page = mount(figure, width=360, reduced_motion="reduce")
    assert page.locator("figure.rgw .rgw-title").inner_text() == "A title"
    assert page.locator("figure.rgw .rgw-slider").count() == sliders
    assert page.locator("img.rgw-still").is_hidden()
    assert said in words(page)
    assert value(page, "running") is False
    assert page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    light, dark = (page.evaluate(PICTURES, theme) for theme in ("light", "dark"))
    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert (page.errors, page.blocked) == ([], [])


PIXELS = """[...document.querySelectorAll('figure.rgw canvas')]
    .filter((canvas) => canvas.clientWidth)
    .map((canvas) => canvas.width / canvas.clientWidth)"""


@pytest.mark.parametrize("name", FIGURES)
def test_it_follows_the_zoom_of_the_page_and_other_screens(name, mount, poll):
    """A canvas has at least the pixels of the screen: a lattice may have more, to be whole."""
    page = mount(example(name, running=False), width=1700, reduced_motion="reduce")
    session = page.context.new_cdp_session(page)
    for ratio in (1.25, 2.0):
        screen = dict(width=int(1700 / ratio), height=800, deviceScaleFactor=ratio, mobile=False)
        session.send("Emulation.setDeviceMetricsOverride", screen)
        assert poll(lambda: min(page.evaluate(PIXELS)) > 0.97 * ratio)  # noqa: B023
    assert (page.errors, page.blocked) == ([], [])


def test_numbers_and_axes_run_from_left_to_right_on_translated_pages(mount):
    page = mount(example("FlowDiagram", running=False), reduced_motion="reduce")
    page.evaluate("document.documentElement.dir = 'rtl'")
    found = page.evaluate(
        """() => [...document.querySelectorAll('figure.rgw :is(canvas, output)')]
              .map((node) => getComputedStyle(node).direction)"""
    )
    assert len(found) > 2 and set(found) == {"ltr"}


def test_tracks_of_sliders_are_seen_where_the_system_decides_on_colours(mount):
    page = mount(example("FlowDiagram", running=False), reduced_motion="reduce")
    page.emulate_media(forced_colors="active")
    line, ground = page.evaluate(
        """() => {
          const track = document.querySelector('figure.rgw .rgw-track');
          const line = getComputedStyle(track, '::before');
          const ground = getComputedStyle(document.body).backgroundColor;
          return [`${line.borderTopWidth} ${line.borderTopColor}`, ground];
        }"""
    )
    assert line.startswith("2px") and ground not in line


# A busy page hands an observer several sights at once, the oldest first.
TWO_SIGHTS = """globalThis.IntersectionObserver = class extends IntersectionObserver {
  constructor(tell, options) {
    const older = (entry) => ({ target: entry.target, isIntersecting: !entry.isIntersecting });
    super((entries) => tell([older(entries.at(-1)), ...entries]), options);
  }
}"""


def test_a_figure_that_was_out_of_sight_a_moment_ago_is_in_sight(mount, poll):
    page = mount(example("WhichZoom"), script=TWO_SIGHTS)
    figure = "document.querySelector('figure.rgw').parentElement.figure"
    poll(lambda: page.evaluate(f"{figure}.scene.ready"))
    assert page.evaluate(f"{figure}.visible")
    assert page.locator("figure.rgw").get_attribute("data-begun") is not None
