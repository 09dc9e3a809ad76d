"""Correction of p for several tests, by statsmodels; Holm's is own code, for its one collects the garbage of the whole program at every call."""

from __future__ import annotations

import numpy as np


def holm(p_value: np.ndarray) -> np.ndarray:
    """Holm's adjusted p of each test (Holm 1979, Scand J Stat 6:65), as R's `p.adjust`; missing values stay missing and do not count.

    Controls the chance of any false finding whatever the tests' dependence, and never rejects less than Bonferroni.

    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    p_value = np.asarray(p_value, float)
    order = np.argsort(p_value, kind="stable")[: np.count_nonzero(~np.isnan(p_value))]
    adjusted = np.full(len(p_value), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_value[order] * np.arange(len(order), 0, -1)), 1)
    return adjusted


def bonferroni(p_value: np.ndarray) -> np.ndarray:
    """Every p times the number of tests, 1 at most; missing values as in `holm`, which finds no less and is as safe.

    >>> bonferroni(np.array([0.01, 0.04, np.nan])).tolist()
    [0.02, 0.08, nan]
    """
    return _adjusted(p_value, "bonferroni")


def benjamini_hochberg(p_value: np.ndarray) -> np.ndarray:
    """Adjusted p that hold the expected share of false findings among all findings (Benjamini & Hochberg 1995, J R Stat Soc B 57:289).

    For independent or positively dependent tests; missing values as in `holm`.

    When not to use
    ---------------
    For a handful of planned tests of which each is read by itself: it lets single false findings through, and `holm` does not.

    >>> benjamini_hochberg(np.array([0.01, 0.02, 0.9])).round(6).tolist()
    [0.03, 0.03, 0.9]
    """
    return _adjusted(p_value, "fdr_bh")


def _adjusted(p_value: np.ndarray, method: str) -> np.ndarray:
    from statsmodels.stats.multitest import multipletests

    p_value = np.asarray(p_value, float)
    adjusted = np.full(len(p_value), np.nan)
    known = ~np.isnan(p_value)
    if known.any():
        adjusted[known] = multipletests(p_value[known], method=method)[1]
    return adjusted
