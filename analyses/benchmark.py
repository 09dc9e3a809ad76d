"""Benchmark: without a comparison group, how does the change lie beside a norm or a published effect of comparable care?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtri

from analyses.shared.cohort import Cohort, Pairs, pairs
from analyses.shared.norms import Normed, normed
from analyses.shared.recording import arm_groups, fields, outcome_name, sign_of, why
from analyses.statistics.change.effect_size import change_by_baseline_sd
from analyses.statistics.change.norm_distance import distance_from_norm
from analyses.statistics.change.paired_change import PairedMoments, mean_with_interval, paired_moments
from data_schemas.benchmarks import Benchmark, benchmarks
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words

NAME = "benchmark"
MEASURES = {
    "norm_distance_baseline": Declared(
        "magnitude", Words("afstand tot de norm bij de start", "distance from norm at baseline"), "effect"
    ),
    "norm_distance_later": Declared("magnitude", Words("afstand tot de norm later", "distance from norm later"), "effect"),
    "benchmark_difference": Declared(
        "magnitude", Words("verschil met gepubliceerd effect", "difference from published effect"), "effect"
    ),
}
_CAVEAT = (
    "not a control group: people, setting and who was measured differ, and part of any change is regression to the mean and "
    "recovery that would have come anyway"
)
_NORM = (
    "mean minus norm mean, in SDs of the norm group, + is better than the norm; t interval{sampling}; norm: {norm}; " + _CAVEAT
)
_DIFFERENCE = "own {own} minus the published one, + is more improvement; {interval}; published: {published}; " + _CAVEAT
_OWN = {"standardised_mean_change": "g", "points": "mean change in points, + is improvement"}


def wanted(plan: Plan) -> bool:
    """When the plan names a questionnaire."""
    return bool(plan.measures)


def run(cohort: Cohort, plan: Plan) -> Result:
    """Every measure that has a verified norm, or a benchmark in the plan, at every moment and for every arm."""
    records = []
    for measure in plan.measures:
        norm = normed(cohort, measure)
        for moment in measure.moments if norm or measure.benchmark else ():
            found = pairs(cohort, measure, moment)
            for arm, who in arm_groups(cohort, found.selection.analysed):
                moments = paired_moments(found.before[who], found.later[who])
                base = {"outcome": outcome_name(measure), "time": moment, "arm": arm, "n": moments.n, "unit": "SD"}
                records += [base | record for record in _from_norm(cohort, measure, found, who, norm)]
                if measure.benchmark is not None:
                    against = _against(measure, moments, sign_of(cohort, measure))
                    records.append(base | {"measure": "benchmark_difference"} | against)
    return Result(NAME, MEASURES, rows(NAME, records))


def _from_norm(cohort: Cohort, measure: Measure, found: Pairs, who: np.ndarray, norm: Normed | None) -> Iterator[dict]:
    """Distance from the norm at both moments; nothing without a norm."""
    if norm is None:
        return
    sampling = ", sampling of the norm included" if norm.n else ", the norm taken as exact"
    method = _NORM.format(sampling=sampling, norm=norm.words)
    theirs = norm.only(who)
    for name, scores in (("baseline", found.before), ("later", found.later)):
        values = theirs.distances(scores[who])
        n, mean = len(values), float(values.mean()) if len(values) else np.nan
        spread = float(values.std(ddof=1)) if n > 1 else np.nan
        answer = distance_from_norm(mean, spread, n, 0.0, 1.0, norm.n, sign_of(cohort, measure))
        yield {"measure": f"norm_distance_{name}", "n": n} | fields(answer, method)


def _against(measure: Measure, moments: PairedMoments, sign: int) -> dict:
    """The difference from the published effect, or why the two cannot be held together."""
    published = benchmarks().get(measure.benchmark)
    if published is None or not published.verified:
        return {"method": why("no such published effect that was read at its source", "no_verified_source")}
    own_scale = published.unit == "standardised_mean_change" or published.instrument == measure.instrument
    method = _DIFFERENCE.format(
        own=_OWN.get(published.unit, "change"), interval=_interval_words(published), published=_told(published)
    )
    if published.unit == "share" or not own_scale:
        return {"method": why(method, "unit_differs")}
    if published.unit == "points":
        own = mean_with_interval(sign * moments.mean_change, moments.sd_change, moments.n)
    else:
        own = change_by_baseline_sd(moments, sign)
    unit = {"unit": "score" if published.unit == "points" else "SD"}
    if own.reason:
        return unit | {"method": why(method, own.reason)}
    return unit | _difference(own.estimate, own.std_error, own.ci_low, own.ci_high, published) | {"method": method}


def _difference(estimate: float, error: float, low: float, high: float, published: Benchmark) -> dict:
    """Both intervals combined as Zou and Donner (2008) do: each limit keeps its own distance, so neither need be symmetric."""
    below = published.estimate - (published.ci_low if published.ci_low is not None else published.estimate)
    above = (published.ci_high if published.ci_high is not None else published.estimate) - published.estimate
    difference = estimate - published.estimate
    z = float(ndtri(0.975))
    return {
        "estimate": difference,
        "std_error": float(np.hypot(error, (below + above) / (2 * z))),
        "ci_low": difference - float(np.hypot(estimate - low, above)),
        "ci_high": difference + float(np.hypot(high - estimate, below)),
    }


def _interval_words(published: Benchmark) -> str:
    if published.ci_low is None:
        return "interval of the own change only, for none was published"
    return "interval from both intervals (Zou & Donner 2008)"


def _told(published: Benchmark) -> str:
    limits = "" if published.ci_low is None else f" ({published.ci_low:g} to {published.ci_high:g})"
    return f"{published.estimate:g}{limits}, {published.population}, {published.design}; {published.source}"
