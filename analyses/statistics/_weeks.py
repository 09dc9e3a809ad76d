"""Whole weeks: the one unit of time here, checked in one way wherever weeks come in."""

from __future__ import annotations

import numpy as np


def whole_weeks(values: object, name: str, *, minimum: int | None = 0) -> np.ndarray:
    """`values` as an array of whole weeks (int64); `minimum` None: weeks before the start of treatment, below 0, as well.

    Raises
    ------
    ValueError
        A value is missing, is no whole number, or lies below `minimum`; the message has the argument's name, never a value.

    Examples
    --------
    >>> whole_weeks([1.0, 2.0], "week").tolist()
    [1, 2]
    >>> whole_weeks([0.5], "week")
    Traceback (most recent call last):
    ...
    ValueError: week must be whole weeks (0 or later): days and half weeks are to be brought to weeks first
    """
    if type(values) is int and values >= max(minimum or 0, 0):
        return np.array(values)
    found = np.asarray(values)
    if found.dtype.kind in "iub":
        whole = found.astype(np.int64)
    else:
        found = found.astype(float)
        if not np.isfinite(found).all() or (found != np.floor(found)).any():
            raise ValueError(_told(name, minimum))
        whole = found.astype(np.int64)
    if minimum is not None and whole.size and whole.min() < minimum:
        raise ValueError(_told(name, minimum))
    return whole


def _told(name: str, minimum: int | None) -> str:
    least = "" if minimum is None else f" ({minimum} or later)"
    return f"{name} must be whole weeks{least}: days and half weeks are to be brought to weeks first"
