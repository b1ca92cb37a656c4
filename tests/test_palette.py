"""The colours of the course: readable, and the same wherever they are written down."""

import re
from pathlib import Path

import pytest
from pygments.styles import get_style_by_name

from rgcourse._palette import DARK, LIGHT, contrast, luminance

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "book" / "_theme" / "static"
STYLE_SHEETS = sorted(STATIC.glob("*.css"))
WIDGET_SOURCES = sorted((ROOT / "rgcourse" / "widgets").rglob("*.js")) + sorted(
    (ROOT / "rgcourse" / "widgets").rglob("*.css")
)
THEMES = {"light": LIGHT, "dark": DARK}

TEXT, MARK = 4.5, 3.0
TEXT_ROLES = ("ink", "muted", "link", "accent", "hot", "cold", "critical", "ok")

# On the page and on a surface, as the design states them.
DESIGNED = {
    "light": {
        "ink": (14.9, 13.8),
        "muted": (5.9, 5.4),
        "rule": (1.4, None),
        "ctrl": (3.5, 3.3),
        "link": (7.1, 6.5),
        "accent": (5.8, 5.3),
        "hot": (6.3, 5.8),
        "cold": (6.4, 5.9),
        "critical": (6.2, 5.7),
        "ok": (6.1, 5.7),
    },
    "dark": {
        "ink": (13.9, 12.6),
        "muted": (7.6, 6.9),
        "rule": (1.6, None),
        "ctrl": (4.2, 3.8),
        "link": (8.5, 7.7),
        "accent": (8.5, 7.8),
        "hot": (7.5, 6.8),
        "cold": (8.3, 7.5),
        "critical": (8.1, 7.4),
        "ok": (9.1, 8.3),
    },
}


def colours(text):
    """Every colour written out as `#rgb`, `#rrggbb` or longer, in lower case."""
    return {found.lower() for found in re.findall(r"#[0-9a-fA-F]{3,8}\b", text)}


def without_comments(css):
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def tokens(css, selector):
    """The custom properties --rg-... of the first block with this selector."""
    block = re.search(re.escape(selector) + r"\s*\{(.*?)\}", css, flags=re.DOTALL).group(1)
    return dict(re.findall(r"--rg-([a-z]+):\s*(#[0-9a-f]{6});", block))


def test_luminance_and_contrast_of_known_pairs():
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#00ff00") == pytest.approx(0.7152)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#1d2430", "#fbfaf7") == contrast("#fbfaf7", "#1d2430")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", TEXT_ROLES)
def test_text_can_be_read(theme, role):
    palette = THEMES[theme]
    for ground in ("bg", "surface"):
        assert contrast(palette[role], palette[ground]) >= TEXT


@pytest.mark.parametrize("palette", THEMES.values(), ids=THEMES)
def test_controls_and_spins_can_be_told_apart(palette):
    for ground in ("bg", "surface"):
        assert contrast(palette["ctrl"], palette[ground]) >= MARK
    assert contrast(palette["up"], palette["down"]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
def test_contrast_is_as_designed(theme):
    palette = THEMES[theme]
    for role, designed in DESIGNED[theme].items():
        for ground, ratio in zip(("bg", "surface"), designed, strict=True):
            if ratio is not None:
                assert contrast(palette[role], palette[ground]) == pytest.approx(ratio, abs=0.06)


def test_spins_are_as_designed():
    assert contrast(LIGHT["up"], LIGHT["down"]) == pytest.approx(8.9, abs=0.06)
    assert contrast(DARK["up"], DARK["down"]) == pytest.approx(5.1, abs=0.06)


def test_style_sheet_has_the_tokens_of_the_palette():
    css = without_comments((STATIC / "tokens.css").read_text())
    assert tokens(css, 'html[data-theme="light"]') == LIGHT
    assert tokens(css, 'html[data-theme="dark"]') == DARK


def test_print_is_black_on_white_and_otherwise_light():
    css = without_comments((STATIC / "tokens.css").read_text())
    printed = tokens(css[css.index("@media print") :], 'html[data-theme="dark"]')
    assert printed == LIGHT | {"bg": "#ffffff", "ink": "#000000"}


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.name)
def test_only_the_tokens_are_written_as_colours(path):
    css = without_comments(path.read_text())
    if path.name != "tokens.css":
        assert colours(css) == set()
        assert not re.search(r"\b(rgba?|hsla?|lab|lch|oklch)\(", css)
    defined = set(re.findall(r"(--rg-[a-z-]+):", "".join(p.read_text() for p in STYLE_SHEETS)))
    assert set(re.findall(r"var\((--rg-[a-z-]+)", css)) <= defined


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.name)
def test_style_sheets_ask_no_other_host(path):
    for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text()):
        assert any((folder / address).is_file() for folder in (path.parent, path.parents[1]))
    assert "@import" not in path.read_text()


def test_figures_use_the_palette():
    style = (ROOT / "rgcourse" / "course.mplstyle").read_text()
    settings = "\n".join(line.split("#")[0] for line in style.splitlines())
    used = {f"#{found}" for found in re.findall(r"\b[0-9a-f]{6}\b", settings)}
    assert used and used <= set(LIGHT.values())
    assert f"figure.facecolor: {LIGHT['bg'][1:]}" in settings
    assert f"text.color: {LIGHT['ink'][1:]}" in settings


def test_widgets_use_the_palette():
    # Outside the book, in a Jupyter front end, the tokens are missing and the fallbacks count.
    for path in WIDGET_SOURCES:
        text = path.read_text()
        for role, fallback in re.findall(r"--rg-([a-z]+)\s*,\s*(#[0-9a-fA-F]{3,8})", text):
            assert fallback.lower() in (LIGHT[role], DARK[role]), path.name
        allowed = {*LIGHT.values(), *DARK.values()}
        assert {c for c in colours(text) if len(c) in (4, 7)} <= allowed, path.name


@pytest.mark.parametrize("theme", THEMES)
def test_code_can_be_read(theme):
    palette = THEMES[theme]
    style = get_style_by_name(f"a11y-high-contrast-{theme}")
    faint = {
        str(token): f"#{parts['color']}"
        for token, parts in style
        if parts["color"] and contrast(f"#{parts['color']}", palette["surface"]) < TEXT
    }
    assert faint == {}


def test_fonts_are_served_by_the_book_and_licensed():
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) == 4
    assert all(font.read_bytes()[:4] == b"wOF2" for font in fonts)
    assert sum(font.stat().st_size for font in fonts) < 200_000
    for family in ("source-serif-4", "inter", "jetbrains-mono"):
        assert any(font.name.startswith(family) for font in fonts)
        licence = (STATIC / "fonts" / f"LICENSE-{family}.txt").read_text()
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
