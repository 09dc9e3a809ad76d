"""A small run of the simulation of rates, ranges and forms; the large one makes docs/simulation-rates.md."""

from pathlib import Path

import pytest
from scipy.special import bdtrc

from tests.simulation.rates_coverage import page, simulate

RUNS, CELLS = 25, [(0.3, 34), (0.6, 11)]


@pytest.fixture(scope="module")
def found():
    return simulate(RUNS, 5, CELLS)


def test_intervals_cover_and_tests_keep_their_size(found):
    """Not so many misses or rejections that 6 % would give them once in 100,000 times; the exact ratio is meant for people alike."""
    for (kind, name), cells in found.items():
        for cell in CELLS:
            hits, made, _ = cells[cell]
            wrong = made - hits if kind == "interval" else hits
            if "people differ: exact" not in name and made:
                assert bdtrc(wrong - 1, made, 0.06) > 1e-5, (name, cell)


def test_an_answer_in_nearly_every_run(found):
    for (_, name), cells in found.items():
        assert all(cells[cell][1] >= 0.8 * RUNS for cell in CELLS if name != "weibull median"), name


def test_the_page_in_the_docs_is_of_this_code(found):
    """Its rows are the intervals and tests that are simulated now."""
    written = (Path(__file__).parents[2] / "docs" / "simulation-rates.md").read_text(encoding="utf-8")
    rows = [
        line.split(" | ")[0] for line in page(found, 5).splitlines() if line.startswith("| ") and not line.startswith("| runs")
    ]
    assert len(rows) > 20
    assert all(row in written for row in rows)
