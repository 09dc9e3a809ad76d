"""Cox's partial likelihood with a factor per cluster, penalised as gamma frailties are, and its maximum for a given variance.

The weeks' totals are kept per cluster, so that no column per cluster and person is made. Therneau & Grambsch 2000, Modeling Survival
Data, sections 9.4 and 9.5: for a given variance this maximum is that of the EM algorithm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.hazards._partial_likelihood import exposure_to
from analyses.statistics.hazards._risk_sets import RiskSets
from analyses.statistics.hazards._tie_sums import tie_sums

_STEPS, _SMALL_ENOUGH = 60, 1e-14


@dataclass(frozen=True, slots=True)
class Penalised:
    """Coefficients of the covariates (scaled) and of the clusters, the likelihood with its penalty, and the information of all of them."""

    beta: np.ndarray
    frailty: np.ndarray
    log_likelihood: float
    information: np.ndarray
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Sorted records with the cluster of each, and what does not hang on coefficients."""

    sets: RiskSets
    code: np.ndarray
    k: int
    group: np.ndarray
    events: np.ndarray
    ties: str

    @classmethod
    def of(cls, sets: RiskSets, code: np.ndarray, k: int, ties: str) -> Clusters:
        mine = code[sets.kept]
        return cls(sets, mine, k, sets.record_group(), np.bincount(mine[sets.event], minlength=k).astype(float), ties)

    def at(self, beta: np.ndarray, frailty: np.ndarray, inverse: float) -> tuple[float, np.ndarray, np.ndarray]:
        """Penalised log likelihood, score and information; `inverse` is one over the variance of the frailties."""
        sets, k = self.sets, self.k
        eta = sets.x @ beta + frailty[self.code]
        eta -= eta.max()
        weight = np.exp(eta)
        at_risk, dead = sets.sums(weight, sets.x)
        sums = tie_sums(at_risk[:, 0], dead[:, 0], sets.group_deaths, self.ties)
        by_cluster, dead_by_cluster = self._by_cluster(weight)
        s1, d1 = np.hstack([at_risk[:, 1:], by_cluster.T]), np.hstack([dead[:, 1:], dead_by_cluster.T])
        expected = sums.inv @ s1 - sums.a_inv @ d1
        happened = np.concatenate([sets.group_events_x.sum(axis=0), self.events])
        exposure = exposure_to(sets, sums.inv, sums.a_inv) * weight
        cross = s1.T @ (d1 * sums.a_inv2[:, None])
        first = s1.T @ (s1 * sums.inv2[:, None]) + d1.T @ (d1 * sums.a2_inv2[:, None])
        information = self._second(exposure) - first + cross + cross.T
        factor = np.exp(frailty)
        score = happened - expected
        score[-k:] += inverse * (1 - factor)
        place = np.arange(len(score) - k, len(score))
        information[place, place] += inverse * factor
        penalty = inverse * float((frailty - factor + 1).sum())
        return float(eta[sets.event].sum() - sums.log_phi.sum()) + penalty, score, information

    def _by_cluster(self, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of every cluster the total at risk and of the dead at each event time, shape (k, times)."""
        sets, times = self.sets, len(self.sets.group_time)
        cell = self.code * times + self.group

        def table(which, of) -> np.ndarray:
            return np.bincount(of, weight[which], self.k * times).reshape(self.k, times)

        at_risk = _from_here(table(slice(None), cell))
        if len(sets.late):
            not_yet = _from_here(table(sets.late, self.code[sets.late] * times + sets.late_first))
            at_risk[:, :-1] -= not_yet[:, 1:]
        return at_risk, table(sets.event, cell[sets.event])

    def _second(self, exposure: np.ndarray) -> np.ndarray:
        sets, p = self.sets, self.sets.x.shape[1]
        out = np.zeros((p + self.k, p + self.k))
        out[:p, :p] = sets.crossproduct(exposure)
        for column in range(p):
            beside = np.bincount(self.code, exposure * sets.x[:, column], self.k)
            out[column, p:] = out[p:, column] = beside
        place = np.arange(p, p + self.k)
        out[place, place] = np.bincount(self.code, exposure, self.k)
        return out


def penalised(given: Clusters, variance: float, start: Penalised | None = None) -> Penalised:
    """The maximum for a variance of the frailties, by Newton's method with step halving."""
    # a step that goes too far is halved: what overflows on the way is no error
    with np.errstate(all="ignore"):
        return _penalised(given, 1 / variance, start)


def _penalised(given: Clusters, inverse: float, start: Penalised | None) -> Penalised:
    p = given.sets.x.shape[1]
    now = np.zeros(p + given.k) if start is None else np.concatenate([start.beta, start.frailty])
    value, score, information = given.at(now[:p], now[p:], inverse)
    for _ in range(_STEPS):
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            break
        done = float(score @ step) < _SMALL_ENOUGH * max(1.0, abs(value))
        for halving in range(20):
            further = now + step * 0.5**halving
            found = given.at(further[:p], further[p:], inverse)
            if np.isfinite(found[0]) and found[0] >= value - 1e-12 * abs(value):
                break
        else:
            return Penalised(now[:p], now[p:], value, information, False)
        now, (value, score, information) = further, found
        if done:
            return Penalised(now[:p], now[p:], value, information, True)
    return Penalised(now[:p], now[p:], value, information, False)


def integrated(found: Penalised, events: np.ndarray, variance: float) -> tuple[float, float]:
    """The likelihood with the frailties integrated out, less a constant, and its slope in the logarithm of the variance.

    The penalised likelihood plus, for every cluster with d events and v one over the variance, log(Gamma(v + d) / Gamma(v)) + v log v -
    (v + d) log(v + d) + d, which is that of Cox's model where the variance is zero.
    """
    v, d = 1 / variance, events.astype(np.int64)
    before = np.arange(int(d.max(initial=0)))
    logs = np.concatenate([[0.0], np.cumsum(np.log1p(before / v))])[d]
    inverses = np.concatenate([[0.0], np.cumsum(1 / (v + before))])[d]
    constant = float((logs - (v + d) * np.log1p(d / v) + d).sum())
    slope = float((found.frailty - np.expm1(found.frailty)).sum() + (inverses - np.log1p(d / v)).sum())
    return found.log_likelihood + constant, -v * slope


def _from_here(table: np.ndarray) -> np.ndarray:
    return np.cumsum(table[:, ::-1], axis=1)[:, ::-1]
