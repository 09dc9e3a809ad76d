"""A Cox model of the arm alone in weighted people, with errors that hold for weights: robust, by person or by cluster.

Own code because lifelines' robust errors leave out the share of tied deaths (T4), statsmodels' model has no weights, and `hazards.cox_model`
takes none. The likelihood needs only sums per arm and week, so many resamples are fitted at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.hazards._tie_sums import TieSums, tie_sums
from analyses.statistics.inference.wald import normal_quantile
from analyses.statistics.weighting.weighted_events import WeightedTable, weighted_table

_STEPS = 50
_CLOSE = 1e-10
_FARTHEST = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class WeightedCox:
    """Log hazard of each arm against the last, shape (arms - 1,) under `names`, with robust errors and normal intervals; `hazard_ratio` its exponent.

    `reason`: `no_events`, `empty_group`, `monotone_likelihood` (an arm without events: a ratio is zero or infinite), `too_few_clusters`,
    `no_information` (all events in one week of everyone).
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p_value: np.ndarray
    covariance: np.ndarray
    reason: str | None = None

    @property
    def hazard_ratio(self) -> np.ndarray:
        """Of each arm over the last."""
        return np.exp(self.coefficients)


def weighted_cox(
    week: np.ndarray,
    event: np.ndarray,
    arm: np.ndarray,
    weight: np.ndarray,
    *,
    arms: int = 2,
    entry: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
    confidence: float = 0.95,
) -> WeightedCox:
    """Marginal hazard ratio of the arms, as R's `coxph(Surv(week, event) ~ arm, weights =, robust = TRUE)`.

    Efron's ties with weights as R has them (Therneau & Grambsch 2000, section 7.2: the mean weight of the tied), the sandwich of Binder 1992
    (Biometrika 79:139) without a correction for small samples. Weights of any scale give the same answer.

    Parameters
    ----------
    week, event, arm, weight
        Shape (n,); `arm` is 0 for the first, and the last one is compared with.
    entry
        Shape (n,): at risk after that week, 0 from the start.
    cluster
        Shape (n,): people who belong together.

    When not to use
    ---------------
    As a test by log-rank: weighted log-rank tests take weights for people (T6). With fewer than some 20 clusters the robust error is too
    small. It takes weights as known: with weights for everyone that errs to the safe side (Hernan, Brumback & Robins 2000), with
    overlap weights little; `bootstrap` estimates them again.

    Examples
    --------
    Without ties and with equal weights it is Cox's model: events of the first arm in weeks 1 and 3, of the second in week 2.

    >>> found = weighted_cox([1, 2, 3], [1, 1, 1], [1, 0, 1], np.ones(3))
    >>> float(round(found.hazard_ratio[0], 6))
    1.414214
    """
    z = normal_quantile(confidence)
    arm, event, weight = np.asarray(arm), np.asarray(event).astype(np.int64), np.asarray(weight, float)
    table = weighted_table(week, event, arm, arms=arms, entry=entry)
    names, nothing = tuple(f"arm {k}" for k in range(arms - 1)), np.full(arms - 1, np.nan)
    reason = _too_small(table, arm, event, arms)
    found, settled = log_hazards(table, weight[None], np.ones((1, len(arm)))) if reason is None else (nothing[None], [True])
    if reason is None and not settled[0]:
        reason = "monotone_likelihood"
    if reason is not None:
        return WeightedCox(names, *[nothing] * 5, np.full((arms - 1, arms - 1), np.nan), reason)
    groups = np.arange(len(arm)) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
    covariance = _robust(table, found, np.asarray(week, np.int64), event, arm, weight, entry, groups)
    if groups.max() < arms:
        return WeightedCox(names, found[0], *[nothing] * 4, np.full_like(covariance, np.nan), "too_few_clusters")
    from scipy.special import ndtr

    error = np.sqrt(np.diag(covariance))
    if not (error > 1e-9).all():  # everyone has the event in one week: nothing goes before anything
        return WeightedCox(names, found[0], *[nothing] * 4, np.full_like(covariance, np.nan), "no_information")
    p_value = 2 * ndtr(-np.abs(found[0] / error))
    return WeightedCox(names, found[0], error, found[0] - z * error, found[0] + z * error, p_value, covariance)


