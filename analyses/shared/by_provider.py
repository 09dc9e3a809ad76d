"""Young people of one provider resemble each other: rows with intervals that allow for it, and what other rows must say.

Where there are two providers or more, `mean_change_clustered`, `g_clustered` (in `change`) and `adjusted_difference_cr2` (in `comparison`)
lead: reports take them for `mean_change`, `g` and `adjusted_difference` wherever they have an interval. So do shares, curves, hazard
ratios and interactions with `_clustered` behind their name. `design_effect` stands beside: how many times larger the variance is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from analyses.shared.cohort import Cohort
from analyses.shared.recording import change_scale, fields, why, within
from analyses.statistics.change.paired_change import mean_with_interval, paired_moments
from analyses.statistics.clustered.change import g_by_cluster, mean_change_by_cluster
from analyses.statistics.clustered.share import ClusteredShare, effective_limits, share_by_cluster
from data_schemas.result import Declared
from data_schemas.words import Words

CLUSTERED_MEASURES = {
    "mean_change_clustered": Declared(
        "model", Words("gemiddelde verandering, interval per aanbieder", "mean change, interval by provider"), "score"
    ),
    "g_clustered": Declared("model", Words("g, interval per aanbieder", "g, interval by provider"), "effect"),
}
DESIGN_MEASURE = {
    "design_effect": Declared("model", Words("design-effect van aanbieders", "design effect of providers"), "effect"),
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
_EVENTS_ALONE = "; people taken as independent, so too narrow where providers differ: a row with errors by provider leads where it can be had"
_DESIGN = "{of}: variance with errors by provider over that of as many people who are independent"
_SHARE = (
    "; errors by provider: the exact interval of as many people as there effectively are, by the design effect of providers rounded up and t "
    "on Satterthwaite's df rounded down (Korn & Graubard 1998); simulated with providers of eleven, it holds the truth in 100 of 100 studies with two "
    "or three of them, in 99 to 100 with six and in 95 to 99 with thirteen, where 95 is meant"
)
# design effects leave with rounded counts, so that a limit tells nothing of the providers but about how far they lie apart
_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
# with fewer providers than this the error is nearly the difference between two of them, and so the mean of the smaller
FEW = 4


def providers_of(cohort: Cohort) -> np.ndarray:
    """The number of everyone's provider; one for all where none is named."""
    if "provider" not in cohort.treatments:
        return np.zeros(cohort.size, np.int8)
    return cohort.treatments["provider"].cat.codes.to_numpy()


def independence(cohort: Cohort) -> str:
    """What the method of an interval must say that takes people as independent, by the number of providers."""
    return _SEVERAL if cohort.treatments["provider"].nunique() > 1 else _ONE


def events_independence(cohort: Cohort) -> str:
    """What the method of an interval of events must say that takes people as independent; nothing where one provider is named."""
    return _EVENTS_ALONE if several(cohort) else ""


def number_of_providers(cohort: Cohort) -> int:
    """How many providers there are, whoever of them a row is about."""
    return len(cohort.treatments["provider"].cat.categories) if "provider" in cohort.treatments else 1


def residual_df(provider: np.ndarray, providers: int) -> float:
    """What the door must know of a row with errors by provider: people less all providers, those with nobody in the row too (or that a row
    leaves would say whether there is somebody), or, with few of them in it, those of the smallest less one.

    >>> residual_df(np.array([0, 0, 0, 1, 1]), 2), residual_df(np.arange(8) // 2, 5)
    (1.0, 3.0)
    """
    sizes = np.unique(provider, return_counts=True)[1]
    if not len(sizes):
        return np.nan
    return float(sizes.min() - 1 if len(sizes) < FEW else sizes.sum() - providers)


def behind_providers(cohort: Cohort, who: np.ndarray) -> float:
    """The same of some people (boolean) of a cohort."""
    return residual_df(providers_of(cohort)[who], number_of_providers(cohort))


def clustered_rows(
    before: np.ndarray,
    later: np.ndarray,
    provider: np.ndarray,
    sign: int,
    scale: tuple[float, float],
    *,
    providers: int,
    with_design: bool = False,
) -> Iterator[dict]:
    """Mean change and g of one group, with errors by provider; there whether it can be had or not. `scale`: lowest and highest score.

    `providers`: how many there are in all. `with_design`: their design effects too, where people come from several providers.
    """
    base = {"n": len(before), "residual_df": residual_df(provider, providers)}
    change, g = mean_change_by_cluster(before, later, provider), g_by_cluster(before, later, provider, sign)
    yield base | {"measure": "mean_change_clustered", "unit": "score"} | within(fields(change, _CHANGE), *change_scale(scale))
    yield base | {"measure": "g_clustered", "unit": "SD"} | fields(g, _G)
    if with_design:
        moments = paired_moments(before, later)
        alone = mean_with_interval(moments.mean_change, moments.sd_change, moments.n)
        yield base | design_row(change, alone, "mean change")
        alone = g_by_cluster(before, later, np.arange(len(before)), sign)
        yield base | {"subgroup": "effect=g"} | design_row(g, alone, "effect size g")


