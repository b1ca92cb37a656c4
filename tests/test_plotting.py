"""Figures show what they are given: spins pixel by pixel, errors to scale, labels apart."""

import doctest
import io
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib import font_manager

matplotlib.use("agg")

import matplotlib.pyplot as plt  # noqa: E402
from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from rgcourse import plotting  # noqa: E402
from rgcourse._palette import LIGHT, contrast, luminance  # noqa: E402
from rgcourse.plotting import curves  # noqa: E402
from rgcourse.statistics import Estimate  # noqa: E402


@pytest.fixture(autouse=True)
def course_style():
    with plt.style.context("rgcourse.course"):
        yield
    plt.close("all")


def checkerboard(L):
    return 1 - 2 * (np.indices((L, L)).sum(axis=0) % 2)


def random_spins(L, rng):
    return rng.choice([-1, 1], size=(L, L))


def pixels(figure):
    """The figure as drawn on the screen, uint8 of shape (height, width, 3)."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def saved(figure):
    """The figure as a notebook stores it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return file.getvalue()


def rgb(colour):
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def panel(figure, ax):
    """The pixels inside the axes, from the top."""
    picture = pixels(figure)
    box = ax.get_window_extent()
    left, right, bottom, top = (round(edge) for edge in (box.x0, box.x1, box.y0, box.y1))
    return picture[len(picture) - top : len(picture) - bottom, left:right]


# -- Style ---------------------------------------------------------------------------------------


def test_text_is_at_least_nine_points_in_a_figure_of_the_width_of_the_text():
    assert plt.rcParams["figure.figsize"][0] == 6.6
    assert plt.rcParams["figure.dpi"] == 100
    base = plt.rcParams["font.size"]
    scale = font_manager.font_scalings
    for name in ("axes.titlesize", "axes.labelsize", "xtick.labelsize", "ytick.labelsize"):
        size = plt.rcParams[name]
        assert (scale[size] * base if isinstance(size, str) else size) >= 9


def test_fonts_are_those_that_come_with_matplotlib():
    for family in plt.rcParams["font.family"]:
        found = font_manager.findfont(family, fallback_to_default=False)
        assert Path(matplotlib.get_data_path()) in Path(found).parents
    assert plt.rcParams["mathtext.fontset"] == "stix"


def test_the_same_figure_is_the_same_file(rng):
    spins = random_spins(48, rng)

    def picture():
        figure, ax = plt.subplots()
        plotting.plot_spins(spins, ax=ax, title="$b = 1$, ± 0.02")
        return saved(figure)

    assert picture() == picture()


# -- Spins ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("L", [2, 16, 50, 101, 200])
@pytest.mark.parametrize("size", [(6.6, 3.8), (3.1, 3.37)])
def test_a_spin_is_a_whole_number_of_pixels(L, size, rng):
    spins = random_spins(L, rng)
    figure, ax = plt.subplots(figsize=size)
    plotting.plot_spins(spins, ax=ax, title="lattice")
    drawn = panel(figure, ax)
    scale = len(drawn) // L
    assert scale >= 1 and drawn.shape == (scale * L, scale * L, 3)
    edges = ax.get_window_extent().extents  # on the borders between pixels
    assert edges == pytest.approx(np.round(edges), abs=1e-6)
    tones = np.where(spins[..., None] > 0, rgb(LIGHT["up"]), rgb(LIGHT["down"]))
    expected = np.kron(tones, np.ones((scale, scale, 1), dtype=int))
    inner = slice(2, -2)  # the border lies on the outermost pixels
    assert np.array_equal(drawn[inner, inner], expected[inner, inner])


