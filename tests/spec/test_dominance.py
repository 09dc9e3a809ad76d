"""Means, rates and ratios that one person dominates do not leave; by hand."""

from __future__ import annotations

import numpy as np
import pytest

import evaluation
from analyses import analyses
from evaluation.validation.validating import validate
from tests.cohorts import compare, small_cohort, small_plan

EVENTS = {"event": ["running_away"], "horizons_weeks": [26], "restricted_mean_weeks": 26}


def _cohort(folder, most: int):
    """Twenty people an arm, followed for a year; in arm `new` twelve ran away once and one ran away `most` times, in `old` twelve."""
    people = [
        {"client": f"{arm}{k}", "arm": arm, "follow_up_weeks": 52, "follow_up_end": "end_of_study", "satisfaction": 7}
        for arm in ("new", "old")
        for k in range(20)
    ]
    times = {f"{arm}{k}": 1 for arm in ("new", "old") for k in range(12)} | {"new12": most}
    events = [
        {"client": client, "event": "running_away", "week_from": 1 + k, "week_to": 1 + k, "certainty": "actual"}
        for client, number in times.items()
        for k in range(number)
    ]
    return small_cohort(folder, people, events=events)


def _plan():
    return small_plan(measures=[], events=EVENTS, **compare("new", "old"))


@pytest.mark.parametrize(("most", "share"), [(12, 12 / 24), (13, 13 / 25), (4, 4 / 16)])
def test_the_largest_contributor_by_hand(tmp_path, most, share):
    """The one with most has 12 of 24 events in the arm, of 36 in all; in weeks everyone has a twentieth."""
    cohort = _cohort(tmp_path, most)
    rates = analyses()["event_rates"].run(cohort, _plan()).estimates.set_index(["measure", "arm"])["largest_share"]
    assert rates["all_events_per_person_year", "new"] == pytest.approx(share)
    assert rates["all_events_per_person_year", "old"] == pytest.approx(1 / 12)
    assert rates["all_events_per_person_year", "all"] == pytest.approx(most / (24 + most))
    assert rates["all_events_rate_ratio", "new - old"] == pytest.approx(share)
    means = analyses()["recurrent_events"].run(cohort, _plan()).estimates
    assert np.allclose(means[means["arm"] == "new - old"]["largest_share"], share)
    assert np.allclose(means[means["arm"] == "new"]["largest_share"], share)


def test_what_one_person_dominates_does_not_leave(tmp_path):
    """With 24 of 36 events one person makes the rate of the arm; nothing that rests on it leaves, the other arm's rate does."""
    _cohort(tmp_path / "one", 24)
    results = evaluation.run(validate(tmp_path / "one").submission, _plan(), exploratory=True).results
    for name in ("event_rates", "recurrent_events"):
        rows = results[name][results[name]["measure"].str.contains("all_events|mean_cumulative|recurrent_hazard")]
        assert rows[rows["arm"].isin(["new", "new - old"])]["estimate"].isna().all(), name


def test_a_mean_of_marks_counts_too(tmp_path):
    """One mark of 10 among nineteen of 1 is 10 of 29."""
    people = [{"client": f"c{k}", "satisfaction": 10 if k == 0 else 1} for k in range(20)]
    rows = analyses()["indicators"].run(small_cohort(tmp_path, people), small_plan()).estimates
    assert rows[rows["measure"] == "satisfaction"]["largest_share"].iloc[0] == pytest.approx(10 / 29)
