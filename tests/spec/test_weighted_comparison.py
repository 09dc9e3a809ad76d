"""Weighted comparisons by hand: with one descriptor the propensity is a share per category, and weighting is standardising."""

from __future__ import annotations

import numpy as np
import pytest

from analyses import weighted_comparison
from data_schemas.plan_values import PlanRefused
from evaluation.evidence.running import run
from evaluation.planning.gates import closed, gate_outcomes
from evaluation.release.door import exact
from tests.cohorts import small_cohort, small_plan

CELLS = {("new", "open"): 10, ("old", "open"): 30, ("new", "closed"): 20, ("old", "closed"): 10}
LATER = {("new", "open"): 10, ("old", "open"): 14, ("new", "closed"): 20, ("old", "closed"): 20}
HAPPENED = {("new", "open"): 2, ("old", "open"): 12, ("new", "closed"): 10, ("old", "closed"): 6}
"""Of 40 people in the open setting a quarter is in the new arm, of 30 in the closed one two thirds."""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    people, scores, events = [], [], []
    for (arm, setting), size in CELLS.items():
        for k in range(size):
            client = f"c{len(people)}"
            provider = f"p{k % 7}" if arm == "new" else f"p{k % 6}"
            people.append({"client": client, "arm": arm, "setting": setting, "follow_up_weeks": 52, "provider": provider})
            wobble = 1 if k % 2 else -1
            scores += [
                {"client": client, "moment": "baseline", "score": 18},
                {"client": client, "moment": "end", "score": LATER[arm, setting] + wobble},
            ]
            if k < HAPPENED[arm, setting]:
                week = 3 + k
                events.append({"client": client, "event": "arrest", "week_from": week, "week_to": week, "certainty": "actual"})
    return small_cohort(tmp_path_factory.mktemp("weighted") / "data", people, scores, events)


def _plan(estimand: str = "overlap", method: str = "propensity", **more):
    fixed = {
        "measures": [{"instrument": "worry", "informant": "self", "moments": ["end"]}],
        "events": {"event": ["arrest"], "horizons_weeks": [26], "restricted_mean_weeks": 26, "competing": ["died"]},
        "comparison": {"arms": ("new", "old"), "covariates": ("setting",)},
        "weighting": {"estimand": estimand, "method": method, "resamples": 199},
    }
    return small_plan(**(fixed | more))


def _found(cohort, plan):
    frame = weighted_comparison.follows(exact(weighted_comparison.run(cohort, plan)))
    return lambda measure, **where: float(_rows(frame, measure, **where)["estimate"].iloc[0])


def _rows(frame, measure, **where):
    mine = frame[frame["measure"] == measure]
    for column, value in where.items():
        mine = mine[mine[column] == value]
    assert len(mine), (measure, where)
    return mine


BY_HAND = {
    ("ate", "propensity"): (40 / 70, 30 / 70),
    ("ate", "entropy"): (40 / 70, 30 / 70),
    ("att", "propensity"): (10 / 30, 20 / 30),
    ("att", "entropy"): (10 / 30, 20 / 30),
    # e (1 - e) of 40 and 30 people: 7.5 and 6.667
    ("overlap", "propensity"): (7.5 / (7.5 + 20 / 3), (20 / 3) / (7.5 + 20 / 3)),
}


@pytest.mark.parametrize(("estimand", "method"), BY_HAND)
def test_differences_are_those_of_the_settings_in_the_target_group(cohort, estimand, method):
    """Scores differ by -4 in the open setting and 0 in the closed one; risks by 0.2 - 0.4 and by 0.5 - 0.6. Standardised by hand."""
    open_, shut = BY_HAND[estimand, method]
    found = _found(cohort, _plan(estimand, method))
    for measure in ("weighted_mean_difference", "aipw_difference", "g_computation_difference"):
        assert found(measure, outcome="worry:self") == pytest.approx(-4 * open_, rel=1e-6), measure
    risk = -0.2 * open_ - 0.1 * shut
    for measure in ("risk_difference", "aipw_difference", "g_computation_difference", "weighted_incidence_difference"):
        assert found(measure, outcome="arrest", time="26") == pytest.approx(risk, rel=1e-6), measure
    assert found("weighted_survival", arm="new", time="26") == pytest.approx(1 - 0.2 * open_ - 0.5 * shut, rel=1e-6)
    ratio = (0.2 * open_ + 0.5 * shut) / (0.4 * open_ + 0.6 * shut)
    above = 1 / ratio
    assert found("e_value", subgroup="of=weighted_risk_ratio") == pytest.approx(above + (above * (above - 1)) ** 0.5, rel=1e-6)
    assert found("smd_after", outcome="arrest", subgroup="covariate=setting") == pytest.approx(0, abs=1e-6)