def test_a_notebook_keeps_the_pixels_whole():
    # Saving cuts the margins off, which shifts the lattice by a fraction of a pixel.
    figure, ax = plt.subplots(figsize=(3, 3.1))
    plotting.plot_spins(checkerboard(40), ax=ax, title="lattice")
    scale = len(panel(figure, ax)) // 40
    picture = plt.imread(io.BytesIO(saved(figure)))[..., :3]
    row = (255 * picture[len(picture) // 2]).round().astype(int)
    is_up = np.all(row == rgb(LIGHT["up"]), axis=1)
    is_down = np.all(row == rgb(LIGHT["down"]), axis=1)
    inside = np.flatnonzero(is_up | is_down)
    runs = np.diff(np.flatnonzero(np.diff(is_up[inside[0] : inside[-1] + 1].astype(int))))
    # matplotlib places a picture on a whole pixel since 3.11; before, a cell may lose or win one
    slack = 0 if matplotlib.__version_info__ >= (3, 11) else 1
    assert len(runs) >= 36 and set(runs[1:-1]) <= set(range(scale - slack, scale + slack + 1))


def test_a_lattice_too_large_for_its_axes_is_averaged_not_decimated(rng):
    figure, ax = plt.subplots(figsize=(2, 2))
    plotting.plot_spins(random_spins(1600, rng), ax=ax)
    drawn = panel(figure, ax)[4:-4, 4:-4].astype(float)
    middle = (rgb(LIGHT["up"]) + rgb(LIGHT["down"])) / 2
    assert np.allclose(drawn.mean(axis=(0, 1)), middle, atol=2)
    assert drawn.std(axis=(0, 1)).max() < 0.2 * np.abs(rgb(LIGHT["up"]) - middle).min()


def test_row_zero_is_on_top():
    spins = -np.ones((8, 8), dtype=np.int8)
    spins[0] = 1
    figure, ax = plt.subplots()
    assert plotting.plot_spins(spins, ax=ax) is ax
    drawn = panel(figure, ax)
    assert np.array_equal(drawn[10, 40], rgb(LIGHT["up"]))
    assert np.array_equal(drawn[-10, 40], rgb(LIGHT["down"]))


@pytest.mark.parametrize(
    ("spins", "words"),
    [
        (np.ones((4, 4, 4)), "shape"),
        (np.ones((4, 6)), "equal length"),
        (np.zeros((4, 4)), "found 0"),
        (np.ones(4), "shape"),
    ],
)
def test_what_is_no_lattice_is_refused(spins, words):
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=words):
        plotting.plot_spins(spins, ax=ax)


def test_zoom_strip_shows_equal_windows_and_frames_what_was_seen(rng):
    lattices = [random_spins(L, rng) for L in (64, 32, 16)]
    _, axes = plt.subplots(1, 3)
    plotting.zoom_strip(lattices, axes, window=12)
    assert [ax.get_title(loc="left") for ax in axes] == ["$b = 1$", "$b = 2$", "$b = 4$"]
    for ax, lattice in zip(axes, lattices, strict=True):
        assert np.array_equal(ax.get_images()[0].get_array(), lattice[:12, :12])
    assert not axes[0].patches
    for ax in axes[1:]:
        assert {(frame.get_width(), frame.get_height()) for frame in ax.patches} == {(6.0, 6.0)}
        left, right, bottom, top = ax.get_images()[
            0
        ].get_extent()  # spins 0 .. 5 of 12, no half one
        assert {frame.get_xy() for frame in ax.patches} == {(left, top)} == {(-0.5, -0.5)}
        assert (right, bottom) == (11.5, 11.5)


def test_zoom_strip_shows_as_much_as_the_smallest_lattice_has(rng):
    lattices = [random_spins(L, rng) for L in (24, 8)]
    _, axes = plt.subplots(1, 2)
    plotting.zoom_strip(lattices, axes, titles=["fine", "coarse"])
    assert axes[0].get_images()[0].get_array().shape == (8, 8)
    assert axes[1].get_title(loc="left") == "coarse"
    assert axes[1].patches[0].get_width() == pytest.approx(8 / 3)


@pytest.mark.parametrize(
    ("sides", "arguments", "words"),
    [
        ((8, 4), {}, "2 configurations and 3 axes"),
        ((8, 4, 3), {}, "divide"),
        ((4, 8, 2), {}, "largest first"),
        ((8, 4, 2), {"window": 3}, "wider"),
        ((8, 4, 2), {"window": 0}, "window"),
        ((8, 4, 2), {"titles": ["one"]}, "titles"),
    ],
)
def test_a_strip_that_makes_no_sense_is_refused(sides, arguments, words):
    _, axes = plt.subplots(1, 3)
    with pytest.raises(ValueError, match=words):
        plotting.zoom_strip([np.ones((L, L)) for L in sides], axes, **arguments)


# -- Estimates -----------------------------------------------------------------------------------


def bars(ax):
    """Centres and half lengths of the error bars of the last series."""
    container = ax.containers[-1]
    segments = np.array(container.lines[2][0].get_segments())
    return segments[:, :, 1].mean(axis=1), np.ptp(segments[:, :, 1], axis=1) / 2


def test_error_bars_are_one_standard_error_long():
    x, value, error = np.arange(3.0), np.array([1.0, 2.0, 4.0]), np.array([0.1, 0.2, 0.3])
    _, ax = plt.subplots()
    assert plotting.plot_estimates(x, Estimate(value, error), ax=ax, label="ours") is ax
    centres, lengths = bars(ax)
    assert np.allclose(centres, value) and np.allclose(lengths, error)


def test_a_list_of_estimates_is_drawn_like_an_array_of_them():
    value, error = np.array([1.0, 2.0]), np.array([0.1, 0.2])
    _, ax = plt.subplots()
    plotting.plot_estimates([0, 1], [Estimate(1.0, 0.1), Estimate(2.0, 0.2)], ax=ax)
    centres, lengths = bars(ax)
    assert np.allclose(centres, value) and np.allclose(lengths, error)


def test_estimates_without_their_x_are_refused():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=r"equal length.*\(3,\).*\(2,\)"):
        plotting.plot_estimates([1, 2, 3], Estimate(np.ones(2), np.ones(2)), ax=ax)


