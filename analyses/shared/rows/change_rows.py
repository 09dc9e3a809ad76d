"""Rows about the change of one group of people: means, SDs, correlation, effect sizes with their intervals, tests."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.certainty import certainty
from analyses.shared.norms import Normed
from analyses.shared.recording import UNBOUNDED, change_scale, fields, why, within
from analyses.statistics.change.bootstrap import change_by_baseline_sd_bootstrap
from analyses.statistics.change.effect_size import (
    change_by_average_sd,
    change_by_average_sd_unequal,
    change_by_baseline_sd,
    change_by_baseline_sd_unequal,
    change_by_change_sd,
    change_by_residual_sd,
)
from analyses.statistics.change.hodges_lehmann import middle_of_changes
from analyses.statistics.change.paired_change import PairedMoments, correlation_interval, mean_with_interval, paired_moments
from analyses.statistics.change.signed_ranks import sign_test_of_counts, signed_ranks

BOOTSTRAPPED = range(10, 300)
"""Sizes for which `g_bootstrap` has a bootstrap interval: fewer people do not stand for others, with more the normal one is near enough."""

_MEAN = "mean of people with both scores, t interval"
CHANGE_METHOD = "later minus baseline as scored, complete pairs; paired t interval and test"
_SD = "standard deviation of people with both scores, n - 1"
_CORRELATION = "Pearson correlation of both scores, Fisher z interval"
G_METHOD = (
    "mean change / SD at baseline, Hedges J(n - 1), + is improvement; normal interval (Becker 1988), too narrow where the spread changes"
    + certainty("g")
    + "; fewest where the SD grows by half"
)
_EFFECTS = (
    ("g", change_by_baseline_sd, G_METHOD),
    (
        "g_unequal_sd",
        change_by_baseline_sd_unequal,
        "as g; normal interval that lets the SD differ between the moments (Bonett 2008)",
    ),
    (
        "d_av",
        change_by_average_sd,
        "mean change / root mean of both variances, uncorrected, + is improvement; normal interval that takes the SD as equal at both moments"
        + certainty("d_av"),
    ),
    (
        "d_av_unequal_sd",
        change_by_average_sd_unequal,
        "as d_av; normal interval that lets the SD differ between the moments (Bonett 2008)",
    ),
    (
        "d_rm",
        change_by_residual_sd,
        "d_z times sqrt(2 (1 - r)), uncorrected, + is improvement; normal interval (Cooper 2009, eq. 12.21)"
        + certainty("d_rm"),
    ),
    (
        "d_z",
        change_by_change_sd,
        "mean change / SD of the changes, uncorrected, + is improvement; exact interval from the noncentral t; not comparable with "
        "effects between groups",
    ),
)
_BOOTSTRAP = (
    "as g; BCa bootstrap interval, 10,000 replicates, seed from the plan; below 10 and from 300 people on the normal interval of g for unequal "
    "SDs"
) + certainty("g_bootstrap")
_T = "paired t statistic of the change as scored, n - 1 df"
_WILCOXON = (
    "Wilcoxon signed ranks: sum of the ranks of positive changes as scored; zeros left out, ties share their mean rank; p exact up to "
    "200 changes, normal beyond"
)
_PRATT = "as the Wilcoxon signed ranks, with zeros ranked and then left out (Pratt 1959)"
_MIDDLE = (
    "changes as scored: median of the means of all pairs of changes (Hodges & Lehmann 1963), limits of Wilcoxon's signed rank test; at least "
    "95 %"
) + certainty("change_hodges_lehmann")
_SIGN = "share of improvements among changes that are not zero; exact interval, exact test of one half" + certainty("sign_test")


def group_rows(
    before: np.ndarray, later: np.ndarray, sign: int, seed: int, norm: Normed | None, scale: tuple[float, float] = UNBOUNDED
) -> Iterator[dict]:
    """All rows of one group; columns of arm, outcome and time are for the caller to add. `scale`: lowest and highest score there is."""
    moments = paired_moments(before, later)
    for record in (
        *_means(moments, scale),
        *effect_rows(moments, sign),
        _bootstrapped(before, later, moments, sign, seed),
        *_tests(moments, later - before, scale),
        *(_t_scores(before, later, norm) if norm is not None else ()),
    ):
        yield {"n": moments.n} | record


def mean_change_row(moments: PairedMoments, method: str = CHANGE_METHOD, scale: tuple[float, float] = UNBOUNDED) -> dict:
    """The mean change with its paired t interval."""
    answer = fields(mean_with_interval(moments.mean_change, moments.sd_change, moments.n), method)
    return {"measure": "mean_change", "unit": "score"} | within(answer, *change_scale(scale))


def effect_rows(moments: PairedMoments, sign: int) -> Iterator[dict]:
    """g and its kin."""
    for name, statistic, method in _EFFECTS:
        yield {"measure": name, "unit": "SD"} | fields(statistic(moments, sign), method)


def _means(moments: PairedMoments, scale: tuple[float, float]) -> Iterator[dict]:
    n = moments.n
    for name, mean, sd in (
        ("baseline", moments.mean_before, moments.sd_before),
        ("later", moments.mean_later, moments.sd_later),
    ):
        mean_row = fields(mean_with_interval(mean, sd, n), _MEAN) | {"p_value": np.nan}
        yield {"measure": f"mean_{name}", "unit": "score"} | within(mean_row, *scale)
        yield {
            "measure": f"sd_{name}",
            "unit": "score",
            "estimate": sd,
            "std_error": sd / np.sqrt(2 * max(n - 1, 1)),
            "method": why(_SD, "too_few" if n < 2 else None),
        }
    low, high = correlation_interval(moments.correlation, n)
    yield {
        "measure": "correlation",
        "unit": "correlation",
        "estimate": moments.correlation,
        "ci_low": low,
        "ci_high": high,
        "std_error": (1 - moments.correlation**2) / np.sqrt(max(n - 1, 1)),
        "method": why(_CORRELATION, _no_correlation(moments)),
    }
    yield mean_change_row(moments, scale=scale)


def _no_correlation(moments: PairedMoments) -> str | None:
    if moments.n < 2:
        return "too_few" if moments.n else "empty_group"
    return "no_variance" if np.isnan(moments.correlation) else None


def _bootstrapped(before: np.ndarray, later: np.ndarray, moments: PairedMoments, sign: int, seed: int) -> dict:
    """One row whatever the size of the group, so that its presence tells nothing of it."""
    other = change_by_baseline_sd_unequal(moments, sign)
    answer = change_by_baseline_sd_bootstrap(before, later, seed, sign) if moments.n in BOOTSTRAPPED else other
    return {"measure": "g_bootstrap", "unit": "SD"} | fields(answer, _BOOTSTRAP)


def _tests(moments: PairedMoments, change: np.ndarray, scale: tuple[float, float]) -> Iterator[dict]:
    mean = mean_with_interval(moments.mean_change, moments.sd_change, moments.n)
    statistic = np.nan if mean.reason else mean.estimate / mean.std_error
    yield {
        "measure": "t_paired",
        "unit": "t",
        "estimate": statistic,
        "p_value": mean.p_value,
        "df": mean.df,
        "method": why(_T, mean.reason),
    }
    yield {"measure": "wilcoxon_signed_rank", "unit": "rank sum"} | fields(signed_ranks(change), _WILCOXON)
    yield {"measure": "wilcoxon_signed_rank_pratt", "unit": "rank sum"} | fields(signed_ranks(change, "pratt"), _PRATT)
    middle = within(fields(middle_of_changes(change), _MIDDLE), *change_scale(scale))
    yield {"measure": "change_hodges_lehmann", "unit": "score"} | middle


def sign_row(worse: float, better: float) -> dict:
    """The share of improvements among those who changed, from how many did either."""
    signs = sign_test_of_counts(int(better), int(worse + better))
    return {"measure": "sign_test", "unit": "share", "n": worse + better, "events": better} | fields(signs, _SIGN)


def _t_scores(before: np.ndarray, later: np.ndarray, norm: Normed) -> Iterator[dict]:
    """On the scale on which the norm group has mean 50 and SD 10, direction as scored."""
    method = f"T score, 50 + 10 (score - norm mean) / norm SD, as scored; mean, t interval; norm: {norm.words}"
    for name, scores in (("baseline", before), ("later", later)):
        values = 50 + 10 * norm.distances(scores)
        n, mean = len(values), float(values.mean()) if len(values) else np.nan
        answer = mean_with_interval(mean, float(values.std(ddof=1)) if n > 1 else np.nan, n)
        yield {"measure": f"t_score_{name}", "unit": "T", "n": n} | fields(answer, method) | {"p_value": np.nan}
