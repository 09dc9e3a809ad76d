"""What every row of a tally counts: which of the disjoint base counts its `n`, `events` and `estimate` are sums of.

An analysis gives a function from counts to records. Asked with the counts 1, 2, 4, 8, ... every sum that it makes shows in its
binary digits which counts went in. So the door knows all sums without the analysis declaring them, in one call, and a row can
neither appear nor vanish with the data.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from data_schemas.result import ROW_COLUMNS, TEXT_COLUMNS, Record, Result, Tally, plain_columns

_BITS = 30
_SUMMED = ("n", "events", "estimate")
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


def sums(result: Result) -> list[Sums]:
    """Ask each tally which base counts each number sums."""
    answers = [[_asked(tally, part) for part in _parts(tally)] for tally in result.tallies]
    counted = frozenset(name for name, declared in result.measures.items() if declared.kind == "count")
    # all rows at once: making an array costs more than its values do
    columns = plain_columns(list(chain.from_iterable(first for first, *_ in answers)))
    ends = np.cumsum([len(first) for first, *_ in answers])
    return [
        _sums(tally, {name: column[end - len(first) : end] for name, column in columns.items()}, others, counted)
        for tally, (first, *others), end in zip(result.tallies, answers, ends)
    ]


def _parts(tally: Tally) -> list[np.ndarray]:
    size = tally.counts.size
    return [np.arange(start, min(start + _BITS, size)) for start in range(0, size, _BITS)] or [np.arange(0)]


def _asked(tally: Tally, part: np.ndarray) -> list[Record]:
    counts = np.full(tally.counts.size, 2 ** (_BITS + 1), np.int64)
    counts[part] = 2 ** np.arange(len(part), dtype=np.int64)
    return quietly(tally.derive, counts.reshape(tally.counts.shape))


def _sums(tally: Tally, columns: dict[str, np.ndarray], others: list[list[Record]], counted: frozenset[str]) -> Sums:
    is_count = np.array([name in counted for name in columns["measure"]], bool)
    found = {name: np.zeros((len(is_count), tally.counts.size), bool) for name in _SUMMED}
    for part, numbers in zip(_parts(tally), [columns, *(plain_columns(other, _SUMMED) for other in others)]):
        for name, member in found.items():
            values = np.nan_to_num(numbers[name]).astype(np.int64)
            member[:, part] = (values[:, None] >> np.arange(len(part))) & 1
    found["estimate"][~is_count] = False
    return Sums(columns, **found)


def as_columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Numbers as floats, text as objects."""
    return {name: column.to_numpy(float if name in NUMBERS else object) for name, column in frame.items()}


def quietly(derive: Callable[..., list[Record]], *counts: np.ndarray) -> list[Record]:
    """The records from given counts; what cannot be computed from them is missing, without a warning."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return derive(*counts)