def test_balance_and_effective_numbers_by_hand(cohort):
    """A third of the new arm is in the open setting, three quarters of the other; with ate the new arm weighs 4 and 1.5, each."""
    found = _found(cohort, _plan("ate"))
    spread = np.sqrt((1 / 3 * 2 / 3 + 3 / 4 * 1 / 4) / 2)
    assert found("smd_before", outcome="arrest", subgroup="covariate=setting") == pytest.approx(abs(1 / 3 - 3 / 4) / spread)
    inside = found("smd_before", outcome="arrest", subgroup="covariate=setting;category=open")
    assert inside == pytest.approx((1 / 3 - 3 / 4) / spread)
    assert found("effective_n", arm="new", outcome="arrest") == pytest.approx((10 * 4 + 20 * 1.5) ** 2 / (10 * 16 + 20 * 2.25))
    # preference of 0.25 and 2/3 for a first arm that has 30 of 70
    preference = [e / (1 - e) * 40 / 30 / (1 + e / (1 - e) * 40 / 30) for e in (1 / 4, 2 / 3)]
    assert [0.3 < value < 0.7 for value in preference] == [True, False]
    assert found("preference_overlap", arm="new", outcome="arrest") == pytest.approx(10 / 30)
    # the seventh provider has the new arm only, with k = 6 and with k = 6, 13 of the closed setting
    assert found("shared_provider_share", arm="new", outcome="arrest") == pytest.approx(27 / 30)


def test_what_was_not_measured_follows_from_what_is_told(cohort):
    frame = weighted_comparison.follows(exact(weighted_comparison.run(cohort, _plan("ate"))))
    told = _rows(frame, "weighted_mean_difference").iloc[0]
    where = {"outcome": "worry:self", "subgroup": "of=weighted_mean_difference;more_common=0.25"}
    assert _rows(frame, "tipping_effect", **where)["estimate"].iloc[0] == pytest.approx(abs(told["estimate"]) / 0.25)
    assert _rows(frame, "tipping_effect_limit", **where)["estimate"].iloc[0] == pytest.approx(max(-told["ci_high"], 0) / 0.25)
    smallest = _rows(frame, "smallest_detectable", outcome="worry:self")["estimate"].iloc[0]
    assert smallest == pytest.approx(2.801585 * told["std_error"], rel=1e-6)


def test_intervals_by_provider_and_without_each(cohort):
    """Seven providers: drawn as wholes with 6 df, and left out one by one; these rows stay inside."""
    result = weighted_comparison.run(cohort, _plan())
    frame = exact(result)
    assert _rows(frame, "risk_difference_clustered")["df"].iloc[0] == 6
    assert len(_rows(frame, "leave_one_provider_out", outcome="worry:self")) == 14
    assert result.measures["leave_one_provider_out"].kind == "internal"


def test_the_gate_is_decided_before_outcomes_open(cohort):
    """With the wrong covariates the setting stays apart; one that is not balanced closes every comparison, curves included."""
    plan = _plan(
        "ate", comparison={"arms": ("new", "old"), "covariates": ("setting",)}, gates={"smallest_preference_overlap": 0.5}
    )
    found = {(gate.name, gate.outcome): gate for gate in gate_outcomes(cohort, plan)}
    gate = found["largest_weighted_difference", "arrest"]
    assert gate.open and gate.allowed == 0.25
    gate = found["smallest_preference_overlap", "arrest"]
    assert not gate.open and gate.found == pytest.approx(1 / 3, abs=1e-4)  # 10 of 30, and 30 of 40, are in the open setting
    frame = weighted_comparison.follows(exact(weighted_comparison.run(cohort, plan)))
    left = closed({"weighted_comparison": frame}, (gate,), plan)["weighted_comparison"]
    mine = left[(left["outcome"] == "arrest") & left["estimate"].notna()]
    assert set(mine["measure"]) == {
        "smd_before", "smd_after", "smd_largest_after",
        "effective_share", "effective_n", "preference_overlap", "preference_share", "shared_provider_share"
    }  # fmt: skip


