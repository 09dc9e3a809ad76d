"""Rows of the analyses of competing, recurrent and interval-censored events on real data, against the same R values as the estimators."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses import competing_events, event_sensitivity, interval_censored_events, recurrent_events
from analyses.shared.cohort import Cohort
from evaluation.release.door import exact
from tests.cohorts import small_plan

HERE = Path(__file__).parent
close = pytest.approx
ENDS = {1: "lost", 2: "died", 3: "moved_abroad"}


@cache
def values(name):
    return json.loads((HERE / "values" / f"{name}.json").read_text(encoding="utf-8"))


def reference(name, data):
    return next(case for case in values(name)["cases"] if case["data"] == data)


def cohort(arm, until, events, *, entry=None, end=None, **descriptors) -> Cohort:
    """A cohort of people followed to `until`; `events` has person, week_from and week_to."""
    n = len(until)
    treatments = pd.DataFrame(
        {
            "arm": pd.Categorical(arm, categories=sorted(set(arm))),
            "programme": "care",
            "follow_up_weeks": pd.array(until, dtype="Int64"),
            "follow_up_from_week": pd.array(np.zeros(n, int) if entry is None else entry, dtype="Int64"),
            "treatment_weeks": pd.array([pd.NA] * n, dtype="Int64"),
            "follow_up_end": pd.Categorical(["end_of_study"] * n if end is None else end),
            "ending": pd.Categorical(["unknown"] * n),
            **descriptors,
        }
    )
    weeks = {name: pd.array(events[name], dtype="Int64") for name in ("week_from", "week_to")}
    rows = pd.DataFrame({"person": events["person"], "event": "arrest", "certainty": "actual", **weeks})
    return Cohort(treatments, pd.DataFrame(), rows, {})


def plan(horizons, **more):
    events = {"event": ["arrest"], "certainty": ["actual"], "horizons_weeks": horizons, "restricted_mean_weeks": horizons[-1]}
    return small_plan(measures=[], events=events | more.pop("events", {}), **more)


def row(frame, **where):
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, where
    return frame.iloc[0]


@pytest.mark.parametrize("name", ["melanoma_quarters", "mgus2", "pbc"])
def test_competing_events(name):
    data = pd.read_csv(HERE / "data" / f"competing_{name}.csv")
    case, cause = reference("competing_events", name), data["cause"].to_numpy()
    arms = np.array(["one" if group == data["group"].min() else "two" for group in data["group"]])
    happened = np.flatnonzero(cause == 1)
    week = data["time"].to_numpy()
    end = ["died" if k == 2 else "lost" for k in cause]
    events = {"person": happened, "week_from": week[happened], "week_to": week[happened]}
    horizons = [int(at) for at in case["curves"][0]["week"]]
    planned = plan(horizons, comparison={"arms": ("two", "one")})
    frame = exact(competing_events.run(cohort(arms, week, events, end=end), planned))
    for outcome, curve in zip(("arrest", "died"), case["curves"]):
        for at, share, variance in zip(curve["week"], curve["estimate"], curve["aalen_variance"]):
            found = row(frame, measure="cumulative_incidence", outcome=outcome, arm="all", time=str(int(at)))
            assert found["estimate"] == close(share, rel=1e-8)
            if share > 0:
                power = np.exp(1.959963984540054 * np.sqrt(variance) / (share * np.log(share)))
                assert (found["ci_low"], found["ci_high"]) == close((share ** (1 / power), share**power), rel=1e-8)
    for at, share in zip(case["curves"][0]["week"], case["curves"][0]["one_minus_km"]):
        assert row(frame, measure="one_minus_survival", arm="all", time=str(int(at)))["estimate"] == close(share, rel=1e-8)
    gray = next(test for test in case["gray"] if test["rho"] == 0 and not test["stratified"])
    for number, outcome in enumerate(("arrest", "died")):
        found = row(frame, measure="gray_chi2", outcome=outcome, arm="two - one")
        assert (found["estimate"], found["p_value"]) == close((gray["chi2"][number], gray["p"][number]), rel=1e-6)
    found = row(frame, measure="subdistribution_hazard_ratio", outcome="arrest", arm="two - one")
    log_ratio, error = case["models"]["one_coef"], np.sqrt(case["models"]["one_var"])
    assert found["estimate"] == close(np.exp(log_ratio), rel=1e-6)
    assert found["ci_low"] == close(np.exp(log_ratio - 1.959963984540054 * error), rel=1e-6)
    assert "Fine-Gray" in found["method"] and found["n"] == len(data)


@pytest.mark.parametrize("name", ["bladder2", "cgd_days", "cgd_late"])
def test_recurrent_events(name):
    clients, events = (pd.read_csv(HERE / "data" / f"recurrent_{name}_{part}.csv") for part in ("clients", "events"))
    case = reference("recurrent_events", name)
    arms = np.where(clients["arm"] == 1, "treated", "control")
    person = pd.Index(clients["id"]).get_indexer(events["id"])
    weeks = {"person": person, "week_from": events["week"], "week_to": events["week"]}
    horizons = sorted({int(week) for curve in case["mcf"] for week in curve["week"]})
    planned = plan(horizons, events={"late_entry": True}, comparison={"arms": ("treated", "control")})
    made = cohort(arms, clients["until"].to_numpy(), weeks, entry=clients["entry"].to_numpy())
    frame = exact(recurrent_events.run(made, planned))
    for arm, curve in zip(("control", "treated"), case["mcf"]):
        for at, mean, error in zip(curve["week"], curve["mean"], curve["error"]):
            found = row(frame, measure="mean_cumulative_events", arm=arm, time=str(int(at)))
            assert found["estimate"] == close(mean, rel=1e-8)
            assert found["ci_high"] == close(mean * np.exp(1.959963984540054 * error / mean), rel=1e-8)
    for model, fit in case["models"]["efron"].items():
        found = row(frame, measure="recurrent_hazard_ratio", subgroup=f"model:{model.replace('_', '-')}")
        assert found["estimate"] == close(np.exp(fit["coef"]), rel=1e-8)
        assert found["ci_low"] == close(np.exp(fit["coef"] - 1.959963984540054 * fit["se"]), rel=1e-8)


def test_events_in_ranges():
    """Breast cosmesis: the curve of radiotherapy alone at weeks 12 and 40, and the published test (Z = -2.6684)."""
    data = pd.read_csv(HERE / "data" / "interval_bcos.csv")
    hit = np.flatnonzero(data["right"].notna())
    events = {"person": hit, "week_from": data["left"][hit].astype(int) + 1, "week_to": data["right"][hit].astype(int)}
    arms = np.where(data["group"] == 0, "alone", "with-chemotherapy")
    until = data["left"].where(data["right"].isna(), 60).astype(int).to_numpy()
    planned = plan([12, 40], comparison={"arms": ("alone", "with-chemotherapy")})
    frame = exact(interval_censored_events.run(cohort(arms, until, events), planned))
    for week, share in ((12, 0.7609), (40, 0.4656)):
        found = row(frame, measure="survival", arm="alone", time=str(week))
        assert found["estimate"] == close(share, abs=6e-5)
        assert found["ci_low"] < share < found["ci_high"]
    test = row(frame, measure="interval_score_chi2")
    assert np.sqrt(test["estimate"]) == close(2.6684, abs=5e-5)
    assert row(frame, measure="events_in_range", arm="all")["estimate"] + row(frame, measure="events_in_known_week", arm="all")[
        "estimate"
    ] == len(hit)


def test_weights_for_being_followed():
    case = reference("censoring_weights", "colon")
    data = pd.read_csv(HERE / "data" / "colon.csv")
    happened = np.flatnonzero(data["event"] == 1)
    week = data["quarter"].to_numpy()
    events = {"person": happened, "week_from": week[happened], "week_to": week[happened]}
    columns = dict(zip(("gender", "setting", "victim_status"), case["covariates"]))
    descriptors = {name: pd.Categorical(data[column].astype(str)) for name, column in columns.items()}
    planned = plan([int(at) for at in case["week"]], events={"censoring_covariates": list(columns)})
    made = cohort(["care"] * len(data), week, events, **descriptors)
    frame = exact(event_sensitivity.run(made, planned))
    for at, weighted, plain in zip(case["week"], case["survival"], case["plain"]):
        found = row(frame, measure="survival", subgroup="censoring_weights", arm="all", time=str(at))
        assert found["estimate"] == close(weighted, rel=1e-8)
        assert found["ci_low"] < weighted < found["ci_high"]
        other = row(frame, measure="survival", subgroup="time_zero:start", arm="all", time=str(at))
        assert other["estimate"] == close(plain, rel=1e-8)
    again = exact(event_sensitivity.run(made, planned))
    pd.testing.assert_frame_equal(frame, again)


def test_every_method_is_in_the_documented_list():
    page = (HERE.parents[1] / "docs" / "methods-competing-events.md").read_text(encoding="utf-8")
    data = pd.read_csv(HERE / "data" / "competing_transplant.csv")
    week, cause = data["time"].to_numpy(), data["cause"].to_numpy()
    arms = np.where(data["group"] == 1, "one", np.where(data["group"] == 3, "two", "three"))
    happened = np.flatnonzero(cause == 1)
    events = {"person": happened, "week_from": np.maximum(week[happened] - 2, 1), "week_to": week[happened]}
    end = [ENDS.get(k, "lost") for k in cause]
    descriptors = {name: pd.Categorical(data["stratum"].map({0: "a", 1: "b"})) for name in ("gender", "setting")}
    planned = plan([10, 40], events={"censoring_covariates": ["gender", "setting"]}, comparison={"arms": ("two", "one")})
    analyses = (competing_events, recurrent_events, interval_censored_events, event_sensitivity)
    names = {"competing_events", "recurrent_events", "interval_censored_events", "event_sensitivity"}
    assert {module.NAME for module in analyses} == names
    for entry in (None, np.minimum(np.arange(len(data)) % 3, week - 1)):
        made = cohort(arms, week, events, entry=entry, end=end, **descriptors)
        for module in analyses:
            for method in exact(module.run(made, planned))["method"].unique():
                first, *later = re.sub(r"^(?!immortal_time)[a-z_]+: | \[here [a-z ]*\]", "", method).split("; ")
                assert re.sub(r"\d df", "1 df", first) in page, method
                for part in later:
                    assert part in page, (part, method)
