"""Cumulative incidence, Gray's test, Fine-Gray and cause-specific Cox against R's cmprsk and survival (r/competing_events.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence, incidence_at, incidence_difference
from analyses.statistics.competing_events.gray_test import gray_test, stratified_gray_test
from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.fine_gray import fine_gray

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "competing_events.json").read_text(encoding="utf-8"))["cases"]
close = pytest.approx


def given(case):
    data = pd.read_csv(HERE / "data" / f"competing_{case['data']}.csv")
    return data, data["time"].to_numpy(int), data["cause"].to_numpy(int)


def numbers(values):
    return np.array(values, dtype=float)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_incidence_and_both_variances_equal_r(case):
    """cmprsk's variance is Aalen's; that of survfit, an infinitesimal jackknife, equals the Greenwood-type one."""
    _, week, cause = given(case)
    counts = event_counts(week, cause)
    aalen, greenwood = (cumulative_incidence(counts, variance=variance) for variance in ("aalen", "greenwood"))
    plain = cumulative_incidence(counts, variance="greenwood", conf_type="plain")
    for reference in case["curves"]:
        k, at = reference["cause"] - 1, numbers(reference["week"]).astype(int)
        assert aalen.incidence[k, at] == close(numbers(reference["estimate"]), rel=1e-8)
        assert aalen.std_error[k, at] ** 2 == close(numbers(reference["aalen_variance"]), rel=1e-8)
        assert greenwood.std_error[k, at] == close(numbers(reference["survival_error"]), rel=1e-8)
        assert greenwood.ci_low[k, at] == close(numbers(reference["low"]), rel=1e-8, nan_ok=True)
        assert greenwood.ci_high[k, at] == close(numbers(reference["high"]), rel=1e-8, nan_ok=True)
        happened = numbers(reference["estimate"]) > 0
        assert plain.ci_low[k, at][happened] == close(numbers(reference["plain_low"])[happened], rel=1e-8)
        assert plain.ci_high[k, at][happened] == close(numbers(reference["plain_high"])[happened], rel=1e-8)
        assert aalen.one_minus_survival[k, at] == close(numbers(reference["one_minus_km"]), rel=1e-8)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_gray_test_equals_cuminc(case):
    data, week, cause = given(case)
    causes = int(cause.max())
    for reference in case["gray"]:
        levels = np.unique(data["stratum"]) if reference["stratified"] else [None]
        inside = [np.ones(len(data), bool) if level is None else (data["stratum"] == level).to_numpy() for level in levels]
        groups = [(data["group"] == level).to_numpy() for level in np.unique(data["group"])]
        strata = [[event_counts(week[a & b], cause[a & b], causes=causes) for b in groups] for a in inside]
        tests = [stratified_gray_test(strata, cause=k + 1, rho=reference["rho"]) for k in range(causes)]
        assert [test.statistic for test in tests] == close(reference["chi2"], rel=1e-8)
        assert [test.df for test in tests] == reference["df"]
        assert [test.p_value for test in tests] == close(reference["p"], rel=1e-6, abs=1e-14)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_fine_gray_equals_crr(case):
    """Coefficients and robust variance, with the term for estimated weights; crr stops iterating at about 1e-8."""
    data, week, cause = given(case)
    reference = case["models"]
    model = fine_gray(week, cause, data[["group", "x", "z"]])
    assert model.coefficients == close(numbers(reference["coef"]), rel=1e-6)
    assert model.covariance == close(numbers(reference["var"]), rel=1e-6)
    assert (model.log_likelihood_null, model.log_likelihood) == close((reference["null"], reference["loglik"]), rel=1e-8)
    alone = fine_gray(week, cause, data[["group"]])
    assert alone.coefficients[0] == close(reference["one_coef"], rel=1e-6)
    assert alone.covariance[0, 0] == close(reference["one_var"], rel=1e-6)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_fine_gray_with_late_entry_equals_finegray(case):
    """survival::finegray with coxph, errors by person; the weights count as known there."""
    data, week, cause = given(case)
    reference = case["late"]
    entry = numbers(reference["entry"]).astype(int)
    model = fine_gray(week, cause, data[["group", "x", "z"]], entry=entry)
    assert model.coefficients == close(numbers(reference["coef"]), rel=1e-8)
    assert model.covariance == close(numbers(reference["var"]), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_cause_specific_cox_equals_coxph(case):
    data, week, cause = given(case)
    model = cox_model(week, cause == 1, data[["group", "x", "z"]])
    assert model.coefficients == close(numbers(case["models"]["cox_coef"]), rel=1e-8)
    assert model.covariance == close(numbers(case["models"]["cox_var"]), rel=1e-8)


def test_ties_by_hand():
    """Pitfall T1: six people, two tied kinds of event in week 1 and one in week 3; lifelines would move them apart at random."""
    counts = event_counts(np.array([1, 1, 2, 3, 3, 4]), np.array([1, 2, 0, 1, 2, 0]))
    found = cumulative_incidence(counts)
    assert found.incidence[0].tolist() == close([0, 1 / 6, 1 / 6, 1 / 6 + 4 / 6 / 3, 1 / 6 + 4 / 6 / 3])
    zero = cumulative_incidence(event_counts(np.array([0, 0, 1, 2, 3]), np.array([1, 0, 2, 1, 0])))
    assert zero.incidence[0, 0] == close(0.2)
    assert zero.incidence[0, -1] == close(0.2 + 0.8 * (2 / 3) / 2)


@pytest.mark.parametrize(
    "week, cause, reason",
    [([], [], "empty_group"), ([3], [0], "follow_up_too_short"), ([9], [0], None), ([1, 1], [1, 1], None), ([1], [2], None)],
)
def test_degenerate_groups_have_an_answer(week, cause, reason):
    counts = event_counts(np.array(week, int), np.array(cause, int), causes=2)
    for variance in ("aalen", "greenwood"):
        answer = incidence_at(cumulative_incidence(counts, variance=variance), 1, 5)
        assert answer.reason == reason
        assert reason or (answer.ci_low <= answer.estimate <= answer.ci_high and np.isnan(answer.std_error))


def test_degenerate_comparisons_have_a_reason():
    empty, nothing = (event_counts(np.array(week, int), np.zeros(len(week), int), causes=2) for week in ([], [4, 4]))
    late = event_counts(np.array([3, 4]), np.array([1, 0]), entry=np.array([1, 0]), causes=2)
    assert gray_test([nothing]).reason == "one_group"
    assert gray_test([nothing, empty]).reason == "empty_group"
    assert gray_test([nothing, nothing]).reason == "no_events"
    assert gray_test([nothing, late]).reason == "late_entry"
    one = event_counts(np.array([1]), np.array([1]), causes=2)
    assert gray_test([one, one]).reason == "no_information"
    curves = [cumulative_incidence(group) for group in (nothing, empty)]
    assert incidence_difference(*curves, 1, 3).reason == "empty_group"
    assert fine_gray([1, 2], [2, 0], [[0], [1]]).reason == "no_events"
    assert fine_gray([1, 2], [1, 0], [[1], [1]]).reason == "no_information"
    assert fine_gray([1, 2, 3, 4], [1, 1, 0, 0], [[1, 2], [0, 0], [1, 2], [0, 0]]).reason == "collinear"
    assert fine_gray([1, 2, 3, 4], [1, 1, 0, 0], [[1], [1], [0], [0]]).reason == "monotone_likelihood"
    with pytest.raises(ValueError):
        fine_gray([1.5], [1], [[0]])
