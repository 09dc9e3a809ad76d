"""Differences and ratios of two shares, each known up to a beta distribution: limits that exist, and a p, also at 0 and 1.

Own code because neither lifelines nor statsmodels has it (R's `bpcp` has, by chance draws for mid-p).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import betainc, betaincinv, betaln, expit, gammaln, ndtri, xlogy

NODES = 80
_STEPS = 40
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class BetaShare:
    """A share of which what is known is Beta(a, b); both above 0, numbers or arrays of one shape."""

    a: np.ndarray
    b: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """The mean, between 0 and 1."""
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> np.ndarray:
        """The variance."""
        total = self.a + self.b
        return self.a * self.b / (total**2 * (total + 1))

    def complement(self) -> BetaShare:
        """One minus the share.

        >>> float(BetaShare(3, 1).complement().mean)
        0.25
        """
        return BetaShare(self.b, self.a)


def beta_share(mean, second) -> BetaShare:
    """The beta distribution with a mean and a second moment; those of a beta distribution give it back.

    >>> found = beta_share(2 / 5, 2 * 3 / (5 * 6))
    >>> round(float(found.a), 9), round(float(found.b), 9)
    (2.0, 3.0)
    """
    mean, second = np.asarray(mean, float), np.asarray(second, float)
    size = np.maximum(mean * (1 - mean) / np.maximum(second - mean**2, 1e-300) - 1, 1e-9)
    return BetaShare(mean * size, (1 - mean) * size)


def melded_difference(one: BetaShare, other: BetaShare, *, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the first share minus the second, within -1 and 1.

    The limits are quantiles of X - Y for independent X and Y with the two distributions (Fay, Proschan & Brittain 2015, Biometrics
    71:146), by integration.

    >>> low, high = melded_difference(BetaShare(8.5, 0.5), BetaShare(4.5, 5.5))
    >>> round(float(low), 3), round(float(high), 3)
    (0.155, 0.795)
    """
    start = one.mean - other.mean, np.sqrt(one.variance + other.variance)
    return _limits(one, other, *start, confidence, _DIFFERENCE)


