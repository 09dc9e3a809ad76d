"""How far apart two groups can be over the categories of a descriptor, when their counts are known within limits only.

Own code because nothing has it: limits of the distance of `standardised_difference.of_categories` over all counts that fit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Within(NamedTuple):
    """Counts of one group as far as they are known: shape (categories,) the least and the most of each, and of all of them together."""

    low: np.ndarray
    high: np.ndarray
    total_low: float
    total_high: float

    def shares(self) -> tuple[np.ndarray, np.ndarray]:
        """The least and the most that each share can be."""
        others_low, others_high = self.low.sum() - self.low, self.high.sum() - self.high
        with np.errstate(divide="ignore", invalid="ignore"):
            least = self.low / np.minimum(self.total_high, self.low + others_high)
            most = self.high / np.maximum(self.total_low, self.high + others_low)
        return np.nan_to_num(least), np.clip(np.nan_to_num(most, nan=1.0), 0.0, 1.0)

    def with_rest(self, apart: np.ndarray) -> Within:
        """The same with all categories but some (boolean) taken together."""
        low, high = self.low[apart], self.high[apart]
        rest = (max(self.total_low - high.sum(), 0.0), max(self.total_high - low.sum(), 0.0))
        return Within(np.append(low, rest[0]), np.append(high, rest[1]), self.total_low, self.total_high)

    def most_of(self, some: np.ndarray) -> float:
        """The most that the share of some categories together can be: what the least of the others leaves."""
        return min(1.0, float(1 - self.low[~some].sum() / self.total_high)) if self.total_high > 0 else 1.0


def distance_between(first: Within, second: Within, apart: np.ndarray) -> tuple[float, float]:
    """The least and the most that the distance between two groups can be.

    With c the sum over the categories of (p - q)^2 over the mean of p and q, the squared Mahalanobis distance with the mean of both multinomial
    covariances is c / (1 - c / 4): the mean covariance is diag(m) - m m' - d d' / 4 for m the mean and d the difference of the shares, and
    the first two terms alone give c (Sherman & Morrison 1950, Ann Math Stat 21:124). Each term of c grows with the distance of p and q, so its
    ends are at the ends of their intervals: limits of c are the sums of these, which hold and need not be reached. Taking categories
    together makes c no larger (each term is convex and grows in proportion), so that the least may be that of some of them and the rest; no term is
    more than twice p and q together, so that the rest adds at most twice its shares.

    Parameters
    ----------
    apart
        Shape (categories,), boolean: those that are well known; the others together are better known than each of them.

    Examples
    --------
    Counts that are known: half against all but a quarter, 0.25 over the root of (0.25 + 0.1875) / 2.

    >>> both = np.array([True, True])
    >>> one, other = (Within(np.array(n), np.array(n), sum(n), sum(n)) for n in ([2.0, 2.0], [3.0, 1.0]))
    >>> [round(end, 4) for end in distance_between(one, other, both)]
    [0.5345, 0.5345]

    When not to use
    ---------------
    As an interval for other people: it says what the counts of these people can be, not what chance does.
    """
    (least, most), (of_some, _) = _ends(first, second), _ends(first.with_rest(apart), second.with_rest(apart))
    if not apart.all():
        most = min(most, _ends(first, second, apart)[1] + 2 * (first.most_of(~apart) + second.most_of(~apart)))
    return _distance(max(least, of_some)), _distance(most)


def _ends(first: Within, second: Within, some: np.ndarray | slice = slice(None)) -> tuple[float, float]:
    (low, high), (other_low, other_high) = ([end[some] for end in one.shares()] for one in (first, second))
    gap = np.maximum(np.maximum(low - other_high, other_low - high), 0.0)
    upwards = low > other_high
    nearest = np.where(upwards, _term(low, other_high), _term(high, other_low))
    furthest = np.maximum(_term(low, other_high), _term(high, other_low))
    return float(np.sum(np.where(gap > 0, nearest, 0.0))), float(np.sum(furthest))


def _term(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(2 * (p - q) ** 2 / (p + q))


def _distance(c: float) -> float:
    return float(np.sqrt(c / (1 - c / 4))) if c < 4 else np.inf
