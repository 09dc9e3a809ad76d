"""Results made of rounded aggregates, as a release: what follows from numbers that have left already tells nothing more.

They do not go through the door a second time, for it would round what was rounded and take differences of middles for people. Only what would
mislead is left out: counts below the threshold, and shares of nobody or everybody, which stand for "fewer than ten at each". The method of every
row says that rounding is not in its limits.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data_schemas.evidence import NUMERIC_COLUMNS
from data_schemas.result import Result
from evaluation.release.door import exact
from evaluation.release.edition import Edition

_SAID = "; from aggregates that were rounded one by one, of which the rounding is not in the limits"
# a share of nobody at the start is known
_AT_ONCE = ("0", "")


def told_of_rounded(results: Mapping[str, Result], edition: Edition) -> dict[str, pd.DataFrame]:
    """The rows of all analyses; those for whoever holds the data have no place in a release."""
    return {name: _told(result, edition.threshold) for name, result in results.items()}


def _told(result: Result, threshold: int) -> pd.DataFrame:
    rows = exact(result)
    internal = [name for name, declared in result.measures.items() if declared.kind == "internal"]
    rows = rows[~rows["measure"].isin(internal)].reset_index(drop=True)
    n, events, estimate = (rows[name].to_numpy(float) for name in ("n", "events", "estimate"))
    kinds = np.array([result.measures[name].kind for name in rows["measure"]], object)
    too_few = ~(n >= threshold) | ((kinds == "count") & ~(estimate >= threshold)) | (events < threshold)
    nobody = (rows["unit"] == "share").to_numpy() & np.isin(estimate, (0.0, 1.0)) & ~rows["time"].isin(_AT_ONCE).to_numpy()
    empty = np.isnan(estimate)
    hidden = (too_few | nobody) & ~empty
    shown = rows[list(NUMERIC_COLUMNS)].mask(pd.Series(hidden | empty), axis=0)
    # rounded numbers have no more digits than their rounding left
    for name in ("estimate", "ci_low", "ci_high", "p_value", "std_error"):
        shown[name] = [float(f"{value:.4g}") for value in shown[name]]
    status = np.select([empty, hidden], ["not_estimable", "suppressed"], "rounded")
    shown["df"] = np.nan
    return rows.assign(**shown, status=status, method=rows["method"] + _SAID)
