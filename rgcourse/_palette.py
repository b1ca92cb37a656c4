"""The colours of the course, in one place: style sheet, figures, theme and widgets agree with it.

The names are roles, not hues, and keep their meaning on every page: `cold` is the ordered side,
`hot` the disordered one, `critical` what lies between, `accent` what a reader can touch. `rule` is
decoration only; `ctrl` is its twin for borders that must be seen. A colour never speaks alone: a
label, a dash or a marker says the same.
"""

LIGHT = {
    "bg": "#fbfaf7",
    "surface": "#f3f1ea",
    "ink": "#1d2430",
    "muted": "#5a6270",
    "rule": "#d9d5c9",
    "ctrl": "#8a8577",
    "link": "#0f5a8a",
    "accent": "#a8431c",
    "hot": "#b3261e",
    "cold": "#1b5e9e",
    "critical": "#6b4fa0",
    "ok": "#2e6b3f",
    "up": "#e9e2d0",
    "down": "#1f3a5f",
}

DARK = {
    "bg": "#14171c",
    "surface": "#1c2027",
    "ink": "#e6e2d8",
    "muted": "#a2a9b4",
    "rule": "#343a44",
    "ctrl": "#727a87",
    "link": "#7db8e8",
    "accent": "#f0a070",
    "hot": "#f28b82",
    "cold": "#7fb4f0",
    "critical": "#b9a3e6",
    "ok": "#86c79a",
    "up": "#e3d9bf",
    "down": "#2d5a8c",
}


def luminance(colour):
    """Relative luminance of a colour `#rrggbb`, 0 for black to 1 for white.

    The definition of WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance.
    Example: `luminance("#ffffff")` is 1.
    """
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Contrast ratio of two colours `#rrggbb`, from 1 (the same) to 21 (black on white).

    Text needs 4.5, controls and marks 3 (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
