"""Ranges of weeks as they are given, checked and brought to log times; and why nothing can be fitted to them."""

from __future__ import annotations

import numpy as np

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.interval_censored._turnbull_input import checked_ranges
from analyses.statistics.parametric._log_time_fit import LogTimes, together


def given_ranges(left, right, covariates, entry, weight) -> tuple[LogTimes, float, float, int]:
    """Checked records as log times, with people, events and the last week followed."""
    left, right = checked_ranges(left, right)
    size = len(left)
    x = np.zeros((size, 0)) if covariates is None else np.asarray(covariates, float)
    x = x[:, None] if x.ndim == 1 else x
    weight = np.ones(size) if weight is None else np.asarray(weight, float)
    known = np.isfinite(weight).all() and np.isfinite(x).all() and (weight >= 0).all()
    if weight.shape != left.shape or len(x) != size or not known:
        raise ValueError("weight (at least 0) and covariates must be known, one for each range")
    n, events = float(weight.sum()), float(weight[np.isfinite(right)].sum())
    last_week = int(np.where(np.isfinite(right), right, left)[weight > 0].max(initial=0))
    left, right = np.maximum(left, 0.0), np.maximum(right, 1.0)
    if entry is not None:
        entry = whole_weeks(entry, "entry").astype(float)
        if entry.shape != left.shape or (entry > left).any():
            raise ValueError("an event must come after the entry")
        late = entry > 0
        # who came late counts as everybody does, less the chance of having come so far
        left, right = np.concatenate([left, entry[late]]), np.concatenate([right, np.full(int(late.sum()), np.inf)])
        x, weight = np.concatenate([x, x[late]]), np.concatenate([weight, -weight[late]])
    return together(left, right, x, weight), n, events, last_week


def too_little(given: LogTimes, n: float, events: float) -> str | None:
    """Why nothing is fitted at all."""
    if n == 0:
        return "empty_group"
    if events == 0:
        return "no_events"
    if events < given.design.shape[1] + 1:
        return "too_few_events"
    for column in given.design.T[1:]:
        if len(np.unique(column)) == 2 and len(np.unique(column[np.isfinite(given.high)])) < 2:
            return "monotone_likelihood"
    return None
