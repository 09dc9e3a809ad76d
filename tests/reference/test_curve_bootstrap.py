"""The bootstrap from counts against the curve of the same drawn people, and its spread against Greenwood's."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.events.curve_bootstrap import _curves, curve_bootstrap
from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.events.restricted_mean import restricted_mean
from analyses.statistics.events.survival_curve import survival_at, survival_curve

LUNG = pd.read_csv(Path(__file__).parent / "data" / "lung.csv")


def test_a_replicate_is_the_curve_of_the_people_drawn():
    rng, (week, event) = np.random.default_rng(1), (LUNG["month"].to_numpy(), LUNG["event"].to_numpy())
    for _ in range(20):
        drawn = rng.integers(0, len(week), len(week))
        counts = event_counts(week[drawn], event[drawn])
        table = np.stack([counts.censored, counts.all_events], axis=1)
        used = np.flatnonzero(table.sum(axis=1))
        survival, mean = _curves(table[used].reshape(1, -1), used, np.array([0, 6, 12, 30, 99]), 20)
        curve = survival_curve(counts)
        assert survival[0] == pytest.approx([survival_at(curve, at).estimate for at in (0, 6, 12, 30, 99)], nan_ok=True)
        assert mean[0] == pytest.approx(restricted_mean(curve, 20).estimate, nan_ok=True)


def test_spread_is_greenwoods_and_the_seed_decides():
    counts = event_counts(LUNG["month"].to_numpy(), LUNG["event"].to_numpy())
    curve = survival_curve(counts)
    boot = curve_bootstrap(counts, [6, 12], 20, replicates=4000, seed=3)
    assert boot.survival.std(axis=0) == pytest.approx(curve.std_error[[6, 12]], rel=0.05)
    assert boot.restricted_mean.std() == pytest.approx(restricted_mean(curve, 20).std_error, rel=0.05)
    low, high = boot.interval()
    assert (low < curve.survival[[6, 12]]).all() and (curve.survival[[6, 12]] < high).all()
    again = curve_bootstrap(counts, [6, 12], 20, replicates=4000, seed=3)
    assert np.array_equal(boot.survival, again.survival)
    many = event_counts(np.repeat(LUNG["month"].to_numpy(), 400), np.repeat(LUNG["event"].to_numpy(), 400))
    large = curve_bootstrap(many, [6, 12], 20, replicates=300, seed=3)
    assert large.survival.std(axis=0) * 20 == pytest.approx(curve.std_error[[6, 12]], rel=0.2)


def test_degenerate_groups():
    empty = curve_bootstrap(event_counts(np.zeros(0, int), np.zeros(0, int)), [3], 5, replicates=4, seed=1)
    assert empty.reason == "empty_group" and np.isnan(empty.interval()[0]).all()
    all_at_once = curve_bootstrap(event_counts(np.ones(5, int), np.ones(5, int)), [0, 1, 9], 5, replicates=3, seed=1)
    assert all_at_once.survival.tolist() == [[1.0, 0.0, 0.0]] * 3
    assert all_at_once.restricted_mean.tolist() == [1.0] * 3
    late = event_counts(np.array([3, 4]), np.array([1, 0]), entry=np.array([0, 2]))
    for call in (
        lambda: curve_bootstrap(late, [3], 5, seed=1),
        lambda: curve_bootstrap(late, [3], 0, seed=1),
        lambda: curve_bootstrap(late, [3], 5, replicates=0, seed=1),
    ):
        with pytest.raises(ValueError):
            call()
