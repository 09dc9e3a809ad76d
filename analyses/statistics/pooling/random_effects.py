"""The mean of what providers do, where they differ: random effects with an interval for few providers, and what to expect of the next one.

Own code because statsmodels has no REML, no Hartung-Knapp interval that is scaled by it, and no prediction interval (pitfall T21).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from analyses.statistics.pooling._given import given, pooled_mean
from analyses.statistics.pooling.heterogeneity import Heterogeneity, Method, heterogeneity

Interval = Literal["hartung_knapp", "hartung_knapp_widened", "normal"]


@dataclass(frozen=True, slots=True, eq=False)
class RandomEffects:
    """The pooled effect on the scale of the effects; `weight`, shape (k,), adds up to 1.

    `factor`: by what Hartung and Knapp multiply the variance (before any widening); below 1 their interval is narrower than the normal one.
    """

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    df: float = np.nan
    factor: float = np.nan
    providers: int = 0
    confidence: float = 0.95
    between: Heterogeneity = field(default_factory=lambda: Heterogeneity(np.nan))
    weight: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False)
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What to expect of another provider: limits around the pooled effect."""

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    df: float = np.nan
    reason: str | None = None


def random_effects(
    effect: np.ndarray,
    variance: np.ndarray,
    method: Method = "REML",
    limits_by: Interval = "hartung_knapp",
    confidence: float = 0.95,
) -> RandomEffects:
    """Pool the estimates of providers that may truly differ.

    Parameters
    ----------
    effect, variance
        Shape (k,): an estimate per provider and its squared standard error; ratios as logarithms.
    method
        Of tau squared, see `heterogeneity`.
    limits_by
        "hartung_knapp": t on k - 1 degrees of freedom, the variance 1 / sum w times q = sum w (y - mean)^2 / (k - 1) (Hartung & Knapp
        2001, Stat Med 20:3875; Sidik & Jonkman 2002, Stat Med 21:3153), metafor's `test="knha"`. "hartung_knapp_widened": the same with
        q at least 1, its `test="adhoc"`. "normal": 1 / sum w and the normal quantile, the default of metafor, RevMan and Stata.

    `reason`: `too_few_providers` (fewer than two), `no_variance` (a variance that is not above zero, or with Hartung and Knapp effects
    that are all equal).

    When not to use
    ---------------
    With two providers the interval has one degree of freedom and says next to nothing. Where effects lie closer together than chance lets
    them (`factor` far below 1, tau squared 0) Hartung and Knapp's interval is narrower than any single provider's data allow: then take
    the widened one (Wiksten, Rucker & Schwarzer 2016, Stat Med 35:2503).

    Examples
    --------
    Three effects 1, 2 and 6 with variance 1: mean 3, tau squared 6, so each weighs 1 / 7; q is 1, and the error sqrt(7 / 3).

    >>> found = random_effects(np.array([1.0, 2.0, 6.0]), np.ones(3))
    >>> round(found.estimate, 9), round(found.std_error**2 * 3, 6), found.df, round(found.factor, 9)
    (3.0, 7.0, 2.0, 1.0)
    """
    effect, variance, reason = given(effect, variance)
    k = len(effect)
    if reason:
        return RandomEffects(np.nan, providers=k, confidence=confidence, reason=reason)
    between = heterogeneity(effect, variance, method, confidence)
    weight = 1 / (variance + between.estimate)
    mean = pooled_mean(effect, weight)
    factor = float(weight @ (effect - mean) ** 2 / (k - 1))
    known = {"factor": factor, "providers": k, "confidence": confidence, "between": between, "weight": weight / weight.sum()}
    scale = {"hartung_knapp": factor, "hartung_knapp_widened": max(1.0, factor), "normal": 1.0}[limits_by]
    if not scale > 1e-24:
        return RandomEffects(mean, **known, reason="no_variance")
    error = float(np.sqrt(scale / weight.sum()))
    df = np.inf if limits_by == "normal" else float(k - 1)
    half = _quantile(df, confidence) * error
    return RandomEffects(mean, error, mean - half, mean + half, _p(mean / error, df), df, **known)


def prediction_interval(pooled: RandomEffects, rule: Literal["as_interval", "k_minus_2"] = "as_interval") -> Prediction:
    """Between what limits the true effect of another provider lies, if these are a sample of all: root of tau squared + error squared.

    Programs differ in the quantile. "as_interval": that of the pooled effect's own interval, t on k - 1 degrees of freedom with
    Hartung and Knapp, the default of R's metafor (`predict`). "k_minus_2": t on k - 2 (Higgins, Thompson & Spiegelhalter 2009, J R Stat
    Soc A 172:137, eq. 12; metafor's `predtype="Riley"`, and RevMan), wider; it asks for three providers.

    `reason`: that of the pooled effect; `too_few_providers`.

    When not to use
    ---------------
    It takes true effects as normal, and tau squared as known but for the quantile: with fewer than ten providers both rules hold less
    often than they promise (docs/methods-pooling.md).

    Examples
    --------
    Three effects 1, 2 and 6 with variance 1: the error of a next provider is sqrt(6 + 7 / 3), and t on 2 degrees of freedom 4.3027.

    >>> next_one = prediction_interval(random_effects(np.array([1.0, 2.0, 6.0]), np.ones(3)))
    >>> round(next_one.std_error**2, 6), round(next_one.ci_low, 3), round(next_one.ci_high, 3)
    (8.333333, -9.421, 15.421)
    """
    if pooled.reason:
        return Prediction(pooled.estimate, reason=pooled.reason)
    df = pooled.df if rule == "as_interval" else float(pooled.providers - 2)
    if not df >= 1:
        return Prediction(pooled.estimate, reason="too_few_providers")
    error = float(np.sqrt(pooled.between.estimate + pooled.std_error**2))
    half = _quantile(df, pooled.confidence) * error
    return Prediction(pooled.estimate, error, pooled.estimate - half, pooled.estimate + half, df)


def _quantile(df: float, confidence: float) -> float:
    return float(stdtrit(df, 0.5 + confidence / 2) if np.isfinite(df) else ndtri(0.5 + confidence / 2))


def _p(statistic: float, df: float) -> float:
    return float(2 * (stdtr(df, -abs(statistic)) if np.isfinite(df) else ndtr(-abs(statistic))))
