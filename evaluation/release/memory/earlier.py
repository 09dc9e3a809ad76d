"""What earlier editions allow now: whether one of them stands, and which groups differ too little from one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data_schemas.evidence import NUMERIC_COLUMNS
from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.release.edition import Edition
from evaluation.release.memory.ledger import Entry, Ledger
from evaluation.release.memory.populations import BUCKETS, EVERYONE, Populations, differing, filled, overlap

_WHOLE = f"{EVERYONE}|all"
_SOME = 3
"""In so many buckets two groups are alike that share people: of strangers one or two may be alike by chance."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a ledger says of the people of a run; without a ledger nothing.

    Parameters
    ----------
    groups
        The groups of people that the run is about.
    stands
        The edition that stands, because too few people differ from it; None when a new one may be made.
    close
        Groups of which too few people differ from an earlier edition, or possibly nobody.
    other_plan
        Whether the ledger holds an edition under another plan, whoever that is about: that it is about some of the same people is said by one of
        them.
    again
        Whether the ledger holds any edition to compare with: single providers, of whom there may be as few as of no other group, are then not
        shown another time.
    """

    groups: Populations = field(default_factory=dict, repr=False)
    stands: Entry | None = None
    close: frozenset[str] = frozenset()
    other_plan: bool = False
    again: bool = False

    def held_back(self, results: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """The results, those about a group that is too close empty."""
        found = {name: held_back(frame, self.close, self.groups) for name, frame in results.items()}
        return {name: _without_providers(frame) for name, frame in found.items()} if self.again else found


def earlier(ledger: Ledger, groups: Populations, plan: str, told: Edition) -> Earlier:
    """What the ledger says of these groups, asked about with this plan (its hash).

    Raises
    ------
    WrongUse
        About these people an edition stands, but under another plan or threshold.
    """
    # the other edition under the same plan went through the door beside this one: together they tell no more
    compared = replace(ledger, entries=tuple(e for e in ledger.entries if e.edition == told.name or e.plan != plan))
    entry = standing(compared, groups, plan, told.threshold)
    if entry is not None:
        return Earlier(groups, entry)
    _check_exact(ledger, groups, plan, told)
    other_plan = any(entry.plan != plan for entry in compared.entries)
    return Earlier(groups, None, too_close(compared, groups, told.threshold), other_plan, bool(compared.entries))


def _check_exact(ledger: Ledger, groups: Populations, plan: str, told: Edition) -> None:
    """Exact counts of two groups of which one holds the other give those between them, be these one person or nobody: of whom anything was, or
    is to be, told exactly there is one edition of either kind, and both are of the same data.

    Raises
    ------
    WrongUse
        An edition stands about some of these people, and either of the two is the committee's.
    """
    own = [entry for entry in ledger.entries if entry.edition == told.name and entry.plan == plan]
    if any(_near(groups[_WHOLE], entry.populations[_WHOLE], entry, told.threshold) for entry in own):
        return  # the same people, of whom there is a measurement that there was not yet
    for entry in ledger.entries:
        if "committee" not in (entry.edition, told.name) or (entry.plan == plan and entry.populations == groups):
            continue
        if overlap(groups[_WHOLE], entry.populations[_WHOLE], ledger.key) >= _SOME:
            raise WrongUse(
                Words(
                    "Over een deel van deze jongeren is eerder een uitgave verschenen, en deze of die is voor de commissie. Precieze aantallen van "
                    "twee groepen die elkaar overlappen geven, van elkaar afgetrokken, aantallen van één of niemand; er is niets geschreven. Maak "
                    "beide uitgaven van dezelfde inzending, of een nieuwe van alleen andere jongeren. Uitleg:  evaluation explain differencing",
                    "A release about some of these young people has appeared before, and this one or that one is the committee's. Exact counts of two "
                    "groups that overlap give, subtracted, counts of one or nobody; nothing was written. Make both editions of the same submission, "
                    "or a new one of other young people only. More:  evaluation explain differencing",
                )
            )


def standing(ledger: Ledger, groups: Populations, plan: str, threshold: int) -> Entry | None:
    """The edition that stands, because in no group enough people differ from it; None when there is none and a new one may be made.

    The same people with enough news of them, as a measurement that there was not yet, are a new edition; under another plan they are refused.

    Raises
    ------
    WrongUse
        About these people an edition stands, but under another plan or threshold.
    """
    near = [entry for entry in ledger.entries if _near(groups[_WHOLE], entry.populations[_WHOLE], entry, threshold)]
    if any(entry.plan != plan for entry in near):
        raise WrongUse(
            Words(
                "Over deze jongeren, of op een paar na deze, is eerder een uitgave onder een ander plan verschenen. Twee plannen over dezelfde "
                "jongeren kunnen samen iemand aanwijzen; er is niets geschreven. Stel beide vragen in één plan, bij een uitgave met "
                "genoeg andere jongeren. Uitleg:  evaluation explain differencing",
                "A release about these young people, or all but a few of them, has appeared before under another plan. Two plans about the same "
                "young people can point at someone together; nothing was written. Ask both questions in one plan, in an edition "
                "with enough other young people. More:  evaluation explain differencing",
            )
        )
    small = {name for name, group in groups.items() if filled(group, ledger.key) < threshold}
    stands = (entry for entry in reversed(near) if small | _close_to(ledger, entry, groups, threshold) == groups.keys())
    return next(stands, None)


def too_close(ledger: Ledger, groups: Populations, threshold: int) -> frozenset[str]:
    """Groups of which too few people differ from an earlier edition, or possibly nobody.

    A group without a change is among them: were it shown, then holding a group back would tell that someone in it changed.
    """
    return frozenset().union(*(_close_to(ledger, entry, groups, threshold) for entry in ledger.entries))


def _close_to(ledger: Ledger, entry: Entry, groups: Populations, threshold: int) -> frozenset[str]:
    """Groups close to one of an edition that is about the same, whatever the arm or part is called: another name makes nobody new.

    Another group of hardly anybody is close to every group of few people; one is compared with those of three quarters of its size and more.
    """
    sizes, own = ({name: filled(one, ledger.key) for name, one in all_of.items()} for all_of in (entry.populations, groups))
    return frozenset(
        name
        for name, mine in groups.items()
        if any(
            _near(mine, theirs, entry, threshold)
            for other, theirs in entry.populations.items()
            if other == name or (_about(other) == _about(name) and 4 * sizes[other] >= 3 * own[name])
        )
    )


def _about(group: str) -> str:
    """Everybody, scores at a moment, or events: what the numbers of a group are made of, whatever the questionnaire is called."""
    outcome, *rest = group.split("|")
    return EVERYONE if outcome == EVERYONE else "scores" if rest[0] else "events"


def _near(mine: Mapping[str, str], theirs: Mapping[str, str], entry: Entry, threshold: int) -> bool:
    """Whether fewer people of a group differ from an edition than must; under another threshold everybody must."""
    changed = differing(mine, theirs)
    return changed < max(threshold, entry.threshold) or (entry.threshold != threshold and changed < BUCKETS)


def held_back(frame: pd.DataFrame, close: frozenset[str], known: Populations) -> pd.DataFrame:
    """The rows of an analysis, those about a group that is too close empty: of a model not even which variant was fitted."""
    if not close or frame.empty:
        return frame
    return _emptied(
        frame, np.array([all(group & close for group in _rests_on(row, known)) for row in frame.itertuples()], bool)
    )


def _without_providers(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of an analysis, those about a single provider empty."""
    return frame if frame.empty else _emptied(frame, frame["subgroup"].str.startswith("provider=").to_numpy(bool))


def _emptied(frame: pd.DataFrame, hidden: np.ndarray) -> pd.DataFrame:
    emptied = {column: frame[column].mask(hidden) for column in NUMERIC_COLUMNS}
    return frame.assign(**emptied, method=frame["method"].mask(hidden, ""), status=frame["status"].mask(hidden, "suppressed"))


def _rests_on(row, known: Populations) -> list[set[str]]:
    """Per arm the groups that a row can be about: its own selection, or every one of its outcome when it names no moment.

    A difference between arms is about both together: enough changes in one of them are enough.
    """
    found = []
    for group in row.arm.split(" - "):
        name = group if f"{EVERYONE}|{group}" in known else "all"
        end = f"|{name}|{row.subgroup}" if f"{EVERYONE}|{name}|{row.subgroup}" in known else f"|{name}"
        exact = f"{row.outcome}|{row.time}{end}"
        of_outcome = {one for one in known if row.outcome and one.startswith(f"{row.outcome}|") and one.endswith(end)}
        found.append(({exact} if exact in known else of_outcome) | {EVERYONE + end})
    return found
