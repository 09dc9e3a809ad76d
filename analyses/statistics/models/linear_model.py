"""Ordinary least squares: the adjusted difference between two groups, with errors of several kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analyses.statistics.models.model import Model, named, no_model, t_model, without_errors

Errors = Literal["classical", "HC0", "HC1", "HC2", "HC3", "cluster"]

_SINGULAR = 1e-10


def least_squares(
    response: np.ndarray,
    design: np.ndarray,
    names: Sequence[str] | None = None,
    errors: Errors = "classical",
    cluster: np.ndarray | None = None,
    confidence: float = 0.95,
) -> Model:
    """A linear model with t intervals, by statsmodels.

    Parameters
    ----------
    response
        Shape (n,).
    design
        Shape (n, k), the intercept included. Columns that do not vary beside the intercept must be left out.
    names
        One per column.
    errors
        `classical`: equal, independent errors. `HC0` to `HC3`: errors that may differ in spread (MacKinnon & White 1985, J Econometrics
        29:305); HC3 below 250 people (Long & Ervin 2000, Am Stat 54:217). `cluster`: errors that hang together within a cluster, CR1
        with the factor m / (m - 1) (n - 1) / (n - k), as Stata's `vce(cluster)` and `vcovCL` of R's sandwich.
    cluster
        Shape (n,): to which cluster each person belongs; for `cluster` only.

    t has n - k degrees of freedom, with `cluster` the number of clusters less one. `reason`: `too_few` (no residual degrees of
    freedom), `collinear` (a column is a combination of the others), `no_variance` (the residuals are all zero, but for rounding: the
    coefficients are then given without errors), `no_residual_df` (HC2, HC3: a person who alone carries a coefficient has leverage 1),
    `one_group` (a single cluster).

    Examples
    --------
    A mean: 1, 2 and 3 on an intercept alone. HC3 divides the residuals -1, 0, 1 by 1 - 1/3: a variance of 2 * 2.25 / 9.

    >>> round(least_squares(np.array([1.0, 2.0, 3.0]), np.ones((3, 1)), ["mean"]).one("mean").estimate, 9)
    2.0
    >>> round(least_squares(np.array([1.0, 2.0, 3.0]), np.ones((3, 1)), ["mean"], "HC3").one("mean").std_error ** 2, 6)
    0.5

    When not to use
    ---------------
    `cluster` with fewer than some forty clusters: its errors are too small; `cluster_robust.cr2` is made for that.
    """
    response, design = np.asarray(response, float), np.asarray(design, float)
    names = named(names, design.shape[1])
    fit = _ready(response, design)
    if isinstance(fit, str):
        return no_model(names, fit)
    scale, n, k = fit, *design.shape
    if errors == "cluster" and len(np.unique(cluster)) < 2:
        return no_model(names, "one_group")
    from statsmodels.regression.linear_model import OLS

    found = OLS(response, design / scale).fit()
    if noise(response, found.resid):
        return without_errors(names, exact(found.params, scale, response), n - k)
    if errors in ("HC2", "HC3") and (1 - found.get_influence().hat_matrix_diag).min() < _SINGULAR:
        return no_model(names, "no_residual_df")
    if errors != "classical":
        extra = {"groups": np.unique(cluster, return_inverse=True)[1]} if errors == "cluster" else {}
        found = found.get_robustcov_results(errors, use_t=True, **extra)
    df = len(np.unique(cluster)) - 1 if errors == "cluster" else n - k
    return t_model(names, found.params / scale, found.cov_params() / np.outer(scale, scale), df, confidence)


def _ready(response: np.ndarray, design: np.ndarray) -> np.ndarray | str:
    """The lengths of the columns, or the reason why there is no fit."""
    n, k = design.shape
    if n <= k:
        return "too_few"
    scale = np.sqrt((design**2).sum(axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    triangle = np.linalg.qr(design / scale, mode="r")
    return "collinear" if np.abs(np.diag(triangle)).min() < 1e-9 else scale


def noise(response: np.ndarray, residual: np.ndarray) -> bool:
    """Whether what a model leaves is rounding: some 1e-10 of the spread, or 1e-13 of the scores themselves.

    >>> noise(np.array([0.1, 0.2, 0.3]) + 0.2, np.array([0.0, 5e-17, -5e-17]))
    True
    """
    spread = float(((response - response.mean()) ** 2).sum())
    return float(residual @ residual) <= 1e-20 * spread + 1e-26 * float(response @ response)


def exact(coefficients: np.ndarray, scale: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Coefficients of a fit without error on the caller's scale; what is rounding only is zero."""
    small = np.abs(coefficients) <= 1e-12 * np.linalg.norm(response)
    return np.where(small, 0.0, coefficients) / scale


