"""Where few people make a method meet its edge: against R (r/edges.R), which sometimes has no answer either, and calculations by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.censoring.sensitivity_bounds import survival_bounds, survival_difference_bounds
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence, incidence_at
from analyses.statistics.competing_events.gray_test import gray_test
from analyses.statistics.events.event_counts import event_counts, event_counts_by_group
from analyses.statistics.events.log_rank import log_rank, stratified_log_rank
from analyses.statistics.events.nelson_aalen import hazard_at, nelson_aalen
from analyses.statistics.events.restricted_mean import restricted_mean
from analyses.statistics.events.survival_curve import quantile_weeks, survival_at, survival_curve
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.fine_gray import fine_gray
from analyses.statistics.hazards.firth_cox import firth_cox
from analyses.statistics.models.mixed_model import fit_mixed
from analyses.statistics.pooling.few_events import pooled_rate_ratio, pooled_share
from analyses.statistics.power.effect_power import change_plan, difference_plan
from analyses.statistics.rates.rate_model import rate_model

VALUES = json.loads((Path(__file__).parent / "values" / "edges.json").read_text(encoding="utf-8"))


def arrays(case, *names):
    return [np.array(case[name]) for name in names]


def test_a_curve_at_zero_is_not_known_once_others_come():
    """R draws it on at 0 beside somebody at risk; after the week in which it fell nothing is known, and its limits hold the estimate."""
    case = VALUES["zero"]
    week, event, entry = arrays(case, "week", "event", "entry")
    counts = event_counts(week, event, entry=entry)
    assert [int(counts.at_risk[at]) for at in case["at"]] == case["at_risk"]
    curve = survival_curve(counts)
    found = [survival_at(curve, at) for at in case["at"]]
    assert [answer.estimate for answer in found[:2]] == pytest.approx(case["survival"][:2], abs=0)
    assert (found[1].ci_low, found[1].ci_high) == (0.0, pytest.approx(0.975))
    assert (
        found[2].reason == restricted_mean(curve, 14).reason == hazard_at(nelson_aalen(counts), 13).reason == "nobody_at_risk"
    )
    assert restricted_mean(curve, 12).estimate == 12 and quantile_weeks(curve, 0.5).estimate == 12
    assert incidence_at(cumulative_incidence(counts), 1, 13).reason == "nobody_at_risk"


def test_groups_that_never_met_are_each_compared_with_those_they_met():
    case = VALUES["apart"]
    week, event, group, stratum = arrays(case, "week", "event", "group", "stratum")
    strata = [event_counts_by_group(*(part[stratum == s] for part in (week, event, group)), 4) for s in (0, 1)]
    test = stratified_log_rank(strata)
    assert case["refused"] and test.df == case["df"]
    assert test.statistic == pytest.approx(case["log_rank"], rel=1e-10)
    peto = stratified_log_rank(strata, weighting="fleming-harrington", rho=1)
    assert peto.statistic == pytest.approx(case["peto"], rel=1e-10)
    late = np.where(stratum == 0, 0, 10) + np.zeros(len(week), int)
    after = event_counts_by_group(week + late, event, group, 4, entry=late)
    assert log_rank(after).statistic == pytest.approx(case["log_rank"], rel=1e-10)
    assert log_rank(after).df == case["df"]


@pytest.mark.parametrize("case", VALUES["separate"], ids=lambda case: f"{len(case['week'])} people, {case['df']} df")
def test_gray_where_one_group_is_left_when_the_pooled_incidence_is_one(case):
    week, cause, group = arrays(case, "week", "cause", "group")
    groups = event_counts_by_group(week, cause, group, int(group.max()) + 1)
    test = gray_test(groups)
    assert (test.statistic, test.p_value, test.df) == (
        pytest.approx(case["statistic"], rel=1e-8),
        pytest.approx(case["p"], rel=1e-8),
        case["df"],
    )
    assert gray_test(groups, rho=1.0).statistic == pytest.approx(case["with_rho"], rel=1e-8)


def test_a_subdistribution_without_a_maximum_has_none():
    case = VALUES["monotone"]
    assert not case["converged"]
    assert fine_gray(*arrays(case, "week", "cause", "x")).reason == "monotone_likelihood"


def test_a_weight_over_a_gap_in_follow_up_has_no_value():
    case = VALUES["gap"]
    week, cause, x, entry = arrays(case, "week", "cause", "x", "entry")
    assert case["weights_without_value"] > 0
    assert fine_gray(week, cause, x, entry=entry).reason == "nobody_at_risk"
    # without a competing event before the gap nothing is weighed: whoever has the event always has the largest x
    assert fine_gray(week, np.where(cause == 2, 0, cause), x, entry=entry).reason == "monotone_likelihood"


def test_a_covariate_of_one_value_wherever_there_is_an_event_says_nothing():
    case = VALUES["nothing"]
    week, event, x, entry = arrays(case, "week", "event", "x", "entry")
    assert case["coefficient_is_na"]
    assert cox_model(week, event, x, entry=entry).reason == "no_information"
    assert firth_cox(week, event, x, entry=entry).reason == "no_information"


def test_a_profile_of_which_the_other_coefficient_goes_along():
    """Both events in one week, three people at risk: the penalised likelihood has three terms in two coefficients.

    In 250 digits (mpmath), twice what it falls from the maximum -3.8700042734397 to its largest value with the first coefficient at
    -34.0210562844 or 6.5219686874, or the second at 12.1493338126, is 3.841458821; with the first at 0 it is 1.10716064674, with the second
    at 0 1.18327549038. Only along the profile is there information left to double precision.
    """
    x = [[0.62, 0.97], [-1.47, 0.72], [-0.11, -1.21], [-1.93, 0.85], [0, -0.08], [0.19, -1.16], [1.05, 0.03], [-0.77, 0.78]]
    fit = firth_cox([0, 4, 0, 3, 3, 2, 2, 0], [0, 0, 0, 1, 1, 0, 0, 0], x)
    assert fit.penalised_log_likelihood == pytest.approx(-3.8700042734397, rel=1e-10)
    assert [fit.ci_low[0], fit.ci_high[0], fit.ci_high[1]] == pytest.approx(
        [-34.0210562844, 6.5219686874, 12.1493338126], rel=1e-6
    )
    assert fit.ci_low[1] == -np.inf
    # chi-squared tails of 1.10716064674 and 1.18327549038 with 1 df
    assert fit.p_value == pytest.approx([0.29269999474, 0.27669017825], rel=1e-7)


@pytest.mark.parametrize("case", VALUES["flat"], ids=["an arm is one client", "one contrast is left"])
def test_a_variance_that_is_as_likely_whatever_it_is_is_no_answer(case):
    client, x, y = arrays(case, "client", "x", "y")
    assert np.ptp(case["criterion"]) < 1e-8
    assert fit_mixed(y, np.column_stack([np.ones(len(y)), x]), client).reason == "too_few"


@pytest.mark.parametrize("case", VALUES["far"], ids=lambda case: f"{len(case['x'])} providers")
def test_a_share_of_providers_that_lie_far_apart_has_the_error_of_the_likelihood(case):
    """glmer stops at about 1e-4 of the largest; before, the error was a hundredth of this."""
    found = pooled_share(case["x"], case["n"])
    assert [found.estimate, found.std_error, found.tau2] == pytest.approx(
        [case["estimate"], case["se"], case["tau2"]], rel=5e-3
    )


def test_a_ratio_of_providers_that_lie_far_apart_has_the_error_of_the_likelihood():
    case = VALUES["far_ratio"]
    found = pooled_rate_ratio(case["x"], case["t"], case["z"], case["s"])
    assert [found.estimate, found.std_error, found.tau2] == pytest.approx(
        [case["estimate"], case["se"], case["tau2"]], rel=5e-3
    )


def test_a_dispersion_far_from_zero_is_found_where_one_person_has_nearly_half_of_all_events():
    case = VALUES["spread"]
    found = rate_model(*arrays(case, "count", "weeks", "x"), ["x"], family="negative_binomial")
    assert found.dispersion == pytest.approx(case["dispersion"], rel=1e-5)
    assert found.coefficients == pytest.approx(case["coefficients"], rel=1e-5)
    assert found.std_error == pytest.approx(case["se"], rel=1e-5)


def test_bounds_of_a_difference_of_one_reach_it():
    """Nobody of two had the event, and of two both were lost before: at best the difference is 1, which is then the upper limit."""
    found = survival_difference_bounds(survival_bounds([30, 30], [0, 0], 26), survival_bounds([3, 5], [0, 0], 26))
    assert (found.best, found.best_ci_high, found.worst) == (1.0, 1.0, 0.0)
    turned = survival_difference_bounds(survival_bounds([3, 5], [0, 0], 26), survival_bounds([30, 30], [0, 0], 26))
    assert (turned.worst, turned.worst_ci_low) == (-1.0, -1.0)


def test_the_power_of_a_large_effect_is_one():
    """pwr.t.test(n = 45, d = 1 / sqrt(0.4), type = "one.sample"): 1; scipy has no value of its far tail, and statsmodels passes that on.

    pwr.t2n.test(n1 = 3, n2 = 40, power = 0.8): d = 1.717639.
    """
    assert difference_plan(3, 40).smallest_g == pytest.approx(1.717639, rel=1e-5)
    found = change_plan(45, correlation=0.8, assumed=1.0)
    assert (found.power_at_assumed, found.smallest_g) == (pytest.approx(1.0, abs=1e-12), pytest.approx(0.2700788, rel=1e-5))
    assert all(0.05 < change_plan(n, assumed=g).power_at_assumed <= 1 for n in (2, 3, 5, 11, 34) for g in (0.1, 1, 3, 8, 20))


def test_a_hazard_before_anybody_came_has_no_upper_limit():
    found = hazard_at(nelson_aalen(event_counts(np.array([9, 12]), np.array([1, 0]), entry=np.array([4, 5]))), 2)
    assert found.estimate == found.ci_low == 0 and np.isnan(found.ci_high)
