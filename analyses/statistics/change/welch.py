"""The difference of two means when the groups differ in spread: Welch's t, as scipy has it."""

from __future__ import annotations

from warnings import catch_warnings, simplefilter

import numpy as np

from analyses.statistics.change.paired_change import MeanEstimate


def welch(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> MeanEstimate:
    """Mean of the first group minus that of the second, with Welch's t interval and test.

    Parameters
    ----------
    first, second
        Shape (n,) and (m,), no missing values.

    Standard error sqrt(s1^2 / n + s2^2 / m), Satterthwaite df (Welch 1947, Biometrika 34:28). R's `t.test`; SPSS prints it as "equal
    variances not assumed". `reason`: `empty_group`, `too_few` (one in a group), `no_variance` (nobody differs within either group: the
    difference is given, nothing else).

    When not to use
    ---------------
    Of changes, when the groups differ at baseline: regression to the mean moves them apart. ANCOVA answers that.

    Examples
    --------
    1, 2, 3 against 3, 4, 5: -2 with an error of sqrt(1/3 + 1/3).

    >>> found = welch(np.array([1.0, 2.0, 3.0]), np.array([3.0, 4.0, 5.0]))
    >>> found.estimate, round(found.std_error, 6), found.df
    (-2.0, 0.816497, 4.0)
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    fewest = min(len(first), len(second))
    if fewest < 2:
        return MeanEstimate(np.nan, reason="too_few" if fewest else "empty_group")
    difference = float(first.mean() - second.mean())
    size = max(float(np.abs(first).max()), float(np.abs(second).max()))
    if max(np.ptp(first), np.ptp(second)) <= 1e-12 * size:
        return MeanEstimate(difference, reason="no_variance")
    from scipy.stats import ttest_ind

    with catch_warnings():
        # an arm in which everyone is alike has no variance, which is right; scipy warns of it all the same
        simplefilter("ignore", RuntimeWarning)
        found = ttest_ind(first, second, equal_var=False)
    low, high = found.confidence_interval(confidence)
    error = float(np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second)))
    return MeanEstimate(difference, error, float(low), float(high), float(found.pvalue), float(found.df))
