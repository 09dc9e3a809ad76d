"""A change at a moment rests on those who were measured then, however many more people a model looks at."""

from __future__ import annotations

import numpy as np
import pytest

import evaluation
from analyses import analyses
from evaluation.validation.validating import validate
from tests.cohorts import small_cohort, small_plan

ALL = [
    "complete_cases",
    "mixed_model",
    "multiple_imputation",
    "tipping_point",
    "best_case",
    "worst_case",
    "baseline_carried_forward",
    "locf",
]
PLAN = {"over_time": {"dose": ["treatment_weeks"]}, "missing_data": {"approaches": ALL, "imputations": 2}}


def _data(folder, measured_later: int):
    """Forty people with a score before and after, of whom the first few were measured half a year later as well."""
    rng = np.random.default_rng(3)
    people = [{"client": f"c{k}", "treatment_weeks": 10 + k % 9} for k in range(40)]
    sizes = {"baseline": (40, 20), "end": (40, 16), "follow_up_6m": (measured_later, 14)}
    scores = [
        {"client": f"c{k}", "moment": moment, "score": int(np.clip(rng.normal(mean, 4), 0, 40))}
        for moment, (size, mean) in sizes.items()
        for k in range(size)
    ]
    return small_cohort(folder, people, scores)


@pytest.mark.parametrize("later", [0, 1, 9])
def test_a_change_that_a_few_people_decide_does_not_leave(tmp_path, later):
    """Nine of forty at the later moment: the mixed model has forty people, its change at that moment has nine."""
    _data(tmp_path / "few", later)
    results = evaluation.run(validate(tmp_path / "few").submission, small_plan(**PLAN), exploratory=True).results
    for name in ("change", "over_time", "missing_data", "individual_change", "subgroups"):
        rows = results.get(name)
        if rows is not None:
            there = rows[(rows["time"] == "follow_up_6m") & rows["estimate"].notna()]
            assert there.empty, there[["measure", "subgroup", "estimate", "n"]]


@pytest.mark.parametrize("name", ["over_time", "missing_data"])
def test_n_is_who_was_measured_at_that_moment(tmp_path, name):
    result = analyses()[name].run(_data(tmp_path, 25), small_plan(**PLAN)).estimates
    for moment, people in (("end", 40), ("follow_up_6m", 25)):
        assert set(result[result["time"] == moment]["n"]) == {people}


def test_that_everyone_changed_alike_is_not_told(tmp_path):
    """A mean change whose interval cannot be calculated because all changes are equal is the change of each of them."""
    scores = [{"client": f"c{k}", "moment": moment, "score": 10 + k % 7} for k in range(40) for moment in ("baseline", "end")]
    small_cohort(tmp_path / "alike", [{"client": f"c{k}"} for k in range(40)], scores)
    results = evaluation.run(validate(tmp_path / "alike").submission, small_plan(over_time={}), exploratory=True).results
    for name, rows in results.items():
        told = rows[rows["method"].str.match(r"no_variance: ")]
        assert told["estimate"].isna().all(), name
