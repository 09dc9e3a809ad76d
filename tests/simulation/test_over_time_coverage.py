"""A small run of the simulation of change with drop-out; the large one makes docs/simulation-over-time.md."""

import pytest

from tests.simulation.over_time_coverage import TRUTHS, coverage, series_size

RUNS = 60


@pytest.mark.parametrize("n", [11, 34])
def test_intervals_cover(n):
    """Within four standard errors of 95 %; carrying the last score forward is biased, which is why it is never an answer."""
    table = coverage(n, TRUTHS["equal correlations"], RUNS, 3)
    least = 0.95 - 4 * (0.95 * 0.05 / RUNS) ** 0.5
    for name in ("mixed model, random intercept", "GEE, Mancl-DeRouen", "multiple imputation, m = 20"):
        covered, _, _, none = table[name]
        assert covered > least, name
        assert none < 0.5, name
    assert table["last score carried forward"][1] > 0.5


def test_single_case_tests_keep_their_size():
    table = series_size(6, 0.0, RUNS, 3)
    most = 0.05 + 4 * (0.05 * 0.95 / RUNS) ** 0.5
    assert all(share < most for share in table.values())
