"""Weighted partial likelihood of Fine & Gray on a grid of weeks, its maximum, and its robust covariance.

With w_i(t) = 1 while someone is followed without an event and G(t-) / G(T_i-) after a competing event, every sum over a risk set is
a sum over records that end at t or later plus G(t-) times a sum over earlier competing events of exp(eta) / G(T-). With late
entry G is times H, the probability of having come by then, and those who have yet to come are left out of the first sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.hazards._partial_likelihood import is_flat

MAX_ITERATIONS = 60
DECREMENT = 1e-14


@dataclass(frozen=True, slots=True, eq=False)
class Subdistribution:
    """Records with their week, which event they had, and centred and scaled covariates (n, p); G(t-) per week.

    `entry` is None when everybody was there from the start.
    """

    week: np.ndarray
    entry: np.ndarray | None
    own: np.ndarray
    competing: np.ndarray
    x: np.ndarray
    scale: np.ndarray
    followed_before: np.ndarray
    at_risk: np.ndarray
    deaths: np.ndarray

    @property
    def weeks(self) -> int:
        return len(self.deaths)

    @property
    def divisor(self) -> np.ndarray:
        """What a weight after a competing event in a week is divided by; where it is 0 nobody goes on (see `weighable`)."""
        return np.where(self.followed_before > 0, self.followed_before, np.inf)

    @property
    def weighable(self) -> bool:
        """Whether events follow competing ones only while somebody was followed all the way: with late entry there may be a gap."""
        unknown = self.week[self.competing & (self.followed_before[self.week] <= 0)]
        return not len(unknown) or not self.deaths[unknown.min() + 1 :].any()

    def per_week(self, week: np.ndarray, weight: np.ndarray, who: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Sums of `weight` and `weight * x` of some records by a week of each, shape (weeks, 1 + p)."""
        week, x, weight = week[who], self.x[who], weight[who]
        columns = [weight, *(weight * column for column in x.T)]
        return np.column_stack([np.bincount(week, column, self.weeks) for column in columns])

    def still_there(self, weight: np.ndarray) -> np.ndarray:
        """Sums over those who have come and not left."""
        there = _tails(self.per_week(self.week, weight))
        return there if self.entry is None else there - _tails(self.per_week(self.entry, weight, self.entry > 0))


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Likelihood, score and information at `beta`; `sums` over risk sets, shape (weeks, 1 + p); `risk` is exp(eta)."""

    beta: np.ndarray
    log_likelihood: float
    score: np.ndarray
    information: np.ndarray
    risk: np.ndarray
    sums: np.ndarray
    earlier: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where Newton's method ended, and why not at a maximum when it did not."""

    null: float
    at: Evaluation
    iterations: int
    reason: str | None


def _tails(rows: np.ndarray) -> np.ndarray:
    return np.cumsum(rows[::-1], axis=0)[::-1]


def subdistribution(
    week: np.ndarray, own: np.ndarray, competing: np.ndarray, x: np.ndarray, entry: np.ndarray | None
) -> Subdistribution:
    """Prepare the records.

    Without late entry those with an event in week t count as at risk of being lost in it, as in cmprsk; with it they do not, as in
    R's `finegray`.
    """
    weeks = int(week.max()) + 1
    at_risk = _tails(np.bincount(week, minlength=weeks))
    lost = np.bincount(week[~own & ~competing], minlength=weeks)
    came = np.ones(weeks)
    exposed = at_risk
    if entry is not None:
        at_risk = at_risk - _tails(np.bincount(entry[entry > 0], minlength=weeks))
        exposed = at_risk - np.bincount(week[own | competing], minlength=weeks)
        came = _came_before(week, entry, weeks)
    followed = np.cumprod(1.0 - lost / np.maximum(exposed, 1))
    spread = x.std(axis=0)
    centre = x.mean(axis=0)
    scale = np.where(spread > 1e-12 * np.abs(centre), spread, 1.0)
    return Subdistribution(
        week,
        entry,
        own,
        competing,
        np.asfortranarray((x - centre) / scale),
        scale,
        np.concatenate([[1.0], followed[:-1]]) * came,
        at_risk,
        np.bincount(week[own], minlength=weeks),
    )


def _came_before(week: np.ndarray, entry: np.ndarray, weeks: int) -> np.ndarray:
    """H(t-), the product-limit estimate backwards in time: over entries in week t or later of 1 - entries / (come and not left)."""
    late = np.bincount(entry[entry > 0], minlength=weeks)
    come = np.cumsum(np.bincount(entry, minlength=weeks)) - np.cumsum(np.bincount(week, minlength=weeks))
    factor = 1.0 - late / np.maximum(come, 1)
    return np.cumprod(np.where(late > 0, np.maximum(factor, 0.0), 1.0)[::-1])[::-1]


def evaluate(given: Subdistribution, beta: np.ndarray) -> Evaluation:
    """The weighted partial likelihood with Breslow ties; a step too far has no finite one."""
    with np.errstate(all="ignore"):
        return _evaluated(given, beta)


