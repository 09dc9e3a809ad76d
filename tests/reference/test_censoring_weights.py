"""Survival weighted by the probability of being followed, against R's coxph with the weights written out (r/censoring_weights.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.statistics.censoring.censoring_weights import censoring_weighted_survival, weighted_difference
from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.events.survival_curve import survival_curve

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "censoring_weights.json").read_text(encoding="utf-8"))["cases"]
close = pytest.approx


def people(case):
    data = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    if case["data"] == "lung":
        data = data.assign(old=(data["age"] > 65) * 1)[data["ecog"] < 3]
    covariates = {name: data[name] for name in case["covariates"]}
    return data[case["time"]].to_numpy(int), data["event"].to_numpy(int), covariates


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_weighted_curve_equals_r(case):
    week, event, covariates = people(case)
    found = censoring_weighted_survival(week, event, covariates, case["week"], seed=1, draws=20)
    assert found.coefficients == close(np.array(case["coef"]), rel=1e-8, abs=1e-10)
    assert [answer.estimate for answer in found.answers] == close(case["survival"], rel=1e-8)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_draws_resample_people_and_fit_the_weights_again(case):
    """The same numbers as copying rows and fitting anew would give: SD near that of 100 such draws (simulated: 25 %)."""
    week, event, covariates = people(case)
    at = case["week"][1:2]
    found = censoring_weighted_survival(week, event, covariates, at, seed=3)
    again = censoring_weighted_survival(week, event, covariates, at, seed=3)
    assert (found.drawn == again.drawn).all()
    rng, values = np.random.default_rng(5), []
    for _ in range(100):
        rows = rng.integers(0, len(week), len(week))
        copies = {name: np.asarray(labels)[rows] for name, labels in covariates.items()}
        values.append(censoring_weighted_survival(week[rows], event[rows], copies, at, seed=0, draws=2).answers[0].estimate)
    assert found.answers[0].std_error == close(np.std(values, ddof=1), rel=0.25)
    assert found.answers[0].ci_low < found.answers[0].estimate < found.answers[0].ci_high


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=40))
def test_without_covariates_or_losses_it_is_kaplan_meier(records):
    week, event = (np.array(column) for column in zip(*records))
    weeks = [at for at in (1, 4, 8) if at <= week.max()]
    curve = survival_curve(event_counts(week, event))
    for covariates in ({}, {"same": ["a"] * len(week)}):
        found = censoring_weighted_survival(week, event, covariates, weeks, seed=1, draws=5)
        assert [answer.estimate for answer in found.answers] == close(curve.survival[weeks].tolist())
    final = week.max()
    complete = np.where(event == 1, week, final)
    half = ["ab"[number % 2] for number in range(len(week))]
    found = censoring_weighted_survival(complete, event, {"half": half}, [final], seed=1, draws=5)
    assert found.answers[0].estimate == close(1 - event.mean())


def test_weights_undo_losses_that_hang_on_what_was_recorded():
    """Boys have more events and leave more: unweighted survival is too high by 0.05, weighted within 0.015 (n = 40,000)."""
    rng = np.random.default_rng(11)
    boy = rng.random(40_000) < 0.5
    when = rng.geometric(np.where(boy, 0.08, 0.02))
    gone = rng.geometric(np.where(boy, 0.12, 0.01))
    week, event = np.minimum(np.minimum(when, gone), 20), (when <= gone) & (when <= 20)
    truth = (when > 20).mean()
    found = censoring_weighted_survival(week, event.astype(int), {"boy": boy}, [20], seed=1, draws=20).answers[0]
    plain = survival_curve(event_counts(week, event.astype(int))).survival[20]
    assert plain - truth > 0.03
    assert abs(found.estimate - truth) < 0.015


def test_degenerate_groups_have_an_answer():
    empty = censoring_weighted_survival([], [], {}, [3], seed=1)
    assert empty.answers[0].reason == "empty_group"
    late = censoring_weighted_survival([4], [0], {}, [3], seed=1, entry=[2])
    assert late.answers[0].reason == "late_entry"
    short = censoring_weighted_survival([2, 3], [0, 0], {"a": ["x", "y"]}, [3, 4], seed=1)
    assert [answer.reason for answer in short.answers] == [None, "follow_up_too_short"]
    assert short.answers[0].estimate == 1
    gone = censoring_weighted_survival([1, 1], [1, 1], {"a": ["x", "y"]}, [1, 9], seed=1)
    assert [answer.estimate for answer in gone.answers] == [0, 0]
    assert weighted_difference(short, empty, 0).reason == "empty_group"
    for week, event, labels in (([1.5], [0], ["a"]), ([1], [2], ["a"]), ([1], [0], [None])):
        with pytest.raises(ValueError):
            censoring_weighted_survival(week, event, {"a": labels}, [1], seed=1)
