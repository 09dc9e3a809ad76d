"""Logistic and multinomial models of many resamples at once: Newton's method on counts of people, with Firth's penalty where asked."""

from __future__ import annotations

import numpy as np

_STEPS, _CLOSE = 60, 1e-10
# the information leaves out the penalty's curvature, which is at most as much again (one person in a category): whole steps may go twice as
# far as they should, for ever; these shrink what is left to 0.4 or less of it
_SHORTER = 0.6
_FARTHEST_STEP = 6.0
CERTAIN = 18.0
"""Log odds beyond which an arm counts as told by the covariates: one in 65 million."""
_TABLE = 20_000_000


class Products:
    """Sums of w x x' over people for many sets of weights at once."""

    def __init__(self, design: np.ndarray) -> None:
        self.design = design
        n, p = design.shape
        self._table = (design[:, :, None] * design[:, None, :]).reshape(n, p * p) if n * p * p <= _TABLE else None

    def __call__(self, weight: np.ndarray) -> np.ndarray:
        """Shape (draws, n) in, (draws, p, p) out."""
        p = self.design.shape[1]
        if self._table is not None:
            return (weight @ self._table).reshape(-1, p, p)
        return np.stack([self.design.T @ (self.design * one[:, None]) for one in weight])

    def quadratic(self, matrix: np.ndarray) -> np.ndarray:
        """x' M x of everyone, for matrices of shape (draws, p, p)."""
        if self._table is not None:
            return matrix.reshape(len(matrix), -1) @ self._table.T
        return np.stack([((self.design @ one) * self.design).sum(axis=1) for one in matrix])


def arm_coefficients(
    products: Products, arm: np.ndarray, arms: int, counts: np.ndarray, *, penalised: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of each arm against the last, and which draws have them.

    Parameters
    ----------
    products
        Of the design, shape (n, p).
    counts
        Shape (draws, n): how often each person was drawn.
    penalised
        With Firth's penalty (1993, Biometrika 80:27); two arms only.

    Returns
    -------
    coefficients of shape (draws, arms - 1, p), and a boolean per draw: found, and no arm told with certainty.
    """
    design = products.design
    p = design.shape[1]
    others = arms - 1
    member = arm[:, None] == np.arange(others)
    found = np.zeros((len(counts), others, p))
    size = np.maximum(counts.sum(axis=1), 1.0)
    open_, settled = np.arange(len(counts)), np.zeros(len(counts), bool)
    for _ in range(_STEPS):
        if not len(open_):
            break
        mine = counts[open_]
        share = shares(design, found[open_])[..., :others]
        residual = (member - share) * mine[:, :, None]
        information = np.empty((len(open_), others, p, others, p))
        for a in range(others):
            for b in range(others):
                information[:, a, :, b, :] = products(mine * share[..., a] * ((a == b) - share[..., b]))
        information = information.reshape(len(open_), others * p, others * p)
        # a category that was not drawn has no information: its coefficient stays where it is
        information += np.eye(others * p) * (1e-11 * size[open_])[:, None, None]
        score = np.swapaxes(residual, 1, 2) @ design
        if penalised:
            spread = mine * share[..., 0] * (1 - share[..., 0])
            leverage = spread * products.quadratic(np.linalg.inv(information))
            score += ((leverage * (0.5 - share[..., 0])) @ design)[:, None, :]
        step = np.linalg.solve(information, score.reshape(len(open_), -1, 1)).reshape(score.shape)
        farthest = np.abs(step @ design.T).max(axis=(1, 2))
        step *= _SHORTER if penalised else 1.0
        step *= np.minimum(1.0, _FARTHEST_STEP / np.maximum(farthest, 1e-300))[:, None, None]
        found[open_] += step
        done = farthest < _CLOSE
        settled[open_[done]] = True
        certain = np.abs(found[open_] @ design.T).max(axis=(1, 2)) > 3 * CERTAIN
        open_ = open_[~done & ~certain]
    drawn = np.abs(found @ design.T).max(axis=1) * (counts > 0)
    return found, settled & (drawn.max(axis=1) < CERTAIN)


def shares(design: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """The share of each arm that the covariates lead to expect, shape (draws, n, arms); the last is the arm compared with."""
    odds = coefficients @ design.T
    # arms before people in memory: their few are added up people by people, not person by person
    odds = np.concatenate([odds, np.zeros((len(odds), 1, odds.shape[2]))], axis=1)
    odds -= odds.max(axis=1, keepdims=True)
    np.exp(odds, out=odds)
    odds /= odds.sum(axis=1, keepdims=True)
    return np.moveaxis(odds, 1, 2)
