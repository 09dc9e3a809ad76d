"""What every row of a tally counts: which of the disjoint base counts its `n`, `events` and `estimate` are sums of.

An analysis gives a function from counts to rows. Asked with the counts 1, 2, 4, 8, ... every sum that it makes shows in its
binary digits which counts went in. So the door knows all sums without the analysis declaring them, in one call, and a row can
neither appear nor vanish with the data.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_schemas.result import ROW_COLUMNS, TEXT_COLUMNS, Tally

_BITS = 30
NUMBERS = frozenset(ROW_COLUMNS) - frozenset(TEXT_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The rows of a tally, and per row the base counts (boolean, rows by counts) of its three numbers.

    `columns`: the rows as arrays, text as objects. `events` and `estimate` are all False in rows that have none.
    """

    columns: dict[str, np.ndarray]
    n: np.ndarray
    events: np.ndarray
    estimate: np.ndarray


def sums(tally: Tally, counted: frozenset[str]) -> Sums:
    """Ask the tally which base counts each number sums.

    Parameters
    ----------
    counted
        Measures whose estimate is itself a count.
    """
    size = tally.counts.size
    parts = [np.arange(start, min(start + _BITS, size)) for start in range(0, size, _BITS)] or [np.arange(0)]
    frames = [_asked(tally, part) for part in parts]
    columns = as_columns(frames[0])
    is_count = np.array([name in counted for name in columns["measure"]], bool)
    found = {name: np.zeros((len(frames[0]), size), bool) for name in ("n", "events", "estimate")}
    for part, answer in zip(parts, frames):
        for name, member in found.items():
            values = np.nan_to_num(answer[name].to_numpy(float)).astype(np.int64)
            member[:, part] = (values[:, None] >> np.arange(len(part))) & 1
    found["estimate"][~is_count] = False
    return Sums(columns, **found)


def as_columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Numbers as floats, text as objects."""
    return {name: column.to_numpy(float if name in NUMBERS else object) for name, column in frame.items()}


def quietly(derive: Callable[..., pd.DataFrame], *counts: np.ndarray) -> pd.DataFrame:
    """The rows from given counts; what cannot be computed from them is missing, without a warning."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return derive(*counts)


def _asked(tally: Tally, part: np.ndarray) -> pd.DataFrame:
    counts = np.full(tally.counts.size, 2 ** (_BITS + 1), np.int64)
    counts[part] = 2 ** np.arange(len(part), dtype=np.int64)
    return quietly(tally.derive, counts.reshape(tally.counts.shape))
