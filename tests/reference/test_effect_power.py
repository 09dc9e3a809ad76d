"""Planning changes, differences and shares against R's power.t.test, power.prop.test and pwr (r/effect_power.R), and simulated power."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.power.effect_power import change_plan, difference_plan, share_plan

VALUES = json.loads((Path(__file__).parent / "values" / "effect_power.json").read_text(encoding="utf-8"))
close = pytest.approx


@pytest.mark.parametrize("case", VALUES["changes"], ids=lambda case: str(case["n"]))
def test_a_change_equals_r(case):
    """With a correlation of 1/2, g is the d of the differences; with another it is that times root(2 (1 - r))."""
    plan = change_plan(case["n"], assumed=0.5)
    assert plan.smallest_g == close(case["d"], rel=1e-6)
    assert change_plan(case["n"], power=0.9).smallest_g == close(case["d90"], rel=1e-6)
    assert plan.power_at_assumed == close(case["power"], rel=1e-8)
    assert plan.power_at_assumed == close(case["strict"], rel=1e-8)
    assert change_plan(case["n"], correlation=0.82).smallest_g == close(0.6 * plan.smallest_g, rel=1e-9)


@pytest.mark.parametrize("case", VALUES["differences"], ids=lambda case: str(case["n"]))
def test_a_difference_equals_r(case):
    plan = difference_plan(*case["n"], assumed=0.5)
    assert plan.power_at_assumed == close(case["power"], rel=1e-8)
    if case.get("d"):
        assert plan.smallest_g == close(case["d"], rel=1e-6)
    assert difference_plan(*case["n"], correlation=0.6).smallest_g == close(0.8 * plan.smallest_g, rel=1e-9)


@pytest.mark.parametrize("case", VALUES["shares"], ids=lambda case: f"{case['n']}, {case['first']}, {case['reference']}")
def test_shares_equal_r(case):
    plan = share_plan(case["n"], case["n"], case["reference"], assumed=case["first"])
    assert plan.power_at_assumed == close(case["power"], rel=1e-8)


def test_the_nearest_share_that_is_found_equals_r():
    for case in VALUES["found"]:
        assert share_plan(case["n"], case["n"], case["reference"]).higher_share == close(case["higher"], rel=1e-6)


def test_the_smallest_effect_is_found_with_the_power_that_was_asked():
    for n in (5, 11, 150):
        smallest = difference_plan(n, 2 * n).smallest_g
        assert difference_plan(n, 2 * n, assumed=smallest).power_at_assumed == close(0.8, rel=1e-9)
        plan = share_plan(30 * n, 20 * n, 0.4)
        for share in (plan.lower_share, plan.higher_share):
            assert share_plan(30 * n, 20 * n, 0.4, assumed=share).power_at_assumed == close(0.8, rel=1e-9)


def test_intervals_by_hand():
    """Eleven people, r = 1/2: t(10) = 2.228139 over root(11); shares of 1/2 in 50 and 50: 1.959964 x 0.1."""
    assert change_plan(11).ci_high == close(2.2281388519649385 / 11**0.5, rel=1e-9)
    assert share_plan(50, 50, 0.5).ci_high == close(0.1959963984540054, rel=1e-9)


def test_simulated_power_agrees():
    """Two groups of 20, scores with SD 5, a true g of 0.8: within four standard errors."""
    rng, runs, n = np.random.default_rng(3), 2000, 20
    first, second = rng.normal(4, 5, (runs, n)), rng.normal(0, 5, (runs, n))
    error = np.sqrt((first.var(axis=1, ddof=1) + second.var(axis=1, ddof=1)) / n)
    found = (np.abs(first.mean(axis=1) - second.mean(axis=1)) / error > 2.0243941639119702).mean()
    wanted = difference_plan(n, n, assumed=0.8).power_at_assumed
    assert found == close(wanted, abs=4 * np.sqrt(wanted * (1 - wanted) / runs))


def test_too_few_people_have_a_reason_and_wrong_use_is_refused():
    assert change_plan(1).reason == change_plan(0).reason == "too_few"
    assert difference_plan(1, 1).reason == difference_plan(0, 5).reason == "too_few"
    assert share_plan(0, 4, 0.5).reason == share_plan(2, 2, 0.5).reason == "too_few"
    only_up = share_plan(11, 11, 0.3)
    assert only_up.reason is None and np.isnan(only_up.lower_share) and only_up.higher_share < 1
    for call in (
        lambda: change_plan(10, correlation=1.0),
        lambda: change_plan(-1),
        lambda: change_plan(10, alpha=0.0),
        lambda: difference_plan(10, 10, power=0.01),
        lambda: share_plan(10, 10, 1.0),
        lambda: share_plan(10, 10, 0.5, assumed=1.5),
    ):
        with pytest.raises(ValueError):
            call()
