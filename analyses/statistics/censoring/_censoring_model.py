"""A Cox model of being lost on counts per combination of categories and week, for many bootstrap draws at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.statistics._weeks import whole_weeks

STEPS = 40
LARGEST_STEP = 2.0
LARGEST = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """People by combination of categories, week, and how they ended: `counts` has shape (2, cells, weeks), lost first.

    `x` has an indicator per category but the first of each covariate, shape (cells, p), centred over people.
    """

    counts: np.ndarray
    x: np.ndarray
    names: tuple[str, ...]
    people: int

    @property
    def last_week(self) -> int:
        return self.counts.shape[2] - 1


def cells(week, event, categories: Mapping[str, object]) -> Cells:
    """Count.

    Raises
    ------
    ValueError
        Unequal lengths, weeks that are not whole numbers of at least 0, or an event flag other than 0 and 1.
    """
    week, event = whole_weeks(week, "week"), np.asarray(event)
    if len(week) == 0:
        return Cells(np.zeros((2, 0, 1), np.int64), np.zeros((0, 0)), (), 0)
    if week.ndim != 1:
        raise ValueError("week must be one-dimensional")
    if event.shape != week.shape or not np.isin(event, (0, 1)).all():
        raise ValueError("event must be 0 or 1, one per person")
    columns, names = [], []
    for name, labels in categories.items():
        code, levels = pd.factorize(np.asarray(labels, dtype=object), sort=True)
        if code.shape != week.shape or (code < 0).any():
            raise ValueError("a covariate needs one label per person, none missing")
        columns.append((code, len(levels)))
        names += [f"{name}={level}" for level in levels[1:]]
    cell = np.zeros(len(week), np.int64)
    for code, size in columns:
        cell = cell * size + code
    present, cell = np.unique(cell, return_inverse=True)
    shape = (2, len(present), int(week.max()) + 1)
    place = np.ravel_multi_index((event.astype(np.int64), cell.ravel(), week), shape)
    counts = np.bincount(place, minlength=int(np.prod(shape))).reshape(shape)
    return Cells(counts, _indicators(present, [size for _, size in columns], counts.sum(axis=(0, 2))), tuple(names), len(week))


def _indicators(present: np.ndarray, sizes: list[int], people: np.ndarray) -> np.ndarray:
    """Indicators of the categories of each combination, without the first category of each covariate."""
    parts = []
    rest = present
    for size in reversed(sizes):
        parts.insert(0, (rest % size)[:, None] == np.arange(1, size))
        rest = rest // size
    x = np.concatenate(parts, axis=1).astype(float) if parts else np.zeros((len(present), 0))
    return x - (people @ x) / people.sum()


def weighted_curves(given: Cells, counts: np.ndarray, until: int) -> tuple[np.ndarray, np.ndarray]:
    """Weighted Kaplan-Meier in every draw, shape (draws, weeks), and the coefficients of being lost, shape (draws, p).

    `counts` has shape (draws, 2, cells, weeks); losses from week `until` on are not modelled.
    """
    lost, events = counts[:, 0], counts[:, 1]
    leaving = lost + events
    at_risk = np.cumsum(leaving[..., ::-1], axis=-1)[..., ::-1].astype(float)
    still, lost = at_risk - events, np.where(np.arange(lost.shape[-1]) < until, lost, 0)
    beta = _fit(given.x, still, lost)
    relative = np.exp(beta @ given.x.T)
    total = (still * relative[:, :, None]).sum(axis=1)
    baseline = np.where(total > 0, lost.sum(axis=1) / np.where(total > 0, total, 1.0), 0.0)
    before = np.cumsum(baseline, axis=1) - baseline
    weight = np.exp(np.minimum(relative[:, :, None] * before[:, None, :], 50.0))
    exposed = (weight * at_risk).sum(axis=1)
    hazard = np.where(exposed > 0, (weight * events).sum(axis=1) / np.where(exposed > 0, exposed, 1.0), 0.0)
    return np.cumprod(1.0 - np.minimum(hazard, 1.0), axis=1), beta


def _fit(x: np.ndarray, still: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """Newton's method on Breslow's partial likelihood in all draws together.

    Steps are cut, and coefficients held within +-15: a category that loses nobody then has a chance of being lost of about 0. A
    direction without information (a category that is absent from a draw) keeps its coefficient.
    """
    draws, p = len(still), x.shape[1]
    beta = np.zeros((draws, p))
    if p == 0:
        return beta
    per_week, observed = lost.sum(axis=1), lost.sum(axis=2) @ x
    used = per_week.any(axis=0)
    still, per_week = still[..., used], per_week[:, used]
    for _ in range(STEPS):
        relative = np.exp(beta @ x.T)
        exposed = still * relative[:, :, None]
        total = exposed.sum(axis=1)
        divisor = np.where(total > 0, total, 1.0)
        rate = np.where(total > 0, per_week / divisor, 0.0)
        mean = exposed.transpose(0, 2, 1) @ x / divisor[..., None]
        exposure = (exposed @ rate[..., None])[..., 0]
        score = observed - exposure @ x
        information = x.T @ (exposure[..., None] * x)
        information -= mean.transpose(0, 2, 1) @ (mean * per_week[..., None])
        information += 1e-9 * np.eye(p)
        step = np.clip(np.linalg.solve(information, score[..., None])[..., 0], -LARGEST_STEP, LARGEST_STEP)
        new = np.clip(beta + step, -LARGEST, LARGEST)
        moved, beta = np.abs(new - beta).max(), new
        if moved < 1e-11:
            break
    return beta
