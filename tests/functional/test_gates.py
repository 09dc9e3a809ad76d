"""The plan's conditions: just below, at and above each limit, undefined answers, and nothing of an effect behind a closed one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data_schemas.evidence import GateOutcome, read_evidence
from data_schemas.plan import Gates
from data_schemas.submission import Label
from evaluation.planning.gates import closed, gate_outcomes
from tests.cohorts import compare, small_cohort, small_plan

DESCRIPTIONS = ("flow", "baseline", "attrition")


def _people(sizes: dict[str, int]) -> list[dict]:
    return [{"client": f"{arm[0]}{k}", "arm": arm, "gender": "girl"} for arm, size in sizes.items() for k in range(size)]


def _scores(before: dict[str, float], later: dict[str, float]) -> list[dict]:
    made = [{"client": client, "moment": "baseline", "score": score} for client, score in before.items()]
    return made + [{"client": client, "moment": "end", "score": score} for client, score in later.items()]


def _two_arms(folder, stayed: tuple[int, int], other_scores: tuple[float, ...]):
    """Five people an arm; baselines 10 12 14 16 18 in the first, `other_scores` in the second; so many measured afterwards."""
    first = {f"n{k}": 10 + 2 * k for k in range(5)}
    second = {f"u{k}": score for k, score in enumerate(other_scores)}
    kept = [*[f"n{k}" for k in range(stayed[0])], *[f"u{k}" for k in range(stayed[1])]]
    people = _people({"new": 5, "usual": len(second)})
    return small_cohort(folder, people, _scores(first | second, dict.fromkeys(kept, 9)))


def _gate(cohort, name: str, limit, **more) -> GateOutcome:
    measures = [{"instrument": "worry", "informant": "self", "moments": ["end"]}]
    plan = small_plan(measures=measures, gates={name: limit}, **(compare("new", "usual") | more))
    (found,) = [gate for gate in gate_outcomes(cohort, plan) if gate.name == name]
    return found


@pytest.mark.parametrize(("limit", "held"), [(0.79, True), (0.8, True), (0.81, False)])
def test_completeness_by_hand(tmp_path, limit, held):
    """8 of 10 are measured twice."""
    gate = _gate(_two_arms(tmp_path, (4, 4), (10, 12, 14, 16, 18)), "smallest_measured", limit)
    assert (gate.found, gate.open) == (0.8, held)


@pytest.mark.parametrize(("limit", "held"), [(0.69, True), (0.7, True), (0.71, False)])
def test_overlap_by_hand(tmp_path, limit, held):
    """Baselines 10 to 18 against 14 to 22: both ranges hold 14 to 18, that is three of the first five and four of the second."""
    gate = _gate(_two_arms(tmp_path, (5, 5), (14, 16, 17, 18, 22)), "smallest_overlap", limit)
    assert (gate.found, gate.open) == (0.7, held)


@pytest.mark.parametrize(("limit", "held"), [(0.63, False), (0.6325, True), (0.64, True)])
def test_balance_by_hand(tmp_path, limit, held):
    """Means 14 and 16, both variances 10: 2 / sqrt(10) = 0.632456; all are girls, so gender differs by nothing."""
    gate = _gate(_two_arms(tmp_path, (5, 5), (12, 14, 16, 18, 20)), "largest_baseline_difference", limit)
    assert (gate.found, gate.open) == (0.6325, held)


@pytest.mark.parametrize(("assumption", "stayed", "held"), [
    ("cautious", (5, 5), True), ("optimistic", (5, 4), False), ("cautious", (4, 4), True), ("optimistic", (3, 2), False)
])  # fmt: skip
def test_attrition_by_hand(tmp_path, assumption, stayed, held):
    """Equal loss holds up to 57 % overall; one of five against none is 20 points apart, where at most 10.9 are allowed."""
    gate = _gate(_two_arms(tmp_path, stayed, (10, 12, 14, 16, 18)), "attrition", assumption)
    assert gate.found == pytest.approx(abs(stayed[0] - stayed[1]) / 5) and gate.open is held


@pytest.mark.parametrize("name", ["attrition", "largest_baseline_difference", "smallest_overlap", "smallest_measured"])
@pytest.mark.parametrize("size", [0, 1, 2])
def test_hardly_anyone_gives_a_defined_answer(tmp_path, name, size):
    """With nobody measured in an arm a condition on the arms cannot be told, and stays closed."""
    cohort = _two_arms(tmp_path, (size, 0), (10,))
    gate = _gate(cohort, name, {"attrition": "cautious", "smallest_measured": 0.95}.get(name, 0.5))
    assert not gate.open and (gate.found is None or np.isfinite(gate.found))
    assert "stays closed" in gate.reason.en and "niet gegeven" in gate.reason.nl


def _warned(folder, *warnings: tuple[str, int]):
    """Ten people with these warnings."""
    from evaluation.validation.validating import validate

    small_cohort(folder, _people({"care": 10}), _scores({f"c{k}": 10 for k in range(10)}, {}))
    return replace(validate(folder).submission, warnings=warnings)


@pytest.mark.parametrize(("rows", "held"), [(0, True), (1, True), (2, True), (3, False)])
def test_quality_is_a_share_of_the_rows_that_the_rule_looks_at(tmp_path, rows, held):
    """2 of 10 treatments are 0.2 of them, however many measurements were handed in; twice the same rule counts its worst column."""
    from analyses.shared.cohort import pool
    from data_schemas.rules import table_rules

    code = next(rule.code for rule in table_rules() if rule.severity == "warning" and rule.table == "treatments")
    submission = _warned(tmp_path, (code, rows), (code, 0))
    plan = small_plan(gates={"largest_warning_share": 0.2})
    found = gate_outcomes(pool([submission]), plan, [submission])
    assert {gate.name for gate in found} == {"largest_warning_share"} and len(found) == 2
    assert all(gate.found == rows / 10 and gate.open is held for gate in found)


def test_a_single_case_study_has_its_condition_on_quality(tmp_path):
    from analyses.shared.cohort import pool

    submission = _warned(tmp_path)
    plan = small_plan(
        measures=[], single_case={"instrument": "worry", "informant": "self"}, gates=Gates(largest_warning_share=0.5)
    )
    (gate,) = gate_outcomes(pool([submission]), plan, [submission])
    assert (gate.outcome, gate.found, gate.open) == ("worry:self", 0.0, True)


def _shut(name: str, outcome: str = "", time: str = "") -> tuple[GateOutcome, ...]:
    words = Label(nl="dicht", en="shut")
    return (GateOutcome(name=name, outcome=outcome, time=time, open=False, found=None, allowed=None, reason=words),)


@pytest.fixture(scope="module")
def exact(finished):
    return read_evidence(finished("consortium", True) / "evidence")


def _with_number(results) -> pd.DataFrame:
    every = pd.concat(results.values())
    return every[every[["estimate", "ci_low", "ci_high", "p_value"]].notna().any(axis=1)]


@pytest.mark.parametrize("name", ["attrition", "largest_baseline_difference", "smallest_overlap"])
def test_a_closed_condition_on_arms_leaves_no_comparison_in_any_analysis(exact, name):
    plan = exact.record.plan
    for measure in plan.measures:
        outcome = f"{measure.instrument}:{measure.informant}"
        left = _with_number(closed(exact.results, _shut(name, outcome, "end"), plan))
        mine = left[(left["outcome"] == outcome) & left["time"].isin(["end", ""]) & ~left["analysis"].isin(DESCRIPTIONS)]
        assert len(mine) and not mine["arm"].str.contains(" - ").any(), outcome
    outcome = "+".join(plan.events.event)
    left = _with_number(closed(exact.results, _shut(name, outcome), plan))
    mine = left[left["outcome"].isin([outcome, *plan.events.competing]) & ~left["analysis"].isin(DESCRIPTIONS)]
    assert len(mine) and not mine["arm"].str.contains(" - ").any()
    assert left["arm"].str.contains(" - ").any(), "other outcomes stay"


def test_a_test_over_three_arms_is_a_comparison_too(exact):
    row = exact.select("revictimisation", measure="log_rank_chi2", subgroup="").iloc[[0]].assign(arm="all")
    left = closed({"revictimisation": row}, _shut("attrition", row["outcome"].iloc[0]), exact.record.plan)
    assert left["revictimisation"]["p_value"].isna().all()


def test_too_little_measured_closes_every_effect_of_that_moment(exact):
    left = _with_number(closed(exact.results, _shut("smallest_measured", "cries-13:self", "end"), exact.record.plan))
    mine = left[(left["outcome"] == "cries-13:self") & ~left["analysis"].isin(DESCRIPTIONS)]
    assert set(mine[mine["time"].isin(["end", ""])]["measure"]) <= {"n_pairs", "n_after_end", "n_all_moments"}
    assert (mine["time"] == "follow_up_6m").any()


def test_bad_data_close_every_effect_of_every_outcome(exact):
    left = _with_number(closed(exact.results, _shut("largest_warning_share", "cries-13:self", "end"), exact.record.plan))
    described = {
        "n_pairs",
        "n_after_end",
        "n_all_moments",
        "at_risk",
        "dropped_out",
        "dropped_out_clustered",
        "integrity",
        "share_start",
        "share_end",
        "n_both_known",
    }
    rest = left[~left["analysis"].isin(DESCRIPTIONS) & ~left["measure"].isin(described)]
    assert rest.empty, rest[["analysis", "measure"]].drop_duplicates()


def test_what_is_closed_says_so_and_has_no_number(exact):
    before = exact.results
    after = closed(before, _shut("largest_warning_share"), exact.record.plan)
    changed = pd.concat(after.values())[pd.concat(before.values())["estimate"].notna().to_numpy()]
    shut = changed[changed["status"] == "not_estimable"]
    assert len(shut) and shut["method"].str.startswith("gate_closed: ").all()
    assert shut[["estimate", "ci_low", "ci_high", "p_value", "events"]].isna().all(axis=None)


def test_the_report_says_which_condition_closed_the_effect(exact):
    from reports.conditions import conditions

    shut = {gate.name for gate in exact.record.gates if not gate.open}
    assert "largest_baseline_difference" in shut
    for lang, words, allowed in (("nl", "Grootste verschil", "hoogstens 0,25"), ("en", "Largest difference", "at most 0.25")):
        text = conditions(exact, lang).markdown()
        assert words.lower() in text.lower() and allowed in text
