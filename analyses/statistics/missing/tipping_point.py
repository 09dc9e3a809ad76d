"""How much worse the missing scores would have to be for a conclusion to change: delta-adjusted multiple imputation.

Own code because no library here has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtrit

from analyses.statistics.missing.multiple_imputation import Imputed
from analyses.statistics.missing.rubin_pooling import barnard_rubin

_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class ChangeSums:
    """Changes of n people in each of m imputed data sets, reduced to sums around the means.

    ``means``, ``squares`` and ``products`` have shape (m,): mean change, sum of squared deviations, and sum of products of
    the deviations with those of "the later score was imputed". ``imputed`` counts those people.
    """

    n: int
    imputed: int
    means: np.ndarray
    squares: np.ndarray
    products: np.ndarray


def change_sums(changes: np.ndarray, imputed: np.ndarray) -> ChangeSums:
    """Reduce changes, shape (m, n), of which `imputed`, boolean of shape (n,), says whose later score was imputed.

    >>> change_sums(np.array([[0.0, 2.0], [0.0, 4.0]]), np.array([False, True])).squares.tolist()
    [2.0, 8.0]
    """
    means = changes.mean(axis=1) if changes.shape[1] else np.full(len(changes), np.nan)
    centred = changes - means[:, None]
    flag = imputed - imputed.mean() if len(imputed) else imputed.astype(float)
    return ChangeSums(changes.shape[1], int(imputed.sum()), means, (centred**2).sum(axis=1), centred @ flag)


def imputed_change_sums(found: Imputed, first: int, later: int) -> ChangeSums | None:
    """Reduce the change between two columns of imputed scores; None when nobody was measured at one of them.

    >>> from analyses.statistics.missing.multiple_imputation import impute
    >>> from analyses.statistics.missing.score_patterns import score_patterns
    >>> found = impute(score_patterns(np.array([[1.0, 2.0], [2.0, 5.0]])), 2, np.random.default_rng(1))
    >>> sums = imputed_change_sums(found, 0, 1)
    >>> sums.means.tolist(), sums.squares.tolist(), sums.imputed
    ([2.0, 2.0], [2.0, 2.0], 0)
    """
    if not {first, later} <= set(found.moments):
        return None
    one, two = found.moments.index(first), found.moments.index(later)
    means = found.means[:, :, two] - found.means[:, :, one]
    squares = found.scatter[:, :, one, one] + found.scatter[:, :, two, two] - 2 * found.scatter[:, :, one, two]
    nothing = np.zeros(len(means))
    return together(
        [
            ChangeSums(pattern.n, 0 if pattern.seen[later] else pattern.n, means[:, k], np.maximum(squares[:, k], 0.0), nothing)
            for k, pattern in enumerate(found.patterns)
        ]
    )


def together(parts: Sequence[ChangeSums]) -> ChangeSums:
    """Sums of several disjoint groups as one group.

    >>> one, two = (change_sums(np.array([[score]]), np.array([True])) for score in (1.0, 3.0))
    >>> together([one, two]).squares.tolist()
    [2.0]
    """
    parts = [part for part in parts if part.n]
    n, imputed = sum(part.n for part in parts), sum(part.imputed for part in parts)
    means = sum(part.n * part.means for part in parts) / n
    squares = sum(part.squares + part.n * (part.means - means) ** 2 for part in parts)
    products = sum(part.products + (part.means - means) * (part.imputed - part.n * imputed / n) for part in parts)
    return ChangeSums(n, imputed, means, squares, products)


@dataclass(frozen=True, slots=True, eq=False)
class ShiftedEstimate:
    """An estimate in each of m imputed data sets, as it moves when delta is added to the imputed scores.

    The estimate is ``estimates + delta * share``, its variance ``constant + delta * linear + delta^2 * square``; shapes (m,)
    but for ``share`` and ``square``.
    """

    estimates: np.ndarray
    share: float
    constant: np.ndarray
    linear: np.ndarray
    square: float
    complete_df: float


def shifted_mean(sums: ChangeSums) -> ShiftedEstimate:
    """The mean change of one group of at least two people.

    When the imputed later scores are shifted by delta, the mean moves by delta times the share imputed.
    """
    return _shifted(sums, sums.means, sums.squares, 1 / (sums.n * (sums.n - 1)), sums.n - 1)


def shifted_difference(first: ChangeSums, second: ChangeSums) -> ShiftedEstimate:
    """Difference in mean change, first minus second, with one variance for both; delta goes to the first group only.

    The variance is that of the least squares regression of change on group. At least three people together.
    """
    df = first.n + second.n - 2
    return _shifted(first, first.means - second.means, first.squares + second.squares, (1 / first.n + 1 / second.n) / df, df)


def _shifted(sums: ChangeSums, estimates, squares, scale: float, df: float) -> ShiftedEstimate:
    share = sums.imputed / sums.n
    return ShiftedEstimate(
        estimates, share, squares * scale, 2 * sums.products * scale, sums.imputed * (1 - share) * scale, float(df)
    )


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """The delta at which a conclusion changes, in units of the score; NaN with ``reason`` when there is none."""

    delta: float
    reason: str | None = None


def tipping_point(shifted: ShiftedEstimate, confidence: float = 0.95) -> TippingPoint:
    """The smallest shift of the imputed scores, towards no change, at which the interval first reaches zero.

    Parameters
    ----------
    shifted
        From `shifted_mean` or `shifted_difference`; two imputations or more.

    Notes
    -----
    The same delta for everyone whose score was imputed (Ratitch, O'Kelly & Tosiello 2013, Pharm Stat 12:337). Estimate and
    variance are a line and a parabola in delta, so that no score is drawn again; at delta = -estimate / share the estimate
    is zero, so a conclusion always tips. ``reason``: ``nothing_missing``, ``nothing_to_tip`` (zero lies inside the
    interval at once), ``no_variance``.

    When not to use
    ---------------
    As a test. It says how bad the missing would have to be; whether they can be that bad is a judgement.

    Examples
    --------
    Changes of -2, -2.5, -1.5 and one imputed around -2: with that one at about -0.8 the interval reaches zero.

    >>> changes = np.array([[-2.0, -2.5, -1.5, -2.2], [-2.0, -2.5, -1.5, -1.8]])
    >>> sums = change_sums(changes, np.array([False, False, False, True]))
    >>> round(tipping_point(shifted_mean(sums)).delta, 2)
    1.18
    """
    if shifted.share == 0:
        return TippingPoint(np.nan, "nothing_missing")
    estimate = float(shifted.estimates.mean())
    if not _variance(shifted, 0.0) > 0:
        return TippingPoint(np.nan, "no_variance")
    if _margin(shifted, 0.0, confidence) <= 0:
        return TippingPoint(np.nan, "nothing_to_tip")
    grid = np.linspace(0.0, -estimate / shifted.share, _STEPS + 1)
    # rounding may leave the last a hair above zero, where the estimate is zero by construction
    values = np.append([_margin(shifted, delta, confidence) for delta in grid[:-1]], -1.0)
    first = int(np.flatnonzero(values <= 0)[0])
    if first == _STEPS and _margin(shifted, grid[-1], confidence) > 0:
        return TippingPoint(float(grid[-1]))
    root = brentq(lambda delta: _margin(shifted, delta, confidence), grid[first - 1], grid[first], xtol=1e-13, rtol=1e-13)
    return TippingPoint(float(root))


def _variance(shifted: ShiftedEstimate, delta: float) -> float:
    within = float((shifted.constant + delta * shifted.linear).mean() + delta**2 * shifted.square)
    return within + _between(shifted)


def _between(shifted: ShiftedEstimate) -> float:
    m = len(shifted.estimates)
    return (1 + 1 / m) * float(shifted.estimates.var(ddof=1))


def _margin(shifted: ShiftedEstimate, delta: float, confidence: float) -> float:
    """How far the interval stays from zero: |estimate| minus its half width."""
    distance = abs(float(shifted.estimates.mean()) + delta * shifted.share)
    total = _variance(shifted, delta)
    if not total > 0:
        return distance
    df = barnard_rubin(len(shifted.estimates), _between(shifted) / total, shifted.complete_df)
    return distance - float(stdtrit(df, 0.5 + confidence / 2)) * total**0.5
