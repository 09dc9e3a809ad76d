"""Where there are several providers, shares, curves, hazard ratios, subgroups and comparisons have rows by provider and a design effect beside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analyses import change, comparison, event_rates, hazards, indicators, revictimisation, subgroups
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
    assert row["estimate"] == pytest.approx(alone["estimate"]) and "k - 1 df" in row["method"]


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
