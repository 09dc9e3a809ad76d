"""Logistic regression: who is likelier to have an outcome, on the scale of log odds."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from analyses.statistics.models.model import Model, named, no_model, t_model

# log odds beyond which it is looked at whether people are separated: where they are, the search goes on to infinity
_NEARLY_CERTAIN = 12.0


def logistic_model(
    response: np.ndarray, design: np.ndarray, names: Sequence[str] | None = None, confidence: float = 0.95
) -> Model:
    """Log odds of the response by maximum likelihood, with normal intervals from the information, by statsmodels; as R's `glm`.

    Parameters
    ----------
    response
        Shape (n,), 0 or 1 (boolean).
    design
        Shape (n, k), the intercept included.
    names
        One per column.

    Coefficients are log odds ratios, degrees of freedom infinite. `reason`: `too_few` (no more people than columns), `collinear`,
    `no_events` (nobody has it), `no_variance` (everybody has it), `monotone_likelihood` (a combination of the columns tells who has it
    and who does not: a coefficient has no finite value, where R's `glm` gives a large number with a warning), `not_converged`.

    When not to use
    ---------------
    With fewer than some ten people of the rarer outcome per column: estimates are too far from zero, and the normal interval too
    narrow. To speak of risks: an odds ratio is farther from 1 than the ratio of risks.

    Examples
    --------
    8 of 20 against 4 of 20: an odds ratio of (8 / 12) / (4 / 16).

    >>> has = np.repeat([1, 0, 1, 0], [8, 12, 4, 16])
    >>> group = np.column_stack([np.ones(40), np.repeat([1, 0], 20)])
    >>> found = logistic_model(has, group, ["intercept", "first"]).one("first")
    >>> round(float(np.exp(found.estimate)), 6), round(found.std_error ** 2, 6), round(1 / 8 + 1 / 12 + 1 / 4 + 1 / 16, 6)
    (2.666667, 0.520833, 0.520833)
    """
    response, design = np.asarray(response, float), np.asarray(design, float)
    names = named(names, design.shape[1])
    reason = _reason(response, design)
    if reason is not None:
        return no_model(names, reason)
    scale = np.sqrt((design**2).mean(axis=0))
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import ModelWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            # from zero Newton's steps on this likelihood go uphill; a tolerance far below what is printed
            found = Logit(response, design / scale).fit(method="newton", maxiter=100, tol=1e-10, disp=False)
        except np.linalg.LinAlgError:
            found = None
    extreme = found is None or not np.abs(design / scale @ found.params).max() < _NEARLY_CERTAIN
    if extreme and _separated(response, design / scale):
        return no_model(names, "monotone_likelihood")
    if found is None or not found.mle_retvals["converged"]:
        return no_model(names, "not_converged")
    return t_model(names, found.params / scale, found.cov_params() / np.outer(scale, scale), np.inf, confidence)


def _reason(response: np.ndarray, design: np.ndarray) -> str | None:
    n, k = design.shape
    if n <= k:
        return "too_few"
    if not response.any() or response.all():
        return "no_variance" if response.all() else "no_events"
    scale = np.sqrt((design**2).sum(axis=0))
    triangle = np.linalg.qr(design / np.where(scale > 0, scale, 1.0), mode="r")
    return "collinear" if np.abs(np.diag(triangle)).min() < 1e-9 else None


def _separated(response: np.ndarray, design: np.ndarray) -> bool:
    """Whether some b has x b >= 0 for all who have it and x b <= 0 for all others, not all zero (Albert & Anderson 1984): a linear programme."""
    from scipy.optimize import linprog

    turned = np.unique(design * np.where(response > 0, 1.0, -1.0)[:, None], axis=0)
    turned = turned / np.abs(turned).max()
    found = linprog(-turned.sum(axis=0), A_ub=-turned, b_ub=np.zeros(len(turned)), bounds=(-1, 1), method="highs")
    return found.status == 0 and -found.fun > 1e-7
