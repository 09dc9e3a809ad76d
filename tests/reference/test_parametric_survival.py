"""Parametric survival on ranges against R's survreg (r/parametric_survival.R), with lifelines as a second opinion."""

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from analyses import parametric_survival as analysis
from analyses.shared.cohort import Cohort
from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.parametric.parametric_survival import (
    parametric_from_counts,
    parametric_median,
    parametric_survival,
    parametric_survival_at,
)
from analyses.statistics.parametric.time_ratio import time_ratio
from evaluation.release.door import exact
from tests.cohorts import compare, small_plan

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "parametric_survival.json").read_text(encoding="utf-8"))["cases"]
DISTRIBUTIONS = {"weibull": "weibull", "lognormal": "log_normal", "loglogistic": "log_logistic"}
COLUMNS = {"veteran": ("month", "trt"), "lung": ("month", "sex"), "ovarian": ("time", "rx")}
close = pytest.approx


def given(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    data = pd.read_csv(HERE / "data" / f"{name}.csv")
    if name not in COLUMNS:
        return data["left"].to_numpy(float), data["right"].fillna(np.inf).to_numpy(float), data["group"].to_numpy()
    week, event = data[COLUMNS[name][0]].to_numpy(float), data["event"] == 1
    return np.where(event, week - 1, week), np.where(event, week, np.inf), data[COLUMNS[name][1]].to_numpy() - 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['data']}, {case['distribution']}")
def test_a_group_equals_survreg(case):
    left, right, group = given(case["data"])
    for mine, wanted in [(group >= 0, case["all"]), *((group == g, arm) for g, arm in enumerate(case["arms"]))]:
        fit = parametric_survival(left[mine], right[mine], distribution=DISTRIBUTIONS[case["distribution"]])
        assert fit.reason is None
        assert fit.coefficients.tolist() == close(wanted["coef"], abs=1e-8)
        assert fit.covariance.ravel().tolist() == close(np.ravel(wanted["covariance"]).tolist(), rel=1e-6)
        assert (fit.log_likelihood, fit.aic) == close((wanted["log_likelihood"], wanted["aic"]), rel=1e-9)
        for week, *answer in zip(*(wanted[key] for key in ("weeks", "survival", "low", "high"))):
            found = parametric_survival_at(fit, week)
            assert [found.estimate, found.ci_low, found.ci_high] == close(answer, rel=1e-6)
        median = parametric_median(fit)
        if wanted["median"] <= fit.last_week:
            assert (median.estimate, median.ci_low) == close((wanted["median"], wanted["median_low"]), rel=1e-6)
        else:
            assert median.reason == "not_reached"
        if wanted["median_high"] <= fit.last_week:
            assert median.ci_high == close(wanted["median_high"], rel=1e-6)
        else:
            assert np.isnan(median.ci_high)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['data']}, {case['distribution']}")
def test_two_arms_equal_survreg(case):
    """The limits and p of the likelihood by survreg with the coefficient held in an offset."""
    left, right, group = given(case["data"])
    kind, wanted = DISTRIBUTIONS[case["distribution"]], case["model"]
    fit = parametric_survival(left, right, 1 - group, ["first"], distribution=kind)
    assert fit.names == ("intercept", "first", "log_scale")
    assert fit.coefficients.tolist() == close(wanted["coef"], abs=1e-8)
    assert fit.std_error.tolist() == close(np.sqrt(np.diag(wanted["covariance"])).tolist(), rel=1e-6)
    found, profile = time_ratio(left, right, group == 0, distribution=kind), case["ratio"]
    assert (found.estimate, found.ci_low, found.ci_high) == close((profile["ratio"], profile["low"], profile["high"]), rel=1e-6)
    assert found.p_value == close(profile["p"], rel=1e-6)
    assert (found.p_value < 0.05) == (not found.ci_low <= 1 <= found.ci_high)


