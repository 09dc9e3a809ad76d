"""Cox partial likelihood, score, information, residuals and Newton's method on prepared risk sets.

Formulas: Efron (1977) JASA 72:557 and Breslow (1974) Biometrics 30:89 in the notation of Therneau & Grambsch (2000),
Modeling Survival Data, section 3.3. With ``A_i`` the (tie-corrected) cumulative baseline hazard that record ``i`` was
exposed to, the second moments over the risk sets add up to one weighted cross-product ``sum_i exp(eta_i) A_i x_i
x_i'``: no matrix per week is formed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analyses.statistics.hazards._risk_sets import RiskSets
from analyses.statistics.hazards._tie_sums import TieSums, tie_sums

MAX_ITERATIONS = 60
DECREMENT = 1e-9
"""Squared length of a step, in standard errors, below which one more step is the last: its error is of that order."""
FLAT = 1e-7
"""Share of the information at zero below which a direction counts as flat: the likelihood is monotone."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The partial likelihood at one coefficient vector, on the centred and scaled covariates; with exact ties that is all."""

    beta: np.ndarray
    log_likelihood: float
    score: np.ndarray
    information: np.ndarray
    weight: np.ndarray | None = None
    at_risk: np.ndarray | None = None
    dead: np.ndarray | None = None
    sums: TieSums | None = None


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where Newton's method ended. ``reason`` is None, "monotone_likelihood", "collinear" or "not_converged"."""

    null: Evaluation
    best: Evaluation
    iterations: int
    reason: str | None


def evaluate(sets: RiskSets, beta: np.ndarray, ties: str) -> Evaluation:
    """Evaluate log likelihood, score and information at ``beta`` (scale of ``sets.x``)."""
    eta = sets.x @ beta
    eta -= eta.max()
    weight = np.exp(eta)
    at_risk, dead = sets.sums(weight, sets.x)
    s1, d1 = at_risk[:, 1:], dead[:, 1:]
    # a step too far has no finite likelihood, and is halved
    with np.errstate(all="ignore"):
        sums = tie_sums(at_risk[:, 0], dead[:, 0], sets.group_deaths, ties)
        log_likelihood = float(eta[sets.event].sum() - sums.log_phi.sum())
        score = sets.group_events_x.sum(axis=0) - sums.inv @ s1 + sums.a_inv @ d1
    information = weighted_information(sets, weight, at_risk, dead, sums, np.ones(len(s1)))
    return Evaluation(beta, log_likelihood, score, information, weight, at_risk, dead, sums)


def weighted_information(
    sets: RiskSets, weight: np.ndarray, at_risk: np.ndarray, dead: np.ndarray, sums: TieSums, factor: np.ndarray
) -> np.ndarray:
    """Return the information in which each event time counts ``factor`` times; ``factor`` has shape (groups,)."""
    with np.errstate(all="ignore"):
        exposure = exposure_to(sets, sums.inv * factor, sums.a_inv * factor)
        exposure *= weight
        second = sets.crossproduct(exposure)
        s1, d1 = at_risk[:, 1:], dead[:, 1:]
        cross = s1.T @ (d1 * (sums.a_inv2 * factor)[:, None])
        first = s1.T @ (s1 * (sums.inv2 * factor)[:, None]) + d1.T @ (d1 * (sums.a2_inv2 * factor)[:, None])
        return second - first + cross + cross.T


def exposure_to(sets: RiskSets, per_time: np.ndarray, less_for_dead: np.ndarray) -> np.ndarray:
    """Sum ``per_time`` over the times a record is at risk, less ``less_for_dead`` at its own event (Efron's share)."""
    out = sets.over_time(per_time)
    dead_at = sets.segment_group[sets.segment_event]
    length = sets.segment_length()[sets.segment_event]
    if less_for_dead.any():
        out[sets.event] -= np.repeat(less_for_dead[dead_at], length, axis=0)
    return out


def score_residuals(sets: RiskSets, at: Evaluation) -> np.ndarray:
    """Return each sorted record's contribution to the score, shape (kept, p); they add up to the score.

    Under Efron's approximation a record that dies among ``d`` tied deaths is at risk with weight ``1 - l / d`` in the
    l-th denominator. Leaving that share out is what makes the robust errors of lifelines and statsmodels differ from
    R's with ties (T4, T8).
    """
    sums, s1, d1 = at.sums, at.at_risk[:, 1:], at.dead[:, 1:]
    mean_over_phi = s1 * sums.inv2[:, None] - d1 * sums.a_inv2[:, None]
    mean_for_dead = s1 * sums.a_inv2[:, None] - d1 * sums.a2_inv2[:, None]
    mean_at_event = (s1 * sums.inv[:, None] - d1 * sums.a_inv[:, None]) / sets.group_deaths[:, None]
    hazard = exposure_to(sets, sums.inv, sums.a_inv)
    mean_hazard = exposure_to(sets, mean_over_phi, mean_for_dead)
    residual = -at.weight[:, None] * (sets.x * hazard[:, None] - mean_hazard)
    dead = np.flatnonzero(sets.event)
    residual[dead] += sets.x[dead] - mean_at_event[sets.record_group()[dead]]
    return residual


def maximise(likelihood: Callable[[np.ndarray], Evaluation], p: int) -> Maximum:
    """Maximise over p coefficients by Newton's method with step halving, from zero."""
    null = at = likelihood(np.zeros(p))
    curvature = np.linalg.eigvalsh(null.information)
    if curvature[-1] <= 0 or curvature[0] < 1e-10 * curvature[-1]:
        return Maximum(null, null, 0, "collinear")
    root = np.linalg.cholesky(null.information)
    for iteration in range(1, MAX_ITERATIONS + 1):
        if is_flat(at.information, root):
            return Maximum(null, at, iteration, "monotone_likelihood")
        step = np.linalg.solve(at.information, at.score)
        if at.score @ step < DECREMENT:
            return Maximum(null, likelihood(at.beta + step), iteration, None)
        better = _halved(likelihood, at, step)
        if better is None:
            return Maximum(null, at, iteration, "not_converged")
        at = better
    return Maximum(null, at, MAX_ITERATIONS, "not_converged")


def _halved(likelihood: Callable[[np.ndarray], Evaluation], at: Evaluation, step: np.ndarray) -> Evaluation | None:
    slack = 1e-12 * abs(at.log_likelihood)
    for halving in range(12):
        new = likelihood(at.beta + step * 0.5**halving)
        if np.isfinite(new.log_likelihood) and new.log_likelihood >= at.log_likelihood - slack:
            return new
    return None


def is_flat(information: np.ndarray, root: np.ndarray) -> bool:
    """Say whether some direction has lost nearly all the information that it had at zero."""
    if not np.isfinite(information).all():
        return True
    half = np.linalg.solve(root, information)
    ratio = np.linalg.solve(root, half.T)
    return bool(np.linalg.eigvalsh((ratio + ratio.T) / 2)[0] < FLAT)
