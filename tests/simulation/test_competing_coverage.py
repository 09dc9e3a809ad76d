"""A small run of the simulation of competing and recurrent events; the large one makes docs/simulation-competing-events.md."""

import pytest
from scipy.special import bdtrc

from tests.simulation.competing_coverage import PAGE, SIZES, page, simulate

RUNS = 40


@pytest.fixture(scope="module")
def found():
    return simulate(RUNS, 7)


def test_intervals_cover_and_tests_keep_their_size(found):
    """Not so many misses or rejections that nominal 95 % and 5 % would give them once in 100,000 times.

    Robust errors of recurrent events are known to be too small at n = 20, and so are plain limits: the output says so.
    """
    for (kind, name), sizes in found.items():
        for n, (hits, made) in sizes.items():
            if n == min(SIZES) and (name.startswith(("recurrent", "mean")) or name.endswith("plain")):
                continue
            bad = made - hits if kind == "interval" else hits
            assert made >= 0.8 * RUNS, (n, name)
            assert bdtrc(bad - 1, made, 0.05) > 1e-5, (n, name)


def test_the_page_in_the_docs_is_of_this_code(found):
    written = PAGE.read_text(encoding="utf-8")
    for line in page(found, RUNS, 7).splitlines():
        if line.startswith("| ") and "n = " not in line:
            assert line.split(" | ")[0] in written
