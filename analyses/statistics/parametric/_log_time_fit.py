"""The maximum of the likelihood of a location-scale model of log weeks, from ranges of weeks; Newton steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.statistics.parametric._location_scale import Distribution, range_terms

MAX_ITERATIONS = 100
DECREMENT = 1e-18
"""Newton's decrement per person, below which the maximum is found."""
WIDEST = 50.0
"""A logarithm with a larger standard error says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class LogTimes:
    """Distinct ranges of log weeks, shape (ranges,), with their design, shape (ranges, k), and how many people each stands for.

    Late entry is a range from the entry on that stands for so many people less than none.
    """

    low: np.ndarray
    high: np.ndarray
    design: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Coefficients with the log of the scale as the last, their covariance, and the log-likelihood."""

    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float


def together(left: np.ndarray, right: np.ndarray, covariates: np.ndarray, weight: np.ndarray) -> LogTimes:
    """Ranges of weeks as log times; alike ones once, and none for those who were not followed at all."""
    followed = ((left > 0) | np.isfinite(right)) & (weight != 0)
    given = np.column_stack([left, right, covariates])[followed]
    # in the order of np.unique, column by column: a million rows are looked up faster than sorted
    place = np.zeros(len(given), np.int64)
    for column in given.T:
        code, values = pd.factorize(column, sort=True)
        place = pd.factorize(place * len(values) + code, sort=True)[0]
    total = np.bincount(place, weight[followed])
    rows = np.empty((len(total), given.shape[1]))
    rows[place] = given
    with np.errstate(divide="ignore"):
        low, high = np.log(rows[:, 0]), np.log(rows[:, 1])
    return LogTimes(low, high, np.column_stack([np.ones(len(rows)), rows[:, 2:]]), total)


def maximum(given: LogTimes, distribution: Distribution, start: np.ndarray | None = None) -> Maximum | None:
    """The maximum, looked for from `start` where that is known to be near; None when none is found."""
    found = _start(given) if start is None else start
    value, gradient, curvature = _likelihood(given, found, distribution)
    people = np.abs(given.weight).sum()
    for _ in range(MAX_ITERATIONS):
        if not np.isfinite(value) or not curvature.any():
            return None
        step = _step(gradient, curvature)
        if gradient @ step <= DECREMENT * people:
            return _answer(found + step, given, distribution)
        for halving in range(30):
            new = found + step * 0.5**halving
            answer = _likelihood(given, new, distribution)
            if np.isfinite(answer[0]) and answer[0] >= value - 1e-13 * abs(value):
                break
        else:
            return None
        found, (value, gradient, curvature) = new, answer
    return None


def _start(given: LogTimes) -> np.ndarray:
    """Mean and spread of the middles of the ranges, and of the last weeks seen."""
    ends = np.isfinite(given.high)
    low = np.where(np.isfinite(given.low), given.low, given.high - np.log(2.0))
    middle = np.where(ends, (low + np.where(ends, given.high, 0.0)) / 2, low)
    share = np.abs(given.weight) / np.abs(given.weight).sum()
    found = np.zeros(given.design.shape[1] + 1)
    found[0] = share @ middle
    found[-1] = np.log(np.clip(np.sqrt(share @ (middle - found[0]) ** 2), 0.1, 3.0))
    return found


def _step(gradient: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """Newton's step, at most 2 on the scale of logarithms; uphill also where the likelihood is not yet concave."""
    values, vectors = np.linalg.eigh(curvature)
    values = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    step = vectors @ ((vectors.T @ gradient) / values)
    return step * min(1.0, 2.0 / np.abs(step).max()) if step.any() else step


def _answer(found: np.ndarray, given: LogTimes, distribution: Distribution) -> Maximum | None:
    value, _, curvature = _likelihood(given, found, distribution)
    values, vectors = np.linalg.eigh(curvature)
    # on the way to a scale of nothing the likelihood is flat, which is no maximum
    if not np.isfinite(value) or values[0] <= WIDEST**-2:
        return None
    return Maximum(found, (vectors / values) @ vectors.T, float(value))


def _likelihood(given: LogTimes, found: np.ndarray, distribution: Distribution) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, gradient and minus the second derivatives, to the coefficients and the log of the scale."""
    scale = np.exp(np.clip(found[-1], -30.0, 30.0))
    location = given.design @ found[:-1]
    low, high = (given.low - location) / scale, (given.high - location) / scale
    terms = range_terms(low, high, distribution)
    # z changes by -x / scale with a coefficient, and by -z with the log of the scale
    below, above = (np.where(np.isfinite(end), end, 0.0) for end in (low, high))
    with np.errstate(invalid="ignore", over="ignore"):
        towards = terms.low + terms.high
        stretch = terms.low * below + terms.high * above
        bend = terms.low_low + 2 * terms.low_high + terms.high_high
        mixed = terms.low_low * below + terms.low_high * (below + above) + terms.high_high * above + towards
        wide = terms.low_low * below**2 + 2 * terms.low_high * below * above + terms.high_high * above**2 + stretch
        w, design = given.weight, given.design / scale
        gradient = -np.append(design.T @ (w * towards), w @ stretch)
        curvature = np.empty((len(found), len(found)))
        curvature[:-1, :-1] = -(design.T * (w * bend)) @ design
        curvature[:-1, -1] = curvature[-1, :-1] = -design.T @ (w * mixed)
        curvature[-1, -1] = -(w @ wide)
        value = float(w @ terms.value)
    if not (np.isfinite(gradient).all() and np.isfinite(curvature).all()):
        value = np.nan
    return value, gradient, curvature
