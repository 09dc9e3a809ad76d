"""Submissions with next to nothing in them, or all the same, under a plan that asks for everything: every answer has a number or a reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

import evaluation
from analyses import analyses
from analyses.shared.cohort import pool
from data_schemas.codelists import code_list
from evaluation.release.door import exact
from tests.front_door import KEY, plan, scale, submit

EVERYTHING = {
    "measures": [
        {
            "instrument": "scale",
            "informant": "self",
            "moments": ["end", "follow_up_6m"],
            "primary": True,
            "non_inferiority_margin": 2.0,
        },
        {"instrument": "scale", "informant": "parent", "moments": ["end"]},
    ],
    "events": {
        "event": ["running_away", "arrest"],
        "horizons_weeks": [13, 26, 52],
        "restricted_mean_weeks": 52,
        "competing": ["died", "moved_abroad", "new_care"],
        "censoring_covariates": ["gender", "setting"],
    },
    "comparison": {"arms": ["a", "b"], "covariates": ["gender"]},
    "subgroups": ["gender", "setting"],
    "missing_data": {
        "approaches": [
            "complete_cases",
            "mixed_model",
            "multiple_imputation",
            "tipping_point",
            "best_case",
            "worst_case",
            "baseline_carried_forward",
            "locf",
        ],
        "imputations": 3,
    },
    "over_time": {"slope": "random", "dose": ["treatment_weeks", "sessions_attended", "integrity"]},
    "single_case": {"instrument": "scale", "informant": "self", "permutations": 200},
    "gates": {"attrition": "cautious", "largest_baseline_difference": 0.25, "smallest_overlap": 0.5, "smallest_measured": 0.5},
}
SOURCED = """
[[instruments.scale.reliabilities]]
value = 0.8
kind = "alpha"
source = "made up for this test"
verified = true

