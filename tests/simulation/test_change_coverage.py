"""A small simulation of the intervals and tests of change; the large one is `change_coverage.py` (docs/simulation-change.md)."""

from __future__ import annotations

import pytest

from tests.simulation.change_coverage import bootstrapped, no_change, no_difference, one_group, shares, two_groups

RUNS = 300
"""Enough to see a wrong formula (an interval that is 20 % too narrow covers 88 %): three standard errors are 3.8 points."""


@pytest.mark.parametrize("n", [11, 34])
def test_intervals_of_one_group_cover(n):
    found = shares(lambda rng: one_group(rng, n, "at random", 1.0), RUNS, seed=n)
    assert found["mean change, t"] == pytest.approx(0.95, abs=0.038)
    assert found["d_z, noncentral t"] == pytest.approx(0.95, abs=0.038)
    for name in ("g, normal", "g, normal for unequal SDs", "d_av, normal", "d_rm, normal"):
        assert 0.86 < found[name] <= 0.995, (name, found[name])


def test_the_bootstrap_covers_in_thirty_people():
    found = shares(lambda rng: bootstrapped(rng, 30, "none", 1.0), 200, seed=3)
    assert 0.88 < found["g, BCa bootstrap, SD 1 later"] <= 0.99


def test_the_tests_keep_their_size():
    found = shares(lambda rng: no_change(rng, 34, "at random"), RUNS, seed=2)
    assert found["paired t"] == pytest.approx(0.05, abs=0.038)
    assert found["Wilcoxon signed ranks"] < 0.09 and found["sign test"] < 0.07


def test_intervals_between_groups_cover():
    found = shares(lambda rng: two_groups(rng, 34, "at random"), RUNS, seed=1)
    for name, share in found.items():
        assert share == pytest.approx(0.95, abs=0.045), name


def test_tests_between_groups_keep_their_size_with_scores_in_whole_points():
    found = shares(lambda rng: no_difference(rng, 11, "at random", True), RUNS, seed=5)
    assert max(found.values()) < 0.09 and found["Welch"] > 0.01
