"""A small run of the simulation of event intervals and tests; the large one makes docs/simulation-events.md."""

import pytest
from scipy.special import bdtrc

from tests.simulation.event_coverage import PAGE, page, simulate

RUNS = 40
CELLS = ((11, 0.6), (34, 0.3))
KNOWN = ("hazard ratio, Peto", "curves equal at week 52, log")
"""What holds less than it says at these sizes stands on the page, and in the method of its rows."""


@pytest.fixture(scope="module")
def table():
    return simulate(RUNS, 7, CELLS)


def test_intervals_cover_and_tests_keep_their_size(table):
    """Not so many misses or rejections that nominal 95 % and 5 % would give them once in 100,000 times."""
    for (cell, name), count in table.coverage.items():
        if name not in KNOWN:
            assert bdtrc(count.made - count.hits - 1, count.made, 0.05) > 1e-5, (cell, name)
    for (cell, name), count in table.size.items():
        if name not in KNOWN:
            assert bdtrc(count.hits - 1, count.made, 0.05) > 1e-5, (cell, name)


def test_an_interval_in_every_run(table):
    """Of a share, a mean and their differences there are limits whatever happened; of a ratio, a rate or a model not always."""
    always = ("survival, ", "survival difference", "restricted mean", "Nelson-Aalen", "rate")
    for (cell, name), count in table.coverage.items():
        if name.startswith(always) and name != "rate ratio":
            assert count.made >= 0.95 * RUNS, (cell, name)


def test_the_page_in_the_docs_is_of_this_code(table):
    """Its rows are the intervals and tests that are simulated now."""
    written = PAGE.read_text(encoding="utf-8")
    for line in page(table, RUNS, 7).splitlines():
        if line.startswith("| ") and "people per arm" not in line:
            assert line.split(" | ")[0] in written
