"""The standard error that stands beside an estimate, exact or as published: of a ratio always that of its natural logarithm.

A ratio's interval is made on the logarithm, and whoever pools ratios needs the error there.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data_schemas.result import Declared
from evaluation.release.counts.bands import significant

_NORMAL = 1.959963984540054
_WITH_ERROR = ("derived", "magnitude", "model")


def exact_errors(estimate: np.ndarray, std_error: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Errors on the scale of the estimate, those of ratios turned to that of the logarithm.

    By the delta method, which is how they came on the scale of the ratio; shape (rows,).

    >>> exact_errors(np.array([2.0, 2.0]), np.array([0.5, 0.5]), np.array([True, False])).tolist()
    [0.25, 0.5]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(ratio, std_error / estimate, std_error)
    return np.where(np.isfinite(found), found, np.nan)


def published_errors(
    text: Mapping[str, np.ndarray], numbers: Mapping[str, np.ndarray], measures: Mapping[str, Declared]
) -> np.ndarray:
    """Half the published interval over the normal quantile: it says what the interval says, and nothing more.

    Shares and counts of people have none (their interval is exact), nor have tests, weeks read off a curve, and differences whose limits are
    what counts in bands allow.
    """
    kind, number = (
        np.array([getattr(measures[name], part) for name in text["measure"]], object) for part in ("kind", "number")
    )
    ratio = number == "ratio"
    read_off = (number == "weeks") & (text["time"] == "")
    # what counts in bands allow is no error
    of_counts = (kind == "magnitude") & (text["status"] == "rounded")
    wanted = np.isin(kind, _WITH_ERROR) & ~read_off & ~of_counts & ~np.isnan(numbers["estimate"])
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (np.where(ratio, np.log(numbers[name]), numbers[name]) for name in ("ci_low", "ci_high"))
        found = significant((high - low) / (2 * _NORMAL), 3)
    return np.where(wanted & np.isfinite(found), found, np.nan)
