"""Change: per instrument, informant and later moment, how far the scores moved from baseline, in each arm and between arms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, Pairs, pairs
from analyses.statistics.effect_size import change_by_average_sd, change_by_baseline_sd
from analyses.statistics.linear_model import adjusted_difference
from analyses.statistics.paired_change import PairedMoments, correlation_interval, mean_with_interval, paired_moments
from analyses.statistics.proportion import exact_interval
from analyses.statistics.reliable_change import CLASSES, change_classes, difference_error
from data_schemas.instrument import Instrument
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Result, Tally, rows
from data_schemas.words import Words

NAME = "change"
MEASURES = {
    "n_pairs": Declared("count", Words("aantal met beide metingen", "number with both measurements"), "count"),
    "mean_baseline": Declared("magnitude", Words("gemiddelde voormeting", "mean at baseline"), "score"),
    "sd_baseline": Declared("magnitude", Words("SD voormeting", "SD at baseline"), "score"),
    "mean_later": Declared("magnitude", Words("gemiddelde latere meting", "mean at later moment"), "score"),
    "sd_later": Declared("magnitude", Words("SD latere meting", "SD at later moment"), "score"),
    "correlation": Declared("magnitude", Words("correlatie", "correlation"), "effect"),
    "mean_change": Declared("magnitude", Words("gemiddelde verandering", "mean change"), "score"),
    "g": Declared("magnitude", Words("effectgrootte g", "effect size g"), "effect"),
    "d_av": Declared("magnitude", Words("effectgrootte d met gemiddelde SD", "effect size d with average SD"), "effect"),
    "adjusted_difference": Declared(
        "model", Words("verschil, gecorrigeerd voor de voormeting", "difference, adjusted for baseline"), "score"
    ),
    "recovered": Declared("share", Words("hersteld", "recovered"), "share"),
    "improved": Declared("share", Words("verbeterd", "improved"), "share"),
    "unchanged": Declared("share", Words("onveranderd", "unchanged"), "share"),
    "deteriorated": Declared("share", Words("verslechterd", "deteriorated"), "share"),
    "never_clinical": Declared("share", Words("nooit klinisch", "never clinical"), "share"),
}
_MEAN_METHOD = "mean, t interval"
_CHANGE_METHOD = "later minus baseline as scored, complete pairs; paired t interval and test"
_SD_METHOD = "standard deviation, n - 1"
_CORRELATION_METHOD = "Pearson correlation, Fisher z interval"
_G_METHOD = "mean change / SD at baseline, Hedges J(n - 1), + is improvement; normal interval (Becker 1988)"
_D_METHOD = "mean change / root mean of both variances, uncorrected, + is improvement; normal interval (Bonett 2008)"
_ANCOVA_METHOD = "ANCOVA: later score on arm and baseline{covariates}, complete pairs; t interval"


def wanted(plan: Plan) -> bool:
    """When the plan names a questionnaire."""
    return bool(plan.measures)


def run(cohort: Cohort, plan: Plan) -> Result:
    """Every planned measure at every planned moment, for each arm, for all arms together, and for the planned comparison."""
    records: list[dict] = []
    tallies: list[Tally] = []
    for measure in plan.measures:
        for moment in measure.moments:
            found = pairs(cohort, plan, measure, moment)
            base = {"outcome": f"{measure.instrument}:{measure.informant}", "time": moment}
            records += [base | record for record in _estimates(cohort, plan, measure, found)]
            tallies += [_pair_tally(cohort, base, found), _class_tally(cohort, base, measure, found)]
    return Result(NAME, MEASURES, rows(NAME, records), tuple(tallies))


def arm_groups(cohort: Cohort, analysed: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Everyone analysed, and each arm when there is more than one: names with booleans per person."""
    yield "all", analysed
    if len(cohort.arms) > 1:
        for code, arm in enumerate(cohort.arms):
            yield arm, analysed & (cohort.arm_codes == code)


