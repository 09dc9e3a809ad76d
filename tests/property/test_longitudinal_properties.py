"""Change over time, missing data and single cases on degenerate and broken input: every answer is an estimate or a reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses import missing_data, over_time, single_case
from analyses.shared.cohort import Cohort
from data_schemas.codelists import code_list
from data_schemas.instruments import registry
from data_schemas.plan import Plan
from data_schemas.result import rows as rows_of

REASONS = tuple(f"{code.code}: " for code in code_list("not_estimable").codes)
MOMENTS = ("baseline", "end", "follow_up_3m")
WORDS = dict.fromkeys(("population", "treatment", "intercurrent_events", "outcome", "summary"), "made up")


def plan(**more) -> Plan:
    measure = {"instrument": "cries-13", "informant": "self", "moments": MOMENTS[1:]}
    wanted = {
        "contract": "1",
        "title": "made up",
        "question": "does it help them at all?",
        "programme": "care",
        "design": "change",
        "estimand": WORDS,
        "measures": [measure],
        "over_time": {"slope": "random", "dose": ["sessions_attended"]},
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
        "single_case": {"instrument": "cries-13", "informant": "self", "permutations": 200},
        "comparison": {"arms": ["a", "b"]},
        "seed": 5,
    }
    return Plan(**(wanted | more))


def cohort(arms: list[str], rows: list[tuple]) -> Cohort:
    """People in arms, and rows (person, moment, week, score)."""
    treatments = pd.DataFrame(
        {
            "provider": pd.Categorical(["p"] * len(arms)),
            "programme": pd.Categorical(["care"] * len(arms)),
            "arm": pd.Categorical(arms, categories=sorted(set(arms))),
            "sessions_attended": pd.array([k % 5 for k in range(len(arms))], dtype="Int32"),
        }
    )
    person, moment, week, score = zip(*rows) if rows else ((), (), (), ())
    measurements = pd.DataFrame(
        {
            "person": np.array(person, dtype=np.int64),
            "instrument": pd.Categorical(["cries-13"] * len(rows), categories=["cries-13"]),
            "informant": pd.Categorical(["self"] * len(rows), categories=["self"]),
            "moment": pd.Categorical(moment, categories=[*MOMENTS, "repeated"]),
            "week": pd.array(week, dtype="Int32"),
            "score": np.array(score, dtype=float),
        }
    )
    return Cohort(treatments, measurements, pd.DataFrame(), registry())


def frames(people: Cohort, wanted: Plan) -> pd.DataFrame:
    """Every row of the three analyses."""
    parts = []
    for analysis in (over_time, missing_data, single_case):
        if analysis.wanted(wanted):
            result = analysis.run(people, wanted)
            found = [result.estimates, *(rows_of(result.analysis, tally.derive(tally.counts)) for tally in result.tallies)]
            assert {m for frame in found for m in frame["measure"]} <= set(result.measures)
            parts += found
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def explained(frame: pd.DataFrame) -> None:
    """No estimate without a reason, no reason that is not in the code list, no interval upside down."""
    missing = frame["estimate"].isna()
    assert frame.loc[missing, "method"].str.startswith(REASONS).all(), frame.loc[missing, "method"].tolist()
    assert not np.isinf(frame[["estimate", "ci_low", "ci_high", "std_error"]].to_numpy(float)).any()
    assert (frame["ci_low"].fillna(0) <= frame["ci_high"].fillna(0) + 1e-9).all()
    assert (frame["p_value"].dropna().between(0, 1)).all()
    unsure = ~missing & frame["p_value"].isna() & (frame["measure"].isin(["mixed_change", "imputed_change", "mean_change"]))
    assert frame.loc[unsure, "method"].str.startswith(REASONS).all()


def measured(person: int, scores, week: bool = True) -> list[tuple]:
    weeks = (0, 10, 22)
    return [(person, MOMENTS[k], weeks[k] if week else pd.NA, s) for k, s in enumerate(scores) if s is not None]


CASES = {
    "nobody": (["a", "b"], []),
    "one person": (["a"], measured(0, (30, 20, 10))),
    "two people, one arm each": (["a", "b"], measured(0, (30, 20, 10)) + measured(1, (31, 30, 28))),
    "all equal": (["a", "b"] * 6, [row for k in range(12) for row in measured(k, (30, 30, 30))]),
    "same change": (["a", "b"] * 6, [row for k in range(12) for row in measured(k, (30 + k, 20 + k, 10 + k))]),
    "baseline only": (["a", "b"] * 6, [row for k in range(12) for row in measured(k, (30 + k, None, None))]),
    "no baseline": (["a", "b"] * 6, [row for k in range(12) for row in measured(k, (None, 20 + k, 3 * k % 7))]),
    "one moment in one arm": (
        ["a", "b"] * 6,
        [row for k in range(12) for row in measured(k, (30 + 3 * k % 7, 20 + 5 * k % 9, 4 + 2 * k % 5 if k % 2 else None))],
    ),
    "no weeks": (["a", "b"] * 6, [row for k in range(12) for row in measured(k, (30 + 3 * k % 7, 20 + 5 * k % 9, 9), False)]),
    "an arm without measurements": (["a", "b"] * 6, [row for k in range(0, 12, 2) for row in measured(k, (30 + k, 20, 3 * k))]),
    "repeated, too few before": (["a", "b"], [(p, "repeated", w, 30 - w) for p in (0, 1) for w in range(-1, 9)]),
    "repeated, none during": (["a", "b"], [(p, "repeated", w, 30 - w) for p in (0, 1) for w in range(-5, 1)]),
    "repeated, all equal": (["a", "b"], [(p, "repeated", w, 30) for p in (0, 1) for w in range(-5, 9)]),
    "repeated, one client": (["a"], [(0, "repeated", w, 30 - abs(w) % 3 - 5 * (w > 0)) for w in range(-5, 9)]),
    "repeated, two clients": (
        ["a", "b"],
        [(p, "repeated", w, 30 - (p + 2) * w % 3 - 5 * (w > 0)) for p in (0, 1) for w in range(-5, 9)],
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("compared", [True, False])
def test_degenerate_input_is_explained(name, compared):
    arms, rows = CASES[name]
    frame = frames(cohort(arms, rows), plan() if compared else plan(comparison=None))
    assert len(frame)
    explained(frame)


scores = st.one_of(st.none(), st.integers(0, 65))
trials = st.lists(st.tuples(st.sampled_from("ab"), scores, scores, scores), min_size=0, max_size=14)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(trials, st.booleans())
def test_any_small_trial_is_explained(trial, week):
    rows = [row for k, (_, *points) in enumerate(trial) for row in measured(k, points, week)]
    explained(frames(cohort([arm for arm, *_ in trial] or ["a"], rows), plan(single_case=None)))


@settings(max_examples=20, derandomize=True, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=0, max_size=12), min_size=1, max_size=5), st.integers(-6, 0))
def test_any_series_is_explained(series, first):
    rows = [(p, "repeated", first + k, score) for p, one in enumerate(series) for k, score in enumerate(one)]
    explained(frames(cohort(["a"] * len(series), rows), plan(measures=[], over_time=None, comparison=None)))


def test_order_of_people_does_not_matter():
    rng = np.random.default_rng(4)
    points = rng.integers(0, 60, (24, 3)).astype(float)
    points[rng.random((24, 3)) < 0.25] = np.nan
    points[:, 0] = np.where(np.isnan(points[:, 0]), 30, points[:, 0])
    arms = np.array(["a", "b"] * 12)

    def answers(order):
        rows = [
            row
            for place, k in enumerate(order)
            for row in measured(place, [None if np.isnan(s) else float(s) for s in points[k]])
        ]
        people = cohort(arms[order].tolist(), rows)
        wanted = plan(single_case=None, over_time={"slope": "fixed"})
        return frames(people, wanted)[["estimate", "ci_low", "ci_high", "p_value"]].to_numpy(float)

    one, two = answers(np.arange(24)), answers(rng.permutation(24))
    assert one == pytest.approx(two, rel=1e-6, abs=1e-9, nan_ok=True)


def test_improvement_is_positive_for_instruments_in_both_directions():
    rows = [(p, "repeated", w, 10 + (p + 3 * w) % 4 + 8 * (w > 0)) for p in range(4) for w in range(-5, 9)]
    worse_is_higher = frames(cohort(["a"] * 4, rows), plan(measures=[], over_time=None, comparison=None))
    signs = worse_is_higher.set_index("measure")["estimate"]
    assert signs["nap"] < 0.5
    assert signs["tau_baseline_corrected"] < 0
    assert signs["level_change"] < 0
    assert signs["phase_difference"] < 0
    assert signs["single_case_worsened"] == 1