def _evaluated(given: Subdistribution, beta: np.ndarray) -> Evaluation:
    eta = given.x @ beta
    shift = eta.max()
    risk = np.exp(eta - shift)
    weighted = np.where(given.competing, risk / given.divisor[given.week], 0.0)
    past = np.cumsum(given.per_week(given.week, weighted, given.competing), axis=0)
    earlier = np.vstack([np.zeros(past.shape[1]), past[:-1]])
    sums = given.still_there(risk) + given.followed_before[:, None] * earlier
    at = given.deaths > 0
    d, s0, s1 = given.deaths[at], sums[at, 0], sums[at, 1:]
    mean = s1 / s0[:, None]
    likelihood = float(eta[given.own].sum() - d @ (np.log(s0) + shift))
    score = given.x[given.own].sum(axis=0) - d @ mean
    exposure = _over_time(given, np.where(at, given.deaths / np.where(at, sums[:, 0], 1.0), 0.0)[:, None])[:, 0]
    information = given.x.T @ (given.x * (risk * exposure)[:, None]) - mean.T @ (mean * d[:, None])
    return Evaluation(beta, likelihood, score, information, risk, sums, earlier)


def _over_time(given: Subdistribution, per_week: np.ndarray) -> np.ndarray:
    """Per record the sum of a value per week over the weeks at risk, weighted; `per_week` has shape (weeks, columns)."""
    upto = np.cumsum(per_week, axis=0)
    out = upto[given.week]
    if given.entry is not None:
        late = given.entry > 0
        out[late] -= upto[given.entry[late]]
    weighted = np.cumsum(per_week * given.followed_before[:, None], axis=0)
    after = (weighted[-1] - weighted) / given.divisor[:, None]
    out[given.competing] += after[given.week[given.competing]]
    return out


def maximise(given: Subdistribution) -> Maximum:
    """Newton's method with step halving, from zero."""
    at = evaluate(given, np.zeros(given.x.shape[1]))
    null = at.log_likelihood
    if not given.weighable:
        return Maximum(np.nan, at, 0, "nobody_at_risk")
    if (np.diag(at.information) <= 1e-10 * given.deaths.sum()).any():
        return Maximum(null, at, 0, "no_information")
    curvature = np.linalg.eigvalsh(at.information)
    if curvature[0] < 1e-10 * curvature[-1]:
        return Maximum(null, at, 0, "collinear")
    root = np.linalg.cholesky(at.information)
    for iteration in range(1, MAX_ITERATIONS + 1):
        if is_flat(at.information, root):
            return Maximum(null, at, iteration, "monotone_likelihood")
        step = np.linalg.solve(at.information, at.score)
        if at.score @ step < DECREMENT:
            return Maximum(null, at, iteration, None)
        better = _halved(given, at, step)
        if better is None:
            return Maximum(null, at, iteration, None if at.score @ step < 1e-8 else "not_converged")
        at = better
    return Maximum(null, at, MAX_ITERATIONS, "not_converged")


def _halved(given: Subdistribution, at: Evaluation, step: np.ndarray) -> Evaluation | None:
    for halving in range(12):
        new = evaluate(given, at.beta + step * 0.5**halving)
        if np.isfinite(new.log_likelihood) and new.log_likelihood >= at.log_likelihood - 1e-13 * abs(at.log_likelihood):
            return new
    return None


def robust_covariance(given: Subdistribution, at: Evaluation) -> np.ndarray:
    """The sandwich of Fine & Gray (1999, equations 7 and 8): influence through the score and, without late entry, the weights."""
    influence = _score_residuals(given, at)
    if given.entry is None:
        influence += _weight_residuals(given, at)
    bread = np.linalg.solve(at.information, influence.T)
    return bread @ bread.T


def _hazard_and_mean(given: Subdistribution, at: Evaluation) -> tuple[np.ndarray, np.ndarray]:
    """Per week d / S0 and S1 / S0, zero in weeks without an event."""
    used = given.deaths > 0
    s0 = np.where(used, at.sums[:, 0], 1.0)
    return np.where(used, given.deaths / s0, 0.0), np.where(used[:, None], at.sums[:, 1:] / s0[:, None], 0.0)


def _score_residuals(given: Subdistribution, at: Evaluation) -> np.ndarray:
    hazard, mean = _hazard_and_mean(given, at)
    exposed = _over_time(given, np.column_stack([hazard, mean * hazard[:, None]]))
    residual = -at.risk[:, None] * (given.x * exposed[:, :1] - exposed[:, 1:])
    residual[given.own] += given.x[given.own] - mean[given.week[given.own]]
    return residual


def _weight_residuals(given: Subdistribution, at: Evaluation) -> np.ndarray:
    """What each record adds through G: q(u) / n(u) at its own loss, less the hazard of being lost until it ended."""
    hazard, mean = _hazard_and_mean(given, at)
    weighted = np.column_stack([hazard, mean * hazard[:, None]]) * given.followed_before[:, None]
    to_come = np.cumsum(weighted[::-1], axis=0)[::-1]
    q = at.earlier[:, 1:] * to_come[:, :1] - at.earlier[:, :1] * to_come[:, 1:]
    lost = ~given.own & ~given.competing
    n = np.maximum(given.at_risk, 1)[:, None]
    losses = np.bincount(given.week[lost], minlength=given.weeks)[:, None]
    residual = -np.cumsum(q * losses / n**2, axis=0)[given.week]
    residual[lost] += (q / n)[given.week[lost]]
    return residual
