"""Maximum and profile of Firth's penalised partial likelihood on prepared risk sets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analyses.statistics.hazards._partial_likelihood import Evaluation, evaluate
from analyses.statistics.hazards._risk_sets import RiskSets

MAX_ITERATIONS = 200
STEP = 1e-11
LONGEST_STEP = 5.0
FARTHEST = 60.0
"""Distance, in standard deviations of the covariate, beyond which a limit counts as infinite: e to the 60."""
TERMS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class PenalisedFit:
    """``value`` is the penalised log likelihood, ``score`` its gradient; on the scaled covariates."""

    beta: np.ndarray
    value: float
    score: np.ndarray
    information: np.ndarray
    converged: bool


def penalised_maximum(sets: RiskSets, start: np.ndarray, free: np.ndarray, ties: str) -> PenalisedFit | None:
    """Maximise over the ``free`` coefficients, the others held at ``start``; quasi-Newton steps with halving.

    The information leaves the penalty's curvature out: scoring steps with it alone can swing around the maximum for ever. The
    BFGS update (Nocedal & Wright 2006, equation 6.17) learns that curvature from the scores. None where the likelihood has no value at
    the start: so far out that rounding leaves no information.
    """
    at = _penalised(sets, start, ties)
    if at is None:
        return None
    if not free.any():
        return replace(at, converged=True)
    part = at.information[np.ix_(free, free)]
    if np.linalg.slogdet(part)[0] <= 0:
        return None
    inverse = np.linalg.inv(part)
    for _ in range(MAX_ITERATIONS):
        step = np.zeros(len(start))
        step[free] = inverse @ at.score[free]
        step *= min(1.0, LONGEST_STEP / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < STEP:
            return replace(at, converged=True)
        better = _halved(sets, at, step, ties)
        if better is None:
            return replace(at, converged=bool(np.abs(step).max() < 1e-6))
        inverse = _updated(inverse, (better.beta - at.beta)[free], (at.score - better.score)[free])
        at = better
    return at


def _updated(inverse: np.ndarray, moved: np.ndarray, gained: np.ndarray) -> np.ndarray:
    """The BFGS update of an inverse curvature, skipped where the curvature along the step is not that of a maximum."""
    along = moved @ gained
    if along <= 1e-14 * np.sqrt((moved @ moved) * (gained @ gained)):
        return inverse
    turn = np.eye(len(moved)) - np.outer(moved, gained) / along
    return turn @ inverse @ turn.T + np.outer(moved, moved) / along


def moved(sets: RiskSets, at: PenalisedFit, column: int, value: float, ties: str, halvings: int = 8) -> PenalisedFit | None:
    """The maximum over the others where one coefficient has a value, from a maximum at another value of it.

    Where the others as they are leave no information they go along with it, as the information says, by half the way at a time.
    """
    free = np.arange(len(at.beta)) != column
    found = penalised_maximum(sets, np.where(free, at.beta, value), free, ties)
    if found is None and free.any():
        slope = np.linalg.solve(at.information[np.ix_(free, free)], at.information[free, column])
        start = np.full(len(at.beta), value)
        start[free] = at.beta[free] - slope * (value - at.beta[column])
        found = penalised_maximum(sets, start, free, ties)
    if found is None and halvings:
        half = moved(sets, at, column, (at.beta[column] + value) / 2, ties, halvings - 1)
        found = None if half is None else moved(sets, half, column, value, ties, halvings - 1)
    return found


def profile_limit(sets: RiskSets, best: PenalisedFit, column: int, side: int, drop: float, ties: str) -> float:
    """Return where the profile of one coefficient has fallen by ``drop``; ``side`` is -1 or 1.

    The root of what it has fallen is nearly a straight line in the coefficient, so that a few steps find it.
    """
    from scipy.optimize import brentq

    inside, fallen = best, {best.beta[column]: 0.0}

    def excess(value: float) -> float:
        nonlocal inside
        if value not in fallen:
            found = moved(sets, inside, column, value, ties)
            if found is None:
                return -np.inf
            inside = found
            fallen[value] = max(best.value - inside.value, 0.0)
        return np.sqrt(fallen[value]) - np.sqrt(drop)

    width = np.sqrt(np.linalg.inv(best.information)[column, column]) * np.sqrt(2.0 * drop)
    near, far = best.beta[column], best.beta[column] + side * width
    while abs(far - best.beta[column]) < FARTHEST:
        if excess(far) > 0:
            return float(brentq(excess, near, far, xtol=1e-11, rtol=1e-12))
        width *= 1.5
        near, far = far, far + side * width
    return side * np.inf


def _halved(sets: RiskSets, at: PenalisedFit, step: np.ndarray, ties: str) -> PenalisedFit | None:
    for halving in range(20):
        new = _penalised(sets, at.beta + step * 0.5**halving, ties)
        if new is not None and new.value >= at.value - 1e-13 * abs(at.value):
            return new
    return None


def _penalised(sets: RiskSets, beta: np.ndarray, ties: str) -> PenalisedFit | None:
    at = evaluate(sets, beta, ties)
    sign, log_determinant = np.linalg.slogdet(at.information)
    if sign <= 0 or not np.isfinite(at.log_likelihood):
        return None
    score = at.score + 0.5 * _penalty_slope(sets, at, ties)
    return PenalisedFit(beta, at.log_likelihood + 0.5 * log_determinant, score, at.information, False)


def _penalty_slope(sets: RiskSets, at: Evaluation, ties: str) -> np.ndarray:
    """Return the gradient of the log determinant of the information: its third cumulants against its inverse."""
    p = sets.x.shape[1]
    inverse = np.linalg.inv(at.information)
    leverage = ((sets.x @ inverse) * sets.x).sum(axis=1)
    products = (sets.x[:, :, None] * sets.x[:, None, :]).reshape(len(sets.x), p * p)
    columns = np.column_stack((sets.x, products, leverage, leverage[:, None] * sets.x))
    at_risk, dead = sets.sums(at.weight, columns)
    slope = np.zeros(p)
    last = np.cumsum(sets.group_deaths)
    for first in range(0, int(last[-1]), TERMS_AT_ONCE):
        term = np.arange(first, min(first + TERMS_AT_ONCE, int(last[-1])))
        group = np.searchsorted(last, term, side="right")
        share = (term - (last - sets.group_deaths)[group]) / sets.group_deaths[group] * (ties == "efron")
        moments = at_risk[group] - share[:, None] * dead[group]
        moments = moments[:, 1:] / moments[:, :1]
        mean, second = moments[:, :p], moments[:, p : p + p * p].reshape(-1, p, p)
        lever, lever_x = moments[:, p + p * p], moments[:, p + p * p + 1 :]
        turned = mean @ inverse
        slope += (lever_x - lever[:, None] * mean - 2.0 * np.einsum("tjk,tk->tj", second, turned)).sum(axis=0)
        slope += 2.0 * ((turned * mean).sum(axis=1)[:, None] * mean).sum(axis=0)
    return slope