def melded_ratio(one: BetaShare, other: BetaShare, *, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the first share over the second, 0 or more.

    >>> low, high = melded_ratio(BetaShare(8.5, 0.5), BetaShare(4.5, 5.5))
    >>> round(float(low), 2), round(float(high), 2)
    (1.22, 5.5)
    """
    start = np.log(one.mean / other.mean), np.sqrt(one.variance / one.mean**2 + other.variance / other.mean**2)
    low, high = _limits(one, other, *start, confidence, _RATIO)
    return np.exp(low), np.exp(high)


def melded_p(one: BetaShare, other: BetaShare, sizes: tuple[float, float]) -> np.ndarray:
    """Two-sided p that the shares are equal: twice the smaller of P(X <= Y) and P(X >= Y).

    Parameters
    ----------
    sizes
        People in each group. p is not below what shuffling them over the groups can give at the least, 1 over the number of ways.

    >>> round(float(melded_p(BetaShare(8.5, 0.5), BetaShare(4.5, 5.5), (8, 9))), 4)
    0.0065
    """
    below, _ = _below(one, other, np.zeros(np.broadcast(one.a, other.a).shape), _DIFFERENCE)
    ways = gammaln(sum(sizes) + 1) - gammaln(sizes[0] + 1) - gammaln(sizes[1] + 1)
    return np.clip(2 * np.minimum(below, 1 - below), np.exp(-ways), 1.0)


def _limits(one: BetaShare, other: BetaShare, centre, spread, confidence: float, turn: _Turn):
    """Where the distribution function reaches the two tails: Newton on the normal scale, on which it is nearly straight, between brackets."""
    aim = ndtri(np.array([0.5 - confidence / 2, 0.5 + confidence / 2]))
    shape = (2, *np.broadcast(one.a, other.a).shape)
    aim = aim.reshape(2, *[1] * (len(shape) - 1))
    low, high = np.full(shape, -turn.farthest), np.full(shape, turn.farthest)
    at = np.clip(centre + aim * spread, -0.99 * turn.farthest, 0.99 * turn.farthest)
    for _ in range(_STEPS):
        below, density = _below(one, other, at, turn)
        normal = ndtri(np.clip(below, 1e-12, 1 - 1e-12))
        under = normal < aim
        low, high = np.where(under, at, low), np.where(under, high, at)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            new = at + (aim - normal) * np.exp(-(normal**2) / 2) / np.sqrt(2 * np.pi) / density
        there = np.abs(new - at) < _TOLERANCE
        at = np.where(there | ((new > low) & (new < high)), new, (low + high) / 2)
        if there.all():
            break
    return at[0], at[1]


class _Turn(NamedTuple):
    """X <= with_(Y, at), and Y <= with_(X, -at) the other way round; `slope` is its derivative by `at`, `between` where it is a share."""

    with_: Callable
    slope: Callable
    between: Callable
    width: Callable
    farthest: float


_DIFFERENCE = _Turn(
    lambda y, at: at + y,
    lambda y, at: 1.0,
    lambda at: (np.maximum(0.0, -at), np.minimum(1.0, 1.0 - at)),
    lambda share: share.variance,
    1.0,
)
_RATIO = _Turn(
    lambda y, at: np.exp(at) * y,
    lambda y, at: np.exp(at) * y,
    lambda at: (np.zeros_like(at), np.exp(-np.maximum(at, 0.0))),
    lambda share: share.variance / share.mean**2,
    40.0,
)


def _below(one: BetaShare, other: BetaShare, at: np.ndarray, turn: _Turn) -> tuple[np.ndarray, np.ndarray]:
    """P(X <= turned Y) and its derivative, over the density of whichever is narrower: beside it the other's distribution is smooth."""
    swap = turn.width(one) < turn.width(other)
    a1, a2 = np.where(swap, other.a, one.a), np.where(swap, one.a, other.a)
    b1, b2 = np.where(swap, other.b, one.b), np.where(swap, one.b, other.b)
    at = np.where(swap, -at, at)
    low, high = turn.between(at)
    below, density = _integrals(a1, b1, a2, b2, at, low, high, turn)
    below = below + np.where(high < 1, 1 - betainc(a2, b2, high), 0.0)
    return np.where(swap, 1 - below, below), density


_PLACES = np.linspace(-4, 4, NODES)
_PART, _REST = expit(np.pi * np.sinh(_PLACES)), expit(-np.pi * np.sinh(_PLACES))
_WEIGHT = np.pi * np.cosh(_PLACES) * _PART * _REST * (_PLACES[1] - _PLACES[0])


def _integrals(a1, b1, a2, b2, at, low, high, turn: _Turn) -> tuple[np.ndarray, np.ndarray]:
    """Integrals of F1(turned y) f2(y) and of f1(turned y) f2(y), by the tanh-sinh rule, which bears poles at the ends.

    Takahasi & Mori (1974, Publ RIMS 9:721); over that part of `low` to `high` in which all but 1e-10 of f2 lies.
    """
    start, end = np.maximum(low, betaincinv(a2, b2, 1e-10)), np.minimum(high, betaincinv(a2, b2, 1 - 1e-10))
    width = np.maximum(end - start, 0.0)
    a1, b1, a2, b2, at, start, end = (part[..., None] for part in (a1, b1, a2, b2, at, start, end))
    y, rest = start + width[..., None] * _PART, (1 - end) + width[..., None] * _REST
    turned = np.clip(turn.with_(y, at), 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.exp(xlogy(a2 - 1, y) + xlogy(b2 - 1, rest) - betaln(a2, b2)) * _WEIGHT
        first = np.exp(xlogy(a1 - 1, turned) + xlogy(b1 - 1, 1 - turned) - betaln(a1, b1)) * turn.slope(y, at)
    below = (weight * betainc(a1, b1, turned)).sum(axis=-1) * width
    return below, np.nansum(np.where(np.isfinite(first), weight * first, 0.0), axis=-1) * width
