"""Differences in a mean between arms: weighted, by regression of the outcome in each arm, and by both together (doubly robust).

Own code because the libraries here have no overlap group and no weights that are estimated again in every resample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.weighting._newton import Products


@dataclass(frozen=True, slots=True, eq=False)
class MeanDifferences:
    """First arm minus second by three ways, shape (draws,) each; NaN where an arm is empty.

    `weighted`: of the weighted means. `standardised`: of what the regression of each arm expects for the target group. `augmented`: that,
    corrected by the weighted residuals.
    """

    weighted: np.ndarray
    standardised: np.ndarray
    augmented: np.ndarray


def mean_differences(
    response: np.ndarray,
    first: np.ndarray,
    products: Products | np.ndarray,
    weight: np.ndarray,
    target: np.ndarray,
    counts: np.ndarray,
) -> MeanDifferences:
    """Weighted difference, g-computation and augmented weighting (AIPW) for many draws at once.

    Parameters
    ----------
    response
        Shape (n,).
    first
        Shape (n,), boolean; all others are the second arm.
    products
        The design, shape (n, k), the intercept included: the covariates that both models have.
    weight, target, counts
        Shape (draws, n), each with how often a person was drawn in it: the balancing weights, what each counts in the target group
        (`tilting`), and the number of times alone.

    Weighted: normalised within each arm (Hajek). Standardised: least squares in each arm on the covariates, as they were drawn, read at the
    covariates of the target group (g-computation; Robins 1986). Augmented: with e the propensity, h the target and m the regressions, the sum of h
    (m1 - m0) + w1 (y - m1) - w0 (y - m0) over the sum of h: for everyone the estimator of Robins, Rotnitzky & Zhao 1994 (Lunceford & Davidian
    2004, Stat Med 23:2937), for other groups that of Mao, Li & Greene 2019 (SMMR 28:2439). R's PSweight divides the residuals by
    the sums of their own weights instead; with overlap weights and those for the treated that is nearly or exactly the same.

    When not to use
    ---------------
    With about as many covariates as people in an arm. For a response of 0 and 1 the regressions are of its share, and can lie outside 0 to 1.

    Examples
    --------
    The response is the covariate, and 1 more in the first arm: regression finds that, whatever the weights.

    >>> x, first = np.array([0.0, 1.0, 2.0, 1.0, 2.0, 4.0]), np.repeat([True, False], 3)
    >>> one = np.ones((1, 6))
    >>> found = mean_differences(x + first, first, np.column_stack([np.ones(6), x]), one, one, one)
    >>> found.weighted.round(4).tolist(), found.standardised.round(6).tolist(), found.augmented.round(6).tolist()
    ([-0.3333], [1.0], [1.0])
    """
    products = products if isinstance(products, Products) else Products(np.asarray(products, float))
    response, first = np.asarray(response, float), np.asarray(first, bool)
    means, expected, left = [], [], []
    with np.errstate(divide="ignore", invalid="ignore"):
        total = target.sum(axis=1)
        for who in (first, ~first):
            mine = weight * who
            means.append(mine @ response / mine.sum(axis=1))
            fitted = _fitted(products, response, counts * who)
            expected.append((target * fitted).sum(axis=1) / total)
            left.append((mine * (response - fitted)).sum(axis=1) / total)
        weighted = means[0] - means[1]
        standardised = np.where(np.isfinite(weighted), expected[0] - expected[1], np.nan)
    return MeanDifferences(weighted, standardised, standardised + left[0] - left[1])


def _fitted(products: Products, response: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """What least squares in the people drawn expects of everyone, shape (draws, n)."""
    design = products.design
    inside = products(counts)
    size = np.einsum("bii->bi", inside)
    # a category that was not drawn in this arm says nothing: its coefficient is nothing but rounding, and must not be made larger
    scale = np.sqrt(np.where(size > 0, size, 1.0))
    scaled = inside / (scale[:, :, None] * scale[:, None, :])
    across = (counts * response) @ design / scale
    found = np.linalg.pinv(scaled, rcond=1e-10, hermitian=True) @ across[:, :, None]
    return found[:, :, 0] / scale @ design.T


def pseudo_values(week: np.ndarray, event: np.ndarray, at_week: int) -> np.ndarray:
    """What each person of one arm adds to the share with the event by a week, as if everyone had been followed that long; shape (n,).

    Jackknife of Kaplan-Meier (Andersen, Klein & Rosthoj 2003, Biometrika 90:15): n F - (n - 1) F without that person, with F = 1 - S in the
    week. Without censoring before the week it is 1 for who had the event by then and 0 for all others. Its mean is F but for terms of order
    1 / n^2. Computed per pattern of week and event, not per person. R's `pseudo` package; `survival::pseudo` approximates it.

    When not to use
    ---------------
    When being lost depends on the covariates, or people come under observation late.

    >>> [abs(round(value, 6)) for value in pseudo_values(np.array([1, 2, 3]), np.array([1, 0, 1]), 2).tolist()]
    [1.0, 0.0, 0.0]
    """
    week, event = np.asarray(week, np.int64), np.asarray(event).astype(np.int64)
    n = len(week)
    if n < 2:
        return np.full(n, np.nan)
    last = int(week.max())
    key, back = np.unique(week * 2 + event, return_inverse=True)
    at = np.arange(min(last, at_week) + 1)
    deaths = np.bincount(week[event == 1], minlength=last + 1)[: len(at)].astype(float)
    at_risk = (n - np.concatenate([[0], np.cumsum(np.bincount(week, minlength=last + 1))]))[: len(at)].astype(float)
    full = 1 - _survival(deaths, at_risk)
    left_week, left_event = key // 2, key % 2
    without_deaths = deaths - (left_event[:, None] == 1) * (left_week[:, None] == at)
    without_risk = at_risk - (left_week[:, None] >= at)
    without = 1 - _survival(without_deaths, without_risk)
    return (n * full - (n - 1) * without)[back]


def _survival(deaths: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.prod(np.where(deaths > 0, 1 - deaths / at_risk, 1.0), axis=-1)