DIFFERENCE = "first group"
"""The name in `difference_design` whose coefficient is the difference."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The columns of a model, shape (n, k), and their names."""

    columns: np.ndarray
    names: tuple[str, ...]


def adjusted_difference(
    before: np.ndarray,
    later: np.ndarray,
    first: np.ndarray,
    covariates: np.ndarray | None = None,
    errors: Errors = "classical",
    confidence: float = 0.95,
) -> Model:
    """Difference in later scores between two groups (first minus second), adjusted for the score at baseline: ANCOVA.

    The model is later = a + b before + c [first group] + covariates, with one slope and one residual variance for both groups
    (Vickers & Altman 2001, BMJ 323:1123); the answer is c, `one(DIFFERENCE)`, with n - k degrees of freedom.

    Parameters
    ----------
    before, later
        Shape (n,), people with both scores.
    first
        Shape (n,), boolean: in the first group.
    covariates
        Shape (n, m) or None: further columns, categories as 0/1 columns without their first.

    When not to use
    ---------------
    When groups were not made by chance and differ at baseline: the adjusted difference is then biased towards what regression to
    the mean does to the groups (Lord's paradox). Check overlap and balance first.

    Examples
    --------
    Both groups start at 1 and 3; the first ends 2 lower at each.

    >>> before = np.array([1.0, 3.0, 2.0, 1.0, 3.0, 2.0])
    >>> later = np.array([1.0, 3.0, 2.3, 3.0, 5.0, 4.3])
    >>> round(adjusted_difference(before, later, np.array([1, 1, 1, 0, 0, 0], bool)).one(DIFFERENCE).estimate, 6)
    -2.0
    """
    first = np.asarray(first, bool)
    design = difference_design(before, first, covariates)
    if first.all() or not first.any():
        return no_model(design.names, "empty_group")
    return least_squares(later, design.columns, design.names, errors, confidence=confidence)


def difference_design(
    before: np.ndarray, first: np.ndarray, covariates: np.ndarray | None = None, names: Sequence[str] | None = None
) -> Design:
    """The model of `adjusted_difference`: intercept, first group, baseline around its mean, covariates.

    A covariate that follows from those before it is left out, as R's `lm` does (two descriptors that are missing for the same people).
    One from which the group itself follows stays, and makes the model `collinear`: it leaves nothing to compare.

    >>> design = difference_design(np.array([1.0, 3.0]), np.array([True, False]))
    >>> design.columns.tolist(), design.names
    ([[1.0, 1.0, -1.0], [1.0, 0.0, 1.0]], ('intercept', 'first group', 'baseline'))
    """
    others = {"intercept": np.ones(len(first))}
    if len(before) and np.ptp(before) > 0:
        others["baseline"] = np.asarray(before, float) - np.mean(before)
    if covariates is not None and covariates.size:
        columns = np.asarray(covariates, float).T
        others |= dict(zip(names or [f"covariate {i}" for i in range(len(columns))], columns))
    kept = _independent(others) if len(first) else others
    ordered = {"intercept": kept["intercept"], DIFFERENCE: np.asarray(first, float)} | kept
    return Design(np.column_stack(list(ordered.values())), tuple(ordered))


def _independent(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The columns that do not follow from those before them (Gram-Schmidt, twice for accuracy)."""
    kept, basis = {}, np.empty((len(next(iter(columns.values()))), 0))
    for name, column in columns.items():
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)
        size = np.linalg.norm(rest)
        if size > 1e-9 * max(np.linalg.norm(column), 1e-300):
            kept[name] = column
            basis = np.column_stack([basis, rest / size])
    return kept
