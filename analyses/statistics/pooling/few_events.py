"""Pooling counts of events over providers without any correction for zeros: the likelihood of the counts, normal deviations between providers.

Own code because no Python library has these models; see `_random_intercept`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, gammaln, ndtr, ndtri, stdtr, stdtrit

from analyses.statistics.pooling._random_intercept import Likelihood, fit

_SURE = 8
"""A logit beyond this is no answer: the likelihood goes on rising."""


@dataclass(frozen=True, slots=True)
class PooledCounts:
    """On the scale of the model: log odds, log rate, or the logarithm of a ratio. `tau2`: variance between providers, by maximum likelihood."""

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    df: float = np.nan
    tau2: float = np.nan
    log_likelihood: float = np.nan
    providers: int = 0
    reason: str | None = None


def pooled_share(
    events: np.ndarray, n: np.ndarray, limits_by: Literal["t", "normal"] = "t", confidence: float = 0.95, nodes: int = 7
) -> PooledCounts:
    """Log odds of an event of one group, over providers: binomial counts, normal log odds (Stijnen, Hamza & Ozdemir 2010, Stat Med 29:3046).

    As metafor's `rma.glmm(measure="PLO")`, which takes 7 nodes too and the normal quantile; "t" is on k - 1 degrees of freedom, as its
    `test="t"`. `expit` of estimate and limits is the share at a provider in the middle, not the mean share.

    `reason`: `too_few_providers` (fewer than two with anyone), `no_events` (or nothing but events).

    When not to use
    ---------------
    With fewer than five providers: tau squared by maximum likelihood is too small then, and so is the interval.

    Examples
    --------
    Providers that do not differ: the odds of all together.

    >>> found = pooled_share([2, 4, 6], [10, 20, 30])
    >>> round(float(expit(found.estimate)), 6), found.tau2, found.df
    (0.2, 0.0, 2.0)
    """
    events, n = (np.asarray(one, float) for one in (events, n))
    events, n = events[n > 0], n[n > 0]
    if not 0 < events.sum() < n.sum():
        return PooledCounts(np.nan, providers=len(n), reason="no_events" if len(n) > 1 else "too_few_providers")
    share = float(events.sum() / n.sum())
    constant = gammaln(n + 1) - gammaln(events + 1) - gammaln(n - events + 1)
    return _answer(
        _binomial(events, n, np.zeros(len(n)), constant), np.log(share / (1 - share)), len(n), limits_by, confidence, nodes
    )


def pooled_rate(
    events: np.ndarray,
    person_years: np.ndarray,
    limits_by: Literal["t", "normal"] = "t",
    confidence: float = 0.95,
    nodes: int = 7,
) -> PooledCounts:
    """Logarithm of events per person-year of one group, over providers: Poisson counts, normal log rates; metafor's IRLN.

    Arguments, intervals, `reason` and use as in `pooled_share`.

    >>> round(float(np.exp(pooled_rate([2, 4], [1.0, 2.0]).estimate)), 6)
    2.0
    """
    events, years = (np.asarray(one, float) for one in (events, person_years))
    events, years = events[years > 0], years[years > 0]
    if not events.sum() > 0:
        return PooledCounts(np.nan, providers=len(years), reason="no_events" if len(years) > 1 else "too_few_providers")
    offset = np.log(years)[:, None]
    count, constant = events[:, None], -gammaln(events + 1)[:, None]

    def likelihood(eta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        mean = np.exp(np.minimum(eta + offset, 500))
        return count * (eta + offset) - mean + constant, count - mean, mean

    return _answer(likelihood, float(np.log(events.sum() / years.sum())), len(years), limits_by, confidence, nodes)


def pooled_odds_ratio(
    events: np.ndarray,
    n: np.ndarray,
    other_events: np.ndarray,
    other_n: np.ndarray,
    limits_by: Literal["t", "normal"] = "t",
    confidence: float = 0.95,
    nodes: int = 21,
) -> PooledCounts:
    """Log odds ratio of two arms over providers, given each provider's number of events: the noncentral hypergeometric-normal model.

    Stijnen, Hamza & Ozdemir 2010 (Stat Med 29:3046, section 4): the exact conditional likelihood; metafor's `model="CM.EL"`.
    A provider without events, or with nothing else, says nothing of it and is left out. Arguments and intervals as in `pooled_share`.

    `reason`: `too_few_providers` (fewer than two that say something), `no_information` (all events of every provider in one arm).

    Examples
    --------
    Two providers with the same table: the conditional odds ratio of one.

    >>> found = pooled_odds_ratio([4, 4], [10, 10], [2, 2], [10, 10])
    >>> round(float(np.exp(found.estimate)), 3), found.tau2
    (2.537, 0.0)
    """
    a, n1, c, n2 = (np.asarray(one, float) for one in (events, n, other_events, other_n))
    total = a + c
    said = (n1 > 0) & (n2 > 0) & (total > 0) & (total < n1 + n2)
    a, n1, n2, total = a[said], n1[said], n2[said], total[said]
    low, high = np.maximum(0, total - n2), np.minimum(n1, total)
    if len(a) > 1 and ((a == low).all() or (a == high).all()):
        return PooledCounts(np.nan, providers=len(a), reason="no_information")
    width = int((high - low).max()) + 1 if len(a) else 1
    support = low[:, None] + np.arange(width)
    inside = support <= high[:, None]
    cell = np.where(inside, support, low[:, None])
    ways = _choose(n1[:, None], cell) + _choose(n2[:, None], total[:, None] - cell)
    ways = np.where(inside, ways, -np.inf)
    own = _choose(n1, a) + _choose(n2, total - a)

    def likelihood(eta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        logs = ways[:, None, :] + eta[..., None] * support[:, None, :]
        highest = logs.max(axis=2, keepdims=True)
        chance = np.exp(logs - highest)
        whole = chance.sum(axis=2)
        mean = (chance * support[:, None, :]).sum(axis=2) / whole
        spread = (chance * (support[:, None, :] - mean[..., None]) ** 2).sum(axis=2) / whole
        told = own[:, None] + eta * a[:, None] - highest[..., 0] - np.log(whole)
        return told, a[:, None] - mean, spread

    return _answer(likelihood, 0.0, len(a), limits_by, confidence, nodes)


def pooled_rate_ratio(
    events: np.ndarray,
    person_years: np.ndarray,
    other_events: np.ndarray,
    other_years: np.ndarray,
    limits_by: Literal["t", "normal"] = "t",
    confidence: float = 0.95,
    nodes: int = 7,
) -> PooledCounts:
    """Log rate ratio of two arms over providers, given each provider's number of events: the binomial-normal model; metafor's IRR, "CM.EL".

    Arguments, intervals and `reason` as in `pooled_odds_ratio`.

    >>> round(float(np.exp(pooled_rate_ratio([4, 8], [1.0, 2.0], [2, 4], [1.0, 2.0]).estimate)), 6)
    2.0
    """
    a, t, c, s = (np.asarray(one, float) for one in (events, person_years, other_events, other_years))
    said = (t > 0) & (s > 0) & (a + c > 0)
    a, t, c, s = a[said], t[said], c[said], s[said]
    if len(a) > 1 and ((a == 0).all() or (c == 0).all()):
        return PooledCounts(np.nan, providers=len(a), reason="no_information")
    constant = gammaln(a + c + 1) - gammaln(a + 1) - gammaln(c + 1)
    return _answer(_binomial(a, a + c, np.log(t / s), constant), 0.0, len(a), limits_by, confidence, nodes)


def _choose(n: np.ndarray, k: np.ndarray) -> np.ndarray:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _binomial(events: np.ndarray, n: np.ndarray, offset: np.ndarray, constant: np.ndarray) -> Likelihood:
    def likelihood(eta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        eta = eta + offset[:, None]
        share = expit(eta)
        told = events[:, None] * eta - n[:, None] * np.logaddexp(0, eta) + constant[:, None]
        return told, events[:, None] - n[:, None] * share, n[:, None] * share * (1 - share)

    return likelihood


def _answer(
    likelihood: Likelihood, start: float, providers: int, limits_by: str, confidence: float, nodes: int
) -> PooledCounts:
    if providers < 2:
        return PooledCounts(np.nan, providers=providers, reason="too_few_providers")
    found = fit(likelihood, start, nodes)
    if not found.converged or not np.isfinite(found.std_error) or found.tau > _SURE:
        return PooledCounts(np.nan, providers=providers, reason="not_converged")
    df = float(providers - 1) if limits_by == "t" else np.inf
    tail = 0.5 + confidence / 2
    half = float(stdtrit(df, tail) if np.isfinite(df) else ndtri(tail)) * found.std_error
    z = abs(found.mean / found.std_error)
    p = 2 * float(stdtr(df, -z) if np.isfinite(df) else ndtr(-z))
    limits = found.mean - half, found.mean + half
    return PooledCounts(found.mean, found.std_error, *limits, p, df, found.tau**2, found.likelihood, providers)
