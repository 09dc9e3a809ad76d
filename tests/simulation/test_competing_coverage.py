"""A small run of the simulation of competing, recurrent and weighted curves; the large one makes docs/simulation-competing-events.md."""

import pytest
from scipy.special import bdtrc

from tests.simulation.competing_coverage import PAGE, page, simulate

RUNS = 40
CELLS = ((11, 0.6), (34, 0.3))


@pytest.fixture(scope="module")
def table():
    return simulate(RUNS, 7, CELLS, every=4)


def test_intervals_cover_and_tests_keep_their_size(table):
    """Not so many misses or rejections that nominal 95 % and 5 % would give them once in 100,000 times.

    Robust errors of recurrent events are known to be too small with few people: the output says by how much.
    """
    for (cell, name), count in table.coverage.items():
        assert bdtrc(count.made - count.hits - 1, count.made, 0.05) > 1e-5, (cell, name)
    for (cell, name), count in table.size.items():
        if count.made and not name.startswith("recurrent"):
            assert bdtrc(count.hits - 1, count.made, 0.05) > 1e-5, (cell, name)


def test_the_page_in_the_docs_is_of_this_code(table):
    written = PAGE.read_text(encoding="utf-8")
    for line in page(table, RUNS, 7).splitlines():
        if line.startswith("| ") and "people per arm" not in line:
            assert line.split(" | ")[0] in written
