"""A small run of the simulation of weighted comparisons; the large one makes docs/simulation-weighting.md."""

from tests.simulation.weighting_coverage import study

RUNS = 40
LEAST = 0.95 - 4 * (0.95 * 0.05 / RUNS) ** 0.5


def test_weighted_intervals_hold_where_one_without_weights_does_not():
    found = study(("overlap", "propensity"), 150, RUNS, 3)
    for name in ("weighted_mean_difference", "risk_difference", "weighted_hazard_ratio"):
        assert found[name][0] > LEAST and found[name][1] == 0, name
    assert found["without weights, score"][0] < 0.7
