"""Whether several coefficients of a model are zero together.

Own code because statsmodels' own test wants its own models, with the data in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyses.statistics.models.model import Model


@dataclass(frozen=True, slots=True)
class JointTest:
    """An F statistic on `df` and `residual_df` degrees of freedom; NaN with `reason` where there is none."""

    statistic: float
    p_value: float = np.nan
    df: float = np.nan
    residual_df: float = np.nan
    reason: str | None = None


def joint_test(model: Model, names: Sequence[str]) -> JointTest:
    """Wald's test that the named coefficients are all zero: b' V^-1 b / q against F(q, residual df), with whatever errors the model has.

    As R's `lmtest::waldtest` and `car::linearHypothesis` with the same covariance.

    `reason`: that of the model; `no_residual_df`; `collinear` (their covariance has no inverse).

    Examples
    --------
    One coefficient: the square of its t.

    >>> from analyses.statistics.models.model import t_model
    >>> model = t_model(["a", "b"], np.array([1.0, 2.0]), np.diag([4.0, 1.0]), 10)
    >>> found = joint_test(model, ["b"])
    >>> found.statistic, round(found.p_value, 6), round(float(model.p_value[1]), 6)
    (4.0, 0.073388, 0.073388)
    """
    from scipy.special import fdtrc

    if model.reason:
        return JointTest(np.nan, reason=model.reason)
    at = [model.names.index(name) for name in names]
    b, v = model.coefficients[at], model.covariance[np.ix_(at, at)]
    df, residual = float(len(at)), float(np.min(model.df[at]))
    if not residual >= 1:
        return JointTest(np.nan, reason="no_residual_df")
    if np.linalg.matrix_rank(v, hermitian=True) < len(at):
        return JointTest(np.nan, reason="collinear")
    statistic = float(b @ np.linalg.solve(v, b) / df)
    return JointTest(statistic, float(fdtrc(df, residual, statistic)), df, residual)
