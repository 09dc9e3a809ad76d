"""Attack: the same people and one more, made to look like others: by other names, a number added to a column, weeks that are moved."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analyses.shared.cohort import pool
from data_schemas.submission import Submission
from evaluation.contract.synthesising import Frames
from evaluation.failures import WrongUse
from evaluation.planning.lock import plan_hash
from evaluation.release.edition import public
from evaluation.release.memory.earlier import _SOME, earlier
from evaluation.release.memory.ledger import Ledger, append
from evaluation.release.memory.populations import Populations, filled, overlap, populations
from tests.attack._submissions import FOLLOWED, MEASURED, OF_PRACTICE, drawn, first, people, plan

KEY = b"k" * 32
BOTH = MEASURED | FOLLOWED


def renamed(column: str) -> Callable[[Frames], Frames]:
    """Every name of a column another one, in every table."""
    return lambda frames: {
        table: frame.assign(**{column: frame[column].cat.rename_categories(lambda old: f"new {old}")})
        if column in frame
        else frame
        for table, frame in frames.items()
    }


def added(table: str, column: str, amount: float = 1, only: Callable[[pd.DataFrame], pd.Series] | None = None) -> Callable:
    """A number added to a column, or to some of its rows."""

    def change(frames: Frames) -> Frames:
        frame = frames[table]
        mine = pd.Series(True, frame.index) if only is None else only(frame)
        return frames | {table: frame.assign(**{column: frame[column].where(~mine, frame[column] + amount)})}

    return change


def together(*changes: Callable[[Frames], Frames]) -> Callable[[Frames], Frames]:
    """One after another."""

    def change(frames: Frames) -> Frames:
        for one in changes:
            frames = one(frames)
        return frames

    return change


DISGUISES = {
    "another provider": renamed("provider"),
    "another programme": renamed("programme"),
    "other arms": renamed("arm"),
    "other pseudonyms": renamed("client"),
    "provider and pseudonyms": together(renamed("provider"), renamed("client")),
    "all names": together(renamed("provider"), renamed("programme"), renamed("arm"), renamed("client")),
    "scores plus one": added("measurements", "score"),
    "scores plus one, and pseudonyms": together(added("measurements", "score"), renamed("client")),
    "later scores plus one, and pseudonyms": together(
        added("measurements", "score", only=lambda frame: frame["moment"] != "baseline"), renamed("client")
    ),
    "a moved baseline week, and pseudonyms": together(
        added("measurements", "week", only=lambda frame: frame["moment"] == "baseline"), renamed("client")
    ),
    "all measurements a week later, and names": together(added("measurements", "week"), renamed("client"), renamed("provider")),
    "one session more for everybody, and names": together(
        added("treatments", "sessions_planned"), renamed("client"), renamed("provider")
    ),
    "followed a week longer, and pseudonyms": together(added("treatments", "follow_up_weeks"), renamed("client")),
    "everything a week later, and pseudonyms": together(
        added("treatments", "follow_up_weeks"), added("events", "week_from"), added("events", "week_to"), renamed("client")
    ),
    "scores and follow-up, and names": together(
        added("measurements", "score"), added("treatments", "follow_up_weeks"), renamed("client"), renamed("arm")
    ),
}


def groups(frames: Frames, asked: dict) -> Populations:
    """What the ledger keeps."""
    data = Submission(OF_PRACTICE, frames, "")
    return populations([data], pool([data]), plan(**asked), KEY)


def remembered(tmp_path, frames: Frames, asked: dict) -> Ledger:
    return append(
        tmp_path / "ledger.json", Ledger((), KEY, tmp_path), results="r", plan=plan_hash(plan(**asked)), threshold=10,
        populations=groups(frames, asked),
    )  # fmt: skip


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("clients", [16, 34, 150])
def test_the_same_people_and_one_more_are_known_in_every_disguise(disguise, clients, tmp_path):
    """The edition that stands is given again, or what is close to it held back; and another plan about them is refused."""
    frames = drawn(clients, clients + 1)
    ledger = remembered(tmp_path, first(frames, clients), BOTH)
    dressed = groups(DISGUISES[disguise](frames), BOTH)
    found = earlier(ledger, dressed, ledger.entries[0].plan, public(10))
    large = {name for name, group in dressed.items() if filled(group, KEY) >= 10}
    assert found.stands or large <= found.close
    with pytest.raises(WrongUse, match="under another plan"):
        earlier(ledger, groups(DISGUISES[disguise](frames), MEASURED), "another", public(10))


def numbered(frames: Frames, like: Frames) -> Frames:
    """With the pseudonyms of other people."""
    names = like["treatments"]["client"].cat.categories
    return {table: frame.assign(client=frame["client"].cat.rename_categories(names)) for table, frame in frames.items()}


@pytest.mark.parametrize("clients", [11, 16, 34, 150])
def test_other_people_are_other_people(clients, tmp_path):
    """Of the same crowd, with the same pseudonyms as a provider that begins at 1 every year: a new edition, of everybody."""
    wrong, known = 0, 0
    for seed in range(60):
        frames = drawn(seed, 2 * clients)
        mine = np.arange(2 * clients) < clients
        (tmp_path / str(seed)).mkdir()
        ledger = remembered(tmp_path / str(seed), people(frames, mine), BOTH)
        others = groups(people(frames, ~mine), BOTH)
        found = earlier(ledger, others, ledger.entries[0].plan, public(10))
        wrong += found.stands is not None or "everyone|all" in found.close
        known += overlap(others["everyone|all"], ledger.entries[0].populations["everyone|all"], KEY) >= _SOME
    assert wrong <= 2, wrong
    assert not known, "strangers were said to be people of an earlier edition"


def test_a_later_measurement_of_the_same_people_leaves_and_what_was_told_before_does_not(tmp_path):
    """Otherwise a provider with the same clients would never have a second edition."""
    asked = BOTH | {"measures": [{"instrument": "cries-13", "informant": "self", "moments": ["end", "follow_up_1"]}]}
    frames = drawn(3, 80)
    moment = frames["measurements"]["moment"]
    names = [name for name in moment.cat.categories if name.startswith("follow")]
    later = moment.isin(names[:1]) if names else moment == "none"
    assert later.sum() >= 20
    asked["measures"][0]["moments"] = ["end", names[0]]
    before = frames | {"measurements": frames["measurements"][~later].reset_index(drop=True)}
    ledger = remembered(tmp_path, before, asked)
    found = earlier(ledger, groups(frames, asked), ledger.entries[0].plan, public(10))
    assert found.stands is None
    assert "cries-13:self|end|all" in found.close and f"cries-13:self|{names[0]}|all" not in found.close