@pytest.mark.parametrize("name", ["interval_bcos", "lung", "ovarian"])
@pytest.mark.parametrize("kind", ["weibull", "log_normal", "log_logistic"])
def test_lifelines_agrees_as_far_as_it_goes(name, kind):
    """Its settings stop at about 1e-5 for one group; with steps to 1e-15 it is the same maximum."""
    import lifelines

    fitter = {"weibull": "WeibullFitter", "log_normal": "LogNormalFitter", "log_logistic": "LogLogisticFitter"}[kind]
    left, right, _ = given(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = {"ftol": 1e-15, "gtol": 1e-10}
        theirs = getattr(lifelines, fitter)().fit_interval_censoring(np.maximum(left, 0), right, fit_options=exact)
    fit = parametric_survival(left, right, distribution=kind)
    assert fit.log_likelihood == close(theirs.log_likelihood_, abs=1e-8)
    weeks = [int(week) for week in np.quantile(left, [0.3, 0.7])]
    mine = [parametric_survival_at(fit, week).estimate for week in weeks]
    assert mine == close(theirs.survival_function_at_times(weeks).tolist(), rel=1e-5)


@pytest.mark.parametrize("kind", ["weibull", "log_logistic"])
def test_lifelines_regression_agrees(kind):
    from lifelines import LogLogisticAFTFitter, WeibullAFTFitter

    left, right, group = given("interval_bcos")
    frame = pd.DataFrame({"left": left, "right": right, "first": 1.0 - group})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = {"weibull": WeibullAFTFitter, "log_logistic": LogLogisticAFTFitter}[kind]()
        theirs.fit_interval_censoring(frame, "left", "right", fit_options={"ftol": 1e-15, "gtol": 1e-10})
    fit = parametric_survival(left, right, 1 - group, ["first"], distribution=kind)
    name = {"weibull": "lambda_", "log_logistic": "alpha_"}[kind]
    assert fit.coefficients[1] == close(theirs.params_[name, "first"], rel=1e-5)
    assert fit.std_error[1] == close(theirs.standard_errors_[name, "first"], rel=1e-4)


def test_late_entry_is_that_of_lifelines():
    from lifelines import WeibullFitter

    left, right, _ = given("lung")
    entry = np.where(np.arange(len(left)) % 3 == 0, np.minimum(np.arange(len(left)) % 5, left), 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = {"ftol": 1e-15, "gtol": 1e-10}
        theirs = WeibullFitter().fit_interval_censoring(left, right, entry=entry, fit_options=exact)
    fit = parametric_survival(left, right, entry=entry)
    assert fit.coefficients.tolist() == close([np.log(theirs.lambda_), -np.log(theirs.rho_)], rel=1e-5)
    assert fit.log_likelihood == close(theirs.log_likelihood_, abs=1e-7)


def test_counts_say_what_people_say():
    """A table of weekly counts with late entry, and the same with everything from week 10 on left out."""
    data = pd.read_csv(HERE / "data" / "lung.csv")
    week, event = data["month"].to_numpy(int), data["event"].to_numpy(int)
    entry = np.where(np.arange(len(week)) % 3 == 0, np.minimum(np.arange(len(week)) % 5, week - 1), 0)
    one = parametric_from_counts(event_counts(week, event, entry=entry), np.arange(week.max() + 1))
    other = parametric_survival(np.where(event == 1, week - 1, week), np.where(event == 1, week, np.inf), entry=entry)
    assert one.coefficients.tolist() == close(other.coefficients.tolist(), abs=1e-9)
    assert (one.n, one.events, one.last_week) == (other.n, other.events, other.last_week)
    short = parametric_from_counts(event_counts(week, event), np.arange(11))
    seen = (event == 1) & (week <= 10)
    cut = parametric_survival(np.where(seen, week - 1, np.minimum(week, 10)), np.where(seen, week, np.inf))
    assert short.coefficients.tolist() == close(cut.coefficients.tolist(), abs=1e-9)
    assert (short.events, short.last_week) == (seen.sum(), 10)


def test_week_0_is_the_first_week_and_weights_are_people():
    """An event in week 0 cannot have come before time began; people who were followed for no week at all change nothing."""
    left, right = np.array([-1, 0, 3, 4, 6, 0]), np.array([0, 1, 4, 8, np.inf, np.inf])
    one = parametric_survival(left, right)
    moved = parametric_survival([0, 0, 3, 4, 6], [1, 1, 4, 8, np.inf])
    assert one.coefficients.tolist() == close(moved.coefficients.tolist(), abs=1e-10)
    thrice = parametric_survival(left, right, weight=np.full(6, 3))
    assert thrice.std_error.tolist() == close((one.std_error / np.sqrt(3)).tolist(), rel=1e-8)
    assert parametric_survival_at(one, 0).estimate == 1


def test_exponential_by_hand():
    """Half of those left have the event each week: S(1) = 1/2, shape 1, median 1 week; in the other arm two weeks for one."""
    left, right = np.array([0] * 4 + [1] * 2 + [2] * 2), np.array([1] * 4 + [2] * 2 + [np.inf] * 2)
    fit = parametric_survival(left, right)
    assert (np.exp(-fit.coefficients[1]), parametric_median(fit).estimate) == close((1, 1), rel=1e-7)
    assert fit.log_likelihood == close(4 * np.log(1 / 2) + 4 * np.log(1 / 4), rel=1e-12)
    both = np.concatenate([left, 2 * left]), np.concatenate([right, 2 * right])
    assert time_ratio(*both, np.arange(16) < 8).estimate == close(0.5, rel=1e-7)


def test_long_log_normal_times_give_the_t_test_of_their_logarithms():
    """Without anyone lost and in thousands of weeks, so that a week is next to nothing: R's `t.test(log(week) ~ arm, var.equal = TRUE)`."""
    first, second = np.array([900, 2100, 4800, 1500, 7000, 3300]), np.array([2600, 8000, 5100, 9900, 4000])
    week = np.concatenate([first, second])
    found = time_ratio(week - 1, week, np.arange(11) < 6, distribution="log_normal")
    assert found.estimate == close(np.exp(np.log(first).mean() - np.log(second).mean()), rel=1e-3)
    test = ttest_ind(np.log(first), np.log(second))
    assert found.p_value == close(test.pvalue, rel=2e-3) and found.df == 9
    limits = test.confidence_interval(0.95)
    assert (found.ci_low, found.ci_high) == close((np.exp(limits.low), np.exp(limits.high)), rel=2e-3)


def test_what_cannot_be_fitted_has_a_reason():
    inf = np.inf
    assert parametric_survival([], []).reason == "empty_group"
    assert parametric_survival([3, 5], [inf, inf]).reason == "no_events"
    assert parametric_survival([3, 5], [4, inf]).reason == "too_few_events"
    assert parametric_survival([4] * 5, [5] * 5).reason == "not_converged"
    assert parametric_survival_at(parametric_survival([3, 5], [4, inf]), 2).reason == "too_few_events"
    left, right = np.array([0, 2, 2, 4, 8, 3, 5, 9, 9]), np.array([2, 4, 4, 6] + [inf] * 5)
    first = np.arange(9) >= 5
    assert parametric_survival(left, right, first).reason == "monotone_likelihood"
    one, other = time_ratio(left, right, first), time_ratio(left, right, ~first)
    assert one.reason == other.reason == "monotone_likelihood"
    assert one.ci_low == close(1 / other.ci_high, rel=1e-6) and one.ci_low < 1 and one.p_value > 0.05
    assert one.p_value == close(other.p_value, rel=1e-8)
    assert time_ratio(left, right, np.ones(9)).reason == "empty_group"
    three = time_ratio([1, 4, 9, 5, 7], [2, 5, 10, inf, inf], [1, 0, 1, 0, 1])
    assert three.reason is None and np.isnan(three.ci_low) and three.df == 1
    for call in (
        lambda: parametric_survival([1.5], [2]),
        lambda: parametric_survival([2], [2]),
        lambda: parametric_survival([1], [2], weight=[-1]),
        lambda: parametric_survival([1], [2], entry=[2]),
        lambda: parametric_survival([1], [2], names=["x"]),
        lambda: parametric_survival_at(parametric_survival([0, 1, 2], [1, 2, 3]), 0.5),
    ):
        with pytest.raises(ValueError):
            call()


def cohort(left, right, arm, entry=None) -> Cohort:
    """People of two arms; who has no event is followed up to `left`, everybody else up to week 100."""
    happened = np.flatnonzero(np.isfinite(right))
    column = {name: pd.array([pd.NA] * len(left), dtype="Int64") for name in ("treatment_weeks", "follow_up_from_week")}
    column["follow_up_weeks"] = pd.array(np.where(np.isfinite(right), 100, left).astype(int), dtype="Int64")
    if entry is not None:
        column["follow_up_from_week"] = pd.array(entry, dtype="Int64")
    treatments = pd.DataFrame({"arm": pd.Categorical(arm), "programme": "care"} | column)
    weeks = {"week_from": left[happened].astype(int) + 1, "week_to": right[happened].astype(int)}
    weeks = {name: pd.array(values, dtype="Int64") for name, values in weeks.items()}
    events = pd.DataFrame({"person": happened, "event": "arrest", "certainty": "actual"} | weeks)
    return Cohort(treatments, pd.DataFrame(), events, {})


def plan(*horizons: int):
    events = {"event": ["arrest"], "certainty": ["actual"], "horizons_weeks": horizons, "restricted_mean_weeks": 99}
    return small_plan(measures=[], events=events, **compare("first", "second"))


@pytest.mark.parametrize("case", [case for case in CASES if case["data"] == "lung"], ids=lambda case: case["distribution"])
def test_the_analysis_equals_survreg(case):
    left, right, group = given("lung")
    weeks = [int(week) for week in case["all"]["weeks"]]
    rows = exact(analysis.run(cohort(left, right, np.array(["first", "second"])[group]), plan(*weeks)))
    rows = rows[rows["subgroup"] == f"distribution={DISTRIBUTIONS[case['distribution']]}"].set_index(["measure", "arm", "time"])
    for name, wanted in (("all", case["all"]), ("first", case["arms"][0]), ("second", case["arms"][1])):
        assert rows.loc[("aic", name, ""), "estimate"] == close(wanted["aic"], rel=1e-9)
        assert rows.loc[("median_weeks", name, ""), "estimate"] == close(wanted["median"], rel=1e-6)
        for week, *answer in zip(weeks, wanted["survival"], wanted["low"], wanted["high"]):
            found = rows.loc[("survival", name, str(week)), ["estimate", "ci_low", "ci_high"]].tolist()
            assert found == close(answer, rel=1e-6)
    ratio, wanted = rows.loc[("time_ratio", "first - second", "")], case["ratio"]
    found = ratio[["estimate", "ci_low", "ci_high", "p_value"]].tolist()
    assert found == close([wanted["ratio"], wanted["low"], wanted["high"], wanted["p"]], rel=1e-6)
    assert ratio["std_error"] == close(np.sqrt(case["model"]["covariance"][1][1]), rel=1e-6)


def test_ranges_count_as_they_are_in_the_ratio():
    """Breast cosmesis, of which no week is known: curves and ratio are those of the ranges, and not of their last weeks."""
    left, right, group = given("interval_bcos")
    rows = exact(analysis.run(cohort(left, right, np.array(["first", "second"])[group]), plan(12)))
    ratio = rows[(rows["measure"] == "time_ratio") & (rows["subgroup"] == "distribution=weibull")].iloc[0]
    case = next(case for case in CASES if case["data"] == "interval_bcos" and case["distribution"] == "weibull")
    assert ratio["estimate"] == close(case["ratio"]["ratio"], rel=1e-6)
    week = str(int(case["all"]["weeks"][0]))
    rows = exact(analysis.run(cohort(left, right, np.array(["first", "second"])[group]), plan(int(week))))
    curve = rows[(rows["measure"] == "survival_in_ranges") & (rows["subgroup"] == "distribution=weibull")].set_index("arm")
    for arm, wanted in (("all", case["all"]), ("first", case["arms"][0]), ("second", case["arms"][1])):
        found = curve.loc[arm, ["estimate", "ci_low", "ci_high"]].tolist()
        assert found == close([wanted[key][0] for key in ("survival", "low", "high")], rel=1e-6)


def test_what_happens_after_the_farthest_week_changes_nothing():
    left, right, group = given("lung")
    arms = np.array(["first", "second"])[group]
    events = {"event": ["arrest"], "certainty": ["actual"], "horizons_weeks": [10], "restricted_mean_weeks": 12}
    asked = small_plan(measures=[], events=events, **compare("first", "second"))
    one = exact(analysis.run(cohort(left, right, arms), asked))
    late = left >= 12
    other = exact(analysis.run(cohort(np.where(late, 12, left), np.where(late, np.inf, right), arms), asked))
    pd.testing.assert_frame_equal(one, other)


def test_every_method_is_in_the_documented_list():
    page = (HERE.parents[1] / "docs" / "methods-parametric.md").read_text(encoding="utf-8")
    left, right, group = given("lung")
    entry = np.minimum(np.arange(len(left)) % 3, left).astype(int)
    rows = exact(analysis.run(cohort(left, right, np.array(["first", "second"])[group], entry), plan(4, 99)))
    assert rows["estimate"].isna().any()
    for method in rows["method"].unique():
        method = re.sub(r"log-normal|log-logistic", "Weibull", re.sub(r"^[a-z_]+: ", "", method)).replace("week 99", "week 52")
        for part in method.split("; "):
            assert part in page, (part, method)
