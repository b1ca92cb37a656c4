"""Sums of dice and pictures under zooming out in a real browser, compared with the package."""

import io

import numpy as np
import pytest
from figures import (
    FIGURE,
    HURRY,
    colour,
    pixel_at,
    readout,
    value,
    verdict,
    view_pixel,
    words,
)
from PIL import Image

from rgcourse.block_sums import (
    add_neighbours,
    block_means,
    cumulants,
    draw_numbers,
    draw_picture,
    picture_contrast,
)
from rgcourse.widgets import DiceSums, PictureZoom
from rgcourse.widgets.dice_sums import N_NUMBERS

OWN = f"{FIGURE}.scene.own !== undefined"


def close(text, exact):
    """A readout "0.707 (0.500)": the measured and the expected number."""
    return [float(part.strip("()")) for part in text.split()] == pytest.approx(exact, abs=6e-4)


# --- dice --------------------------------------------------------------------------------------


@pytest.mark.parametrize("source, level", [("die", 0), ("exponential", 3), ("coin", 6)])
def test_cumulants_are_the_package_s(mount, source, level):
    page = mount(DiceSums(source, level=level, seed=9))
    x = add_neighbours(draw_numbers(source, N_NUMBERS, rng=9), steps=level)
    found = cumulants(x)
    assert value(page, "measured") == pytest.approx(found, rel=1e-6, abs=1e-9)
    third, fourth = {"die": (0, -1.2686), "exponential": (2, 6), "coin": (0, -2)}[source]
    assert close(readout(page, "third"), [found[2], third * 2 ** (-level / 2)])
    assert close(readout(page, "fourth"), [found[3], fourth * 2.0**-level])
    assert readout(page, "n") == f"{N_NUMBERS >> level}"
    assert page.errors == []


def test_one_die_is_six_bars_and_two_are_eleven(mount):
    page = mount(DiceSums("die"))
    spacing = (12 / 35) ** 0.5
    for face in (-2.5, -0.5, 1.5):
        height = 1 / 6 / spacing
        assert pixel_at(page, "bars", face * spacing - 0.1, 0.9 * height) == colour(page, "ctrl")
        assert pixel_at(page, "bars", face * spacing - 0.1, 1.1 * height) != colour(page, "ctrl")
    assert pixel_at(page, "bars", 3.5 * spacing, 0.02) != colour(page, "ctrl")
    page.locator("figure.rgw").focus()
    page.keyboard.press("+")
    assert value(page, "level") == 1
    for total, ways in ((0, 6), (3, 3), (5, 1)):
        x, height = total * spacing / 2**0.5, ways / 36 / (spacing / 2**0.5)
        assert pixel_at(page, "bars", x, 0.85 * height) == colour(page, "ctrl")
    assert pixel_at(page, "bars", 6 * spacing / 2**0.5, 0.01) != colour(page, "ctrl")


def test_measured_cumulants_sit_on_the_lines(mount):
    page = mount(DiceSums("exponential", level=5))
    measured = cumulants(add_neighbours(draw_numbers("exponential", N_NUMBERS, rng=5), steps=2))
    assert pixel_at(page, "flow", 2, measured[3]) == colour(page, "ink")
    assert pixel_at(page, "flow", 2, measured[2]) == colour(page, "surface")  # hollow


def test_cauchy_wants_another_power(mount):
    page = mount(DiceSums("Cauchy", level=6))
    assert "spreads without end: these numbers want α = 1" in verdict(page)
    assert (readout(page, "third"), readout(page, "fourth")) == ("none", "none")
    sizes = page.evaluate(f"{FIGURE}.scene.sizes")
    assert sizes[6] == pytest.approx(8, rel=0.1)  # 2^(6 (1 - 1/2))
    page.locator("figure.rgw").focus()
    page.keyboard.press("1")
    assert value(page, "alpha") == 1
    assert page.evaluate(f"{FIGURE}.scene.sizes") == pytest.approx([1] * 11, abs=0.2)
    assert "The width stays" in verdict(page)
    page.keyboard.press("2")
    assert value(page, "alpha") == 2
    page.keyboard.press("n")
    assert value(page, "source") == "Levy"


def test_run_zooms_out_to_the_end_and_starts_again(mount, poll):
    page = mount(DiceSums("coin", running=True), script=HURRY)
    poll(lambda: value(page, "level") == 10 and value(page, "running") is False)
    page.get_by_role("button", name="Run", exact=True).click()
    poll(lambda: 0 < value(page, "level") < 10 or value(page, "running") is False)
    page.get_by_role("button", name="Reset").click()
    assert value(page, "level") == 0
    assert page.errors == []