class Design(NamedTuple):
    """How much wider an interval must be, in steps: a design effect, and whole degrees of freedom; NaN with `reason`."""

    effect: float
    df: float
    reason: str | None = None


def several(cohort: Cohort) -> bool:
    """Whether the people of a cohort come from more than one provider."""
    return "provider" in cohort.treatments and cohort.treatments["provider"].nunique() > 1


def in_steps(effect: float, df: float, reason: str | None = None) -> Design:
    """A design effect as one that may stand beside rounded counts.

    >>> in_steps(1.2, 4.7), in_steps(0.4, 2.0), in_steps(float("nan"), 1.0, "one_group").reason
    (Design(effect=1.5, df=4.0, reason=None), Design(effect=1.0, df=2.0, reason=None), 'one_group')
    """
    if reason or not effect > 0 or not df >= 1:
        return Design(np.nan, np.nan, reason or "no_residual_df")
    place = bisect_left(_STEPS, effect)
    return Design(_STEPS[min(place, len(_STEPS) - 1)], float(np.floor(df)))


def design_row(clustered: Any, independent: Any, of: str) -> dict:
    """The design effect of an estimate, from its errors with and without providers; `of`: what was estimated."""
    reason = clustered.reason or independent.reason
    known = reason is None and independent.std_error > 0
    effect = float((clustered.std_error / independent.std_error) ** 2) if known else np.nan
    error = effect * np.sqrt(2 / clustered.df) if known else np.nan
    base = {"measure": "design_effect", "unit": "times", "least": 0.0}
    return base | {
        "estimate": effect,
        "std_error": error,
        "method": why(_DESIGN.format(of=of), reason or (None if known else "no_variance")),
    }


def share_design(yes: np.ndarray, provider: np.ndarray, providers: int) -> tuple[ClusteredShare, Design]:
    """Of some people (boolean `yes`) their share by provider, and its design in steps."""
    found = share_by_cluster(np.bincount(provider, yes, minlength=providers), np.bincount(provider, minlength=providers))
    return found, in_steps(found.design_effect, found.df, found.reason)


def clustered_share(count: float, total: float, method: str, design: Design, reason: str | None = None) -> dict:
    """The columns of a share with the interval of its design; from exact counts as from rounded ones."""
    base, told = {"unit": "share", "n": total}, method.partition("; exact interval")[0] + _SHARE
    reason = reason or design.reason or (None if total > 0 else "empty_group") or (None if 0 < count < total else "no_variance")
    if reason:
        return base | {"method": why(told, reason)}
    low, high = effective_limits(count, total, design.effect, design.df)
    return base | {"estimate": count / total, "events": count, "ci_low": low, "ci_high": high, "method": told}


def fewest_in(yes: np.ndarray, provider: np.ndarray, providers: int) -> int:
    """The smallest number of people with it, or without it, at any provider: what the door must know of how far providers lie apart.

    >>> fewest_in(np.array([True, False, False, True, True]), np.array([0, 0, 0, 1, 1]), 2)
    0
    """
    with_it, all_ = np.bincount(provider, yes, minlength=providers), np.bincount(provider, minlength=providers)
    return int(min(np.min(with_it, initial=len(yes)), np.min(all_ - with_it, initial=len(yes))))


def fewest_by_arm(cohort: Cohort, of: np.ndarray, yes: np.ndarray) -> int:
    """The same of any arm at any provider; `of`: boolean per person, whom it is about."""
    size = number_of_providers(cohort)
    place = cohort.arm_codes.astype(np.int64) * size + providers_of(cohort)
    return fewest_in(yes[of], place[of], size * len(cohort.arms))


def share_design_row(found: ClusteredShare, yes: np.ndarray, fewest: int, of: str, reason: str | None = None) -> dict:
    """The design effect of a share; `reason`: why the share cannot be told."""
    base = {"measure": "design_effect", "unit": "times", "least": 0.0, "n": len(yes), "events": int(yes.sum())}
    base |= {"fewest": fewest}
    if silent := reason or found.reason:
        return base | {"method": why(_DESIGN.format(of=of), silent)}
    numbers = {"estimate": found.design_effect, "std_error": found.design_effect * np.sqrt(2 / found.df)}
    return base | numbers | {"method": _DESIGN.format(of=of)}