def test_arms_without_overlap_have_a_reason(tmp_path):
    people = [
        {"client": f"c{k}", "arm": "new" if k < 12 else "old", "setting": "open", "follow_up_weeks": 30} for k in range(24)
    ]
    scores = [{"client": f"c{k}", "moment": m, "score": s + k} for k in range(24) for m, s in (("baseline", 5), ("end", 3))]
    cohort = small_cohort(tmp_path / "apart", people, scores)
    plan = _plan(
        "att", "entropy", events=None, weighting={"estimand": "att", "method": "entropy", "covariates": ["worry:self"]}
    )
    frame = exact(weighted_comparison.run(cohort, plan))
    row = _rows(frame, "weighted_mean_difference").iloc[0]
    assert np.isnan(row["estimate"]) and row["method"].startswith("no_overlap: ")
    assert not any(gate.open for gate in gate_outcomes(cohort, plan))


def test_one_person_and_one_score_and_one_week(tmp_path):
    """An arm of one is too few to weigh; people who all have one score differ by exactly nothing; all events in one week have no interval."""
    for name, sizes in (("one", 1), ("same", 20)):
        people, scores, events = [], [], []
        for k in range(40):
            client = f"c{k}"
            people.append(
                {
                    "client": client,
                    "arm": "new" if k < sizes else "old",
                    "setting": ("open", "closed")[k % 2],
                    "follow_up_weeks": 30,
                }
            )
            scores += [{"client": client, "moment": moment, "score": 20.1} for moment in ("baseline", "end")]
            events.append({"client": client, "event": "arrest", "week_from": 1, "week_to": 1, "certainty": "actual"})
        frame = exact(weighted_comparison.run(small_cohort(tmp_path / name, people, scores, events), _plan()))
        row = _rows(frame, "weighted_mean_difference").iloc[0]
        ratio = _rows(frame, "weighted_hazard_ratio").iloc[0]
        if name == "one":
            assert row["method"].startswith("too_few:") and ratio["method"].startswith("too_few:")
        else:
            assert row["estimate"] == 0 and row["method"].startswith("no_variance:") and np.isnan(row["ci_low"])
            assert ratio["method"].startswith("no_information:") and np.isnan(ratio["ci_low"])


