"""What every row of a tally counts: which of the disjoint base counts its `n`, `events` and `estimate` are sums of.

An analysis gives a function from counts to rows. Asked with the counts 1, 2, 4, 8, ... every sum that it makes shows in its
binary digits which counts went in. So the door knows all sums without the analysis declaring them, in one call, and a row can
neither appear nor vanish with the data.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data_schemas.result import ROW_COLUMNS, TEXT_COLUMNS, Columns, Tally

_BITS = 30
NUMBERS = frozenset(ROW_COLUMNS) - frozenset(TEXT_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The rows of a tally, and per row the base counts (boolean, rows by counts) of its three numbers.

    `columns`: the rows as arrays, text as objects. `events` and `estimate` are all False in rows that have none.
    """

    columns: Columns
    n: np.ndarray
    events: np.ndarray
    estimate: np.ndarray


def sums(tallies: Sequence[Tally], counted: frozenset[str]) -> list[Sums]:
    """Ask each tally which base counts each number sums.

    Parameters
    ----------
    counted
        Measures whose estimate is itself a count.
    """
    asked = [_answers(tally) for tally in tallies]
    return [_sums(tally, answers[0], answers[1:], counted) for tally, answers in zip(tallies, asked)]


def _answers(tally: Tally) -> list[Columns]:
    return [_asked(tally, part) for part in _parts(tally)]


def _parts(tally: Tally) -> list[np.ndarray]:
    size = tally.counts.size
    return [np.arange(start, min(start + _BITS, size)) for start in range(0, size, _BITS)] or [np.arange(0)]


def _sums(tally: Tally, columns: Columns, others: list[Columns], counted: frozenset[str]) -> Sums:
    is_count = np.array([name in counted for name in columns["measure"]], bool)
    found = {name: np.zeros((len(is_count), tally.counts.size), bool) for name in ("n", "events", "estimate")}
    for part, answer in zip(_parts(tally), [columns, *others]):
        for name, member in found.items():
            values = np.nan_to_num(np.asarray(answer[name], float)).astype(np.int64)
            member[:, part] = (values[:, None] >> np.arange(len(part))) & 1
    found["estimate"][~is_count] = False
    return Sums(columns, **found)


def as_columns(found: Columns) -> Columns:
    """Numbers as floats, text as objects."""
    return {name: np.asarray(column, float if name in NUMBERS else object) for name, column in found.items()}


def quietly(derive: Callable[..., Columns], *counts: np.ndarray) -> Columns:
    """The rows from given counts; what cannot be computed from them is missing, without a warning."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return as_columns(derive(*counts))


def _asked(tally: Tally, part: np.ndarray) -> Columns:
    counts = np.full(tally.counts.size, 2 ** (_BITS + 1), np.int64)
    counts[part] = 2 ** np.arange(len(part), dtype=np.int64)
    return quietly(tally.derive, counts.reshape(tally.counts.shape))
