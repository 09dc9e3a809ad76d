"""Events known within a range, against published results, R's survival and coin (r/interval_censored.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.events.survival_curve import survival_curve
from analyses.statistics.interval_censored.interval_score_test import interval_score_test
from analyses.statistics.interval_censored.turnbull import event_free_at, event_free_with_interval, turnbull
from analyses.statistics.proportions.proportion import exact_interval

HERE = Path(__file__).parent
REFERENCE = json.loads((HERE / "values" / "interval_censored.json").read_text(encoding="utf-8"))
close = pytest.approx


def given(name):
    data = pd.read_csv(HERE / "data" / f"interval_{name}.csv")
    return data["left"].to_numpy(float), data["right"].fillna(np.inf).to_numpy(float), data["group"].to_numpy()


def test_breast_cosmesis_curve_is_the_published_one():
    """Fay & Shaw (2010), J Stat Softw 36(2), section 4: radiotherapy alone in the data of Finkelstein & Wolfe (1985)."""
    left, right, group = given("bcos")
    fit = turnbull(left[group == 0], right[group == 0])
    there = fit.mass > 1e-9
    intervals = [(4, 5), (6, 7), (7, 8), (11, 12), (24, 25), (33, 34), (38, 40), (46, 48)]
    assert list(zip(fit.after[there], fit.upto[there])) == [*intervals[:-1], (46, fit.upto[there][-1])]
    assert fit.mass[there].round(4).tolist() == [0.0463, 0.0334, 0.0887, 0.0708, 0.0926, 0.0818, 0.1209, 0.4656]


def test_breast_cosmesis_test_is_the_published_one():
    """Fay & Shaw (2010): Sun's scores, permutation form: Z = -2.6684, p = 0.007622, observed less expected -9.141846."""
    left, right, group = given("bcos")
    test = interval_score_test(left, right, group, 2)
    assert np.sqrt(test.statistic) == close(2.6684, abs=5e-5)
    assert test.p_value == close(0.007622, abs=5e-7)
    assert test.excess.tolist() == close([-9.141846, 9.141846], abs=5e-7)


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["data"])
def test_curve_equals_survfit(case):
    """survfit puts the mass in the middle of an interval, and stops when its curve moves by less than 0.0005 in a step."""
    left, right, group = given(case["data"])
    for g, reference in [*enumerate(case["curves"]), (None, case["all"])]:
        mine = np.ones(len(left), bool) if g is None else group == g
        fit = turnbull(left[mine], right[mine])
        assert fit.reason is None and fit.gap < 1e-9
        time, surv = (np.array(reference[key], float) for key in ("time", "surv"))
        for week in fit.upto[np.isfinite(fit.upto)]:
            upto = time <= week
            if upto.any():
                assert 1 - fit.mass[fit.upto <= week].sum() == close(surv[upto][-1], abs=5e-3)


@pytest.mark.parametrize("case", REFERENCE["exact"], ids=lambda case: case["data"])
def test_exact_times_give_the_log_rank_scores(case):
    """Excess equals survdiff's observed less expected; the permutation statistic that of coin::logrank_test with mid-ranks."""
    data = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    column = {"ovarian": "rx", "veteran": "trt", "lung": "sex"}[case["data"]]
    left = np.where(data["event"] == 1, data["time"] - 1, data["time"])
    right = np.where(data["event"] == 1, data["time"], np.inf)
    test = interval_score_test(left, right, data[column].to_numpy() - 1, 2)
    assert test.excess.tolist() == close(case["excess"], rel=1e-8)
    assert test.statistic == close(case["permutation"][0], rel=1e-8)


def test_a_general_optimiser_finds_no_better_curve():
    left, right, group = given("bcos")
    left, right = left[group == 1], right[group == 1]
    fit = turnbull(left, right)
    inside = (left[:, None] <= fit.after) & (fit.upto <= right[:, None])

    def loss(angles):
        mass = np.exp(angles - angles.max())
        return -np.log(inside @ (mass / mass.sum())).sum()

    found = minimize(loss, np.zeros(len(fit.mass)), method="BFGS", options={"gtol": 1e-6, "maxiter": 5000})
    assert fit.log_likelihood == close(-found.fun, abs=1e-4)
    assert fit.log_likelihood >= -found.fun - 1e-9


@pytest.mark.parametrize("name, time", [("veteran", "month"), ("lung", "month"), ("ovarian", "time")])
def test_without_ranges_it_is_kaplan_meier(name, time):
    data = pd.read_csv(HERE / "data" / f"{name}.csv")
    week, event = data[time].to_numpy(int), data["event"].to_numpy(int)
    fit = turnbull(np.where(event == 1, week - 1, week), np.where(event == 1, week, np.inf))
    curve = survival_curve(event_counts(week, event))
    for at in np.unique(week[event == 1]):
        if event_free_at(fit, at).reason is None:
            assert event_free_at(fit, at).estimate == close(curve.survival[at], rel=1e-8, abs=1e-12)


