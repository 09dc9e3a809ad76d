"""A fitted model: all its coefficients under their names, and one of them as an answer.

Own code because every library has a result of its own, with the data in it: this one is small, frozen and the same for all models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit


@dataclass(frozen=True, slots=True)
class Contrast:
    """A coefficient, or a sum of weighted coefficients, with a t interval and a test of zero; NaN with `reason` where there is none."""

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    df: float = np.nan
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """All coefficients of a model, shape (k,) each, under `names`; `covariance` has shape (k, k).

    With a `reason` there is no model and everything is NaN, but with `no_variance`: the coefficients then stand, without errors. A
    coefficient with fewer than one degree of freedom has no interval.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p_value: np.ndarray
    df: np.ndarray
    covariance: np.ndarray
    reason: str | None = None

    def one(self, name: str) -> Contrast:
        """One coefficient as an answer; `reason` is the model's, or `no_residual_df`, `no_variance` of this coefficient alone.

        Raises
        ------
        KeyError
            No coefficient has this name; the message lists those there are.
        """
        if name not in self.names:
            raise KeyError(f"no coefficient {name!r}: the model has {', '.join(self.names)}")
        k = self.names.index(name)
        reason = self.reason
        if reason is None and not self.df[k] >= 1:
            return Contrast(np.nan, reason="no_residual_df")
        if reason is None and not self.std_error[k] > 0:
            reason = "no_variance"
        numbers = (self.coefficients, self.std_error, self.ci_low, self.ci_high, self.p_value, self.df)
        return Contrast(*(float(values[k]) for values in numbers), reason)


def t_model(
    names: Sequence[str], coefficients: np.ndarray, covariance: np.ndarray, df: np.ndarray | float, confidence: float = 0.95
) -> Model:
    """A model with t intervals from its covariance and degrees of freedom (one for all, or one per coefficient; infinite: normal).

    Examples
    --------
    An estimate of 2 with a variance of 1 and one degree of freedom: t is 12.706, and p is that of Cauchy's distribution.

    >>> found = t_model(["mean"], np.array([2.0]), np.array([[1.0]]), 1).one("mean")
    >>> round(found.ci_high, 3), round(found.p_value, 6), round(1 - 2 * float(np.arctan(2.0)) / np.pi, 6)
    (14.706, 0.295167, 0.295167)
    """
    coefficients = np.asarray(coefficients, float)
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    df = np.broadcast_to(np.asarray(df, float), coefficients.shape)
    known = (df >= 1) & (error > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = np.where(known, stdtrit(np.where(known, df, 1.0), 0.5 + confidence / 2) * error, np.nan)
        p_value = np.where(known, 2 * stdtr(np.where(known, df, 1.0), -np.abs(coefficients / error)), np.nan)
    return Model(tuple(names), coefficients, error, coefficients - half, coefficients + half, p_value, df, covariance)


def weighted(model: Model, weights: np.ndarray, confidence: float = 0.95) -> Contrast:
    """A sum of coefficients with these weights, shape (k,), of a model that has one number of degrees of freedom for all.

    Examples
    --------
    The difference of two independent coefficients with a variance of 1 and 3: 2, with an error of 2.

    >>> model = t_model(["a", "b"], np.array([5.0, 3.0]), np.diag([1.0, 3.0]), 10)
    >>> found = weighted(model, np.array([1, -1]))
    >>> found.estimate, found.std_error, found.df
    (2.0, 2.0, 10.0)
    """
    weights = np.asarray(weights, float)
    if model.reason is not None:
        estimate = float(weights @ model.coefficients)
        return Contrast(estimate, reason=model.reason)
    if len(set(model.df)) > 1:
        raise ValueError("degrees of freedom differ between the coefficients: ask for one of them")
    variance = float(weights @ model.covariance @ weights)
    # errors that cancel but for rounding
    if variance <= 1e-20 * float(np.abs(weights) @ np.abs(model.covariance) @ np.abs(weights)):
        variance = 0.0
    parts = t_model(["sum"], np.array([weights @ model.coefficients]), np.array([[variance]]), model.df[0], confidence)
    return parts.one("sum")


def no_model(names: Sequence[str], reason: str) -> Model:
    """The answer of a model that cannot be fitted.

    >>> no_model(["mean"], "too_few").one("mean").reason
    'too_few'
    """
    nothing = np.full(len(names), np.nan)
    return Model(tuple(names), *[nothing] * 6, np.full((len(names), len(names)), np.nan), reason)


def without_errors(names: Sequence[str], coefficients: np.ndarray, df: float) -> Model:
    """A model that fits without error (`no_variance`): coefficients, and nothing that would be made of rounding.

    >>> without_errors(["mean"], np.array([3.0]), 4).one("mean")
    Contrast(estimate=3.0, std_error=0.0, ci_low=nan, ci_high=nan, p_value=nan, df=4.0, reason='no_variance')
    """
    k = len(coefficients)
    nothing = np.full(k, np.nan)
    return Model(
        tuple(names),
        np.asarray(coefficients, float),
        np.zeros(k),
        nothing,
        nothing,
        nothing,
        np.full(k, float(df)),
        np.zeros((k, k)),
        "no_variance",
    )


def named(names: Sequence[str] | None, k: int) -> tuple[str, ...]:
    """The names of k columns; `x0`, `x1` ... where none are given.

    Raises
    ------
    ValueError
        Not one name per column, or a name twice.

    >>> named(None, 2)
    ('x0', 'x1')
    """
    found = tuple(f"x{i}" for i in range(k)) if names is None else tuple(names)
    if len(found) != k or len(set(found)) != k:
        raise ValueError("every column of the design needs a name of its own")
    return found
