"""Where there are several providers, shares, curves, hazard ratios, subgroups and comparisons have rows by provider and a design effect beside."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from analyses import (
    change,
    comparison,
    competing_events,
    event_rates,
    event_subgroups,
    hazards,
    indicators,
    revictimisation,
    subgroups,
)
from evaluation.release.door import exact, release_all
from evaluation.release.edition import public
from tests.cohorts import compare, small_cohort, small_plan

EVENTS = {"event": ["sexual_exploitation"], "horizons_weeks": [26, 52], "restricted_mean_weeks": 52}


def _cohort(folder, providers=("a", "b", "c"), size=12, shift=(0, 4, 8)):
    people, scores, events, rng = [], [], [], np.random.default_rng(5)
    for place, provider in enumerate(providers):
        for k in range(size):
            name = f"{provider}{k:03d}"
            people.append({
                "client": name, "provider": provider, "arm": ("new", "usual")[k % 2], "gender": ("girl", "boy")[k % 4 > 1],
                "ending": "completed" if k % (place + 2) else "stopped_by_client", "follow_up_weeks": 60, "treatment_weeks": 20,
            })  # fmt: skip
            later = 26 - shift[place] - int(rng.integers(0, 6)) - 3 * (k % 2 == 0)
            scores += [{"client": name, "moment": m, "score": s} for m, s in (("baseline", 28 + k % 6), ("end", later))]
            if k % (4 - place) == 0:
                week = 10 + 3 * k % 40
                event = {"client": name, "event": "sexual_exploitation", "week_from": week, "week_to": week}
                events.append(event | {"certainty": "actual", "source": "professional"})
    return small_cohort(folder, people, scores, events)


def _rows(analysis, cohort, plan):
    return exact(analysis.run(cohort, plan))


def _one(rows: pd.DataFrame, **wanted) -> pd.Series:
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_a_share_by_provider_has_the_people_there_effectively_are(tmp_path):
    """Ended by the client at three providers of twelve: 6, 4 and 3 of 12, so p is 13 / 36; deviations of 5/3, -1/3 and -4/3 people."""
    rows = _rows(indicators, _cohort(tmp_path / "s"), small_plan())
    design = _one(rows, measure="design_effect", subgroup="measure=dropped_out", arm="all")
    share, deviations = 13 / 36, np.array([6, 4, 3]) - 13 / 3
    variance = (deviations**2).sum() / 36**2 / (1 - 1 / 3)
    assert design["estimate"] == pytest.approx(variance / (share * (1 - share) / 36)) and design["n"] == 36
    row, alone = (_one(rows, measure=name, arm="all") for name in ("dropped_out_clustered", "dropped_out"))
    assert row["estimate"] == alone["estimate"] == pytest.approx(share)
    assert row["ci_low"] < alone["ci_low"] and row["ci_high"] > alone["ci_high"] and "errors by provider" in row["method"]


def test_change_and_comparison_have_their_design_effect(tmp_path):
    cohort, plan = _cohort(tmp_path / "s"), small_plan(**compare("new", "usual"))
    rows = _rows(change, cohort, plan)
    at = {"time": "end", "arm": "all"}
    clustered, alone = (_one(rows, measure=name, subgroup="", **at) for name in ("mean_change_clustered", "mean_change"))
    design = _one(rows, measure="design_effect", subgroup="", **at)
    assert design["estimate"] == pytest.approx((clustered["std_error"] / alone["std_error"]) ** 2) and design["estimate"] > 2
    assert _one(rows, measure="design_effect", subgroup="effect=g", **at)["estimate"] > 1
    rows = _rows(comparison, cohort, plan)
    assert _one(rows, measure="design_effect", time="end")["estimate"] > 0


def test_curves_and_hazard_ratios_have_rows_by_provider(tmp_path):
    cohort, plan = _cohort(tmp_path / "s"), small_plan(**compare("new", "usual"), events=EVENTS)
    rows = _rows(revictimisation, cohort, plan)
    at = {"time": "52", "arm": "all", "subgroup": ""}
    row, alone = (_one(rows, measure=name, **at) for name in ("survival_clustered", "survival"))
    assert row["estimate"] == alone["estimate"] and row["ci_low"] < alone["ci_low"] and row["ci_high"] > alone["ci_high"]
    assert _one(rows, measure="design_effect", **at)["events"] == alone["events"]
    rows = _rows(hazards, cohort, plan)
    row, alone = (
        _one(rows, measure=name, arm="new - usual", subgroup="") for name in ("hazard_ratio_clustered", "hazard_ratio")
    )
    assert row["estimate"] == pytest.approx(alone["estimate"]) and "errors by provider" in row["method"]


def test_subgroups_have_arms_a_joint_test_and_errors_by_provider(tmp_path):
    """Boys and girls, both arms: within each category the difference, and one test that mirrors the interaction with two categories."""
    cohort = _cohort(tmp_path / "s", size=32)
    rows = _rows(subgroups, cohort, small_plan(**compare("new", "usual"), subgroups=["gender"]))
    rows = rows[rows["time"] == "end"]
    girl = {"subgroup": "gender=girl"}
    assert _one(rows, measure="mean_change", arm="new", **girl)["n"] == 24
    within = _one(rows, measure="adjusted_difference", arm="new - usual", **girl)
    assert within["ci_low"] < within["estimate"] < within["ci_high"] < 0
    assert np.isfinite(_one(rows, measure="adjusted_difference_clustered", arm="new - usual", **girl)["ci_low"])
    interaction, joint = (
        _one(rows, measure=name, arm="new - usual", subgroup=part)
        for name, part in (("interaction", "gender=girl"), ("interaction_joint", "gender"))
    )
    assert joint["estimate"] == pytest.approx((interaction["estimate"] / interaction["std_error"]) ** 2)
    assert joint["p_value"] == pytest.approx(interaction["p_value"]) and joint["df"] == 1
    assert _one(rows, measure="interaction_clustered", **girl)["estimate"] == pytest.approx(interaction["estimate"])


def test_too_small_a_category_has_no_difference_between_arms(tmp_path):
    rows = _rows(subgroups, _cohort(tmp_path / "s"), small_plan(**compare("new", "usual"), subgroups=["gender"]))
    for measure in ("adjusted_difference", "g_between", "interaction", "interaction_joint", "interaction_clustered"):
        mine = rows[(rows["measure"] == measure) & (rows["time"] == "end")]
        assert (
            len(mine) and mine["estimate"].isna().all() and mine["method"].str.startswith(("too_few: ", "empty_group: ")).all()
        ), measure


def test_one_provider_has_none_of_these(tmp_path):
    cohort = _cohort(tmp_path / "s", providers=("a",), size=30, shift=(0,))
    plan = small_plan(**compare("new", "usual"), events=EVENTS, subgroups=["gender"])
    for analysis in (indicators, hazards, revictimisation, subgroups, event_rates):
        measures = set(_rows(analysis, cohort, plan)["measure"])
        assert not {name for name in measures if name.endswith("_clustered") or name == "design_effect"}, analysis.NAME


def test_released_limits_hold_those_inside(tmp_path):
    """What leaves is made of rounded counts and a design in steps: never narrower than what is inside."""
    cohort = _cohort(tmp_path / "s", size=60)
    plan = small_plan(events=EVENTS)
    results = {module.NAME: module.run(cohort, plan) for module in (indicators, revictimisation, change)}
    released = release_all(results, public(10))
    checked = 0
    for name, result in results.items():
        inside = exact(result).set_index(["outcome", "measure", "arm", "subgroup", "time"])
        mine = released[name][released[name]["measure"].str.endswith("_clustered") & released[name]["ci_low"].notna()]
        for row in mine.itertuples():
            told = inside.loc[(row.outcome, row.measure, row.arm, row.subgroup, row.time)]
            checked += 1
            assert row.ci_low <= told["ci_low"] + 1e-9 and row.ci_high >= told["ci_high"] - 1e-9, row
    assert checked > 5


def test_differences_between_arms_have_rows_by_provider(tmp_path):
    """The difference of the rows that take people as independent, with its own interval; rates, incidences and tests as well."""
    cohort, plan = (
        _cohort(tmp_path / "s", size=60),
        small_plan(**compare("new", "usual"), events=EVENTS | {"competing": ["died"]}),
    )
    pair = {"arm": "new - usual", "subgroup": ""}
    for analysis, names in (
        (revictimisation, ("survival_difference", "restricted_mean_difference")),
        (competing_events, ("cumulative_incidence_difference",)),
        (event_rates, ("rate_ratio",)),
        (comparison, ("g_between",)),
    ):
        rows = _rows(analysis, cohort, plan)
        outcome = rows[rows["measure"] == f"{names[0]}_clustered"]["outcome"].iloc[0]
        for name in names:
            time = rows[(rows["measure"] == name) & rows["estimate"].notna()]["time"].max()
            at = pair | {"time": time, "outcome": outcome}
            alone, ours = (_one(rows, measure=measure, **at) for measure in (name, f"{name}_clustered"))
            assert ours["estimate"] == pytest.approx(alone["estimate"], rel=1e-9), name
            assert ours["ci_low"] < ours["estimate"] < ours["ci_high"] and "errors by provider" in ours["method"]
            assert ours["ci_low"] != alone["ci_low"] and "where providers differ" in alone["method"], name
    test = _one(_rows(revictimisation, cohort, plan), measure="log_rank_clustered", **pair)
    assert test["estimate"] != 0 and 0 < test["p_value"] < 1 and test["df"] == 2 and test["unit"] == "t"


def test_a_group_has_mean_time_incidence_and_rate_by_provider(tmp_path):
    cohort, plan = (
        _cohort(tmp_path / "s", size=60),
        small_plan(**compare("new", "usual"), events=EVENTS | {"competing": ["died"]}),
    )
    for analysis, name, time in (
        (revictimisation, "restricted_mean_weeks", "52"),
        (competing_events, "cumulative_incidence", "52"),
        (event_rates, "rate_per_person_year", ""),
    ):
        rows = _rows(analysis, cohort, plan)
        rows = rows[rows["outcome"] != "died"]
        alone, ours = (
            _one(rows, measure=measure, arm="new", subgroup="", time=time) for measure in (name, f"{name}_clustered")
        )
        assert ours["estimate"] == pytest.approx(alone["estimate"], rel=1e-12), name
        assert ours["ci_low"] < alone["ci_low"] and ours["ci_high"] > alone["ci_high"], name


def test_a_frailty_stands_beside_the_hazard_ratio(tmp_path):
    cohort, plan = _cohort(tmp_path / "s", size=60), small_plan(**compare("new", "usual"), events=EVENTS)
    rows = _rows(hazards, cohort, plan)
    within, theta = (_one(rows, measure=name) for name in ("hazard_ratio_frailty", "frailty_variance"))
    marginal = _one(rows, measure="hazard_ratio_clustered")
    assert theta["estimate"] >= 0 and 0 <= theta["p_value"] <= 1
    assert abs(np.log(within["estimate"])) >= abs(np.log(marginal["estimate"])) * (1 - 1e-6)
    assert "of people of the same provider" in within["method"] and "whatever their provider" in marginal["method"]


def test_a_nation_has_no_frailty_but_errors_by_provider(tmp_path, monkeypatch):
    monkeypatch.setattr("analyses.shared.providers.frailties._MOST", 100)
    rows = _rows(hazards, _cohort(tmp_path / "s", size=60), small_plan(**compare("new", "usual"), events=EVENTS))
    assert _one(rows, measure="frailty_variance")["method"].startswith("too_many: ")
    assert _one(rows, measure="hazard_ratio_clustered")["ci_low"] > 0


CASES = {
    "two providers": {"providers": ("a", "b"), "shift": (0, 4)},
    "an arm of one provider": {"arm_of": lambda place, k: ("new", "usual")[place > 0]},
    "a provider of one client": {"sizes": (30, 30, 1)},
    "a provider without events": {"events_of": lambda place: place > 0},
    "all events at one provider": {"events_of": lambda place: place == 0},
    "nobody has an event": {"events_of": lambda place: False},
}


@pytest.mark.parametrize("case", CASES)
def test_odd_divisions_over_providers_are_answered_or_said(tmp_path, case):
    """No crash; a number has an interval around it, and what has none says why in a known code."""
    known = set(tomllib.loads((files("data_schemas") / "codelists" / "not_estimable.toml").read_text("utf-8"))["codes"])
    cohort = _odd(tmp_path / "s", **CASES[case])
    plan = small_plan(**compare("new", "usual"), events=EVENTS | {"competing": ["died"]}, subgroups=["gender"])
    clustered = []
    for analysis in (change, comparison, subgroups, revictimisation, competing_events, hazards, event_rates, event_subgroups):
        rows = _rows(analysis, cohort, plan)
        clustered.append(
            rows[rows["measure"].str.endswith(("_clustered", "_frailty")) | (rows["measure"] == "frailty_variance")]
        )
    rows = pd.concat(clustered)
    silent = rows[rows["estimate"].isna()]
    assert set(silent["method"].str.partition(": ")[0]) <= known
    told = rows[rows["ci_low"].notna() & rows["ci_high"].notna()]
    assert ((told["ci_low"] <= told["estimate"]) & (told["estimate"] <= told["ci_high"])).all()
    assert len(told) or case == "an arm of one provider"
    if case == "an arm of one provider":
        between = rows[(rows["arm"] == "new - usual") & (rows["subgroup"] == "") & ~rows["time"].str.startswith("follow")]
        reasons = dict(zip(between["measure"], between["method"].str.partition(": ")[0]))
        for name in ("survival_difference", "restricted_mean_difference", "log_rank", "g_between", "rate_ratio"):
            assert reasons[f"{name}_clustered"] == "group_of_one_provider", name
        assert reasons["hazard_ratio_frailty"] == reasons["hazard_ratio_clustered"] == "group_of_one_provider"


def _odd(folder, providers=("a", "b", "c"), shift=(0, 4, 8), sizes=(30, 30, 30), arm_of=None, events_of=lambda place: True):
    people, scores, events, rng = [], [], [], np.random.default_rng(5)
    for place, provider in enumerate(providers):
        for k in range(sizes[place]):
            name = f"{provider}{k:03d}"
            arm = arm_of(place, k) if arm_of else ("new", "usual")[k % 2]
            people.append({
                "client": name, "provider": provider, "arm": arm, "gender": ("girl", "boy")[k % 4 > 1],
                "ending": "completed", "follow_up_weeks": 60, "treatment_weeks": 20,
            })  # fmt: skip
            later = 26 - shift[place] - int(rng.integers(0, 6))
            scores += [{"client": name, "moment": m, "score": s} for m, s in (("baseline", 28 + k % 6), ("end", later))]
            if events_of(place) and rng.random() < 0.5:
                week = int(rng.integers(2, 50))
                event = {"client": name, "event": "sexual_exploitation", "week_from": week, "week_to": week}
                events.append(event | {"certainty": "actual", "source": "professional"})
    return small_cohort(folder, people, scores, events)
