"""The levels of `LevelFlow`, read from the table that it hands to the page."""

import base64

import numpy as np

from rgcourse.widgets.level_flow import BEYOND, J_RANGE, J_STEP, TOP, TRACKS


def table_levels(figure):
    """Lengths N of the chosen parity, and the levels of each track, nan beyond the top."""
    table = next(t for t in figure.table if t["Lambda"] == figure.Lambda)
    n_sites, n_tracks = len(table["units"]), len(TRACKS[figure.parity])
    flat = np.frombuffer(base64.b64decode(table["levels"]), "<u2")
    place = flat.reshape(-1, n_sites, n_tracks)[round((figure.J - J_RANGE[0]) / J_STEP)]
    N = np.arange(1 if figure.parity == "even" else 0, n_sites, 2)
    return N, np.where(place[N] == BEYOND, np.nan, place[N] * (TOP / (BEYOND - 1)))
