"""The last step of every row: its status, and nothing left in it that may not leave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from data_schemas.evidence import NUMERIC_COLUMNS, RESULT_COLUMNS
from data_schemas.result import Declared, frame_of
from evaluation.release.errors import published_errors
from evaluation.release.rules import MAY_BE_SAID

_TEXT = tuple(name for name in RESULT_COLUMNS if name not in (*NUMERIC_COLUMNS, "analysis", "status"))
# what follows from the published interval is added last (`errors.py`): nothing exact may pass
_OWN = tuple(name for name in NUMERIC_COLUMNS if name not in ("std_error", "df"))
# what the data chose stands in brackets, for whoever holds them
_CHOSEN = re.compile(r" ?\[[^\]]*\]")
_REASON = re.compile(r"^([a-z_]+): ")
_SAID = MAY_BE_SAID | {""}


class Judged(NamedTuple):
    """Rows with their new numbers and the judgement beside them, for `finished`; one array per column."""

    text: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]
    hidden: np.ndarray
    unknown: np.ndarray
    status: str


def judged(
    exact: Mapping[str, np.ndarray],
    columns: Mapping[str, np.ndarray],
    *,
    hidden: np.ndarray,
    unknown: np.ndarray,
    status: str,
) -> Judged:
    """Exact rows, judged.

    Parameters
    ----------
    columns
        Numbers that replace the exact ones.
    hidden
        Rows that may not leave.
    unknown
        Rows without an estimate: `not_estimable` when the reason may be said, suppressed otherwise.
    status
        Of all other rows.
    """
    numbers = {name: columns[name] if name in columns else exact[name] for name in _OWN}
    return Judged({name: exact[name] for name in _TEXT}, numbers, np.asarray(hidden, bool), np.asarray(unknown, bool), status)


def _leaving(part: Judged, measures: Mapping[str, Declared]) -> Judged:
    """Without what is declared to be for whoever holds the data, which other rows of the same counts may leave beside."""
    return only(part, np.array([measures[name].kind != "internal" for name in part.text["measure"]], bool))


def only(part: Judged, stays: np.ndarray) -> Judged:
    """Some of the rows (boolean)."""
    if stays.all():
        return part
    text, numbers = ({name: column[stays] for name, column in one.items()} for one in (part.text, part.numbers))
    return Judged(text, numbers, part.hidden[stays], part.unknown[stays], part.status)


def finished(analysis: str, parts: Sequence[Judged], measures: Mapping[str, Declared]) -> pd.DataFrame:
    """All rows of an analysis with their status; numbers of hidden ones taken out, and reasons that would tell something of everyone."""
    parts = [part for part in (_leaving(part, measures) for part in parts) if len(part.hidden)]
    if not parts:
        return pd.DataFrame(columns=list(RESULT_COLUMNS))
    hidden, unknown = (np.concatenate([getattr(part, name) for part in parts]) for name in ("hidden", "unknown"))
    text = {name: np.concatenate([part.text[name] for part in parts]) for name in _TEXT}
    told = {method: _CHOSEN.sub("", method) for method in set(text["method"].tolist())}
    methods = [told[method] for method in text["method"]]
    reason = {method: match[1] if (match := _REASON.match(method)) else "" for method in told.values()}
    # with a number too: "no variance" beside a mean says what everyone scored
    hidden |= unknown & np.array([not reason[method] for method in methods], bool)
    hidden |= np.array([reason[method] not in _SAID for method in methods], bool)
    text["method"] = np.array([_REASON.sub("", m) if hide and reason[m] else m for m, hide in zip(methods, hidden)], object)
    usual = np.repeat([part.status for part in parts], [len(part.hidden) for part in parts])
    text["status"] = np.select([hidden, unknown], ["suppressed", "not_estimable"], usual).astype(object)
    text["analysis"] = np.full(len(hidden), analysis, object)
    numbers = {name: np.where(hidden, np.nan, np.concatenate([part.numbers[name] for part in parts])) for name in _OWN}
    numbers |= {"std_error": published_errors(text, numbers, measures), "df": np.full(len(hidden), np.nan)}
    return frame_of({name: text[name] if name in text else numbers[name] for name in RESULT_COLUMNS})
