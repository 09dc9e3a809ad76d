"""Estimates from several imputed data sets as one (Rubin's rules).

Own code because statsmodels pools within its own MICE only, and with z in place of Barnard and Rubin's degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit


@dataclass(frozen=True, slots=True)
class Pooled:
    """One estimate over imputations, with a t interval and test of zero; NaN with ``reason`` when there is none.

    ``within`` and ``between`` are the mean variance and the variance of the estimates; ``fraction_missing`` is the share
    of the information that is missing (``fmi`` of mice), between 0 and 1.
    """

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    df: float = np.nan
    within: float = np.nan
    between: float = np.nan
    fraction_missing: float = np.nan
    reason: str | None = None


def barnard_rubin(imputations: int, share_between: float, complete_df: float) -> float:
    """Degrees of freedom of a pooled estimate (Barnard & Rubin 1999, Biometrika 86:948).

    Parameters
    ----------
    imputations
        m, at least 2.
    share_between
        (1 + 1/m) B / T, from 0 to 1: the part of the variance that comes from what is missing.
    complete_df
        Degrees of freedom had nothing been missing, above 0; may be infinite (then this is Rubin 1987).

    Examples
    --------
    Nothing missing leaves (v + 1) / (v + 3) v.

    >>> round(barnard_rubin(5, 0.0, 10.0), 6)
    8.461538
    """
    old = np.inf if share_between <= 0 else (imputations - 1) / share_between**2
    if np.isinf(complete_df):
        return float(old)
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share_between)
    return float(observed if np.isinf(old) else old * observed / (old + observed))


def pool_rubin(estimates, variances, complete_df: float, confidence: float = 0.95) -> Pooled:
    """Pool one scalar over m imputed data sets, as ``mice::pool``.

    Parameters
    ----------
    estimates, variances : array, shape (m,)
        The estimate and its squared standard error in each completed data set; m at least 2.
    complete_df
        Residual degrees of freedom of the analysis of one completed data set.

    Notes
    -----
    T = W + (1 + 1/m) B (Rubin 1987, section 3.1); degrees of freedom by `barnard_rubin`. Older programs use Rubin's
    own degrees of freedom, which can exceed those of complete data. ``reason``: ``no_variance``.

    Raises
    ------
    ValueError
        Fewer than two imputations, unequal lengths, a negative or missing variance.

    Examples
    --------
    >>> pooled = pool_rubin([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 20)
    >>> pooled.estimate, round(pooled.std_error**2, 6), round(pooled.df, 4)
    (2.0, 2.333333, 3.4359)

    When not to use
    ---------------
    To numbers that are far from normal (a correlation, a ratio): pool on the scale on which they are (Fisher's z, the logarithm).
    """
    estimates, variances = np.asarray(estimates, float), np.asarray(variances, float)
    if estimates.ndim != 1 or estimates.shape != variances.shape or len(estimates) < 2:
        raise ValueError("pooling needs an estimate and a variance from each of at least two imputations")
    if not (np.isfinite(estimates).all() and np.isfinite(variances).all() and (variances >= 0).all()):
        raise ValueError("estimates and variances must be finite, variances not negative")
    m = len(estimates)
    estimate, within, between = float(estimates.mean()), float(variances.mean()), float(estimates.var(ddof=1))
    total = within + (1 + 1 / m) * between
    if not total > 0:
        return Pooled(estimate, 0.0, within=within, between=between, reason="no_variance")
    share = (1 + 1 / m) * between / total
    df = barnard_rubin(m, share, complete_df)
    error = float(np.sqrt(total))
    half = float(stdtrit(df, 0.5 + confidence / 2)) * error
    increase = share / (1 - share) if share < 1 else np.inf
    fraction = (increase + 2 / (df + 3)) / (1 + increase) if np.isfinite(increase) else 1.0
    return Pooled(
        estimate,
        error,
        estimate - half,
        estimate + half,
        float(2 * stdtr(df, -abs(estimate) / error)),
        df,
        within,
        between,
        float(fraction),
    )
