"""Checks and shapes of what the event models are given; shared by all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.hazards._risk_sets import RiskSets, risk_sets
from analyses.statistics.models.model import named


@dataclass(frozen=True, slots=True)
class CoxInput:
    """Checked arrays: week of event or censoring, event flag, covariates (n, p), their names, entry; stratum codes and their labels."""

    week: np.ndarray
    event: np.ndarray
    x: np.ndarray
    names: tuple[str, ...]
    entry: np.ndarray | None
    stratum: np.ndarray | None
    strata: np.ndarray | None

    def sets(self) -> RiskSets:
        return risk_sets(self.week, self.event, self.x, self.entry, self.stratum)


def cox_input(week, event, covariates, entry, strata, names) -> CoxInput:
    """Check and shape the arguments of a model of events in time.

    Raises
    ------
    ValueError
        Lengths differ, weeks are not whole or missing, a covariate is missing or infinite, a record ends at or before its entry, an
        event flag is not 0 or 1, or there is not one name of its own per covariate.
    """
    week = weeks_of(week, "week")
    n = len(week)
    x, names = design(covariates, names, n)
    event = event_flags(event, n)
    if entry is not None:
        entry = weeks_of(entry, "entry", minimum=-1)
        same_length(entry, n, "entry")
        if (entry >= week).any():
            raise ValueError("entry must be before the week of event or censoring: the interval is (entry, week]")
    stratum, labels = (None, None) if strata is None else codes(strata, n, "strata")
    return CoxInput(week, event, x, names, entry, stratum, labels)


def weeks_of(values, name: str, *, minimum: int = 0) -> np.ndarray:
    """Whole weeks, one per record."""
    found = whole_weeks(values, name, minimum=minimum)
    if found.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional")
    return found


def event_flags(event, n: int) -> np.ndarray:
    """Return booleans from 0/1 or True/False."""
    flags = np.asarray(event)
    same_length(flags, n, "event")
    if flags.dtype != bool:
        if n and not np.isin(flags, (0, 1)).all():
            raise ValueError("event must be 0 or 1 (True or False)")
        flags = flags == 1
    return flags


def design(covariates, names, n: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return covariates as a float array of shape (n, p) and their names."""
    if names is None and isinstance(covariates, pd.DataFrame):
        names = [str(column) for column in covariates.columns]
    x = np.asarray(covariates, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or len(x) != n or x.shape[1] == 0:
        raise ValueError("covariates must have one row per record and at least one column")
    if not np.isfinite(x).all():
        raise ValueError("covariates must not be missing or infinite; leave those records out or impute them")
    return x, named(names, x.shape[1])


def codes(labels, n: int, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return codes 0 .. k - 1 of labels of any kind, and the k labels."""
    array = np.asarray(labels)
    same_length(array, n, name)
    code, levels = pd.factorize(array, sort=True)
    if (code < 0).any():
        raise ValueError(f"{name} must not be missing")
    return code, levels


def same_length(array: np.ndarray, n: int, name: str) -> None:
    if array.shape != (n,):
        raise ValueError(f"{name} must have one value per record ({n})")
