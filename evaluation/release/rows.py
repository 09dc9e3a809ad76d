"""The last step of every row: its status, and nothing left in it that may not leave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from data_schemas.evidence import NUMERIC_COLUMNS, RESULT_COLUMNS
from evaluation.release.rules import MAY_BE_SAID

_TEXT = tuple(name for name in RESULT_COLUMNS if name not in (*NUMERIC_COLUMNS, "status"))
_REASON = re.compile(r"^([a-z_]+): ")


class Judged(NamedTuple):
    """Rows with their new numbers and the judgement beside them, for `finished`; one array per column."""

    text: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]
    hidden: np.ndarray
    unknown: np.ndarray
    status: str


def judged(
    frame: pd.DataFrame | Mapping[str, np.ndarray],
    columns: Mapping[str, np.ndarray],
    *,
    hidden: np.ndarray,
    unknown: np.ndarray,
    status: str,
) -> Judged:
    """Rows of a frame, judged.

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
    numbers = {name: columns[name] if name in columns else np.asarray(frame[name], float) for name in NUMERIC_COLUMNS}
    text = {name: np.asarray(frame[name], object) for name in _TEXT}
    return Judged(text, numbers, np.asarray(hidden, bool), np.asarray(unknown, bool), status)


def finished(parts: Sequence[Judged]) -> pd.DataFrame:
    """All rows with their status; numbers of hidden rows taken out, and reasons that would tell something of everyone."""
    parts = [part for part in parts if len(part.hidden)]
    if not parts:
        return pd.DataFrame(columns=list(RESULT_COLUMNS))
    hidden, unknown = (np.concatenate([getattr(part, name) for part in parts]) for name in ("hidden", "unknown"))
    text = {name: np.concatenate([part.text[name] for part in parts]) for name in _TEXT}
    found = [_REASON.match(method) for method in text["method"]]
    reason = np.array([match[1] if match else "" for match in found], object)
    # with a number too: "no variance" beside a mean says what everyone scored
    hidden |= (unknown | (reason != "")) & ~np.isin(reason, list(MAY_BE_SAID))
    silent = np.array([_REASON.sub("", method) for method in text["method"]], object)
    text["method"] = np.where(hidden, silent, text["method"])
    usual = np.repeat([part.status for part in parts], [len(part.hidden) for part in parts])
    statuses = np.select([hidden, unknown], ["suppressed", "not_estimable"], usual)
    columns = {name: pd.array(values, dtype="str") for name, values in {**text, "status": statuses.astype(object)}.items()}
    for name in NUMERIC_COLUMNS:
        columns[name] = np.where(hidden, np.nan, np.concatenate([part.numbers[name] for part in parts]).astype(float))
    return pd.DataFrame(columns, columns=list(RESULT_COLUMNS))
