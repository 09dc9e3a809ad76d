"""Log-rank tests from weekly counts: two or more groups, stratified, and the weighted family by its members' names.

Own code because lifelines and statsmodels take people, and lifelines' statistic scales with weights for them (T6). Without
weights it is a second opinion in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import chdtrc

from analyses.statistics.events.event_counts import EventCounts

Weighting = Literal["log-rank", "gehan", "tarone-ware", "peto-peto", "modified-peto-peto", "fleming-harrington"]
NO_WEIGHTS = (
    "weights for persons are refused: the statistic would scale with them and reject far too often; "
    "use a Cox model with cluster-robust errors, or a difference in restricted means with a bootstrap that estimates the weights again"
)


@dataclass(frozen=True, slots=True)
class LogRank:
    """A test that groups share one hazard.

    Parameters
    ----------
    statistic, df, p_value
        Chi-squared, its degrees of freedom, and the p-value from the chi-squared distribution.
    observed, expected
        (Weighted) events per group.
    covariance
        Shape (groups, groups): of observed less expected.
    reason
        Why there is no test: `one_group`, `empty_group`, `no_events`; `no_information` when there are events, but none that could have told
        the groups apart: only one group was at risk, everybody at risk had the event, or its weight is 0. `df` is one less for each group
        that was never at risk beside another, and for each set of groups that met only each other (late entry, strata).
    """

    statistic: float
    df: int
    p_value: float
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    weighting: str
    covariance: np.ndarray = field(repr=False, compare=False)
    reason: str | None = None


def log_rank(
    groups: Sequence[EventCounts],
    *,
    weighting: Weighting = "log-rank",
    rho: float = 0.0,
    gamma: float = 0.0,
    weights: None = None,
) -> LogRank:
    """Compare the hazards of two or more groups. The same as `stratified_log_rank` with one stratum.

    Parameters
    ----------
    groups
        One table of counts per group.
    weighting
        Weight of each week: `log-rank` 1 (Mantel 1966; R `survdiff` rho = 0), `gehan` the number at risk (Breslow 1970),
        `tarone-ware` its square root, `peto-peto` Peto's survival estimate S~(t), the product of 1 - d / (n + 1) up to and
        including the week (Peto & Peto 1972), `modified-peto-peto` S~(t) n / (n + 1) (Andersen et al. 1982),
        `fleming-harrington` S(t-)^rho (1 - S(t-))^gamma with the left-continuous Kaplan-Meier curve of all groups: with rho 1
        and gamma 0 it is what R's `survdiff(rho = 1)` calls the Peto & Peto modification of Gehan's test. What Stata, SAS
        and R call "Wilcoxon" or "Peto" differs, so the weight is named here by its formula (Klein & Moeschberger 2003,
        section 7.3).
    rho, gamma
        Exponents of `fleming-harrington`, 0 or more.
    weights
        Not accepted, for anyone who looks for it.

    Raises
    ------
    ValueError
        Weights for persons: the statistic scales with them and rejects far too often (pitfall T6). Use a Cox model with
        cluster-robust errors, or a difference in restricted means with a bootstrap. Unknown weighting, negative exponents.

    When not to use
    ---------------
    When the curves cross: the test sees little (the restricted mean does). A weighting chosen after seeing the curves.

    Examples
    --------
    One event in each of two groups of one, in different weeks: O - E = 1 - 1/2, variance 1/4, chi-squared 1.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> a, b = (event_counts(np.array([week]), np.array([1])) for week in (1, 2))
    >>> log_rank([a, b]).statistic
    1.0
    """
    if weights is not None:
        raise ValueError(NO_WEIGHTS)
    return stratified_log_rank([groups], weighting=weighting, rho=rho, gamma=gamma)


def stratified_log_rank(
    strata: Sequence[Sequence[EventCounts]], *, weighting: Weighting = "log-rank", rho: float = 0.0, gamma: float = 0.0
) -> LogRank:
    """Log-rank test within strata: observed, expected and variance are added over the strata.

    Parameters
    ----------
    strata
        Per stratum one table of counts per group, the groups in one order everywhere. At least one stratum.

    Examples
    --------
    Two strata with the same single comparison: O - E and the variance both double.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> a, b = (event_counts(np.array([week]), np.array([1])) for week in (1, 2))
    >>> stratified_log_rank([[a, b], [a, b]]).statistic
    2.0

    Notes
    -----
    (sum of O - E) squared over the sum of V (Mantel 1966, Cancer Chemother Rep 50:163), as R's `survdiff` with `strata`.

    When not to use
    ---------------
    When the effect turns around between strata: what speaks for one group then cancels what speaks for the other. With weights for persons
    (inverse probability): see the pitfalls of weighted log-rank tests; use a robust Cox model.
    """
    if rho < 0 or gamma < 0:
        raise ValueError("rho and gamma must be 0 or more")
    if not strata:
        raise ValueError("give at least one stratum")
    k = len(strata[0])
    if any(len(stratum) != k for stratum in strata):
        raise ValueError("every stratum must hold the same groups in the same order")
    sums = [_sums(stratum, weighting, rho, gamma) for stratum in strata]
    observed, expected, variance = (sum(part) for part in zip(*sums))
    name = weighting if weighting != "fleming-harrington" else f"fleming-harrington({rho:g},{gamma:g})"
    present = np.array([sum(stratum[g].size for stratum in strata) > 0 for g in range(k)])
    reason = None
    if k < 2:
        reason = "one_group"
    elif not present.all():
        reason = "empty_group"
    elif not np.any(np.diag(variance) > 0):
        any_event = any(group.all_events.sum() > 0 for stratum in strata for group in stratum)
        reason = "no_information" if any_event else "no_events"
    if reason:
        return LogRank(np.nan, k - 1, np.nan, tuple(observed), tuple(expected), name, variance, reason)
    gap, keep = observed - expected, _all_but_one_of_each(variance)
    chi2 = float(gap[keep] @ np.linalg.solve(variance[np.ix_(keep, keep)], gap[keep]))
    return LogRank(chi2, len(keep), float(chdtrc(len(keep), chi2)), tuple(observed), tuple(expected), name, variance)


def _all_but_one_of_each(variance: np.ndarray) -> np.ndarray:
    """All groups but the last of each set of groups that met: of groups that were never at risk together nothing is compared."""
    met = variance != 0
    for _ in range(len(met)):
        met = met @ met
    return np.flatnonzero(np.triu(met, 1).any(axis=1))


def _sums(groups: Sequence[EventCounts], weighting: Weighting, rho: float, gamma: float):
    weeks = max(group.table_weeks for group in groups)
    d = np.zeros((len(groups), weeks))
    n = np.zeros((len(groups), weeks))
    for row, group in enumerate(groups):
        d[row, : group.table_weeks] = group.all_events
        n[row, : group.table_weeks] = group.at_risk
    used = d.sum(axis=0) > 0
    d, n = d[:, used], n[:, used]
    deaths, risk = d.sum(axis=0), n.sum(axis=0)
    weight = week_weights(deaths, risk, weighting, rho, gamma)
    share = n / risk
    spread = np.where(risk > 1, deaths * (risk - deaths) / np.maximum(risk - 1, 1), 0.0) * weight**2
    variance = np.diag(share @ spread) - (share * spread) @ share.T
    return d @ weight, share @ (deaths * weight), variance


def week_weights(deaths: np.ndarray, risk: np.ndarray, weighting: Weighting, rho: float, gamma: float) -> np.ndarray:
    """The weight of each week with an event, from the events and people at risk of all groups together; shape (weeks,).

    >>> week_weights(np.array([1.0, 1.0]), np.array([4.0, 2.0]), "fleming-harrington", 1, 0).tolist()
    [1.0, 0.75]

    When not to use
    ---------------
    By itself: `log_rank` has it.
    """
    if weighting == "log-rank":
        return np.ones_like(risk)
    if weighting == "gehan":
        return risk
    if weighting == "tarone-ware":
        return np.sqrt(risk)
    if weighting in ("peto-peto", "modified-peto-peto"):
        peto = np.cumprod(1 - deaths / (risk + 1))
        return peto if weighting == "peto-peto" else peto * risk / (risk + 1)
    if weighting != "fleming-harrington":
        raise ValueError("weighting must be log-rank, gehan, tarone-ware, peto-peto, modified-peto-peto or fleming-harrington")
    before = np.concatenate([[1.0], np.cumprod(1 - deaths / risk)])[: len(risk)]
    return before**rho * (1 - before) ** gamma
