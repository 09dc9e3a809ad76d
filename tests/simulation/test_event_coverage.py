"""A small run of the simulation of event intervals and tests; the large one makes docs/simulation-events.md."""

from pathlib import Path

import pytest
from scipy.special import bdtrc

from tests.simulation.event_coverage import SIZES, page, simulate

RUNS = 60


@pytest.fixture(scope="module")
def table():
    return simulate(RUNS, 7, slow=False)


def test_intervals_cover_and_tests_keep_their_size(table):
    """Not so many misses or rejections that nominal 95 % and 5 % would give them once in 100,000 times.

    `plain` and `log` limits of survival are known to miss at n = 20: they are not what the reports print.
    """
    for (n, name), count in table.coverage.items():
        if n > min(SIZES) or not name.endswith((", plain", ", log")):
            assert bdtrc(count.made - count.hits - 1, count.made, 0.05) > 1e-5, (n, name)
    for (n, name), count in table.size.items():
        assert bdtrc(count.hits - 1, count.made, 0.05) > 1e-5, (n, name)


def test_an_interval_or_a_reason_in_every_run(table):
    assert all(count.runs == RUNS for count in table.size.values())
    assert all(count.made >= 0.9 * RUNS for count in [*table.coverage.values(), *table.size.values()])


def test_the_page_in_the_docs_is_of_this_code(table):
    """Its rows are the intervals and tests that are simulated now."""
    written = (Path(__file__).parents[2] / "docs" / "simulation-events.md").read_text(encoding="utf-8")
    for line in page(table, RUNS, 7).splitlines():
        if line.startswith("| ") and "n = " not in line:
            assert line.split(" | ")[0] in written
