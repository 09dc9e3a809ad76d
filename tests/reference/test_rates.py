"""Exact rates, rate ratios and proportions against R's poisson.test and binom.test (tests/reference/r/rates.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.censoring.sensitivity_bounds import survival_bounds
from analyses.statistics.proportions.proportion import exact_interval
from analyses.statistics.rates.rates import person_years, rate, rate_ratio

CASES = json.loads((Path(__file__).parent / "values" / "rates.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['events']} against {case['events_reference']}")
def test_rates_equal_r(case):
    one = rate(case["events"], case["years"])
    assert (one.ci_low, one.ci_high) == pytest.approx((case["rate_low"], case["rate_high"]), rel=1e-8)
    limits = exact_interval(case["events"], case["events"] + case["events_reference"] + 5)
    assert limits == pytest.approx((case["proportion_low"], case["proportion_high"]), rel=1e-8)
    two = rate_ratio(case["events"], case["years"], case["events_reference"], case["years_reference"])
    if case["ratio_low"] is None:
        assert two.reason == "no_events"
        return
    assert two.ci_low == pytest.approx(case["ratio_low"], rel=1e-8)
    assert two.ci_high == pytest.approx(np.inf if case["ratio_high"] is None else case["ratio_high"], rel=1e-8)
    assert two.p_value == pytest.approx(case["ratio_p"], rel=1e-8)


def test_nobody_followed_is_said():
    assert rate(0, 0.0).reason == "no_time"
    assert rate_ratio(1, 1.0, 0, 0.0).reason == "no_time"
    assert person_years([]) == 0.0


def test_wrong_use_is_refused():
    for call in (lambda: rate(-1, 2.0), lambda: rate(1.5, 2.0), lambda: rate(1, -2.0), lambda: person_years([1], [2])):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(ValueError):
        survival_bounds([1], [1], -1)


def test_bounds_of_an_empty_group_and_of_a_complete_one():
    assert survival_bounds([], [], 26).reason == "empty_group"
    complete = survival_bounds([2, 26, 30], [1, 0, 1], 26)
    assert complete.best == complete.worst == pytest.approx(2 / 3)
    assert complete.lost == 0


def test_p_and_interval_of_a_ratio_say_the_same():
    """3 against 0 in half the time: R adds the outcomes that are no likelier, 1 / 27, while its interval holds 1.

    That interval lets each side have 0.025, and 1 / 27 is more: doubled, p is 2 / 27.
    """
    for events, other in ((a, b) for a in range(21) for b in range(21) if a + b):
        for years, other_years in ((5.0, 5.0), (5.0, 10.0), (3.0, 7.5)):
            found = rate_ratio(events, years, other, other_years)
            assert (found.p_value < 0.05) == (not found.ci_low <= 1 <= found.ci_high), (events, other, years)
    assert rate_ratio(3, 5.0, 0, 10.0).p_value == pytest.approx(2 / 27, rel=1e-12)


def test_errors_are_on_the_scale_of_the_estimate():
    """9 events in 4 years: 2.25 with error 3 / 4; 9 in 4 against 4 in 4: 2.25 with error 2.25 root(1/9 + 1/4)."""
    assert (rate(9, 4.0).estimate, rate(9, 4.0).std_error) == (2.25, 0.75)
    assert rate_ratio(9, 4.0, 4, 4.0).std_error == pytest.approx(2.25 * (13 / 36) ** 0.5, rel=1e-12)
    assert np.isnan(rate(0, 4.0).std_error) and np.isnan(rate_ratio(9, 4.0, 0, 4.0).std_error)
