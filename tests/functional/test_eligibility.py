"""Whom a plan is about, by what was known at the start: nobody else is analysed, and the flow counts the others."""

from __future__ import annotations

import pytest

from evaluation.evidence.running import run
from evaluation.planning.page import plan_page
from evaluation.validation.validating import validate
from tests.cohorts import small_cohort, small_plan

PEOPLE = [
    ("girl", "14_15", "2022-2"), ("girl", "16_17", "2023-1"), ("boy", "14_15", "2023-2"), ("girl", "", "2023-2"), ("girl", "14_15", ""),
    ("girl", "16_17", "2024-2"),
]  # fmt: skip


@pytest.fixture(scope="module")
def submission(tmp_path_factory):
    folder = tmp_path_factory.mktemp("eligible") / "data"
    people = [
        {"client": f"c{k}", "gender": gender, "age_group": age, "start_period": began}
        for k, (gender, age, began) in enumerate(PEOPLE)
    ]
    scores = [
        {"client": f"c{k}", "moment": m, "score": 20 - k - s}
        for k in range(len(PEOPLE))
        for m, s in (("baseline", 0), ("end", 3))
    ]
    small_cohort(folder, people, scores)
    return validate(folder).submission


def _counted(submission, **asked) -> list[int]:
    evidence = run(submission, small_plan(eligibility=asked), exploratory=True, internal=True)
    rows = evidence.select("flow", outcome="worry:self", time="end", arm="all").set_index("measure")["estimate"]
    return [int(rows[name]) for name in ("received", "lost_not_eligible", "eligible", "analysed")]


@pytest.mark.parametrize(("asked", "counts"), [
    ({"gender": ["girl"]}, [6, 1, 5, 5]),
    ({"age_group": ["14_15", "16_17"]}, [6, 1, 5, 5]),
    ({"gender": ["girl"], "age_group": ["14_15"]}, [6, 4, 2, 2]),
    ({"start_from": "2023-1"}, [6, 2, 4, 4]),
    ({"start_until": "2023-2"}, [6, 2, 4, 4]),
    ({"start_from": "2023-1", "start_until": "2023-2", "gender": ["girl"]}, [6, 4, 2, 2]),
])  # fmt: skip
def test_by_hand(submission, asked, counts):
    assert _counted(submission, **asked) == counts


@pytest.mark.parametrize(
    ("asked", "told"), [({}, "whom the plan"), ({"gender": ["woman"]}, "choose from girl"), ({"start_from": "2023"}, "pattern")]
)
def test_what_cannot_be_asked_is_refused(asked, told):
    with pytest.raises(ValueError, match=told):
        small_plan(eligibility=asked)


def test_without_it_nothing_changes(submission):
    evidence = run(submission, small_plan(), exploratory=True, internal=True)
    assert "lost_not_eligible" not in set(evidence.select("flow")["measure"])
    assert "eligibility" not in small_plan().model_dump()


def test_the_page_says_it():
    page = plan_page(small_plan(eligibility={"gender": ["girl"], "start_from": "2023-1"}), "nl")
    assert "begonnen vanaf 2023-1" in page and "meisje" in page.lower()
