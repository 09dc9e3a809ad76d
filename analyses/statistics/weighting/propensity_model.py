"""The propensity score: which arm people with these covariates come into, by logistic or multinomial regression of statsmodels.

Where the covariates tell the arms apart the likelihood has no maximum: Firth's penalty then, which no library here has for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyses.statistics.models.logistic_model import logistic_model
from analyses.statistics.models.model import named
from analyses.statistics.weighting._newton import Products, arm_coefficients, shares

_TOO_CERTAIN = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class PropensityModel:
    """Log odds of each arm against the last, shape (arms - 1, k) under `names`, and everyone's `probability`, shape (n, arms).

    `penalised`: with Firth's penalty, because the covariates told the arms apart. `reason`: `empty_group`, `too_few` (no more people than
    coefficients), `collinear`, `no_overlap` (with the penalty as well someone's arm is told with certainty), `monotone_likelihood` (more than two
    arms told apart), `not_converged`; everything is NaN then.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    probability: np.ndarray
    penalised: bool = False
    reason: str | None = None


def propensity_model(
    arm: np.ndarray, design: np.ndarray, names: Sequence[str] | None = None, *, arms: int = 2
) -> PropensityModel:
    """The probability of each arm given the covariates, by maximum likelihood; as R's `glm(binomial)` and `nnet::multinom`.

    Parameters
    ----------
    arm
        Shape (n,): 0 for the first arm to arms - 1 for the last.
    design
        Shape (n, k), the intercept included. The plan's covariates and no others: which ones matter is not looked for in the data.
    arms
        How many there are.

    When not to use
    ---------------
    To say what decided about the arm: the model is there to make arms alike, and is judged by the balance that it gives, not by its fit.

    Examples
    --------
    3 of 4 girls and 1 of 4 boys are in the first arm:

    >>> girl = np.repeat([1.0, 0.0], 4)
    >>> found = propensity_model(np.array([0, 0, 0, 1, 0, 1, 1, 1]), np.column_stack([np.ones(8), girl]))
    >>> found.probability[[0, 4], 0].round(6).tolist()
    [0.75, 0.25]

    All girls are in the first arm and no boy is: Firth's penalty adds half a person to each cell of the table.

    >>> apart = propensity_model(np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.column_stack([np.ones(8), girl]))
    >>> apart.penalised, apart.probability[[0, 4], 0].round(6).tolist()
    (True, [0.9, 0.1])
    """
    arm, design = np.asarray(arm), np.asarray(design, float)
    names = named(names, design.shape[1])
    if any((arm == k).sum() == 1 for k in range(arms)):
        return _none(names, len(arm), arms, "too_few")
    if arms == 2:
        found = logistic_model(arm == 0, design, names)
        coefficients, reason = found.coefficients[None, :], found.reason
        if reason == "monotone_likelihood":
            return _penalised(arm, design, names)
        reason = "empty_group" if reason in ("no_events", "no_variance") else reason
    else:
        coefficients, reason = _multinomial(arm, design, arms)
    if reason is not None:
        return _none(names, len(arm), arms, reason)
    return PropensityModel(names, coefficients, shares(design, coefficients[None])[0])


def _none(names: tuple[str, ...], n: int, arms: int, reason: str) -> PropensityModel:
    return PropensityModel(names, np.full((arms - 1, len(names)), np.nan), np.full((n, arms), np.nan), reason=reason)


def _penalised(arm: np.ndarray, design: np.ndarray, names: tuple[str, ...]) -> PropensityModel:
    scale = np.sqrt((design**2).mean(axis=0))
    found, settled = arm_coefficients(Products(design / scale), arm, 2, np.ones((1, len(arm))), penalised=True)
    if not settled[0]:
        return _none(names, len(arm), 2, "no_overlap")
    return PropensityModel(names, found[0] / scale, shares(design / scale, found)[0], penalised=True)


def _multinomial(arm: np.ndarray, design: np.ndarray, arms: int) -> tuple[np.ndarray, str | None]:
    n, k = design.shape
    nothing = np.full((arms - 1, k), np.nan)
    if (np.bincount(arm, minlength=arms) == 0).any():
        return nothing, "empty_group"
    if n <= k * (arms - 1):
        return nothing, "too_few"
    scale = np.sqrt((design**2).mean(axis=0))
    if np.linalg.matrix_rank(design / np.where(scale > 0, scale, 1.0)) < k:
        return nothing, "collinear"
    from statsmodels.discrete.discrete_model import MNLogit
    from statsmodels.tools.sm_exceptions import ModelWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            # statsmodels compares with the first code: the last arm goes first
            found = MNLogit((arm + 1) % arms, design / scale).fit(method="newton", maxiter=100, tol=1e-10, disp=False)
        except np.linalg.LinAlgError:
            return nothing, "monotone_likelihood"
    coefficients = np.asarray(found.params, float).T / scale
    if not np.abs(design @ coefficients.T).max() < _TOO_CERTAIN:
        return nothing, "monotone_likelihood"
    return coefficients, None if found.mle_retvals["converged"] else "not_converged"
