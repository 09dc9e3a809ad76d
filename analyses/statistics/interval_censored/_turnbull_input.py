"""Ranges (left, right] as distinct pairs over the innermost intervals, in which likelihood and derivatives are running sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics._weeks import whole_weeks


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """Distinct ranges: `weight` people each; each holds the innermost intervals `first` up to (not including) `last`.

    `after`, `upto` are the ends of the innermost intervals; `pair` says which distinct range each record given has.
    """

    after: np.ndarray
    upto: np.ndarray
    first: np.ndarray
    last: np.ndarray
    weight: np.ndarray
    pair: np.ndarray

    @property
    def size(self) -> int:
        return len(self.after)

    @property
    def n(self) -> float:
        """People."""
        return float(self.weight.sum())

    def probability(self, mass: np.ndarray) -> np.ndarray:
        """Of each distinct range."""
        running = np.concatenate([[0.0], np.cumsum(mass)])
        return running[self.last] - running[self.first]

    def log_likelihood(self, mass: np.ndarray) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(self.weight @ np.log(self.probability(mass)))

    def gradient(self, mass: np.ndarray) -> np.ndarray:
        """Derivative of the log-likelihood to each mass: people over probability, over the ranges that hold the interval."""
        share = self.weight / np.maximum(self.probability(mass), 1e-300)
        steps = np.bincount(self.first, share, self.size + 1) - np.bincount(self.last, share, self.size + 1)
        return np.cumsum(steps)[:-1]

    def curvature(self, mass: np.ndarray) -> np.ndarray:
        """Minus the second derivative, shape (m, m): each range adds a square block, summed over its corners."""
        share = self.weight / np.maximum(self.probability(mass), 1e-300) ** 2
        m = self.size + 1
        corners = np.bincount(self.first * m + self.first, share, m * m) + np.bincount(self.last * m + self.last, share, m * m)
        corners -= np.bincount(self.first * m + self.last, share, m * m) + np.bincount(self.last * m + self.first, share, m * m)
        return np.cumsum(np.cumsum(corners.reshape(m, m), axis=0), axis=1)[:-1, :-1]


def checked_ranges(left, right) -> tuple[np.ndarray, np.ndarray]:
    """Both ends as whole weeks (floats, since a right end may be infinite).

    Raises
    ------
    ValueError
        Unequal lengths, a week that is missing or not whole, or a right end that does not come after the left end.
    """
    left, right = np.asarray(left, float), np.asarray(right, float)
    if left.ndim != 1 or left.shape != right.shape:
        raise ValueError("left and right need one length")
    whole_weeks(left, "left", minimum=-1)
    whole_weeks(right[~np.isposinf(right)], "right")
    if (right <= left).any():
        raise ValueError("right must come after left, or be infinite")
    return left, right


def distinct_ranges(left, right, weight) -> Ranges:
    """Check, and reduce to distinct pairs and innermost intervals; raises `ValueError` as `checked_ranges`, or for a weight below 0."""
    left, right = checked_ranges(left, right)
    weight = np.ones(len(left)) if weight is None else np.asarray(weight, float)
    if weight.shape != left.shape or not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("weight must be at least 0, one for each range")
    if len(left) == 0:
        none = np.zeros(0, np.intp)
        return Ranges(left, right, none, none, weight, none)
    pairs, pair = _pairs(left, right)
    total = np.bincount(pair, weight, len(pairs))
    used = total > 0
    after, upto = _innermost(pairs[used, 0], pairs[used, 1])
    first = np.searchsorted(after, pairs[used, 0], side="left")
    last = np.searchsorted(upto, pairs[used, 1], side="right")
    number = np.where(used, np.cumsum(used) - 1, -1)
    return Ranges(after, upto, first, last, total[used], number[pair])


def _pairs(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct pairs, sorted, and which of them each record has; by position among the distinct ends, which is one sort each."""
    (starts, start), (ends, end) = (np.unique(values, return_inverse=True) for values in (left, right))
    key = start * len(ends) + end
    if len(starts) * len(ends) > 4 * len(left) + 1000:
        present, pair = np.unique(key, return_inverse=True)
    else:
        there = np.bincount(key, minlength=len(starts) * len(ends)) > 0
        present, pair = np.flatnonzero(there), (np.cumsum(there) - 1)[key]
    return np.column_stack([starts[present // len(ends)], ends[present % len(ends)]]), pair


def _innermost(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Left ends that are followed at once by a right end; at one week a right end comes first, since (4, 8] begins after (0, 4]."""
    value = np.concatenate([np.unique(left), np.unique(right)])
    is_left = np.arange(len(value)) < len(np.unique(left))
    order = np.lexsort((is_left, value))
    value, is_left = value[order], is_left[order]
    here = np.flatnonzero(is_left[:-1] & ~is_left[1:])
    return value[here], value[here + 1]