[[instruments.scale.norms]]
mean = 8
sd = 4
n = 100
source = "made up for this test"
verified = true
"""
MANIFEST = scale("scale", minimum=0, maximum=40, ratio_scale=True) + SOURCED
REASONS = set(code_list("not_estimable").values)
WEEKS = {"baseline": 0, "end": 30, "follow_up_6m": 56}
Score = Callable[[int, int], float | None]


def people(n: int, arms: str = "ab", **fixed: object) -> pd.DataFrame:
    """People who differ; `fixed` makes them alike in something."""
    draw = np.random.default_rng(n)
    return pd.DataFrame(
        {
            "client": [f"P{k}" for k in range(n)],
            "arm": [arms[k % len(arms)] for k in range(n)],
            "gender": draw.choice(["girl", "boy"], n),
            "setting": draw.choice(["open", "closed"], n),
            "treatment_weeks": draw.integers(5, 30, n),
            "sessions_attended": draw.integers(1, 20, n),
            "integrity": draw.integers(50, 100, n),
            "goal_attainment": draw.integers(0, 100, n),
            "satisfaction": draw.integers(1, 10, n),
            "continues_without_help": draw.choice(["yes", "no"], n),
            "ending": draw.choice(["completed", "stopped_by_client", "by_agreement"], n),
            "housing_start": "with_family",
            "housing_end": "independent",
            "police_report": draw.choice(["yes", "no"], n),
            "follow_up_weeks": draw.integers(60, 80, n),
            "follow_up_end": draw.choice(["end_of_study", "lost", "died"], n),
        }
    ).assign(**fixed)


def wander(person: int, moment: int) -> float:
    """Scores that go down, by no rule that a model could find exactly."""
    return float(np.clip(22 - 4 * moment + (person * 7 + moment * 5) % 11, 0, 40))


def measured(who: pd.DataFrame, score: Score = wander, moments=tuple(WEEKS), informants=("self", "parent")) -> pd.DataFrame:
    """A score of everyone at every moment."""
    rows = [
        (client, "scale", informant, moment, WEEKS[moment], score(person, place))
        for person, client in enumerate(who["client"])
        for informant in informants
        for place, moment in enumerate(WEEKS)
        if moment in moments
    ]
    return pd.DataFrame(rows, columns=["client", "instrument", "informant", "moment", "week", "score"])


def series(who: pd.DataFrame, score: Score, weeks=range(-5, 10)) -> pd.DataFrame:
    """Repeated measurements: `score` of the person and the week."""
    rows = [(c, "scale", "self", "repeated", week, score(k, week)) for k, c in enumerate(who["client"]) for week in weeks]
    return pd.DataFrame(rows, columns=["client", "instrument", "informant", "moment", "week", "score"])


def happened(clients, first, last=None) -> pd.DataFrame:
    """Arrests."""
    last = first if last is None else last
    return pd.DataFrame({"client": clients, "event": "arrest", "week_from": first, "week_to": last, "certainty": "actual"})


@dataclass(frozen=True)
class Case:
    """Tables, and which parts of the plan are left out or replaced."""

    treatments: pd.DataFrame
    measurements: pd.DataFrame = field(default_factory=pd.DataFrame)
    events: pd.DataFrame = field(default_factory=pd.DataFrame)
    plan: dict = field(default_factory=dict)


def _cases() -> Iterator[tuple[str, Case]]:
    alone, none = {"comparison": None}, people(12)
    from_end = {"events": EVERYTHING["events"] | {"time_zero": "end"}}
    yield "one person", Case(people(1), measured(people(1)), happened(["P0"], 5), alone)
    yield "two people", Case(people(2), measured(people(2)), happened(["P1"], 5))
    yield "eleven", Case(people(11), measured(people(11)), happened(["P1", "P2", "P5"], [5, 9, 9]))
    yield "no other table", Case(none)
    yield "no event", Case(none, measured(none), plan=from_end)
    yield "one event", Case(none, measured(none), happened(["P1"], 3))
    yield "all in week 0", Case(none, measured(none), happened(none["client"], 0))
    yield "all in week 1 of two arms", Case(none, measured(none), happened(none["client"], 1))
    yield "one arm in one week, none in the other", Case(none, measured(none), happened(none["client"][::2], 7))
    yield "censored in week 0", Case(people(12, follow_up_weeks=0, treatment_weeks=0), measured(none))
    yield "never followed", Case(people(12, follow_up_weeks=None, follow_up_end=None), measured(none))
    yield "ranges over everything", Case(none, measured(none), happened(none["client"], 0, 60))
    yield "followed for a week", Case(none.assign(follow_up_from_week=none["follow_up_weeks"] - 1), measured(none))
    yield "all scores equal", Case(none, pd.concat([measured(none, lambda *_: 10), series(none, lambda *_: 10)]))
    yield "all changes equal", Case(none, measured(none, lambda person, moment: 20 + person - 3 * moment))
    yield "all scores missing", Case(none, measured(none, lambda *_: None))
    yield "follow-up without baseline", Case(none, measured(none, moments=("end", "follow_up_6m")))
    yield "one informant, one series", Case(none, pd.concat([measured(none, informants=("self",)), series(none[:1], wander)]))
    yield "one arm not measured", Case(none, measured(none[none["arm"] == "a"]))
    yield "floor", Case(none, pd.concat([measured(none, lambda *_: 0), series(none, lambda *_: 0)]))
    yield "series before the start only", Case(none, series(none, wander, range(-5, 1)))
    yield "descriptor is the arm", Case(people(12, gender=["girl", "boy"] * 6), measured(none), happened(["P1", "P2", "P4"], 5))


CASES = dict(_cases())
WHOLE = ("one person", "all scores equal")
SMALL = (
    *WHOLE,
    "all in week 1 of two arms",
    "never followed",
    "all scores missing",
    "follow-up without baseline",
    "descriptor is the arm",
)
"""Those that `make test` tries; every case with DEGENERATE=all in the environment (a minute or two)."""


@pytest.mark.parametrize("name", CASES if os.environ.get("DEGENERATE") == "all" else SMALL)
def test_every_row_has_a_number_or_a_reason(tmp_path, name):
    case = CASES[name]
    asked = plan(**(EVERYTHING | case.plan))
    tables = {"treatments": case.treatments, "measurements": case.measurements, "events": case.events}
    accepted = evaluation.validate(submit(tmp_path / "s", tables, MANIFEST))
    assert accepted.submission is not None, [finding.rule.code for finding in accepted.findings]
    cohort = pool([accepted.submission])
    for module in analyses().values():
        if module.wanted(asked):
            _explained(exact(module.run(cohort, asked)))
    if name in WHOLE:
        for internal in (True, False):
            evaluation.run(accepted, asked, internal=internal, exploratory=True)


def _explained(frame: pd.DataFrame) -> None:
    empty = frame["estimate"].isna()
    reason = frame["method"].str.extract(r"^([a-z_]+): ")[0]
    assert reason[empty].isin(REASONS).all(), frame.loc[empty & ~reason.isin(REASONS), [*KEY, "method"]]
    assert (frame["status"] == "not_estimable").eq(empty).all()
    assert not np.isinf(frame[["estimate", "ci_low", "ci_high", "p_value"]].to_numpy(float)).any()
    assert not frame.duplicated(KEY).any(), frame.loc[frame.duplicated(KEY), KEY]
    outside = (frame["ci_low"] > frame["estimate"] + 1e-9) | (frame["ci_high"] < frame["estimate"] - 1e-9)
    assert not outside.any(), frame.loc[outside, [*KEY, "estimate", "ci_low", "ci_high"]]
    assert frame["p_value"].dropna().between(0, 1).all()


def test_nobody_in_the_programme_is_told(tmp_path):
    tables = {"treatments": people(12, programme="other"), "measurements": measured(people(12))}
    accepted = evaluation.validate(submit(tmp_path / "s", tables, MANIFEST))
    with pytest.raises(evaluation.UserError):
        evaluation.run(accepted, plan(**EVERYTHING | {"comparison": None}), exploratory=True)
