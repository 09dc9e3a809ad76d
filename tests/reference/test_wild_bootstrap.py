"""The wild cluster bootstrap against its definition in R, every pattern of signs refitted (r/wild_bootstrap.R): eight children of nlme's Orthodont."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.models.wild_bootstrap import wild_cluster_bootstrap

VALUES = json.loads((Path(__file__).parent / "values" / "wild_bootstrap.json").read_text(encoding="utf-8"))
Y, AGE, GIRL, PLACE = (np.array(VALUES["data"][name], float) for name in ("y", "age", "girl", "place"))
NAMES = ["one", "age", "girl"]


def _found(name, shift=0.0):
    design = np.column_stack([np.ones(len(Y)), AGE, GIRL])
    return wild_cluster_bootstrap(Y - shift * AGE, design, PLACE, name, NAMES)


@pytest.mark.parametrize("shift", ["0", "0.5", "0.75"])
def test_a_slope_equals_all_patterns_in_r(shift):
    """That the slope is b0 is that the slope of y - b0 age is zero."""
    found, wanted = _found("age", float(shift)), VALUES[f"age_{shift}"]
    assert (found.statistic, found.p_value) == pytest.approx((wanted["t"], wanted["p"]), rel=1e-8)


def test_an_arm_by_cluster_equals_all_patterns_in_r():
    found, wanted = _found("girl"), VALUES["girl_0"]
    assert (found.statistic, found.p_value) == pytest.approx((wanted["t"], wanted["p"]), rel=1e-8)


def test_limits_are_where_the_test_begins_to_reject():
    found = _found("age")
    assert found.ci_low < found.estimate < found.ci_high
    for limit, outwards in ((found.ci_low, -1), (found.ci_high, 1)):
        assert _found("age", limit - outwards * 1e-4).p_value > 0.05 >= _found("age", limit + outwards * 1e-4).p_value


def test_too_few_clusters_are_said():
    assert wild_cluster_bootstrap(np.arange(10.0), np.ones((10, 1)), np.arange(10) // 2, "x0").reason == "too_few_clusters"
    assert wild_cluster_bootstrap(np.arange(4.0), np.ones((4, 1)), np.zeros(4), "x0").reason == "one_group"
    twice = np.ones((12, 2))
    assert wild_cluster_bootstrap(np.arange(12.0), twice, np.arange(12) // 2, "x0").reason == "collinear"
    assert wild_cluster_bootstrap(np.ones(12), np.ones((12, 1)), np.arange(12) // 2, "x0").reason == "no_variance"
