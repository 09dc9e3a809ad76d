"""Kaplan-Meier, quantiles, restricted mean and log-rank tests against R's survival (r/survival_curves.R) and printed values."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.events.event_counts import EventCounts, event_counts, event_counts_by_group
from analyses.statistics.events.log_rank import log_rank, stratified_log_rank
from analyses.statistics.events.restricted_mean import restricted_mean, restricted_mean_difference, restricted_mean_ratio
from analyses.statistics.events.survival_contrast import survival_difference, survival_ratio
from analyses.statistics.events.survival_curve import (
    quantile_weeks,
    survival_at,
    survival_curve,
)

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "survival_curves.json").read_text(encoding="utf-8"))["cases"]
close = pytest.approx


def label(case):
    return "-".join([case["data"], case["time"], case["group"]] + ["late"] * bool(case["entry"]))


def data_of(case):
    data = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    times = [column for column in (case["time"], case["entry"]) if column]
    return data.assign(**{column: (data[column] * case["scale"]).astype(int) for column in times})


def counts_of(case, data, groups):
    """Counts per group; `groups` holds codes 0, 1, ..."""
    week, cause = data[case["time"]].to_numpy(), data[case["event"]].to_numpy()
    entry = None if case["entry"] is None else data[case["entry"]].to_numpy()
    return event_counts_by_group(week, cause, groups, int(groups.max()) + 1, entry=entry)


def grouped(case):
    data = data_of(case)
    codes, levels = pd.factorize(data[case["group"]], sort=True)
    assert list(levels) == [curve["level"] for curve in case["curves"]]
    return data, codes, counts_of(case, data, codes)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_curves_equal_survfit(case):
    for counts, reference in zip(grouped(case)[2], case["curves"]):
        curve = survival_curve(counts)
        at = np.array(reference["time"])
        assert curve.at_risk[at].tolist() == reference["at_risk"]
        assert curve.events[at].tolist() == reference["events"]
        assert curve.survival[at] == close(np.array(reference["survival"]), rel=1e-8, abs=1e-15)
        positive = curve.survival[at] > 0
        assert curve.std_error[at][positive] == close(np.array(reference["se"], float)[positive], rel=1e-8)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_all_three_intervals_and_the_quantiles_equal_survfit(case):
    for counts, reference in zip(grouped(case)[2], case["curves"]):
        at = np.array(reference["time"])
        for kind in reference["limits"]:
            curve = survival_curve(counts, conf_type=kind["type"])
            assert curve.ci_low[at] == close(np.array(kind["low"], float), rel=1e-8, abs=1e-12, nan_ok=True)
            assert curve.ci_high[at] == close(np.array(kind["high"], float), rel=1e-8, nan_ok=True)
            for place, share in enumerate((0.25, 0.5, 0.75)):
                found = quantile_weeks(curve, share)
                wanted = [kind[name][place] for name in ("quantile", "quantile_low", "quantile_high")]
                if not kind["monotone"]:  # R's own functions differ there: its printed median takes the first week, as we do
                    if share != 0.5:
                        continue
                    wanted = kind["printed_median"]
                assert [found.estimate, found.ci_low, found.ci_high] == close(
                    [np.nan if value is None else value for value in wanted], rel=1e-12, nan_ok=True
                )
                assert (found.reason == "not_reached") == (wanted[0] is None)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_restricted_means_equal_survfit(case):
    for counts, reference in zip(grouped(case)[2], case["curves"]):
        found = restricted_mean(survival_curve(counts), case["tau"])
        assert (found.estimate, found.std_error) == close((reference["rmean"], reference["rmean_se"]), rel=1e-8)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_log_rank_family_by_definition(case):
    groups = grouped(case)[2]
    for reference in case["weighted"]:
        name, exponents = reference["name"], {}
        if "," in name:
            rho, gamma = (float(part) for part in name.split(","))
            name, exponents = "fleming-harrington", {"rho": rho, "gamma": gamma}
        test = log_rank(groups, weighting=name, **exponents)
        assert (test.statistic, test.p_value) == close((reference["chisq"], reference["p"]), rel=1e-8)


@pytest.mark.parametrize("case", [case for case in CASES if "rho0" in case], ids=label)
def test_log_rank_equals_survdiff(case):
    data, codes, groups = grouped(case)
    tests = {"rho0": log_rank(groups), "rho1": log_rank(groups, weighting="fleming-harrington", rho=1)}
    if case["strata"]:
        parts = [data[data[case["strata"]] == level] for level in np.unique(data[case["strata"]])]
        sets = [
            [event_counts(part.loc[mine, case["time"]].to_numpy(), part.loc[mine, case["event"]].to_numpy()) for mine in masks]
            for part, masks in ((part, [codes[part.index] == code for code in range(len(groups))]) for part in parts)
        ]
        tests["stratified"] = stratified_log_rank(sets)
    for name, test in tests.items():
        wanted = case[name]
        assert (test.statistic, test.df, test.p_value) == close((wanted["chisq"], wanted["df"], wanted["p"]), rel=1e-8)
        assert test.observed == close(tuple(wanted["observed"]), rel=1e-8)
        assert test.expected == close(tuple(wanted["expected"]), rel=1e-8)


def aml():
    data = pd.read_csv(HERE / "data" / "aml.csv")
    return event_counts_by_group(data["week"].to_numpy(), data["event"].to_numpy(), 1 - data["maintained"].to_numpy(), 2)


def test_aml_golden_values():
    """Values to six places from three programs: the three intervals at week 34, median, restricted mean, log-rank."""
    maintained, control = (survival_curve(counts) for counts in aml())
    at = survival_at(maintained, 34)
    assert (at.estimate, at.std_error, at.ci_low, at.ci_high) == close((0.368182, 0.162669, 0.092830, 0.657041), abs=1e-6)
    for kind, limits in (("log", (0.154877, 0.875261)), ("plain", (0.049357, 0.687007))):
        at = survival_at(survival_curve(aml()[0], conf_type=kind), 34)
        assert (at.ci_low, at.ci_high) == close(limits, abs=1e-6)
    median = quantile_weeks(maintained, 0.5)
    assert (median.estimate, median.ci_low) == (31.0, 13.0)
    assert np.isnan(median.ci_high)
    mean = restricted_mean(maintained, 40)
    assert (mean.estimate, mean.std_error**2) == close((28.897727, 12.024095), abs=1e-6)
    difference = restricted_mean_difference(maintained, control, 40)
    assert (difference.estimate, difference.std_error) == close((6.967172, 5.170710), abs=1e-6)
    test = log_rank(aml())
    assert (test.statistic, test.p_value) == close((3.396389, 0.065339), abs=1e-6)


def test_left_truncated_curve_by_hand():
    """Entry 0,0,0,2,2,3; week 2,5,6,4,7,8: 2/3, then 4/5, 3/4, 1/2 and 0 of it at weeks 2, 4, 5, 7, 8."""
    counts = event_counts(np.array([2, 5, 6, 4, 7, 8]), np.array([1, 1, 0, 1, 1, 1]), entry=np.array([0, 0, 0, 2, 2, 3]))
    assert survival_curve(counts).survival[[2, 4, 5, 7, 8]] == close(np.array([2 / 3, 8 / 15, 0.4, 0.2, 0.0]), abs=1e-12)


def test_flat_half_takes_the_middle_and_at_the_end_the_last_week():
    """R: quantile(survfit(Surv(c(1,2,3,4),c(1,1,1,1))~1), .5) is 2.5; with the last two censored at 3 and 6 it is 4."""
    assert quantile_weeks(survival_curve(event_counts(np.array([1, 2, 3, 4]), np.ones(4, int))), 0.5).estimate == 2.5
    tail = event_counts(np.array([1, 2, 3, 6]), np.array([1, 1, 0, 0]))
    assert quantile_weeks(survival_curve(tail), 0.5).estimate == 4.0


def test_differences_and_ratios_by_hand():
    """S = 3/4 and 1/2 of 80 people each, Greenwood: variances (3/4)(1/4)/80 and (1/2)(1/2)/80; horizon of the mean 2 weeks."""
    one = survival_curve(event_counts(np.repeat([1, 2, 2, 2], 20), np.repeat([1, 0, 0, 0], 20)))
    other = survival_curve(event_counts(np.repeat([1, 1, 2, 2], 20), np.repeat([1, 1, 0, 0], 20)))
    va, vb = 3 / 1280, 1 / 320
    difference, ratio = survival_difference(one, other, 2), survival_ratio(one, other, 2)
    assert (difference.estimate, difference.std_error) == close((0.25, np.sqrt(va + vb)))
    assert difference.ci_high == close(0.25 + 1.959963984540054 * np.sqrt(va + vb))
    log_error = np.sqrt(va / 0.75**2 + vb / 0.5**2)
    assert ratio.estimate == close(1.5)
    assert (np.log(ratio.ci_low), np.log(ratio.ci_high)) == close(
        (np.log(1.5) - 1.959963984540054 * log_error, np.log(1.5) + 1.959963984540054 * log_error)
    )
    mean = restricted_mean_ratio(one, other, 2)
    error = np.sqrt(va / 1.75**2 + vb / 1.5**2)
    assert (mean.estimate, np.log(mean.ci_high)) == close((1.75 / 1.5, np.log(1.75 / 1.5) + 1.959963984540054 * error))


KIDNEY_AT_RISK = (
    (43, 43, 42, 40, 36, 33, 31, 25, 22, 20, 18, 11, 10, 9, 4, 2),
    (76, 60, 56, 49, 43, 40, 35, 30, 27, 25, 22, 14, 13, 11, 5, 3),
)
KIDNEY_EVENTS = ((0, 1, 0, 1, 2, 1, 0, 2, 1, 1, 1, 1, 1, 1, 1, 1), (6, 0, 2, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0))
KIDNEY = (
    ("log-rank", None, 3.96, 2.53),
    ("gehan", None, -9, 0.002),
    ("tarone-ware", None, 13.20, 0.40),
    ("peto-peto", None, 2.47, 1.40),
    ("modified-peto-peto", None, 2.31, 1.28),
    ("fleming-harrington", (0, 1), 1.41, 9.67),
    ("fleming-harrington", (1, 0), 2.55, 1.39),
    ("fleming-harrington", (1, 1), 1.02, 9.83),
    ("fleming-harrington", (0.5, 0.5), 2.47, 9.28),
    ("fleming-harrington", (0.5, 2), 0.32, 8.18),
)


@pytest.mark.parametrize(("weighting", "exponents", "gap", "chi2"), KIDNEY)
def test_weighted_tests_equal_the_printed_kidney_example(weighting, exponents, gap, chi2):
    """Klein & Moeschberger (2003), Survival Analysis, tables 7.2 (at risk and events) and 7.3 (tests): kidney dialysis."""
    groups = []
    for at_risk, events in zip(KIDNEY_AT_RISK, KIDNEY_EVENTS):
        left = -np.diff(np.append(at_risk, 0)) - events
        groups.append(EventCounts(np.array([[*events]]), left, np.eye(1, len(left), dtype=int)[0] * at_risk[0]))
    options = {} if exponents is None else dict(zip(("rho", "gamma"), exponents))
    test = log_rank(groups, weighting=weighting, **options)
    assert test.observed[0] - test.expected[0] == close(gap, abs=0.006)
    assert test.statistic == close(chi2, abs=0.006)
