"""The analyses of events on real data against R (r/event_analyses.R): hazards, rates, curves by arm and subgroup, late entry."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses import analyses as all_analyses
from analyses import event_rates, hazards, parametric_survival, revictimisation
from analyses.shared.cohort import Cohort
from data_schemas.plan import Plan
from evaluation.release.door import exact, release
from evaluation.release.edition import public

HERE = Path(__file__).parent
ROWS = json.loads((HERE / "values" / "event_analyses.json").read_text(encoding="utf-8"))["rows"]
SETTINGS = ("ambulatory", "day", "residential")


def plan_for(horizon, tau, **more) -> Plan:
    estimand = dict.fromkeys(("population", "treatment", "intercurrent_events", "outcome", "summary"), "as in the test")
    events = {"event": ["arrest"], "horizons_weeks": [horizon], "restricted_mean_weeks": tau, "certainty": ["actual"]}
    return Plan.model_validate(
        {
            "contract": "1",
            "title": "A plan",
            "question": "What does the test ask?",
            "programme": "p",
            "design": "experimental",
            "estimand": estimand,
            "events": events | more.pop("events", {}),
            "seed": 1,
        }
        | more
    )


def cohort_of(arm, week, event, *, entry=None, **descriptors) -> Cohort:
    """A cohort in which everybody is followed to `week`, and has the event then when `event` is 1."""
    n = len(week)
    treatments = pd.DataFrame(
        {
            "arm": pd.Categorical(arm, categories=sorted(set(arm))),
            "programme": "p",
            "follow_up_weeks": pd.array(week, dtype="Int64"),
            "follow_up_from_week": pd.array(np.zeros(n, int) if entry is None else entry, dtype="Int64"),
            "treatment_weeks": pd.array([pd.NA] * n, dtype="Int64"),
            **descriptors,
        }
    )
    who = np.flatnonzero(np.asarray(event) == 1)
    week = np.asarray(week)
    events = pd.DataFrame(
        {"person": who, "event": "arrest", "week_from": week[who], "week_to": week[who], "certainty": "actual"}
    )
    return Cohort(treatments, pd.DataFrame({"person": []}), events, {})


def rossi():
    data = pd.read_csv(HERE / "data" / "rossi.csv")
    return cohort_of(
        np.where(data["fin"] == 1, "one", "two"),
        data["week"],
        data["arrest"],
        gender=pd.Categorical(np.where(data["race"] == 1, "girl", "boy"), categories=("girl", "boy")),
        setting=pd.cut(data["prio"], [-1, 1, 4, 99], labels=SETTINGS),
    )


def veteran():
    data = pd.read_csv(HERE / "data" / "veteran.csv")
    return cohort_of(
        np.where(data["trt"] == 1, "one", "two"),
        data["month"],
        data["event"],
        gender=pd.Categorical(np.where(data["prior"] == 1, "girl", "boy"), categories=("girl", "boy")),
        setting=pd.cut(data["karno"], [0, 40, 60, 100], labels=SETTINGS),
    )


def lung():
    data = pd.read_csv(HERE / "data" / "lung.csv")
    return cohort_of(
        np.where(data["sex"] == 1, "one", "two"),
        data["month"],
        data["event"],
        entry=data["entry"],
        gender=pd.Categorical(np.where(data["age"] > 60, "girl", "boy"), categories=("girl", "boy")),
        setting=pd.cut(data["ecog"], [-1, 0, 1, 3], labels=SETTINGS),
    )


COHORTS = {"rossi": (rossi, 26, 52), "veteran": (veteran, 6, 10), "lung": (lung, 12, 20)}
COMPARISON = {"arms": ["one", "two"], "covariates": ["gender", "setting"]}


@cache
def results(name) -> pd.DataFrame:
    make, horizon, tau = COHORTS[name]
    cohort, plan = make(), plan_for(horizon, tau, comparison=COMPARISON, subgroups=["gender"])
    frames = [exact(module.run(cohort, plan)) for module in (revictimisation, hazards, event_rates) if module.wanted(plan)]
    return pd.concat(frames).set_index(["measure", "arm", "subgroup", "time"]).sort_index()


@pytest.mark.parametrize("name", list(COHORTS))
def test_analyses_equal_r(name):
    wanted = [row for row in ROWS if row["data"] == name]
    assert len(wanted) > 10
    for row in wanted:
        where = (row["measure"], row["arm"], row["subgroup"], row["time"])
        found = results(name).loc[[where]]
        assert len(found) == 1, where
        tolerance = 1e-6 if row["measure"] in ("hazard_ratio", "ph_test_chi2") else 1e-8
        # 53 people with 12 events: R's normal limits do not hold there, and others are printed (test_small_groups.py)
        few = (name, row["subgroup"]) == ("rossi", "gender=boy") and "melded" in found["method"].iloc[0]
        for column, key in (("estimate", "estimate"), ("ci_low", "low"), ("ci_high", "high"), ("p_value", "p")):
            if row[key] is not None and not (few and column != "estimate"):
                assert found[column].iloc[0] == pytest.approx(row[key], rel=tolerance), (*where, column)


def test_every_row_says_why_it_is_empty_or_how_it_was_made():
    for name in COHORTS:
        frame = results(name)
        assert (frame["estimate"].isna() == (frame["status"] == "not_estimable")).all()
        assert frame.loc[frame["estimate"].isna(), "method"].str.match(r"[a-z_]+: ").all()
        assert frame["method"].str.contains("from start of treatment").all()


def test_few_events_take_firths_penalty_and_none_a_reason():
    week, arms = np.arange(1, 21), np.repeat(["one", "two"], 10)
    plan = plan_for(10, 20, comparison={"arms": ["one", "two"]})
    few = exact(hazards.run(cohort_of(arms, week, np.isin(week, (2, 3, 5, 12))), plan)).set_index("measure")
    assert "[here with the penalty]" in few.loc["hazard_ratio", "method"]
    assert np.isfinite(few.loc["hazard_ratio", ["estimate", "ci_low", "ci_high", "p_value"]].astype(float)).all()
    assert few.loc["ph_test_chi2", "method"].startswith("too_few_events: ")
    for event, reason in ((np.zeros(20), "no_events"), (week == 3, "too_few_events")):
        frame = exact(hazards.run(cohort_of(arms, week, event), plan)).set_index("measure")
        assert frame.loc["hazard_ratio", "method"].startswith(f"{reason}: ")
        assert frame.loc["hazard_ratio", "status"] == "not_estimable"


def test_people_who_came_with_an_event_are_lost_not_counted():
    cohort = cohort_of(["one"] * 4, [5, 8, 9, 3], [1, 1, 0, 0], entry=[0, 2, 4, 4])
    cohort.events.loc[1, "week_to"] = 1
    few = revictimisation.first_events(cohort, plan_for(4, 8).events)
    assert few.entry is None and [few.selection.reasons[loss - 1] for loss in few.selection.loss[1:]] == ["followed_late"] * 3
    found = revictimisation.first_events(cohort, plan_for(4, 8, events={"late_entry": True}).events)
    lost = [found.selection.reasons[loss - 1] if loss else None for loss in found.selection.loss]
    assert lost == [None, "event_before_follow_up", None, "not_followed_after_entry"]


def test_no_new_care_is_counted_from_the_end_of_treatment():
    """Ten people, treated 10 weeks, followed to week 120; three start again 20, 40 and 60 weeks later: 0.9, 0.8 and 0.7."""
    cohort = cohort_of(["one"] * 10, [120] * 10, [0] * 10)
    cohort.treatments["treatment_weeks"] = pd.array([10] * 10, dtype="Int64")
    weeks = np.array([30, 50, 70])
    events = pd.DataFrame(
        {"person": [0, 1, 2], "event": "new_care", "week_from": weeks, "week_to": weeks, "certainty": "actual"}
    )
    cohort = Cohort(cohort.treatments, cohort.measurements, events, {})
    frame = exact(event_rates.run(cohort, plan_for(26, 52)))
    shares = frame[frame["measure"] == "no_new_care"].set_index("time")["estimate"]
    assert shares.to_dict() == pytest.approx({"26": 0.9, "52": 0.8, "104": 0.7})
    total = frame[frame["measure"] == "rate_per_person_year"].iloc[0]
    assert (total["estimate"], total["ci_low"]) == (0.0, 0.0)


def test_repeated_events_count_once_in_first_rates_and_each_in_all_rates():
    cohort = cohort_of(["one"] * 4, [52] * 4, [0] * 4)
    person, week = [0, 0, 1], np.array([10, 20, 30])
    events = pd.DataFrame({"person": person, "event": "arrest", "week_from": week, "week_to": week, "certainty": "actual"})
    cohort = Cohort(cohort.treatments, cohort.measurements, events, {})
    frame = exact(event_rates.run(cohort, plan_for(26, 52))).set_index("measure")
    year = 365.25 / 7
    assert frame.loc["rate_per_person_year", "estimate"] == pytest.approx(2 / ((10 + 30 + 104) / year))
    assert frame.loc["all_events_per_person_year", "estimate"] == pytest.approx(3 / (208 / year))


@pytest.mark.parametrize("module", [revictimisation, hazards, event_rates, parametric_survival])
@pytest.mark.parametrize(
    ("week", "event", "arms"),
    [
        ([], [], []),
        ([3], [1], ["one"]),
        ([3], [0], ["one"]),
        ([0, 0], [1, 0], ["one", "two"]),
        ([1] * 6, [1] * 6, ["one", "two"] * 3),
        ([9] * 6, [0] * 6, ["one", "two"] * 3),
        ([1, 2, 3, 4, 5, 6], [1] * 6, ["one"] * 6),
        (list(range(1, 31)), [1, 0, 1] * 10, ["one", "two"] * 15),
    ],
)
def test_degenerate_input_has_a_reason_everywhere(module, week, event, arms):
    n = len(week)
    descriptors = {
        "gender": pd.Categorical(["girl"] * n, categories=("girl", "boy")),
        "setting": pd.Categorical([None] * n, categories=SETTINGS),
    }
    cohort = cohort_of(arms, week, event, **descriptors)
    names = pd.Categorical(arms, categories=("one", "two"))
    cohort = Cohort(cohort.treatments.assign(arm=names), cohort.measurements, cohort.events, {})
    for covariates in ([], ["gender"], ["gender", "setting"]):
        plan = plan_for(4, 8, comparison={"arms": ["one", "two"], "covariates": covariates}, subgroups=["gender", "setting"])
        result = module.run(cohort, plan)
        frame = exact(result)
        empty = frame["estimate"].isna()
        assert frame.loc[empty, "method"].str.match(r"[a-z_]+: ").all()
        assert not np.isinf(frame[["estimate", "ci_low"]].to_numpy(float)).any()
        release(result, public(10))


def test_every_method_is_in_the_documented_list():
    page = (HERE.parents[1] / "docs" / "methods-events.md").read_text(encoding="utf-8")
    for name in COHORTS:
        for method in results(name)["method"].unique():
            words = re.sub(r"^[a-z_]+: | \[here [a-z ]*\]", "", method)
            first, *later = words.split("; ")
            assert re.sub(r"\d df", "1 df", first) in page, method
            for part in later:
                part = part.replace("weeks from", "from") if part.startswith("weeks") else part
                assert part in page or part.startswith(("against ", "first events")), (part, method)


def test_the_analyses_are_found_by_walking():
    assert {"revictimisation", "hazards", "event_rates"} <= set(all_analyses())


def test_released_curves_with_late_entry_stay_near_the_exact_ones():
    """Months as four weeks each, so that the grid of the release falls on them; without the entries it would be 0.1 too high."""
    data = pd.read_csv(HERE / "data" / "lung.csv")
    arms = np.where(data["sex"] == 1, "one", "two")
    cohort = cohort_of(arms, 4 * data["month"], data["event"], entry=4 * data["entry"])
    result = revictimisation.run(cohort, plan_for(48, 80, comparison={"arms": ["one", "two"]}))
    shown, kept = (
        frame[(frame["measure"] == "survival") & (frame["time"] == "48")].set_index("arm")["estimate"]
        for frame in (release(result, public(10)), exact(result))
    )
    for arm in ("all", "one", "two"):
        assert shown[arm] == pytest.approx(kept[arm], abs=0.08)


def test_no_events_in_one_arm_has_a_finite_ratio_with_limits():
    """None of eight against five of nine: Firth's penalised likelihood maximised in R (r/firth_cox.R)."""
    week, event = [30] * 8 + [2, 4, 4, 9, 15] + [30] * 4, [0] * 8 + [1] * 5 + [0] * 4
    plan = plan_for(10, 30, comparison={"arms": ["one", "two"]})
    row = exact(hazards.run(cohort_of(["one"] * 8 + ["two"] * 9, week, event), plan)).set_index("measure").loc["hazard_ratio"]
    found = tuple(row[["estimate", "ci_low", "ci_high", "p_value"]].astype(float))
    assert found == pytest.approx((0.0760165161983, 0.0005776380496, 0.6771930575221, 0.0165454005982), rel=1e-6)
