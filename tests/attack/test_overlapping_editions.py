"""Attack: editions that overlap are subtracted from each other or laid side by side, and what an edition says of earlier ones is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_schemas.evidence import Evidence
from data_schemas.plan import Disclosure
from data_schemas.result import Result, rows
from evaluation.evidence.folder import remember
from evaluation.evidence.running import journey
from evaluation.failures import WrongUse
from evaluation.release.door import release_all
from evaluation.release.edition import committee, public
from evaluation.release.memory.ledger import read_ledger
from tests.attack._dossier import MEASURES, _shares
from tests.attack._submissions import MEASURED, drawn, people, plan, submission
from tests.attack.test_planted_client import COMMITTEE

CLIENTS = 120
ASKED = MEASURED | COMMITTEE
FRAMES = drawn(12, CLIENTS)
EVERYBODY = np.arange(CLIENTS)


def released(place: Path, kept: np.ndarray, edition: str = "public", asked: dict = ASKED) -> Evidence:
    """An edition about some of the people, remembered."""
    ledger = read_ledger(place, create=True)
    done = journey(submission(people(FRAMES, kept)), plan(**asked), exploratory=True, edition=edition, ledger=ledger)
    remember(place, ledger, done)
    return done.evidence


@pytest.mark.parametrize(("first", "second"), [("committee", "committee"), ("public", "committee"), ("committee", "public")])
@pytest.mark.parametrize(
    "kept", [EVERYBODY < 72, EVERYBODY < 61, EVERYBODY < 100, EVERYBODY < 30], ids=["12 more", "1 more", "40 more", "half"]
)
def test_exact_counts_of_groups_that_overlap_are_never_subtracted(first, second, kept, tmp_path):
    """Before: 60 people of whom 12 were lost, and 66 of whom 13 were, said to the committee that of six new ones one was; the public edition's band
    beside exact numbers of one person more said where in it the count lies."""
    released(tmp_path / "l.json", EVERYBODY < 60, first)
    if first == second and kept.sum() == 61:
        return  # one client more is answered with the edition that stands
    with pytest.raises(WrongUse, match="overlap"):
        released(tmp_path / "l.json", kept, second)


def test_both_editions_of_the_same_people_and_one_of_others_leave(tmp_path):
    for edition in ("committee", "public"):
        assert released(tmp_path / "l.json", EVERYBODY < 60, edition).record.release.ledger
    assert released(tmp_path / "l.json", EVERYBODY >= 60, "committee").record.release.number == 3


@pytest.mark.parametrize("asked", [ASKED, ASKED | {"title": "Another plan"}], ids=["the same plan", "another plan"])
def test_an_edition_of_others_is_the_same_whether_somebody_of_an_earlier_one_is_in_it(asked, tmp_path):
    """Before: one person in both was enough to say so ("some of the same people were released before"), and to empty the rows of single providers."""
    told = []
    for number, met in enumerate((0, 1)):
        place = tmp_path / f"{number}.json"
        released(place, (EVERYBODY >= 60) & (EVERYBODY < 90))
        record = released(place, (EVERYBODY < 50) | (EVERYBODY == 60) & bool(met), asked=asked).record
        told.append((record.deviations, record.release.ledger, record.release.number))
    assert told[0] == told[1]


@pytest.mark.parametrize(("threshold", "smallest"), [(10, 5), (11, 5), (13, 11), (15, 12), (19, 13)])
def test_both_editions_of_a_count_leave_as_many_values_as_the_committee_is_kept_from(threshold, smallest):
    """A share in forty people, each number of whom has it: released twice, and laid side by side by whoever has both."""
    told: dict[tuple[str, str], list[int]] = {}
    for count in range(41):
        tally = _shares("ending", "", ("new",), np.zeros(40, int), np.repeat([0, 1], [count, 40 - count]), 2)
        result = {"attack": Result("attack", MEASURES, rows("attack", []), (tally,))}
        folders = ((public(threshold), ()), (committee(smallest), (public(threshold),)))
        pair = tuple(release_all(result, edition, beside=beside)["attack"].to_csv() for edition, beside in folders)
        told.setdefault(pair, []).append(count)
    exact = [only for only, *more in told.values() if not more]
    assert exact and all(smallest <= count <= 40 - smallest for count in exact)
    assert all(len(left) >= smallest for left in told.values() if len(left) > 1)


def test_a_committee_that_reads_less_than_everybody_is_refused():
    """Before: with eleven and ten, a count that the public edition tells as 10 to 19 and the committee's keeps was ten."""
    with pytest.raises(ValueError, match="not above threshold"):
        Disclosure(threshold=10, committee=COMMITTEE["disclosure"].committee.model_copy(update={"threshold": 11}))
