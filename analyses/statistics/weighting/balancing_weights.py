"""Weights that make the arms alike, for everyone, for those treated, or for those who could have come into either arm.

Own code because no library here has the family of estimands, or more than two arms.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Estimand = Literal["overlap", "ate", "att"]


def tilting(probability: np.ndarray, estimand: Estimand = "overlap") -> np.ndarray:
    """For whom the comparison is: what each person counts in the target group, shape (..., n), from probabilities of shape (..., n, arms).

    Li, Morgan & Zaslavsky 2018 (JASA 113:390), and Li & Li 2019 (Ann Appl Stat 13:2389) for more arms: `ate` 1, `att` the
    probability of the first arm, `overlap` one over the sum of 1 / probability over the arms; with two arms that is e (1 - e).

    >>> tilting(np.array([[0.5, 0.5], [0.2, 0.8]])).round(2).tolist()
    [0.25, 0.16]
    """
    probability = np.asarray(probability, float)
    if estimand == "ate":
        return np.ones(probability.shape[:-1])
    if estimand == "att":
        return probability[..., 0].copy()
    with np.errstate(divide="ignore"):
        return 1.0 / (1.0 / probability).sum(axis=-1)


def balancing_weights(probability: np.ndarray, arm: np.ndarray, estimand: Estimand = "overlap") -> np.ndarray:
    """The weight of each person: what they count in the target group over the probability of the arm that they are in.

    Parameters
    ----------
    probability
        Shape (..., n, arms), of `propensity_model`.
    arm
        Shape (n,), 0 for the first.
    estimand
        `overlap` (the default): those who could have come into either arm; weights are at most 1, and with a logistic model the means of the
        covariates are exactly equal. `ate`: everyone. `att`: people like those in the first arm.

    Returns
    -------
    Shape (..., n), not normalised: `ate` 1 / e, `att` 1 and e / (1 - e), `overlap` 1 - e and e, with e the probability of the first arm.

    When not to use
    ---------------
    `ate` and `att` where some probability is near 0: one person then counts for many. `effective_n` says for how many.

    Examples
    --------
    >>> e = np.array([0.8, 0.2])
    >>> [balancing_weights(np.column_stack([e, 1 - e]), np.array([0, 1]), of).round(4).tolist() for of in ("overlap", "ate", "att")]
    [[0.2, 0.2], [1.25, 1.25], [1.0, 0.25]]
    """
    probability, arm = np.asarray(probability, float), np.asarray(arm)
    own = np.take_along_axis(probability, np.broadcast_to(arm[:, None], (*probability.shape[:-1], 1)), axis=-1)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return tilting(probability, estimand) / own


def effective_n(weight: np.ndarray) -> float | np.ndarray:
    """How many equally weighted people weigh as much: (sum of weights)^2 / sum of squares, over the last axis.

    Kish 1965 (Survey Sampling). 0 for nobody.

    >>> float(effective_n(np.array([1.0, 1.0, 2.0]))), float(effective_n(np.array([3.0, 3.0])))
    (2.6666666666666665, 2.0)
    """
    weight = np.asarray(weight, float)
    squares = (weight**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(squares > 0, weight.sum(axis=-1) ** 2 / squares, 0.0)[()]


def preference_score(probability: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """The propensity score of the first arm without what is due to that arm's size: 0.5 is no preference; shape (n,).

    Walker et al. 2013 (Comp Eff Res 3:11): logit of the preference = logit of the propensity - logit of the first arm's share. Arms overlap
    well when at least half of each lies between 0.3 and 0.7. With more than two arms it is the preference for the first over all others.

    >>> preference_score(np.array([[0.25, 0.75], [0.5, 0.5], [0.25, 0.75], [0.25, 0.75]]), np.array([0, 1, 1, 1])).round(4).tolist()
    [0.5, 0.75, 0.5, 0.5]
    """
    first = np.asarray(probability, float)[..., 0]
    share = (np.asarray(arm) == 0).mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = first / (1 - first) * (1 - share) / share
        return np.where(np.isinf(odds), 1.0, odds / (1 + odds))
