"""Planning by events against the formulas in R (r/event_power.R), published numbers of events, and simulated power."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.events.log_rank import log_rank
from analyses.statistics.power.event_power import event_plan, expected_events, power_of, required_events

VALUES = json.loads((Path(__file__).parent / "values" / "event_power.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("formula", ["schoenfeld", "freedman"])
def test_required_events_and_their_inverses(formula):
    for case in VALUES["cases"]:
        events = required_events(case["hr"], share_first=case["p"], power=case["power"], formula=formula)
        assert events == pytest.approx(case[formula], rel=1e-10)
        assert power_of(case["hr"], events, share_first=case["p"], formula=formula) == pytest.approx(case["power"], rel=1e-9)


def test_expected_events_equal_the_integral():
    for case in VALUES["seen"]:
        assert expected_events(1000, case["event"], 52, case["lost"]) == pytest.approx(1000 * case["share"], rel=1e-9)


def test_published_numbers_of_events():
    """Collett (Modelling Survival Data in Medical Research, example 10.1): a hazard ratio of 0.57 with 90 % power takes 133 deaths."""
    assert round(required_events(0.57, power=0.9)) == 133


@pytest.mark.parametrize("formula", ["schoenfeld", "freedman"])
def test_the_smallest_ratio_needs_the_events_that_are_there(formula):
    plan = event_plan(150, 0.6, 104, drop_out_share=0.3, share_first=0.4, formula=formula, assumed=0.5)
    needed = required_events(plan.smallest_hazard_ratio, share_first=0.4, formula=formula)
    assert needed == pytest.approx(plan.events, rel=1e-9)
    assert np.log(plan.ci_high) == pytest.approx(-np.log(plan.ci_low))
    assert plan.power_at_assumed > 0.8 or plan.smallest_hazard_ratio < 0.5


def test_simulated_power_agrees():
    """Two arms of 100, exponential times rounded up to weeks, hazard ratio 0.6, drop-out 30 %: within four standard errors."""
    rng, runs, n = np.random.default_rng(20), 400, 100
    hazard, lost = -np.log(0.4) / 52, -np.log(0.7) / 52
    found, seen = 0, 0
    for _ in range(runs):
        groups = []
        for ratio in (0.6, 1.0):
            event, end = rng.exponential(1 / (hazard * ratio), n), np.minimum(rng.exponential(1 / lost, n), 52)
            week = np.ceil(np.minimum(event, end)).astype(int)
            groups.append(event_counts(week, (event <= end).astype(int)))
            seen += groups[-1].all_events.sum()
        found += log_rank(groups).p_value < 0.05
    predicted = power_of(0.6, seen / runs)
    assert found / runs == pytest.approx(predicted, abs=4 * np.sqrt(predicted * (1 - predicted) / runs))


def test_nothing_to_expect_has_a_reason_and_wrong_use_is_refused():
    assert event_plan(50, 0.0, 52).reason == "no_events"
    assert event_plan(0, 0.5, 52).reason == "no_events"
    assert event_plan(8, 0.5, 52, formula="freedman").reason == "too_few_events"
    for call in (
        lambda: event_plan(50, 1.0, 52),
        lambda: event_plan(-1, 0.5, 52),
        lambda: event_plan(50, 0.5, 52, share_first=1.0),
        lambda: event_plan(50, 0.5, 52, formula="lachin"),
        lambda: required_events(1.0),
        lambda: power_of(0.0, 10),
    ):
        with pytest.raises(ValueError):
            call()


@pytest.mark.parametrize("ratio", [0.3, 0.57, 1.8])
def test_lifelines_agrees_with_freedman(ratio):
    """60 and 40 people of whom 30 % and 50 % have the event: 38 events, k = 1.5."""
    from lifelines.statistics import power_under_cph

    theirs = power_under_cph(60, 40, 0.3, 0.5, ratio)
    assert power_of(ratio, 38, share_first=0.6, formula="freedman") == pytest.approx(theirs, rel=1e-10)
