"""What rules count with: columns as plain arrays, and rows that belong together as whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data_schemas.finding import Delivery

# A table of twice the rows (and a million more) is still quicker to fill than the rows are to sort.
_ROOMY = 1_000_000


def numbers(column: pd.Series) -> np.ndarray:
    """A column of numbers as floats, NaN where empty; not to be written to."""
    if column.dtype == np.float64:
        return column.to_numpy()
    return column.to_numpy(dtype=float, na_value=np.nan)


def positions(column: pd.Series) -> np.ndarray:
    """Per row the position in the column's categories, -1 where empty."""
    return column.cat.codes.to_numpy()


def is_code(column: pd.Series, *codes: str) -> np.ndarray:
    """Per row, whether the column holds one of these codes."""
    chosen = np.append(column.cat.categories.isin(codes), False)
    return chosen[positions(column)]


def packed(parts: Sequence[tuple[np.ndarray, int]]) -> np.ndarray:
    """One whole number per row that stands for a combination of positions; -1 (empty) is a value like any other.

    Parameters
    ----------
    parts
        Positions from -1 on, and how many different ones there can be besides -1.

    Raises
    ------
    OverflowError
        More combinations than an int64 can number.

    >>> packed([(np.array([0, 1, -1]), 2), (np.array([3, 3, 0]), 5)]).tolist()
    [10, 16, 1]
    """
    size = 1
    key = np.zeros(len(parts[0][0]), np.int64)
    for place, count in parts:
        size *= count + 1
        if size >= 2**63:
            raise OverflowError("too many combinations")
        key *= count + 1
        key += place
        key += 1
    return key


def categories_packed(frame: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """`packed` over categorical columns."""
    return packed([(positions(frame[name]), len(frame[name].cat.categories)) for name in names])


def numbered(keys: np.ndarray) -> tuple[np.ndarray, int]:
    """Groups of equal keys as numbers below the second answer, some of which may stand for no row."""
    if len(keys) == 0:
        return keys.astype(np.int64), 0
    top = int(keys.max()) + 1
    if top <= 2 * len(keys) + _ROOMY:
        return keys.astype(np.int64, copy=False), top
    distinct, group = np.unique(keys, return_inverse=True)
    return group, len(distinct)


def group_sizes(keys: np.ndarray) -> np.ndarray:
    """Per row, how many rows have its key.

    >>> group_sizes(np.array([7, 2, 7])).tolist()
    [2, 1, 2]
    """
    group, _ = numbered(keys)
    return np.bincount(group)[group] if len(group) else np.zeros(0, np.int64)


def repeated(keys: np.ndarray) -> np.ndarray:
    """Per row, whether another row has its key. A sort tells quickly that none has, which is how it mostly is.

    >>> repeated(np.array([7, 2, 7])).tolist()
    [True, False, True]
    """
    ordered = np.sort(keys)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.isin(keys, twice) if len(twice) else np.zeros(len(keys), bool)


def series(delivery: Delivery) -> tuple[np.ndarray, int]:
    """Per measurement the number of its series (client, instrument, informant), -1 where that is not known; and how many."""
    return delivery.once("series", lambda: _series(delivery.tables["measurements"]))


def weeks(delivery: Delivery) -> np.ndarray:
    """The weeks of the measurements, NaN where empty; not to be written to."""
    return delivery.once("weeks", lambda: numbers(delivery.tables["measurements"]["week"]))


def _series(frame: pd.DataFrame) -> tuple[np.ndarray, int]:
    client = positions(frame["client"])
    pair = categories_packed(frame, ("instrument", "informant"))
    used = np.bincount(pair, minlength=1) > 0
    place = np.cumsum(used) - 1
    known = (client >= 0) & (positions(frame["instrument"]) >= 0) & (positions(frame["informant"]) >= 0)
    kinds = int(used.sum())
    which, count = (
        np.where(known, client.astype(np.int64) * kinds + place[pair], -1),
        len(frame["client"].cat.categories) * kinds,
    )
    if count > 2 * len(frame) + _ROOMY:  # as many names of questionnaires as rows: only what is there is numbered
        distinct, inverse = np.unique(which[known], return_inverse=True)
        which[known], count = inverse, len(distinct)
    return which, count


def mixed_hash(values: np.ndarray) -> np.ndarray:
    """A 64-bit finaliser (MurmurHash3, Appleby): equal in, equal out; different in, as good as random out."""
    mixed = values.copy()
    for shift, factor in ((33, 0xFF51AFD7ED558CCD), (33, 0xC4CEB9FE1A85EC53)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(33)
    return mixed
