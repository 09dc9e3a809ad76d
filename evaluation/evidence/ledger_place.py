"""Which ledger a run is compared with: the one that was given, or the one of this computer's user; of a practice's data always one, unless refused."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from data_schemas.submission import Submission
from data_schemas.words import Words
from evaluation.failures import WrongUse

ELSEWHERE = "EVALUATION_LEDGER"
"""The variable of the environment that names another place."""
_BOTH = Words("Geef --ledger of --no-ledger, niet allebei.", "Give --ledger or --no-ledger, not both.")
_NOT_THERE = Words(
    "Het register {name} is er niet. Over deze jongeren kan in een ander register eerder een uitgave staan; die zou dan niet meetellen. "
    "Verbeter het pad, of begin een register met:  evaluation ledger new {path}",
    "There is no ledger {name}. An earlier edition about these young people may stand in another one, which would then not count. "
    "Correct the path, or begin a ledger with:  evaluation ledger new {path}",
)


def usual_place() -> Path:
    """Where the ledger of this user is when no other is given: `EVALUATION_LEDGER`, or else in the folder of the user's own data."""
    if given := os.environ.get(ELSEWHERE):
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("intervention-evaluation", appauthor=False) / "ledger.json"


def ledger_place(
    submissions: Sequence[Submission], given: Path | None, *, none: bool = False, internal: bool = False
) -> Path | None:
    """The file to compare with and to write to; None where nothing is remembered.

    Parameters
    ----------
    given
        A file; of a practice's data it must be there, so that a slip in its path does not begin anew. Without one a practice's data go to
        `usual_place`, public and fictional data nowhere.
    none
        No ledger, at the user's own word: the evidence will say so.
    internal
        Exact figures, which do not leave: nothing is remembered.

    Raises
    ------
    WrongUse
        Two answers were given, or a ledger that is not there.
    """
    if none and given is not None:
        raise WrongUse(_BOTH)
    if internal or none:
        return None
    practice = of_practice(submissions)
    if given is not None and practice and not given.exists() and not given.with_name(f"{given.name}.key").exists():
        raise WrongUse(_NOT_THERE.fill(name=given.name, path=given))
    return given if given is not None else usual_place() if practice else None


def of_practice(submissions: Sequence[Submission]) -> bool:
    """Whether any of the data are a provider's own."""
    return any(one.manifest.nature == "practice" for one in submissions)