# --- pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["white noise", "noise of all sizes"])
def test_contrasts_are_the_package_s(mount, kind):
    page = mount(PictureZoom(kind, seed=4, level=3))
    exact = picture_contrast(draw_picture(kind, 512, rng=4))
    assert value(page, "contrast") == pytest.approx(exact, rel=1e-12)
    assert readout(page, "contrast") == f"{exact[3]:.4f}"
    assert readout(page, "slope") == f"{np.log2(exact[4] / exact[3]):.2f}"
    assert pixel_at(page, "fall", 8, exact[3]) == colour(page, "accent")
    assert pixel_at(page, "fall", 2, exact[1]) == colour(page, "surface")  # hollow


def photograph(height, width):
    """Bytes of a grey picture, and its values: a bright corner on a ramp."""
    grey = np.add.outer(np.zeros(height), np.linspace(0, 200, width)).round().astype(np.uint8)
    grey[: height // 4, :] = 255
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    return file.getvalue(), grey / 255


def test_a_picture_of_the_reader_is_averaged_and_stays_in_the_page(mount):
    page = mount(PictureZoom())
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    file, grey = photograph(128, 200)
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": file}
    )
    page.wait_for_function(OWN)
    assert (value(page, "picture"), value(page, "level")) == ("own", 0)
    square = grey[:, 36:164]
    assert value(page, "contrast") == pytest.approx(picture_contrast(square), abs=2e-3)
    assert view_pixel(page, 0, 3, 64, 128) == colour(page, "up")
    page.locator("figure.rgw").focus()
    for _ in range(3):
        page.keyboard.press("+")
    assert readout(page, "n") == "16²"
    assert float(readout(page, "contrast")) == pytest.approx(
        block_means(square, steps=3).std(), abs=2e-3
    )
    assert "your own picture" in words(page)
    assert [url for url in asked if not url.startswith(("blob:", "data:"))] == []
    assert (page.errors, page.blocked) == ([], [])


def test_a_picture_can_be_dropped(mount):
    page = mount(PictureZoom())
    file, grey = photograph(64, 64)
    page.evaluate(
        f"""(bytes) => {{
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "mine.png", {{ type: "image/png" }}));
          const options = {{ dataTransfer: data, bubbles: true, cancelable: true }};
          {FIGURE}.scene.stage.dispatchEvent(new DragEvent("drop", options));
        }}""",
        list(file),
    )
    page.wait_for_function(OWN)
    assert value(page, "contrast") == pytest.approx(picture_contrast(grey), abs=2e-3)
    page.locator("figure.rgw").focus()
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert value(page, "picture") == "own"


def test_what_is_no_picture_is_refused_in_a_sentence(mount, poll):
    page = mount(PictureZoom())
    for file in (b"not a picture", photograph(15, 300)[0]):
        page.locator("input[type=file]").set_input_files(
            {"name": "mine.png", "mimeType": "image/png", "buffer": file}
        )
        poll(lambda: "no picture of at least 16 × 16" in verdict(page))
        assert value(page, "picture") == "white noise"
        page.get_by_role("button", name="Reset").click()
        poll(lambda: "no picture" not in verdict(page))


def test_one_grey_value_has_no_contrast(mount):
    page = mount(PictureZoom())
    file = io.BytesIO()
    Image.new("L", (32, 32), 90).save(file, "PNG")
    page.locator("input[type=file]").set_input_files(
        {"name": "grey.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    page.wait_for_function(OWN)
    assert "A picture of one grey value has no contrast to lose." in verdict(page)
    assert page.errors == []


def test_the_button_opens_the_choice_of_a_file(mount):
    page = mount(PictureZoom())
    upload = {"name": "mine.png", "mimeType": "image/png", "buffer": photograph(32, 32)[0]}
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a picture").click()
    chooser.value.set_files(upload)
    page.wait_for_function(OWN)


def test_its_key_does_so_too(mount):
    """After a click, because keys that a program presses do not count as a user's here."""
    page = mount(PictureZoom())
    page.locator("figure.rgw header").click()
    page.locator("figure.rgw").focus()
    with page.expect_file_chooser():
        page.evaluate("0")  # once it has answered, the browser has heard what is waited for
        page.keyboard.press("o")


def test_restored_contrast_is_seen(mount):
    page = mount(PictureZoom("white noise", level=6))
    plain = {view_pixel(page, 0, k, k, 8) for k in range(8)}
    page.locator("figure.rgw").focus()
    page.keyboard.press("c")
    assert value(page, "stretch") == "stretched"
    restored = {view_pixel(page, 0, k, k, 8) for k in range(8)}

    def spread(pixels):
        return np.ptp([sum(pixel) for pixel in pixels])

    assert spread(restored) > 5 * spread(plain)