def log_hazards(table: WeightedTable, weight: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The log hazards of many draws, shape (draws, arms - 1), and which of them have a maximum.

    `weight` and `counts`, shape (draws, n): what each person weighs in the draw (0 when not drawn), and how often each was drawn.

    >>> table = weighted_table(np.array([1, 2, 3]), np.array([1, 1, 1]), np.array([1, 0, 1]))
    >>> found, settled = log_hazards(table, np.ones((1, 3)), np.ones((1, 3)))
    >>> float(round(found[0, 0], 6)), bool(settled[0])
    (0.346574, True)
    """
    at_risk, dead = table.at_risk(weight), table.events(weight)[:, 0]
    deaths = np.rint(table.events(counts)[:, 0].sum(axis=1)).astype(np.int64)
    others = table.arms - 1
    found = np.zeros((len(weight), others))
    alive = (dead.sum(axis=2) > 0).sum(axis=1) == table.arms
    open_ = np.flatnonzero(alive)
    for _ in range(_STEPS):
        if not len(open_):
            break
        score, information = _derivatives(at_risk[open_], dead[open_], deaths[open_], found[open_])
        step = np.linalg.solve(information + 1e-300 * np.eye(others), score[:, :, None])[:, :, 0]
        step *= np.minimum(1.0, 2.0 / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
        found[open_] += step
        alive[open_[~np.isfinite(step).all(axis=1) | (np.abs(found[open_]).max(axis=1) > _FARTHEST)]] = False
        open_ = open_[(np.abs(step).max(axis=1) > _CLOSE) & alive[open_]]
    alive[open_] = False
    return found, alive


def _too_small(table: WeightedTable, arm: np.ndarray, event: np.ndarray, arms: int) -> str | None:
    if (np.bincount(arm, minlength=arms) == 0).any():
        return "empty_group"
    if not event.any():
        return "no_events"
    return "monotone_likelihood" if (np.bincount(arm[event == 1], minlength=arms) == 0).any() else None


def _ties(at_risk: np.ndarray, dead: np.ndarray, deaths: np.ndarray, log_hazard: np.ndarray):
    """Sums over ties per draw and week (0 where nothing happened), the mean weight of the tied, and the sums per arm."""
    relative = np.exp(np.concatenate([log_hazard, np.zeros((len(log_hazard), 1))], axis=1))[:, :, None]
    s, d = at_risk * relative, dead * relative
    there = (deaths > 0) & (dead.sum(axis=1) > 0)
    part = tie_sums(s.sum(axis=1)[there], d.sum(axis=1)[there], deaths[there], "efron")
    mean_weight = np.zeros(deaths.shape)
    mean_weight[there] = dead.sum(axis=1)[there] / deaths[there]
    sums = {}
    for name in TieSums.__dataclass_fields__:
        sums[name] = np.zeros(deaths.shape)
        sums[name][there] = getattr(part, name)
    return sums, mean_weight, s[:, :-1], d[:, :-1]


def _derivatives(at_risk: np.ndarray, dead: np.ndarray, deaths: np.ndarray, log_hazard: np.ndarray):
    sums, mean_weight, s, d = _ties(at_risk, dead, deaths, log_hazard)
    inv, a_inv, inv2, a_inv2, a2_inv2 = (
        (sums[name] * mean_weight)[:, None, :] for name in ("inv", "a_inv", "inv2", "a_inv2", "a2_inv2")
    )
    score = dead[:, :-1].sum(axis=2) - (inv * s - a_inv * d).sum(axis=2)
    cross = (s * a_inv2) @ np.swapaxes(d, 1, 2)
    information = cross + np.swapaxes(cross, 1, 2)
    information -= (s * inv2) @ np.swapaxes(s, 1, 2) + (d * a2_inv2) @ np.swapaxes(d, 1, 2)
    diagonal = (inv * s - a_inv * d).sum(axis=2)
    return score, information + diagonal[:, :, None] * np.eye(diagonal.shape[1])


def _robust(
    table: WeightedTable,
    log_hazard: np.ndarray,
    week: np.ndarray,
    event: np.ndarray,
    arm: np.ndarray,
    weight: np.ndarray,
    entry: np.ndarray | None,
    groups: np.ndarray,
) -> np.ndarray:
    """The sandwich: each person's part of the score, by what they were exposed to up to their last week, times the weight."""
    at_risk, dead = table.at_risk(weight[None]), table.events(weight[None])[:, 0]
    deaths = np.rint(table.events(np.ones((1, len(arm))))[:, 0].sum(axis=1)).astype(np.int64)
    sums, mean_weight, s, d = (_first(one) for one in _ties(at_risk, dead, deaths, log_hazard))
    information = _derivatives(at_risk, dead, deaths, log_hazard)[1][0]
    inv, a_inv, inv2, a_inv2, a2_inv2 = (sums[name] * mean_weight for name in ("inv", "a_inv", "inv2", "a_inv2", "a2_inv2"))
    member = (arm[:, None] == np.arange(table.arms - 1)).astype(float)
    relative = np.append(np.exp(log_hazard[0]), 1.0)[arm]
    own = event == 1

    def exposure(per_week: np.ndarray, less: np.ndarray) -> np.ndarray:
        total = np.cumsum(per_week, axis=0)
        felt = total[week]
        if entry is not None:
            late = np.asarray(entry, np.int64)
            felt = felt - np.where((late > 0).reshape(-1, *[1] * (felt.ndim - 1)), total[late], 0.0)
        felt[own] -= less[week[own]]
        return felt

    hazard = exposure(inv, a_inv)
    mean_hazard = exposure((s * inv2 - d * a_inv2).T, (s * a_inv2 - d * a2_inv2).T)
    residual = -relative[:, None] * (member * hazard[:, None] - mean_hazard)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_at_event = ((s * inv - d * a_inv) / (deaths * mean_weight)).T
    residual[own] += member[own] - mean_at_event[week[own]]
    total = np.stack([np.bincount(groups, column * weight) for column in residual.T], axis=1)
    influence = np.linalg.solve(information, total.T)
    return influence @ influence.T


def _first(one):
    return {name: values[0] for name, values in one.items()} if isinstance(one, dict) else one[0]