def test_three_arms_are_weighted_together(tmp_path):
    """Generalised overlap weights: every two arms are compared in the same group of people."""
    arms = ("a", "b", "c")
    people = [
        {"client": f"c{k}", "arm": arms[k % 3], "setting": ("open", "closed")[(k // 3 + k % 3) % 3 > 0], "follow_up_weeks": 30}
        for k in range(90)
    ]
    scores = [
        {"client": f"c{k}", "moment": m, "score": 10 + (k * 7) % 5 + s * (k % 3)}
        for k in range(90)
        for m, s in (("baseline", 0), ("end", 2))
    ]
    cohort = small_cohort(tmp_path / "three", people, scores)
    plan = _plan(
        events=None, comparison={"arms": ("a", "b"), "covariates": ("setting",)}, weighting={"arms": arms, "resamples": 199}
    )
    frame = exact(weighted_comparison.run(cohort, plan))
    found = {row["arm"]: row["estimate"] for _, row in _rows(frame, "weighted_mean_difference").iterrows()}
    assert set(found) == {"a - b", "a - c", "b - c"}
    assert found["a - c"] == pytest.approx(found["a - b"] + found["b - c"], rel=1e-9)


@pytest.mark.parametrize(("change", "told"), [
    ({"weighting": {"estimand": "overlap", "method": "entropy"}}, "entropy balancing"),
    ({"comparison": None}, "name in"),
    ({"weighting": {"arms": ["a", "b"]}}, "name in"),
])  # fmt: skip
def test_a_plan_that_cannot_be_weighted_is_refused(change, told):
    with pytest.raises((ValueError, PlanRefused), match=told):
        _plan(**change)


def test_a_plan_without_weights_keeps_its_hash():
    """Keys that came later are not there when they were not given."""
    plan = small_plan()
    assert "weighting" not in plan.model_dump() and set(plan.model_dump()["gates"]) == {
        "attrition", "largest_baseline_difference", "smallest_overlap", "largest_warning_share", "smallest_measured"
    }  # fmt: skip


def test_released_rows_follow_from_released_rows(cohort, tmp_path):
    """An E-value of a release is that of the published ratio, and of nothing finer."""
    from evaluation.validation.validating import validate

    people = [
        {"client": f"c{k}", "arm": ("new", "old")[k % 2], "setting": ("open", "closed")[k // 2 % 2], "follow_up_weeks": 52}
        for k in range(160)
    ]
    had = [k for k in range(160) if k % 3 and (k % 2 or k % 5 == 0)]
    events = [
        {"client": f"c{k}", "event": "arrest", "week_from": 1 + k % 9, "week_to": 1 + k % 9, "certainty": "actual"} for k in had
    ]
    small_cohort(tmp_path / "many", people, (), events)
    plan = _plan(
        measures=[],
        events={"event": ["arrest"], "horizons_weeks": [26], "restricted_mean_weeks": 26},
        weighting={"resamples": 199},
    )
    shown = run(validate(tmp_path / "many").submission, plan, exploratory=True).results["weighted_comparison"]
    row = shown[(shown["measure"] == "weighted_risk_ratio")].iloc[0]
    assert row["status"] == "released"
    from analyses.statistics.weighting.e_value import e_value

    told = shown[(shown["measure"] == "e_value") & (shown["subgroup"] == "of=weighted_risk_ratio")].iloc[0]
    assert told["estimate"] == e_value(row["estimate"]).estimate and told["status"] == "released"
    assert shown[shown["subgroup"].str.contains("category=")]["status"].eq("suppressed").all()


@pytest.mark.parametrize(("told", "n", "exact", "opened"), [
    (0.1, 400, False, True), (0.2, 400, False, True), (0.2, 100, False, False), (0.0, 40, False, True), (0.3, 400, False, False), (0.2, 40, True, False)
])  # fmt: skip
def test_a_published_balance_may_have_been_half_a_step_more(told, n, exact, opened):
    """0.2 of 100 people leaves on steps of 0.2, in both editions: it may have been 0.3, and cannot be told to be at most 0.25."""
    import pandas as pd

    from data_schemas.evidence import GateOutcome
    from data_schemas.submission import Label
    from evaluation.planning.gates import _published

    words = Label(nl="x", en="x")
    gate = GateOutcome(
        name="largest_weighted_difference", outcome="arrest", time="", open=True, found=told, allowed=0.25, reason=words
    )
    row = {"outcome": "arrest", "time": "", "measure": "smd_largest_after", "subgroup": "", "estimate": told, "n": n}
    found = _published(gate, {"weighted_comparison": pd.DataFrame([row])}, _plan(), exact=exact)
    assert found.open is opened
    assert (found.found is None) is (not opened and told <= 0.25)


def test_rows_say_of_their_certainty_what_the_simulation_found():
    """Each range of the words holds every number of the printed page, of every way, and reaches none that is not there by more than one."""
    import re
    from pathlib import Path

    from analyses.shared.weighing.certainty import RANGES

    page = (Path(__file__).parents[2] / "docs" / "simulation-weighting.md").read_text(encoding="utf-8")
    rows = {
        "scores": ("weighted mean difference", "doubly robust difference in score"),
        "risks": ("difference in risk at week 26", "doubly robust difference in risk", "difference in restricted mean"),
        "hazards": ("hazard ratio, robust error",),
    }
    for kind, names in rows.items():
        lines = [line for line in page.splitlines() if line.split("|")[1:2] and line.split("|")[1].strip() in names]
        found = np.array([[round(float(value)) for value in re.findall(r"([0-9.]+)%", line)] for line in lines])
        assert len(found) >= 2 * len(names)
        for column, told in zip(found.T, RANGES[kind]):
            low, high = map(int, told.split(" to "))
            assert low <= column.min() <= low + 1 and high - 1 <= column.max() <= high, (kind, told, column)
