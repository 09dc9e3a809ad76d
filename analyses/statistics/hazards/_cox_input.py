"""Checks and shapes of what the event models are given; shared by all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.statistics.hazards._risk_sets import RiskSets, risk_sets


@dataclass(frozen=True, slots=True)
class CoxInput:
    """Checked arrays: exit and entry week, event flag, covariates (n, p), their names, stratum codes."""

    weeks: np.ndarray
    event: np.ndarray
    x: np.ndarray
    names: tuple[str, ...]
    entry: np.ndarray | None
    stratum: np.ndarray | None

    def sets(self) -> RiskSets:
        return risk_sets(self.weeks, self.event, self.x, self.entry, self.stratum)


def cox_input(weeks, event, covariates, entry, strata, names) -> CoxInput:
    """Check and shape the arguments of a model of events in time.

    Raises
    ------
    ValueError
        Lengths differ, a value is missing or infinite, a week is negative, a record ends at or before its entry, an
        event flag is not 0 or 1, or the number of names is not the number of covariates.
    """
    weeks = number_array(weeks, "weeks")
    n = len(weeks)
    x, names = design(covariates, names, n)
    event = event_flags(event, n)
    if n and weeks.min() < 0:
        raise ValueError("weeks must not be negative")
    if entry is not None:
        entry = number_array(entry, "entry")
        same_length(entry, n, "entry")
        if n and (entry >= weeks).any():
            raise ValueError("entry must be before the week of event or censoring: the interval is (entry, week]")
    stratum = None if strata is None else codes(strata, n, "strata")[0]
    return CoxInput(weeks, event, x, names, entry, stratum)


def number_array(values, name: str) -> np.ndarray:
    """Return a finite one-dimensional array of numbers (integers stay integers)."""
    array = np.asarray(values)
    if array.dtype.kind not in "iufb":
        array = np.asarray(array, dtype=float)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} must not be missing or infinite; leave those records out and report how many")
    return array


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
    names = tuple(f"x{column + 1}" for column in range(x.shape[1])) if names is None else tuple(names)
    if len(names) != x.shape[1]:
        raise ValueError("names must have one entry per covariate")
    return x, names


def codes(labels, n: int, name: str) -> tuple[np.ndarray, int]:
    """Return codes 0 .. k - 1 of labels of any kind, and k."""
    array = np.asarray(labels)
    same_length(array, n, name)
    code, levels = pd.factorize(array, sort=True)
    if (code < 0).any():
        raise ValueError(f"{name} must not be missing")
    return code, len(levels)


def same_length(array: np.ndarray, n: int, name: str) -> None:
    if array.shape != (n,):
        raise ValueError(f"{name} must have one value per record ({n})")