def _estimates(cohort: Cohort, plan: Plan, measure: Measure, found: Pairs) -> Iterator[dict]:
    sign = 1 if cohort.instruments[measure.instrument].higher_is_better else -1
    for arm, who in arm_groups(cohort, found.selection.analysed):
        moments = paired_moments(found.before[who], found.later[who])
        for record in _moment_records(moments, sign):
            yield {"arm": arm, "n": moments.n} | record
    if plan.comparison is not None:
        yield _between(cohort, plan, found)


def _moment_records(moments: PairedMoments, sign: int) -> Iterator[dict]:
    n = moments.n
    for name, mean, sd in (
        ("baseline", moments.mean_before, moments.sd_before),
        ("later", moments.mean_later, moments.sd_later),
    ):
        yield (
            {"measure": f"mean_{name}", "unit": "score"}
            | _fields(mean_with_interval(mean, sd, n), _MEAN_METHOD)
            | {"p_value": np.nan}
        )
        yield {
            "measure": f"sd_{name}",
            "unit": "score",
            "estimate": sd,
            "std_error": sd / np.sqrt(2 * max(n - 1, 1)),
            "method": _why(_SD_METHOD, "too_few" if n < 2 else None),
        }
    low, high = correlation_interval(moments.correlation, n)
    yield {
        "measure": "correlation",
        "unit": "correlation",
        "estimate": moments.correlation,
        "ci_low": low,
        "ci_high": high,
        "std_error": (1 - moments.correlation**2) / np.sqrt(max(n - 1, 1)),
        "method": _why(_CORRELATION_METHOD, _no_correlation(moments)),
    }
    yield {"measure": "mean_change", "unit": "score"} | _fields(
        mean_with_interval(moments.mean_change, moments.sd_change, n), _CHANGE_METHOD
    )
    yield {"measure": "g", "unit": "SD"} | _fields(change_by_baseline_sd(moments, sign), _G_METHOD)
    yield {"measure": "d_av", "unit": "SD"} | _fields(change_by_average_sd(moments, sign), _D_METHOD)


def _no_correlation(moments: PairedMoments) -> str | None:
    if moments.n < 2:
        return "too_few"
    return "no_variance" if np.isnan(moments.correlation) else None


def _fields(answer, method: str) -> dict:
    """A statistic's numbers as columns of a row."""
    fields = {
        name: getattr(answer, name)
        for name in ("estimate", "std_error", "ci_low", "ci_high", "p_value", "df")
        if hasattr(answer, name)
    }
    return fields | {"method": _why(method, answer.reason)}


def _why(method: str, reason: str | None) -> str:
    return f"{reason}: {method}" if reason else method


def _between(cohort: Cohort, plan: Plan, found: Pairs) -> dict:
    first, second = (cohort.arms.index(arm) for arm in plan.comparison.arms)
    who = found.selection.analysed & np.isin(cohort.arm_codes, [first, second])
    covariates = plan.comparison.covariates
    answer = adjusted_difference(
        found.before[who], found.later[who], cohort.arm_codes[who] == first, _dummies(cohort, covariates, who)
    )
    method = _ANCOVA_METHOD.format(covariates="".join(f", {name}" for name in covariates))
    return {
        "measure": "adjusted_difference",
        "unit": "score",
        "arm": " - ".join(plan.comparison.arms),
        "n": int(who.sum()),
        **_fields(answer, method),
    }


def _dummies(cohort: Cohort, covariates: tuple[str, ...], who: np.ndarray) -> np.ndarray | None:
    """Categories as 0/1 columns, the first that occurs left out; a missing value is a category of its own."""
    if not covariates:
        return None
    frame = cohort.treatments.loc[who, list(covariates)].astype(object)
    return pd.get_dummies(frame.where(frame.notna(), "missing"), drop_first=True).to_numpy(float)


