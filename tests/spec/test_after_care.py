"""After-care: received, weeks, by whom; counted where it is told, and held back like any other count."""

from __future__ import annotations

import pytest

from analyses import outcomes
from evaluation.release.door import exact, release
from evaluation.release.edition import public
from tests.cohorts import small_cohort, small_plan


def _cohort(folder, size=40):
    people = []
    for k in range(size):
        person = {"client": f"c{k:03d}", "ending": "completed", "treatment_weeks": 20}
        if k % 4 < 2:
            person |= {"after_care": "yes", "after_care_weeks": 10 + k % 3, "after_care_by": ("local_team", "mentor")[k % 4]}
        else:
            person |= {"after_care": ("no", "unknown")[k % 4 - 2]}
        people.append(person)
    return small_cohort(folder, people)


def _rows(frame, measure):
    return frame[(frame["measure"] == measure) & (frame["arm"] == "all")].set_index("subgroup")


def test_after_care_is_counted_of_those_who_told(tmp_path):
    """Of 40: 20 yes, 10 no, 10 unknown; weeks of the 20, by the local team 10 and by a mentor 10."""
    found = exact(outcomes.run(_cohort(tmp_path / "s"), small_plan()))
    row = _rows(found, "after_care").loc[""]
    assert (row["events"], row["n"], row["estimate"]) == (20, 30, pytest.approx(2 / 3))
    weeks = _rows(found, "after_care_weeks").loc[""]
    told = [10 + k % 3 for k in range(40) if k % 4 < 2]
    assert (weeks["n"], weeks["estimate"]) == (20, pytest.approx(sum(told) / 20))
    by = _rows(found, "after_care_by")
    assert by["events"].to_dict() | {} == {name: {"local_team": 10, "mentor": 10}.get(name, 0) for name in by.index}


def test_nobody_told_has_no_rows(tmp_path):
    found = exact(outcomes.run(small_cohort(tmp_path / "s", [{"client": f"c{k}"} for k in range(12)]), small_plan()))
    assert not found["measure"].str.startswith("after_care").any()


def test_a_few_are_held_back(tmp_path):
    released = release(outcomes.run(_cohort(tmp_path / "s", 24), small_plan()), public(10))
    by = _rows(released, "after_care_by")
    assert (by["status"] == "suppressed").all() and by["estimate"].isna().all()
