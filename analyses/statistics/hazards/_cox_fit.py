"""The maximum of a Cox model's partial likelihood with what it was found on; for the models that build on one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from analyses.statistics.hazards._cox_input import CoxInput, cox_input
from analyses.statistics.hazards._exact_ties import exact_likelihood
from analyses.statistics.hazards._partial_likelihood import Evaluation, Maximum, evaluate, maximise, score_residuals
from analyses.statistics.hazards._risk_sets import RiskSets

Ties = Literal["efron", "breslow"]
TiesOrExact = Literal["efron", "breslow", "exact"]
ROUNDING = 1e-10
"""Information per event, on covariates of unit spread, at which a covariate is one value wherever there is an event."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Input, sorted risk sets (None without events), the maximum, and why it failed."""

    given: CoxInput
    sets: RiskSets | None
    maximum: Maximum | None
    reason: str | None


def fit_cox(week, event, covariates, *, entry=None, strata=None, ties: Ties = "efron", names=None) -> Fit:
    """Maximise the partial likelihood and keep the risk sets."""
    if ties not in ("efron", "breslow"):
        raise ValueError("ties must be 'efron' or 'breslow'")
    return _maximum(cox_input(week, event, covariates, entry, strata, names), lambda sets: partial(evaluate, sets, ties=ties))


def fit_exact(week, event, covariates, *, entry=None, strata=None, names=None) -> Fit:
    """The same with the exact likelihood of tied events."""
    return _maximum(cox_input(week, event, covariates, entry, strata, names), exact_likelihood)


def _maximum(given: CoxInput, likelihood: Callable[[RiskSets], Callable[[np.ndarray], Evaluation]]) -> Fit:
    if not given.event.any():
        return Fit(given, None, None, "no_events")
    sets = given.sets()
    if _constant_within_strata(sets).any():
        return Fit(given, sets, None, "no_information")
    maximum = maximise(likelihood(sets), sets.x.shape[1])
    if (np.diag(maximum.null.information) <= ROUNDING * sets.group_deaths.sum()).any():
        return Fit(given, sets, None, "no_information")
    return Fit(given, sets, maximum, maximum.reason)


def _constant_within_strata(sets: RiskSets) -> np.ndarray:
    """Say for each covariate whether it takes one value in every stratum."""
    starts = np.flatnonzero(np.diff(sets.group_stratum[sets.segment_group], prepend=-1))
    rows = sets.segment_start[starts]
    spread = np.maximum.reduceat(sets.x, rows, axis=0) - np.minimum.reduceat(sets.x, rows, axis=0)
    return spread.max(axis=0) <= 1e-9


def sandwich(sets: RiskSets, at: Evaluation, clusters: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return the Lin-Wei covariance on the scaled covariates; ``clusters`` holds codes in the order of the input."""
    residual = score_residuals(sets, at)
    code = clusters[sets.kept]
    total = np.column_stack([np.bincount(code, column, n_clusters) for column in residual.T])
    influence = np.linalg.solve(at.information, total.T)
    return influence @ influence.T
