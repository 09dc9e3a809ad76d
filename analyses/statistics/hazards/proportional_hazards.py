"""Score test of proportional hazards, as ``cox.zph`` in R's survival from version 3 on.

Own code because lifelines tests by the approximation that R left with survival 3 (T12), and statsmodels has no test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analyses.statistics.hazards._cox_fit import Fit, Ties, fit_cox
from analyses.statistics.hazards._partial_likelihood import weighted_information
from analyses.statistics.inference.wald import ChiSquaredTest, chi_squared_test

Transform = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True, slots=True)
class ProportionalHazards:
    """Tests that each log hazard ratio is constant over time.

    Attributes
    ----------
    names : tuple of str
        Covariates, or terms when ``terms`` was given.
    tests : tuple of ChiSquaredTest
        One per name.
    overall : ChiSquaredTest
        All covariates together ("GLOBAL" in R).
    transform : str
    reason : str or None
        As in `CoxModel`, or "log_of_zero" (an event in week 0 has no logarithm).
    """

    names: tuple[str, ...]
    tests: tuple[ChiSquaredTest, ...]
    overall: ChiSquaredTest
    transform: Transform
    reason: str | None


def proportional_hazards(
    week,
    event,
    covariates,
    *,
    entry=None,
    strata=None,
    ties: Ties = "efron",
    names=None,
    transform: Transform = "km",
    terms: Sequence[Sequence[int]] | None = None,
) -> ProportionalHazards:
    """Test proportional hazards of the Cox model that `cox_model` fits to the same arguments.

    Parameters
    ----------
    week, event, covariates, entry, strata, ties, names
        As in `cox_model`.
    transform : {"km", "rank", "identity", "log"}
        Time scale on which the log hazard ratio would change linearly: 1 - Kaplan-Meier just before the week (pooled
        over strata), rank of the week among all weeks, the week, its logarithm. R's default is "km", Stata's
        "identity", lifelines' "rank": p depends on it, so name it (T12).
    terms : sequence of column groups, optional
        Test the indicator columns of one category together, e.g. ``[[0], [1, 2, 3]]``.

    Raises
    ------
    ValueError
        As `cox_model`; unknown ``transform``.

    Notes
    -----
    Add to the linear predictor ``theta_j x_j g(t)`` for each covariate. The score for theta at (fitted beta, theta =
    0) with the full information of (beta, theta) gives a chi-squared test: Grambsch & Therneau (1994, Biometrika
    81:515) without the approximation that the variance of x is the same at all event times. That approximation is
    what R used before version 3 and lifelines and Stata use still; with 200 people it can turn 0.318 into 0.109.
    Cluster-robust versions do not exist here, as in R.

    When not to use
    ---------------
    As a licence: with few events the test finds nothing. Look at curves and at the restricted mean as well.

    Examples
    --------
    >>> test = proportional_hazards([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], [0, 1, 0, 1, 1, 0], transform="identity")
    >>> test.overall.df, test.tests[0] == test.overall
    (1, True)
    """
    if transform not in ("km", "rank", "identity", "log"):
        raise ValueError("transform must be 'km', 'rank', 'identity' or 'log'")
    fit = fit_cox(week, event, covariates, entry=entry, strata=strata, ties=ties, names=names)
    p = len(fit.given.names)
    groups = [[column] for column in range(p)] if terms is None else [list(group) for group in terms]
    labels = tuple(" + ".join(fit.given.names[column] for column in group) for group in groups)
    reason = fit.reason
    if reason is None and transform == "log" and fit.sets.group_time.min() <= 0:
        reason = "log_of_zero"
    if reason is not None:
        none = tuple(chi_squared_test(np.nan, len(group), reason) for group in groups)
        return ProportionalHazards(labels, none, chi_squared_test(np.nan, p, reason), transform, reason)
    score, information = _extended(fit, _scale(fit, transform))
    tests = tuple(_score_test(score, information, p, group) for group in groups)
    return ProportionalHazards(labels, tests, _score_test(score, information, p, range(p)), transform, None)


def _scale(fit: Fit, transform: Transform) -> np.ndarray:
    """Return g(t) at each distinct event time, centred at its mean over events."""
    times, deaths = fit.sets.group_time, fit.sets.group_deaths
    if transform == "identity":
        g = times.astype(float)
    elif transform == "log":
        g = np.log(times)
    elif transform == "rank":
        ordered = np.sort(fit.given.week)
        below, upto = (np.searchsorted(ordered, times, side=side) for side in ("left", "right"))
        g = (below + upto + 1) / 2.0
    else:
        g = _one_minus_km_before(fit, times)
    return g - (g @ deaths) / deaths.sum()


def _one_minus_km_before(fit: Fit, times: np.ndarray) -> np.ndarray:
    given = fit.given
    distinct, events = np.unique(given.week[given.event], return_counts=True)
    at_risk = len(given.week) - np.searchsorted(np.sort(given.week), distinct, side="left")
    if given.entry is not None:
        at_risk -= len(given.entry) - np.searchsorted(np.sort(given.entry), distinct, side="left")
    before = np.concatenate(([1.0], np.cumprod(1.0 - events / at_risk)))
    return 1.0 - before[np.searchsorted(distinct, times, side="left")]


def _extended(fit: Fit, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the score for theta and the information of (beta, theta), at theta = 0."""
    sets, at = fit.sets, fit.maximum.best
    expected = at.at_risk[:, 1:] * at.sums.inv[:, None] - at.dead[:, 1:] * at.sums.a_inv[:, None]
    score = g @ (sets.group_events_x - expected)
    blocks = [weighted_information(sets, at.weight, at.at_risk, at.dead, at.sums, g**power) for power in (1, 2)]
    return score, np.block([[at.information, blocks[0]], [blocks[0], blocks[1]]])


def _score_test(score: np.ndarray, information: np.ndarray, p: int, group: Sequence[int]) -> ChiSquaredTest:
    group = list(group)
    keep = list(range(p)) + [p + column for column in group]
    within = information[np.ix_(keep, keep)]
    schur = within[p:, p:] - within[p:, :p] @ np.linalg.solve(within[:p, :p], within[:p, p:])
    variation = np.linalg.eigvalsh(schur)
    if variation[0] <= 1e-10 * np.diag(within[p:, p:]).max() or variation[-1] <= 0:
        return chi_squared_test(np.nan, len(group), "no_information")
    return chi_squared_test(score[group] @ np.linalg.solve(schur, score[group]), len(group))
