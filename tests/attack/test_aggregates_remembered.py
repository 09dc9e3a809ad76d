"""Attack: two aggregates of one dossier, or an aggregate and an edition, laid side by side. An aggregate is a release."""

from __future__ import annotations

import pytest

from data_schemas.aggregate import aggregate_json
from evaluation.aggregates.remembering import remembered
from evaluation.evidence.folder import remember
from evaluation.evidence.running import journey
from evaluation.failures import WrongUse
from evaluation.release.memory.ledger import read_ledger
from tests.attack._submissions import MEASURED, drawn, first, plan, submission

CLIENTS = 240


@pytest.fixture
def ledger(tmp_path):
    return tmp_path / "ledger.json"


def aggregate(frames, asked: dict, ledger, edition: str = "public"):
    return remembered([submission(frames)], plan(**asked), edition, ledger, exploratory=True)


@pytest.mark.parametrize("seed", [4, 10])
def test_one_client_more_gives_the_same_aggregate(seed, ledger):
    """The planted client is in the second submission only: what leaves is the same to the byte, marks and counts of rows included."""
    frames = drawn(seed, CLIENTS + 1)
    one = aggregate(first(frames, CLIENTS), MEASURED, ledger)
    other = aggregate(frames, MEASURED, ledger)
    assert not one.stood and other.stood and one.aggregate.ledger and one.aggregate.people.rows
    assert aggregate_json(one.aggregate) == aggregate_json(other.aggregate)
    # without a ledger they differ, and the file says that it was made so
    apart = [aggregate(part, MEASURED, None).aggregate for part in (first(frames, CLIENTS), frames)]
    assert apart[0].sha256 != apart[1].sha256 and not apart[0].ledger


def test_two_plans_about_the_same_people_are_refused(ledger):
    frames = drawn(4, CLIENTS)
    aggregate(frames, MEASURED, ledger)
    with pytest.raises(WrongUse, match="under another plan"):
        aggregate(frames, MEASURED | {"subgroups": ("gender",)}, ledger)
    with pytest.raises(WrongUse, match="under another plan"):
        journey(
            submission(frames),
            plan(**MEASURED | {"subgroups": ("gender",)}),
            exploratory=True,
            ledger=read_ledger(ledger),
        )


def test_an_aggregate_and_a_run_are_one_edition(ledger):
    """Whichever comes first: of the same people there is one release, and the aggregate is read from it."""
    frames = drawn(4, CLIENTS + 1)
    people, asked = first(frames, CLIENTS), plan(**MEASURED)
    known = read_ledger(ledger, create=True)
    remember(ledger, known, journey(submission(people), asked, exploratory=True, ledger=known))
    # of other data no aggregate may stand beside that edition; of the same it may, once
    with pytest.raises(WrongUse, match="has changed since"):
        aggregate(frames, MEASURED, ledger)
    one = aggregate(people, MEASURED, ledger)
    assert not one.stood and one.aggregate.people.rows and len(read_ledger(ledger).entries) == 1
    assert aggregate_json(aggregate(frames, MEASURED, ledger).aggregate) == aggregate_json(one.aggregate)
    again = journey(submission(frames), asked, exploratory=True, ledger=read_ledger(ledger))
    assert again.stood


def test_enough_other_people_are_a_new_aggregate(ledger):
    frames = drawn(4, 2 * CLIENTS)
    one = aggregate(first(frames, CLIENTS), MEASURED, ledger)
    other = aggregate(frames, MEASURED, ledger)
    assert not other.stood and one.aggregate.sha256 != other.aggregate.sha256 and len(read_ledger(ledger).entries) == 2
