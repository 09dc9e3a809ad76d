"""Entropy balancing: the weights nearest to equal ones that make the means of the covariates exactly what is asked.

Own code because no library here has it; the dual is convex, and solved for many resamples at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.weighting._newton import Products

_STEPS = 100
_CLOSE = 1e-9
_NEAR_ENOUGH = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class EntropyBalance:
    """Weights of shape (n,), adding up to n, and how far the means are from what was asked, in SDs.

    `reason`: `empty_group`, or `no_overlap` (no weights of these people can give these means).
    """

    weight: np.ndarray
    distance: float
    reason: str | None = None


def entropy_balance(covariates: np.ndarray, target: np.ndarray) -> EntropyBalance:
    """Weights of one arm under which the means of the covariates are those of the target.

    Hainmueller 2012 (Polit Anal 20:25), by its dual: w is proportional to exp(lambda' x), lambda the minimum of the log of the sum of
    exp(lambda' (x - target)), by Newton's method. R's `WeightIt(method = "ebal")` and `ebal`.

    Parameters
    ----------
    covariates
        Shape (n, p), of the people of the arm; categories as indicator columns, squares as columns where spreads must agree as well.
    target
        Shape (p,): the means of the first arm for `att`, of everyone for `ate`.

    When not to use
    ---------------
    For the overlap group: overlap weights of a logistic model have exact balance already, and it is they who define that group.

    Examples
    --------
    Scores 0, 0 and 3 with a mean of 2: the last must weigh twice the other two together.

    >>> found = entropy_balance(np.array([[0.0], [0.0], [3.0]]), np.array([2.0]))
    >>> found.weight.round(6).tolist()
    [0.5, 0.5, 2.0]
    >>> entropy_balance(np.array([[0.0], [1.0]]), np.array([2.0])).reason
    'no_overlap'
    """
    covariates = np.asarray(covariates, float)
    if not len(covariates):
        return EntropyBalance(np.zeros(0), np.nan, "empty_group")
    counts = np.ones((1, len(covariates)))
    weight, distance = balanced(covariates, np.asarray(target, float)[None], counts)
    reached = bool(distance[0] < _NEAR_ENOUGH)
    return EntropyBalance(
        weight[0] if reached else np.full(len(covariates), np.nan), float(distance[0]), None if reached else "no_overlap"
    )


def reached(distance: np.ndarray) -> np.ndarray:
    """Which draws have their means.

    >>> reached(np.array([1e-12, 0.3])).tolist()
    [True, False]
    """
    return distance < _NEAR_ENOUGH


def balanced(
    covariates: np.ndarray, target: np.ndarray, counts: np.ndarray, *, near: bool = False, sizes: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The same for many draws: targets of shape (draws, p), counts of shape (draws, n); weights count every time that one was drawn.

    `near`: with a penalty of half the square of lambda (of covariates in SDs), as if these were drawn from a standard normal distribution. It
    always has an answer, the nearest to the target that people in such a number can be taken at their word for; its means are not exact.
    `sizes`, shape (n,): how many are alike in each row, whom the SDs are of; one when not given.

    >>> weight, distance = balanced(np.array([[0.0], [3.0]]), np.array([[2.0]]), np.array([[2.0, 1.0]]))
    >>> weight.round(6).tolist()
    [[1.0, 2.0]]

    A mean of 4 of people with 0 and 3 cannot be; the nearest leaves some weight at 0.

    >>> weight, _ = balanced(np.array([[0.0], [3.0]]), np.array([[4.0]]), np.array([[2.0, 1.0]]), near=True)
    >>> weight.round(2).tolist()
    [[0.08, 2.92]]
    """
    centre = np.average(covariates, axis=0, weights=sizes)
    spread = np.sqrt(np.average((covariates - centre) ** 2, axis=0, weights=sizes))
    scaled = (covariates - centre) / np.where(spread > 0, spread, 1.0)
    goal = (target - centre) / np.where(spread > 0, spread, 1.0)
    products, p = Products(scaled), scaled.shape[1]
    factor = np.zeros((len(counts), p))
    size = counts.sum(axis=1)
    penalty = np.where(near, 1.0 / np.maximum(size, 1.0), 0.0)

    def at(lambdas: np.ndarray, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        reach = lambdas @ scaled.T
        top = reach.max(axis=1, keepdims=True)
        weight = counts[who] * np.exp(reach - top)
        total = weight.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.log(total) + top[:, 0] - (lambdas * goal[who]).sum(axis=1)
            return weight / total[:, None], value + penalty[who] * (lambdas**2).sum(axis=1) / 2

    everyone = np.arange(len(counts))
    open_ = everyone[size > 0]
    for _ in range(_STEPS):
        if not len(open_):
            break
        weight, value = at(factor[open_], open_)
        mean = weight @ scaled
        slope = mean - goal[open_] + penalty[open_, None] * factor[open_]
        curve = products(weight) - mean[:, :, None] * mean[:, None, :]
        curve += np.maximum(penalty[open_], 1e-12)[:, None, None] * np.eye(p)
        step = -np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        step *= np.minimum(1.0, 10.0 / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
        length = np.ones(len(open_))
        for _ in range(20):
            worse = at(factor[open_] + length[:, None] * step, open_)[1] > value + 1e-12 * np.abs(value) + 1e-14
            if not worse.any():
                break
            length[worse] /= 2
        factor[open_] += length[:, None] * step
        far = np.abs(factor[open_]).max(axis=1) > 500
        open_ = open_[(np.abs(slope).max(axis=1) > _CLOSE) & ~far]
    weight, _ = at(factor, everyone)
    distance = np.abs(weight @ scaled - goal).max(axis=1) if p else np.zeros(len(counts))
    return weight * size[:, None], np.where(np.isfinite(distance), distance, np.inf)
