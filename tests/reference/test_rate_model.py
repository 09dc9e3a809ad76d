"""Rates of repeated events: robust Poisson errors and the negative binomial against R's sandwich and glm.nb (r/rate_model.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses import event_rates
from analyses.shared.cohort import Cohort
from analyses.statistics.rates.rate_model import rate_model, ratio_of_rates
from analyses.statistics.rates.rates import rate_ratio
from evaluation.release.door import exact
from tests.cohorts import compare, small_plan

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "rate_model.json").read_text(encoding="utf-8"))["cases"]
close = pytest.approx


def given(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    clients, events = (pd.read_csv(HERE / "data" / f"recurrent_{name}_{part}.csv") for part in ("clients", "events"))
    return (
        clients["id"].map(events.groupby("id").size()).fillna(0).to_numpy(),
        clients["until"].to_numpy(),
        clients["arm"].to_numpy(),
    )


@pytest.mark.parametrize("family", ["poisson", "negative_binomial"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_models_equal_r(case, family):
    model, wanted = rate_model(*given(case["data"]), ["arm"], family=family), case[family]
    assert (model.reason, model.n, model.events, model.df) == (None, case["n"], case["events"], case["n"] - 2)
    for mine, theirs in (
        ("coefficients", "coef"),
        ("std_error", "error"),
        ("ci_low", "low"),
        ("ci_high", "high"),
        ("p_value", "p"),
    ):
        assert getattr(model, mine).tolist() == close(wanted[theirs], rel=1e-6), mine
    assert model.dispersion == close(case["pearson"] if family == "poisson" else case["alpha"], rel=1e-6)


@pytest.mark.parametrize("case", CASES[1:], ids=lambda case: case["data"])
def test_a_ratio_is_that_of_the_rates_and_its_interval_wider_than_poissons(case):
    """Poisson regression gives the ratio of the totals; people differ here, so the interval is wider than the exact one."""
    count, weeks, arm = given(case["data"])
    found = ratio_of_rates(rate_model(count, weeks, arm, ["arm"]), "arm")
    events, years = ([float(part[arm == g].sum()) for g in (1, 0)] for part in (count, weeks))
    exact = rate_ratio(events[0], years[0], events[1], years[1])
    assert found.estimate == close(exact.estimate, rel=1e-10)
    assert found.ci_high / found.ci_low > exact.ci_high / exact.ci_low
    assert (found.p_value < 0.05) == (not found.ci_low <= 1 <= found.ci_high)


def test_two_arms_by_hand():
    """Counts 0, 2, 4 against 1, 1, 4 in a year each: rates 2 and 2, leverage 1/3 for all, so HC3 residuals are 3/2 of the plain ones.

    The variance of each log rate is the sum of squared residuals over the squared events: (9/4)(8) / 36 and (9/4)(6) / 36.
    """
    model = rate_model([0, 2, 4, 1, 1, 4], [52] * 6, [1, 1, 1, 0, 0, 0])
    assert model.std_error.tolist() == close([(13.5 / 36) ** 0.5, (31.5 / 36) ** 0.5], rel=1e-9)
    assert model.coefficients[1] == close(0, abs=1e-9)
    assert model.dispersion == close((8 / 2 + 6 / 2) / 4, rel=1e-9)


def test_less_spread_than_poissons_is_a_poisson_model():
    """Everybody has one event: alpha is 0, the error of a log rate 1 / root(events)."""
    model = rate_model([1] * 8, [52] * 8, [0, 1] * 4, family="negative_binomial")
    assert model.reason is None and model.dispersion == 0
    assert model.std_error.tolist() == close([1 / 2, 2**-0.5], rel=1e-6)


def test_what_cannot_be_fitted_has_a_reason():
    for family in ("poisson", "negative_binomial"):
        assert rate_model([], [], family=family).reason == "empty_group"
        assert rate_model([1, 2], [0, 0], family=family).reason == "empty_group"
        assert rate_model([0, 0], [5, 5], family=family).reason == "no_events"
        assert rate_model([1, 0], [5, 5], [0, 1], family=family).reason == "too_few"
        assert rate_model([1, 0, 2], [5, 5, 5], [1, 1, 1], family=family).reason == "collinear"
        assert rate_model([1, 0, 2], [5, 5, 5], [0, 1, 1], family=family).reason == "too_few"
        none = rate_model([1, 0, 2, 0], [5, 5, 5, 5], [0, 1, 0, 1], ["arm"], family=family)
        assert none.reason == ratio_of_rates(none, "arm").reason == "monotone_likelihood"
    for call in (
        lambda: rate_model([-1], [5]),
        lambda: rate_model([1], [2.5]),
        lambda: rate_model([1, 2], [5]),
        lambda: rate_model([1, 2], [5, 5], [0, 1], ["a", "b"]),
    ):
        with pytest.raises(ValueError):
            call()


def test_people_without_follow_up_change_nothing():
    with_them = rate_model([0, 2, 4, 1, 1, 4, 0], [52] * 6 + [0], [1, 1, 1, 0, 0, 0, 0], family="negative_binomial")
    without = rate_model([0, 2, 4, 1, 1, 4], [52] * 6, [1, 1, 1, 0, 0, 0], family="negative_binomial")
    assert with_them.coefficients.tolist() == close(without.coefficients.tolist(), rel=1e-9)
    assert with_them.n == 6


def rates(count, weeks, arm) -> pd.DataFrame:
    """Rows of the analysis for people with so many events, in their last weeks of follow-up."""
    numbers = {name: pd.array([pd.NA] * len(count), dtype="Int64") for name in ("treatment_weeks", "follow_up_from_week")}
    numbers["follow_up_weeks"] = pd.array(weeks, dtype="Int64")
    treatments = pd.DataFrame({"arm": pd.Categorical(arm, categories=["new", "old"]), "programme": "care"} | numbers)
    person = np.repeat(np.arange(len(count)), np.asarray(count, int))
    at = pd.array(np.asarray(weeks)[person], dtype="Int64")
    events = {"person": person, "event": "arrest", "certainty": "actual", "week_from": at, "week_to": at}
    asked = {"event": ["arrest"], "certainty": ["actual"], "horizons_weeks": [10], "restricted_mean_weeks": 10}
    plan = small_plan(measures=[], events=asked, **compare("new", "old"))
    return exact(event_rates.run(Cohort(treatments, pd.DataFrame(), pd.DataFrame(events), {}), plan)).set_index("measure")


@pytest.mark.parametrize("case", CASES[1:], ids=lambda case: case["data"])
def test_the_analysis_equals_r(case):
    count, weeks, arm = given(case["data"])
    found = rates(count, weeks, np.where(arm == 1, "new", "old"))
    for measure, family in (("rate_ratio_robust", "poisson"), ("rate_ratio_negative_binomial", "negative_binomial")):
        row, wanted = found.loc[measure], case[family]
        assert (row["arm"], row["df"], row["events"]) == ("new - old", case["n"] - 2, case["events"])
        answer = np.log(row[["estimate", "ci_low", "ci_high"]].astype(float)).tolist()
        assert answer == close([wanted[key][1] for key in ("coef", "low", "high")], rel=1e-6)
        assert (row["p_value"], row["std_error"]) == close((wanted["p"][1], wanted["error"][1]), rel=1e-6)


def test_an_arm_without_people_or_events_has_a_reason():
    for people, reason in ((["new"] * 4, "empty_group"), (["new", "new", "old", "old"], "monotone_likelihood")):
        found = rates([2, 1, 0, 0], [5, 6, 7, 8], people)
        assert found.loc["rate_ratio_negative_binomial", "method"].startswith(f"{reason}: ")
        assert found.loc["rate_ratio_robust", "method"].startswith(f"{reason}: ")