def _pair_tally(cohort: Cohort, base: dict, found: Pairs) -> Tally:
    arms = cohort.arms
    counts = np.bincount(cohort.arm_codes[found.selection.analysed], minlength=len(arms))

    def derive(counts: np.ndarray) -> pd.DataFrame:
        groups = [("all", counts.sum())] + list(zip(arms, counts)) * (len(arms) > 1)
        return rows(
            NAME,
            [
                base
                | {
                    "measure": "n_pairs",
                    "arm": arm,
                    "estimate": count,
                    "n": count,
                    "unit": "people",
                    "method": "people with a baseline and this later score",
                }
                for arm, count in groups
            ],
        )

    return Tally(counts, derive, arms)


def _class_tally(cohort: Cohort, base: dict, measure: Measure, found: Pairs) -> Tally:
    who, arms = found.selection.analysed, cohort.arms
    instrument = cohort.instruments[measure.instrument]
    method, classes = _classify(instrument, measure.informant, found.before[who], found.later[who])
    size = len(CLASSES)
    counts = np.bincount(cohort.arm_codes[who] * size + classes, minlength=len(arms) * size)
    known = _known_classes(instrument, measure.informant, method)

    def derive(counts: np.ndarray) -> pd.DataFrame:
        by_arm = counts.reshape(len(arms), size)
        groups = [("all", by_arm.sum(axis=0))] + list(zip(arms, by_arm)) * (len(arms) > 1)
        return rows(
            NAME,
            [
                base | _share(name, arm, count, total.sum(), known[name])
                for arm, total in groups
                for name, count in zip(CLASSES, total)
            ],
        )

    return Tally(counts, derive, tuple(f"{arm}/{name}" for arm in arms for name in CLASSES))


def _share(name: str, arm: str, count: float, total: float, method: tuple[bool, str]) -> dict:
    estimable, text = method
    base = {"measure": name, "arm": arm, "unit": "share", "n": total, "method": text}
    if not estimable:
        return base
    if total == 0:
        return base | {"method": _why(text, "empty_group")}
    low, high = exact_interval(count, total)
    return base | {"estimate": count / total, "events": count, "ci_low": low, "ci_high": high}


def _classify(instrument: Instrument, informant: str, before: np.ndarray, later: np.ndarray) -> tuple[str, np.ndarray]:
    """The method in words, starting with the reason when there is none; and the class of each person."""
    unchanged = np.full(len(before), CLASSES.index("unchanged"))
    reliability = instrument.reliability(informant)
    if reliability is None:
        return "no_verified_source: no reliability of this instrument and informant was verified", unchanged
    spread = float(np.std(before, ddof=1)) if len(before) > 1 else 0.0
    if not spread > 0:
        return f"{'too_few' if len(before) < 2 else 'no_variance'}: Jacobson-Truax needs a SD at baseline", unchanged
    cutoff = instrument.cutoff(informant)
    error = difference_error(spread, reliability.value)
    classes = change_classes(before, later, error, cutoff.value if cutoff else None, instrument.higher_is_better)
    return (
        f"Jacobson-Truax 1991, |change| > 1.96 sqrt(2) SD sqrt(1 - r), SD of all pairs at baseline, r = {reliability.value:g} "
        f"({reliability.kind}; {reliability.source})"
        + (f"; published cut-off {cutoff.value:g} ({cutoff.source})" if cutoff else "; no verified cut-off")
        + "; exact interval"
    ), classes


def _known_classes(instrument: Instrument, informant: str, method: str) -> dict[str, tuple[bool, str]]:
    """Per class whether it can be told, and the method or the reason."""
    estimable = not method.startswith(("no_verified_source", "too_few", "no_variance"))
    known = dict.fromkeys(CLASSES, (estimable, method))
    if estimable and instrument.cutoff(informant) is None:
        without = (False, "no_verified_source: no cut-off of this instrument and informant was verified")
        known |= {"recovered": without, "never_clinical": without}
    return known
