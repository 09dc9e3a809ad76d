"""Bands of counts, and rounding to steps: the small arithmetic of disclosure control."""

from __future__ import annotations

import numpy as np


def interval_number(low: int, high: int, width: int) -> int:
    """The number that stands for everything from `low` to `high`: half a band per band that the interval holds.

    The sum of two band middles is the number of their sum's interval, so that a total and its parts agree on the page.

    >>> interval_number(30, 39, 10), interval_number(30, 48, 10), interval_number(0, 9, 10)
    (35, 40, 5)

    An interval that starts within a band, as what is left of a total can, has the nearest middle or end of a band in it.

    >>> interval_number(31, 68, 10)
    50
    """
    number = low + round((high - low + 1) / width) * (width // 2)
    if low % width == 0:
        return number
    start = number // width * width
    return min((n for n in (start, start + width // 2, start + width) if low <= n <= high), key=lambda n: abs(n - number))


def round_step(largest: np.ndarray) -> np.ndarray:
    """The largest of 1, 2 or 5 times a power of ten that is at most `largest`.

    >>> round_step(np.array([0.7, 0.03, 4.0])).tolist()
    [0.5, 0.02, 2.0]
    """
    power = 10.0 ** np.floor(np.log10(largest))
    return np.select([largest >= 5 * power, largest >= 2 * power], [5 * power, 2 * power], power)


def step_above(least: np.ndarray) -> np.ndarray:
    """The smallest of 1, 2 or 5 times a power of ten that is at least `least`.

    >>> step_above(np.array([0.7, 0.03, 4.0, 2.0])).tolist()
    [1.0, 0.05, 5.0, 2.0]
    """
    below = round_step(least * (1 + 1e-12))
    return np.where(np.isclose(below, least, rtol=1e-10), below, round_step(below * 2.5 * (1 + 1e-12)))


def to_step(values: np.ndarray, step: np.ndarray, how=np.round) -> np.ndarray:
    """Multiples of the steps (`how`: numpy's round, floor or ceil), without the noise of binary fractions."""
    step = np.asarray(step, float)
    safe = np.where(np.isfinite(step) & (step > 0), step, 1.0)
    decimals = np.maximum(0, -np.floor(np.log10(safe) + 1e-9)).astype(int)
    scaled = np.asarray(values, float) / safe
    nearest = np.where(np.isclose(scaled, np.round(scaled), rtol=1e-9, atol=1e-12), np.round(scaled), how(scaled)) * safe
    return _rounded(nearest, decimals) + 0.0


def last_digit(values: np.ndarray, digits: int) -> np.ndarray:
    """What one more in the last of so many significant digits is.

    >>> last_digit(np.array([12.34, 0.0]), 3).tolist()
    [0.1, 0.01]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return 10.0 ** (np.floor(np.log10(np.abs(np.where(values == 0, 1, values)))) - digits + 1)


def significant(values: np.ndarray, digits: int = 2) -> np.ndarray:
    """A few significant digits, for numbers that come without a standard error."""
    values = np.asarray(values, float)
    with np.errstate(divide="ignore"):
        places = digits - 1 - np.floor(np.log10(np.abs(np.where(values == 0, 1, values))))
    return _rounded(values, np.where(np.isfinite(values), np.nan_to_num(places), 0).astype(int))


def _rounded(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Each value at its own number of decimals."""
    found = np.array(values, float)
    for digits in np.unique(places):
        found[places == digits] = np.round(found[places == digits], digits)
    return found
