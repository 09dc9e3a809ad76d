"""Young people of one provider resemble each other: rows with intervals that allow for it, and what other rows must say.

Where there are two providers or more, `mean_change_clustered`, `g_clustered` (in `change`) and `adjusted_difference_cr2` (in `comparison`)
lead: reports take them for `mean_change`, `g` and `adjusted_difference` wherever they have an interval.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.cohort import Cohort
from analyses.shared.recording import change_scale, fields, within
from analyses.statistics.models.clustered_change import g_by_cluster, mean_change_by_cluster
from data_schemas.result import Declared
from data_schemas.words import Words

CLUSTERED_MEASURES = {
    "mean_change_clustered": Declared(
        "model", Words("gemiddelde verandering, interval per aanbieder", "mean change, interval by provider"), "score"
    ),
    "g_clustered": Declared("model", Words("g, interval per aanbieder", "g, interval by provider"), "effect"),
}
ERRORS = "CR2 errors by provider, Satterthwaite df (Bell & McCaffrey 2002)"
_CHANGE = "later minus baseline as scored, complete pairs; " + ERRORS
_G = "mean change / SD at baseline, Hedges J(n - 1), + is improvement; " + ERRORS
_SEVERAL = (
    "; people taken as independent, so too narrow where providers differ (when 5 % of the differences lie between two providers it holds the "
    "truth in 90 of 100 studies with 34 people, and in 75 of 100 with 150): the row with errors by provider leads where it can be had"
)
_ONE = (
    "; people of one provider, so that how much providers differ is not in the interval: for other providers it is too narrow"
)
# with fewer providers than this the error is nearly the difference between two of them, and so the mean of the smaller
FEW = 4


def providers_of(cohort: Cohort) -> np.ndarray:
    """The number of everyone's provider."""
    return cohort.treatments["provider"].cat.codes.to_numpy()


def independence(cohort: Cohort) -> str:
    """What the method of an interval must say that takes people as independent, by the number of providers."""
    return _SEVERAL if cohort.treatments["provider"].nunique() > 1 else _ONE


def residual_df(provider: np.ndarray) -> float:
    """What the door must know of a row with errors by provider: people less providers, or, with few providers, those of the smallest less one.

    >>> residual_df(np.array([0, 0, 0, 1, 1])), residual_df(np.arange(8) // 2)
    (1.0, 4.0)
    """
    sizes = np.unique(provider, return_counts=True)[1]
    if not len(sizes):
        return np.nan
    return float(sizes.min() - 1 if len(sizes) < FEW else sizes.sum() - len(sizes))


def clustered_rows(
    before: np.ndarray, later: np.ndarray, provider: np.ndarray, sign: int, scale: tuple[float, float]
) -> Iterator[dict]:
    """Mean change and g of one group, with errors by provider; there whether it can be had or not. `scale`: lowest and highest score."""
    base = {"n": len(before), "residual_df": residual_df(provider)}
    change, g = mean_change_by_cluster(before, later, provider), g_by_cluster(before, later, provider, sign)
    yield base | {"measure": "mean_change_clustered", "unit": "score"} | within(fields(change, _CHANGE), *change_scale(scale))
    yield base | {"measure": "g_clustered", "unit": "SD"} | fields(g, _G)
