"""Seeds and z-scores of the statistical tests.

One seed a file, never changed to make a test pass. `RGCOURSE_SEED=2 pytest` reseeds all of them,
and then the z-scores of the whole run, pooled, must look like unit normals.
"""

import math
import os
import zlib
from pathlib import Path

import numpy as np
import pytest

RESEED = os.environ.get("RGCOURSE_SEED")
FEWEST = 20  # fewer z-scores say nothing about their distribution
z_scores = []


def seed_of(file_name, test_name):
    """Seed of one test: of its file and RGCOURSE_SEED; the test's name keeps streams apart."""
    words = [int(RESEED or 0), zlib.crc32(file_name.encode()), zlib.crc32(test_name.encode())]
    return np.random.SeedSequence(words)


@pytest.fixture
def rng(request):
    """A NumPy Generator that belongs to this test alone."""
    return np.random.default_rng(seed_of(Path(request.path).name, request.node.name))


@pytest.fixture
def z_within():
    """Function (z, limit=4): records independent z-scores and demands |z| < limit of each."""

    def record_and_assert(z, limit=4):
        for number in np.ravel(z):
            z_scores.append(float(number))
            assert abs(number) < limit, f"z = {number:.2f}, expected |z| < {limit}"

    return record_and_assert


def pooled_p_values(z):
    """p-values of sum z**2 (are the errors right?) and sum z (is there a common bias?)."""
    from scipy.stats import chi2, norm

    z = np.asarray(z)
    tail = chi2.cdf(np.sum(z**2), len(z))
    return 2 * min(tail, 1 - tail), 2 * norm.sf(abs(np.sum(z)) / math.sqrt(len(z)))


def pytest_sessionfinish(session, exitstatus):
    if RESEED is None or len(z_scores) < FEWEST:
        return
    if min(pooled_p_values(z_scores)) < 1e-4:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if len(z_scores) < FEWEST:
        return
    spread, bias = pooled_p_values(z_scores)
    terminalreporter.write_line(
        f"{len(z_scores)} z-scores: rms {np.sqrt(np.mean(np.square(z_scores))):.2f} "
        f"(p = {spread:.2g}), mean {np.mean(z_scores):+.2f} (p = {bias:.2g})"
        + ("" if RESEED is None else "; p < 1e-4 fails the run")
    )
