"""Codes that other programs write for "unknown", and scores far from all others: refused or pointed at, in the cell where they stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data_schemas.rules.plausibility import _far
from evaluation.validation.validating import validate
from tests.front_door import submit

COLUMNS = {
    "treatment_weeks": 40,
    "sessions_planned": 30,
    "sessions_attended": 30,
    "modules_attended": 12,
    "follow_up_weeks": 52,
}


def _found(folder, tables) -> dict[str, list[tuple]]:
    validation = validate(submit(folder, tables))
    found: dict[str, list[tuple]] = {}
    for finding in validation.findings:
        found.setdefault(finding.rule.code, []).append((finding.table, finding.columns, finding.lines.tolist()))
    return found | {"accepted": validation.accepted}


def _people(column: str, values: list[object]) -> dict[str, pd.DataFrame]:
    return {"treatments": pd.DataFrame({"client": [f"K-{k:02d}" for k in range(len(values))], column: values})}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("code", [88, 99, 888, 999, 9999, -9])
def test_a_code_for_unknown_is_refused_in_its_cell(tmp_path, column, code):
    others = np.linspace(1, COLUMNS[column] * 0.8, 10).astype(int).tolist()
    found = _found(tmp_path / "s", _people(column, [*others, code]))
    named = found.get("cell-missing-code", []) + found.get("cell-out-of-range", [])
    assert named == [("treatments", (column,), [12])] and not found["accepted"]


@pytest.mark.parametrize("values", [[80, 90, 95, 99], [60, 50, 40, 99], [700, 850, 930, 999], [99, 99]])
def test_a_number_among_its_like_stays_a_number(tmp_path, values):
    """The others lie as far, or there are too few to say so."""
    found = _found(tmp_path / "s", _people("follow_up_weeks", values))
    assert "cell-missing-code" not in found and "cell-out-of-range" not in found


def test_a_number_that_is_really_so_can_be_written(tmp_path):
    found = _found(tmp_path / "s", _people("treatment_weeks", ["10", "20", "30", "99,0"]))
    assert "cell-missing-code" not in found and found["accepted"]


def test_weeks_of_events_and_measurements_too(tmp_path):
    people = pd.DataFrame({"client": [f"K-{k}" for k in range(6)], "follow_up_weeks": 52, "follow_up_end": "end_of_study"})
    events = pd.DataFrame({"client": people["client"], "event": "arrest", "week_from": [3, 9, 20, 31, 40, 999]})
    events = events.assign(week_to=events["week_from"], certainty="actual")
    found = _found(tmp_path / "s", {"treatments": people, "events": events})
    assert {name for _, columns, _ in found["cell-missing-code"] for name in columns} == {"week_from", "week_to"}


def _props(scores: list[float]) -> dict[str, pd.DataFrame]:
    people = pd.DataFrame({"client": [f"K-{k:02d}" for k in range(len(scores) // 2)]})
    table = pd.concat([people.assign(moment=moment) for moment in ("baseline", "end")], ignore_index=True)
    return {"treatments": people, "measurements": table.assign(instrument="props", informant="parent", score=scores)}


@pytest.mark.parametrize("wrong", [99, 999, 99999, 255])
def test_a_score_far_from_all_others_is_pointed_at(tmp_path, wrong):
    """Eleven people, an instrument of which the highest score is not known."""
    scores = [31, 27, 36, 30, 14, 44, 13, 21, 15, 39, 26, 35, 30, 17, 15, 3, 36, 13, 6, 17, 13, wrong]
    found = _found(tmp_path / "s", _props(scores))
    assert found["score-far-from-others"] == [("measurements", ("score",), [23])] and found["accepted"]


def test_scores_as_they_are_are_not(tmp_path):
    scores = [31, 27, 36, 30, 14, 44, 13, 21, 15, 39, 26, 35, 30, 17, 15, 3, 36, 13, 6, 17, 13, 61]
    assert "score-far-from-others" not in _found(tmp_path / "s", _props(scores))


@pytest.mark.parametrize("size", [22, 68, 300])
@pytest.mark.parametrize("shape", ["normal", "exponential", "heavy tails"])
def test_few_true_scores_are_pointed_at(size, shape):
    """Whole scores of eleven people and more: of a thousand questionnaires at most twenty."""
    draws = np.random.default_rng(size)
    make = {
        "normal": lambda: draws.normal(25, 9, size),
        "exponential": lambda: draws.exponential(12, size),
        "heavy tails": lambda: 25 + 9 * draws.standard_t(4, size),
    }[shape]
    assert sum(np.isfinite(_far(np.round(make()))) for _ in range(1000)) <= 20