def test_visits_that_meet_do_not_overlap():
    """Closed intervals would let (0, 6] and (6, 12] share week 6; then S(6) is too high (lifelines issue 1310)."""
    fit = turnbull([0] * 7 + [6] * 5 + [12] * 4, [6] * 7 + [12] * 5 + [np.inf] * 4)
    assert [event_free_at(fit, week).estimate for week in (5, 6, 11, 12)] == close([1, 9 / 16, 9 / 16, 4 / 16])
    assert event_free_at(fit, 13).reason == "follow_up_too_short"


def test_degenerate_groups_have_an_answer():
    assert turnbull([], []).reason == "empty_group"
    assert event_free_at(turnbull([], []), 3).reason == "empty_group"
    assert event_free_with_interval([], [], [3], seed=1)[0].reason == "empty_group"
    alone = turnbull([2], [5])
    assert (event_free_at(alone, 4).estimate, event_free_at(alone, 5).estimate) == (1, 0)
    nobody = turnbull([4, 7], [np.inf, np.inf])
    assert event_free_at(nobody, 7).estimate == 1
    assert event_free_at(nobody, 8).reason == "follow_up_too_short"
    assert event_free_with_interval([0, 0], [1, 1], [1], seed=1)[0].estimate == 0
    group = np.array([0, 1])
    assert interval_score_test([1, 2], [3, 4], np.array([0, 0]), 1).reason == "one_group"
    assert interval_score_test([1, 2], [3, 4], np.array([0, 0]), 2).reason == "empty_group"
    assert interval_score_test([1, 2], [np.inf, np.inf], group, 2).reason == "no_events"
    assert interval_score_test([1, 1], [3, 3], group, 2).reason == "no_variance"
    for broken in (([1], [1]), ([np.nan], [2]), ([1, 2], [3])):
        with pytest.raises(ValueError):
            turnbull(*broken)


def test_the_bootstrap_is_near_greenwoods_error_without_ranges_and_repeats_itself():
    data = pd.read_csv(HERE / "data" / "veteran.csv")
    week, event = data["month"].to_numpy(int), data["event"].to_numpy(int)
    pair = np.where(event == 1, week - 1, week), np.where(event == 1, week, np.inf)
    one, two = (event_free_with_interval(*pair, [3, 6], seed=7, draws=500) for _ in range(2))
    assert one == two
    curve = survival_curve(event_counts(week, event))
    assert [answer.std_error for answer in one] == close(curve.std_error[[3, 6]].tolist(), rel=0.12)


def test_limits_never_collapse():
    """Twelve people of SurPyval issue 260: estimates by self-consistent steps in R; in the second arm nobody had it by week 5.

    Of these six five are certain not to have had it (one range runs across week 5), so that the lower limit is 0.025^(1/5); with six
    certain people it would be 0.54, a risk of up to 46 %.
    """
    left = np.array([-1, -1, 2, 4, 20, 12, 0, 5, 14, 20, 20, 20])
    right = np.array([0, 4, 8, 5, np.inf, np.inf, 20, 9, 20, np.inf, np.inf, np.inf])
    answers = event_free_with_interval(left, right, [5, 10, 20], seed=1)
    assert [answer.estimate for answer in answers] == close([0.678882134164, 0.524430934995, 0.39630755417], abs=1e-6)
    [second] = event_free_with_interval(left[6:], right[6:], [5], seed=1)
    assert (second.estimate, second.ci_high) == (1, 1)
    assert second.ci_low == close(0.025 ** (1 / 5), rel=1e-9)
    [six] = event_free_with_interval([20] * 6, [np.inf] * 6, [5], seed=1)
    assert 1 - six.ci_low == close(0.459258, abs=1e-6)
    [nobody] = event_free_with_interval([0] * 3, [20] * 3, [5], seed=1)
    assert (nobody.estimate, nobody.ci_low, nobody.ci_high) == (1, 0, 1)
    [everybody] = event_free_with_interval([0, 1], [1, 2], [3], seed=1)
    assert (everybody.estimate, everybody.ci_low) == (0, 0) and everybody.ci_high == close(1 - 0.025**0.5, rel=1e-9)


def test_limits_of_people_with_known_weeks_are_near_the_binomial_ones():
    """Nobody lost: the curve is a share of 40 people, and worth about as many."""
    week = np.arange(1, 41)
    [answer] = event_free_with_interval(week - 1, week, [10], seed=3, draws=4000)
    low, high = exact_interval(30, 40)
    assert (answer.ci_low, answer.ci_high) == close((low, high), abs=0.01)


@pytest.mark.parametrize("name", ["bcos", "veteran", "lung"])
def test_lifelines_finds_the_same_masses(name):
    """Its intervals are closed: (4, 8] in whole weeks is what it calls [5, 8]. Then masses agree as far as its steps go.

    Its curve is not compared: in a week that is known exactly `fit_interval_censoring` gives the share before the event.
    """
    from lifelines.fitters.npmle import npmle

    left, right, group = given(name)
    left, right = left[group == 0], right[group == 0]
    theirs, intervals = npmle(left + 1, right, tol=1e-10)
    fit = turnbull(left, right)
    assert [(start - 1, end) for start, end in intervals] == list(zip(fit.after, fit.upto))
    assert np.asarray(theirs).tolist() == close(fit.mass.tolist(), abs=1e-4)
