"""Other indices of reliable change than Jacobson and Truax', each with its own answer to regression to the mean.

Own code because no library has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analyses.statistics.change.paired_change import paired_moments


@dataclass(frozen=True, slots=True)
class ChangeIndices:
    """Index per person (the change in standard errors, its sign as scored), the value beyond which it is reliable, and `reason` when there is none."""

    statistic: np.ndarray
    critical: float = 1.96
    reason: str | None = None


def edwards_nunnally(before: np.ndarray, later: np.ndarray, reliability: float) -> ChangeIndices:
    """Change from the estimated true score at baseline, over the standard error of measurement.

    [later - (M + r (before - M))] / (SD sqrt(1 - r)), reliable beyond 2: the interval of two standard errors around the true
    score of Edwards, Yarvis, Mueller, Zingale & Wagman 1978 (Eval Q 2:291) after Nunnally; Speer 1992 (J Consult Clin Psychol 60:402).

    Examples
    --------
    Mean 20, SD 10, reliability 0.75: a true score of 27.5 for 30, a standard error of 5.

    >>> before = np.array([10.0, 20.0, 30.0])
    >>> float(edwards_nunnally(before, np.array([10.0, 20.0, 7.5]), 0.75).statistic[2])
    -4.0
    """
    return _by_baseline(
        before, later, lambda b, a, mean, sd, _: (a - mean - reliability * (b - mean)) / _sem(sd, reliability), 2.0
    )


def gulliksen_lord_novick(before: np.ndarray, later: np.ndarray, reliability: float) -> ChangeIndices:
    """Later score against what the baseline predicts, over the standard error of prediction SD sqrt(1 - r^2).

    [(later - M) - r (before - M)] / (SD sqrt(1 - r^2)) (Gulliksen 1950; Lord & Novick 1968; Hsu 1989, Behav Assess 11:459).

    Examples
    --------
    >>> before = np.array([10.0, 20.0, 30.0])
    >>> round(float(gulliksen_lord_novick(before, np.array([10.0, 20.0, 14.0]), 0.8).statistic[2]), 9)  # (-6 - 8) / 6
    -2.333333333
    """
    return _by_baseline(
        before, later, lambda b, a, mean, sd, _: (a - mean - reliability * (b - mean)) / (sd * np.sqrt(1 - reliability**2))
    )


def hsu_linn_lord(before: np.ndarray, later: np.ndarray, reliability: float) -> ChangeIndices:
    """As `gulliksen_lord_novick`, with the later score around its own mean: change beyond that of the group.

    [(later - M_later) - r (before - M)] / (SD sqrt(1 - r^2)) (Hsu 1989, Behav Assess 11:459).

    When not to use
    ---------------
    As a share of people who got better: the mean improvement of the group is taken out, so about as many do worse.

    Examples
    --------
    >>> before = np.array([10.0, 20.0, 30.0])
    >>> [round(float(value), 9) for value in hsu_linn_lord(before, before - 5, 0.8).statistic]
    [-0.333333333, 0.0, 0.333333333]
    """
    return _by_baseline(
        before,
        later,
        lambda b, a, mean, sd, later_mean: (a - later_mean - reliability * (b - mean)) / (sd * np.sqrt(1 - reliability**2)),
    )


def nunnally_kotsch(before: np.ndarray, later: np.ndarray, reliability: float) -> ChangeIndices:
    """Change from the estimated true score, over the error of that estimate and of the later score together.

    [later - (M + r (before - M))] / (SD sqrt(r^2 (1 - r) + 1 - r)) (Nunnally & Kotsch 1983, Br J Clin Psychol 22:83), one
    reliability for both moments.

    Examples
    --------
    >>> before = np.array([10.0, 20.0, 30.0])
    >>> round(float(nunnally_kotsch(before, np.array([10.0, 20.0, 7.5]), 0.75).statistic[2]), 6)  # -20 / (10 sqrt(0.390625))
    -3.2
    """
    error = np.sqrt(reliability**2 * (1 - reliability) + 1 - reliability)
    return _by_baseline(before, later, lambda b, a, mean, sd, _: (a - mean - reliability * (b - mean)) / (sd * error))


def hageman_arrindell(before: np.ndarray, later: np.ndarray, reliability: float) -> ChangeIndices:
    """Change shrunk to that of the group by the reliability of the differences, reliable beyond 1.65.

    [(later - before) r_dd + (M_later - M) (1 - r_dd)] / (sqrt(r_dd) sqrt(2) SEM), r_dd = (s1^2 r1 + s2^2 r2 - 2 s1 s2 r12) / s_D^2, r_i =
    1 - SEM^2 / s_i^2, SEM = s1 sqrt(1 - r) (Hageman & Arrindell 1999, Behav Res Ther 37:1169). `reason` `unreliable_difference` when
    r_dd is 0 or less: the scores then vary less than their error.

    Examples
    --------
    Changes of 0, 10 and 20 around 10, of which 2 * 25 of the variance of 100 is error: r_dd is a half.

    >>> before = np.array([10.0, 20.0, 30.0])
    >>> round(float(hageman_arrindell(before, before + [0, 10, 20], 0.75).statistic[0]), 9)  # 5 / (sqrt(0.5) sqrt(50))
    1.0
    """
    moments = paired_moments(before, later)
    reason = _reason(moments.n, moments.sd_before)
    if reason is None and not moments.sd_change > 0:
        reason = "unreliable_difference"
    if reason:
        return ChangeIndices(np.full(moments.n, np.nan), 1.65, reason)
    error = _sem(moments.sd_before, reliability) ** 2
    r_dd = 1 - 2 * error / moments.sd_change**2
    if not r_dd > 0:
        return ChangeIndices(np.full(moments.n, np.nan), 1.65, "unreliable_difference")
    change = (np.asarray(later, float) - before) * r_dd + moments.mean_change * (1 - r_dd)
    return ChangeIndices(change / (np.sqrt(r_dd) * np.sqrt(2 * error)), 1.65)


INDICES: Mapping[str, Callable[[np.ndarray, np.ndarray, float], ChangeIndices]] = {
    "edwards_nunnally": edwards_nunnally,
    "gulliksen_lord_novick": gulliksen_lord_novick,
    "hsu_linn_lord": hsu_linn_lord,
    "nunnally_kotsch": nunnally_kotsch,
    "hageman_arrindell": hageman_arrindell,
}


def _by_baseline(before, later, formula, critical: float = 1.96) -> ChangeIndices:
    before, later = np.asarray(before, float), np.asarray(later, float)
    sd = float(before.std(ddof=1)) if len(before) > 1 else np.nan
    reason = _reason(len(before), sd)
    if reason:
        return ChangeIndices(np.full(len(before), np.nan), critical, reason)
    return ChangeIndices(formula(before, later, before.mean(), sd, later.mean()), critical)


def _sem(sd: float, reliability: float) -> float:
    return sd * np.sqrt(1 - reliability)


def _reason(n: int, sd: float) -> str | None:
    if n == 0:
        return "empty_group"
    if n < 2:
        return "too_few"
    return None if sd > 0 else "no_variance"
