"""From covariates to weights in one step, for the people there are and for every resample of them.

Own code because the weights must be estimated again in each of a thousand resamples, all at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analyses.statistics.weighting._newton import Products, arm_coefficients, shares
from analyses.statistics.weighting.balancing_weights import Estimand, balancing_weights, tilting
from analyses.statistics.weighting.entropy_balance import balanced, entropy_balance, reached
from analyses.statistics.weighting.propensity_model import propensity_model

Method = Literal["propensity", "entropy"]


@dataclass(frozen=True, slots=True, eq=False)
class ArmWeights:
    """Weights and what each person counts in the target group, shape (n,); `probability` of each arm, shape (n, arms).

    With entropy balancing the probabilities describe the overlap, and no weight follows from them. `reason`: those of `propensity_model`
    and `entropy_balance`.
    """

    weight: np.ndarray
    target: np.ndarray
    probability: np.ndarray
    penalised: bool = False
    reason: str | None = None


def arm_weights(
    arm: np.ndarray, design: np.ndarray, *, arms: int = 2, estimand: Estimand = "overlap", method: Method = "propensity"
) -> ArmWeights:
    """The weights of one comparison.

    Parameters
    ----------
    arm
        Shape (n,), 0 for the first.
    design
        Shape (n, k), the intercept first.
    method
        `propensity`: from the probability of the own arm (`balancing_weights`). `entropy`: the means of the covariates exactly those of
        everyone (`ate`) or of the first arm (`att`), with weights as near to equal as that allows (`entropy_balance`).

    Raises
    ------
    ValueError
        Entropy balancing for the overlap group, which has no means of its own to balance to.

    Examples
    --------
    >>> girl = np.repeat([1.0, 0.0], 4)
    >>> arm, design = np.array([0, 0, 0, 1, 0, 1, 1, 1]), np.column_stack([np.ones(8), girl])
    >>> arm_weights(arm, design).weight.round(4).tolist()
    [0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.25, 0.25]
    >>> arm_weights(arm, design, estimand="ate", method="entropy").weight.round(4).tolist()
    [1.3333, 1.3333, 1.3333, 4.0, 4.0, 1.3333, 1.3333, 1.3333]
    """
    arm, design = np.asarray(arm), np.asarray(design, float)
    if method == "entropy" and estimand == "overlap":
        raise ValueError("entropy balancing is for ate or att: overlap weights have exact balance of their own")
    model = propensity_model(arm, design, arms=arms)
    if method == "propensity":
        weight = balancing_weights(model.probability, arm, estimand)
        return ArmWeights(weight, tilting(model.probability, estimand), model.probability, model.penalised, model.reason)
    target = (arm == 0).astype(float) if estimand == "att" else np.ones(len(arm))
    if model.reason in ("empty_group", "too_few", "collinear"):
        nothing = np.full(len(arm), np.nan)
        return ArmWeights(nothing, target, model.probability, reason=model.reason)
    covariates, weight = design[:, 1:], np.ones(len(arm))
    for k in range(estimand == "att", arms):
        found = entropy_balance(covariates[arm == k], (target @ covariates) / target.sum())
        if found.reason is not None:
            return ArmWeights(np.full(len(arm), np.nan), target, model.probability, reason=found.reason)
        weight[arm == k] = found.weight * target.sum() / (arm == k).sum()
    return ArmWeights(weight, target, model.probability)


def resampled_weights(
    products: Products,
    arm: np.ndarray,
    counts: np.ndarray,
    *,
    arms: int = 2,
    estimand: Estimand = "overlap",
    method: Method = "propensity",
    sizes: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights and targets of many draws, each estimated anew, and which draws have them.

    `counts`, shape (draws, n), says how often each person was drawn; weights and targets of that shape count every time. A draw whose covariates
    tell two arms apart has Firth's penalty, as the whole has; one whose people cannot be balanced exactly comes as near as they can (`balanced`).

    `sizes`, shape (n,): how many are alike in each row, where rows are not people.

    >>> arm, design = np.array([0, 1, 0, 1]), np.ones((4, 1))
    >>> weight, target, there = resampled_weights(Products(design), arm, np.array([[2.0, 1.0, 0.0, 1.0]]))
    >>> weight.round(4).tolist(), target.round(4).tolist(), there.tolist()
    ([[1.0, 0.5, 0.0, 0.5]], [[0.5, 0.25, 0.0, 0.25]], [True])
    """
    both = np.stack([(counts * (arm == k)).sum(axis=1) > 0 for k in range(arms)]).all(axis=0)
    if method == "entropy":
        return _by_entropy(products.design[:, 1:], arm, counts, arms, estimand, both, sizes)
    found, there = np.zeros((len(counts), arms - 1, products.design.shape[1])), np.zeros(len(counts), bool)
    found[both], there[both] = arm_coefficients(products, arm, arms, counts[both])
    again = both & ~there
    if arms == 2 and again.any():
        found[again], there[again] = arm_coefficients(products, arm, 2, counts[again], penalised=True)
    probability = shares(products.design, found)
    with np.errstate(invalid="ignore"):
        weight, target = balancing_weights(probability, arm, estimand) * counts, tilting(probability, estimand) * counts
    return np.where(counts > 0, weight, 0.0), np.where(counts > 0, target, 0.0), there


def _by_entropy(covariates, arm, counts, arms, estimand, there, sizes):
    target = counts * (arm == 0) if estimand == "att" else counts
    total = np.maximum(target.sum(axis=1), 1.0)
    goal = target @ covariates / total[:, None]
    weight = np.where(arm == 0, counts, 0.0) if estimand == "att" else np.zeros(counts.shape)
    for k in range(estimand == "att", arms):
        mine = np.flatnonzero(arm == k)
        alike = None if sizes is None else sizes[mine]
        found, distance = balanced(covariates[mine], goal, counts[:, mine], sizes=alike)
        # those drawn cannot have these means exactly: as near as they come, and not left out, for that would be the draws that are most apart
        if (again := there & ~reached(distance)).any():
            found[again] = balanced(covariates[mine], goal[again], counts[again][:, mine], near=True, sizes=alike)[0]
        size = np.maximum(counts[:, mine].sum(axis=1), 1.0)
        weight[:, mine] = np.where(np.isfinite(found), found, 0.0) * (total / size)[:, None]
    return weight, target, there