def test_sizes_are_drawn_in_order_each_with_its_own_marker():
    series = {L: Estimate(np.arange(4.0) / L, np.full(4, 0.01)) for L in (64, 16, 32)}
    _, ax = plt.subplots()
    plotting.plot_sizes(np.arange(4.0), series, ax=ax)
    handles, labels = ax.get_legend_handles_labels()
    assert labels == ["$L = 16$", "$L = 32$", "$L = 64$"]
    assert len({handle.lines[0].get_marker() for handle in handles}) == 3
    brightness = [luminance(handle.lines[0].get_color()) for handle in handles]
    assert brightness == sorted(brightness, reverse=True)


def test_a_collapse_takes_one_x_for_each_size():
    series = {L: Estimate(np.arange(4.0), np.full(4, 0.01)) for L in (16, 32)}
    scaled = {L: np.arange(4.0) * L for L in series}
    _, ax = plt.subplots()
    plotting.plot_sizes(scaled, series, ax=ax, joined=False)
    assert np.array_equal(ax.containers[1].lines[0].get_xdata(), scaled[32])
    with pytest.raises(ValueError, match="same sizes"):
        plotting.plot_sizes({16: scaled[16]}, series, ax=ax)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_every_colour_of_a_ramp_can_be_seen_on_paper(n):
    colours = plotting.ramp(n)
    assert len(colours) == n
    assert min(contrast(colour, LIGHT["bg"]) for colour in colours) >= 3
    brightness = [luminance(colour) for colour in colours]
    assert brightness == sorted(brightness, reverse=True)


@pytest.mark.parametrize("n", [0, -1, 2.5, None])
def test_a_ramp_needs_a_number_of_colours(n):
    with pytest.raises(ValueError, match="n must be"):
        plotting.ramp(n)


# -- Labels --------------------------------------------------------------------------------------


def test_labels_stand_at_the_ends_of_their_lines_and_do_not_overlap():
    x = np.linspace(0, 1, 20)
    figure, ax = plt.subplots()
    for i in range(5):
        ax.plot(x, 1 + 0.001 * i * x, label=f"curve {i}")
    ax.plot(x, 2 * x, label="another")
    assert plotting.label_lines(ax=ax) is ax
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == 6
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
        assert box.x1 <= figure.bbox.x1
    for text, line in zip(ax.texts, ax.lines, strict=True):
        assert text.get_color() == line.get_color()
        assert text.xy == (line.get_xdata()[-1], line.get_ydata()[-1])


def test_error_bars_are_labelled_too_and_points_outside_do_not_count():
    _, ax = plt.subplots()
    plotting.plot_estimates([0, 1, 2], Estimate(np.ones(3), np.ones(3)), ax=ax, label="ours")
    ax.set_xlim(-0.5, 1.5)
    plotting.label_lines(ax=ax)
    assert ax.texts[0].xy == (1.0, 1.0)


def test_axes_without_labels_stay_as_they_are():
    _, ax = plt.subplots()
    ax.plot([0, 1], [0, 1])
    assert not plotting.label_lines(ax=ax).texts


@settings(deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8), st.floats(0.5, 50))
def test_spread_keeps_order_gap_and_centre(heights, gap):
    heights = np.array(heights)
    places = curves._spread(heights, gap=gap)
    order = np.argsort(heights, kind="stable")
    assert np.all(np.diff(places[order]) >= gap * (1 - 1e-9) - 1e-9)
    # Moves of a group that is pushed apart cancel: no other arrangement moves the labels less.
    assert np.sum(places - heights) == pytest.approx(0, abs=1e-6)


def test_spread_leaves_alone_what_is_apart():
    assert np.array_equal(curves._spread(np.array([30.0, 0.0, 10.0]), gap=5), [30, 0, 10])
    assert np.allclose(curves._spread(np.array([0.0, 0.0, 9.0]), gap=4), [-2, 2, 9])


def test_a_marked_value_is_a_line_with_a_name():
    _, ax = plt.subplots()
    assert plotting.mark_value(0.4407, ax=ax, label="$K_c$") is ax
    assert list(ax.lines[0].get_xdata()) == [0.4407, 0.4407]
    assert ax.lines[0].get_color() == LIGHT["critical"] == ax.texts[0].get_color()
    with pytest.raises(ValueError, match="finite"):
        plotting.mark_value(np.nan, ax=ax, label="nowhere")


def test_examples_in_the_docstrings():
    results = [doctest.testmod(m) for m in (plotting.colours, plotting.curves, plotting.lattices)]
    assert sum(r.attempted for r in results) >= 5 and not any(r.failed for r in results)
