"""Estimates and their variances as every pooling wants them, and the sums over weights that recur."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Given(NamedTuple):
    """Effects and variances, shape (k,) each; `reason` when they cannot be pooled."""

    effect: np.ndarray
    variance: np.ndarray
    reason: str | None


def given(effect: np.ndarray, variance: np.ndarray) -> Given:
    """Checked arrays.

    Raises
    ------
    ValueError
        Not one variance per effect, or a number that is missing.

    >>> given([1.0], [0.5]).reason, given([1.0, 2.0], [0.5, 0.0]).reason
    ('too_few_providers', 'no_variance')
    """
    effect, variance = np.atleast_1d(np.asarray(effect, float)), np.atleast_1d(np.asarray(variance, float))
    if effect.shape != variance.shape or effect.ndim != 1:
        raise ValueError("give one variance per effect")
    if not (np.isfinite(effect).all() and np.isfinite(variance).all()):
        raise ValueError("an effect or a variance is missing: leave that provider out")
    if len(effect) < 2:
        return Given(effect, variance, "too_few_providers")
    return Given(effect, variance, None if (variance > 0).all() else "no_variance")


def pooled_mean(effect: np.ndarray, weight: np.ndarray) -> float:
    """The weighted mean."""
    return float(weight @ effect / weight.sum())


def generalised_q(effect: np.ndarray, variance: np.ndarray, tau2: float) -> float:
    """The weighted sum of squares around the mean, with weights 1 / (variance + tau2)."""
    weight = 1 / (variance + tau2)
    return float(weight @ (effect - pooled_mean(effect, weight)) ** 2)
