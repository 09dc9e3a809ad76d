"""Individual change: does it depend on the method? Other indices, cut-offs by criterion, and before against after in bands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.classification import Cutoffs, class_share, classify, classify_by, clinical, cutoffs
from analyses.shared.cohort import Cohort, Pairs, pairs
from analyses.shared.recording import arm_counts, cell_counts, outcome_name, share, why, within
from analyses.statistics.change.change_indices import INDICES
from analyses.statistics.change.clinical_cutoff import criteria_error
from analyses.statistics.change.reliable_change import CLASSES
from data_schemas.instruments import Instrument
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "individual_change"
MEASURES = {
    "recovered": Declared("internal", Words("hersteld", "recovered"), "share"),
    "improved": Declared("internal", Words("verbeterd", "improved"), "share"),
    "unchanged": Declared("internal", Words("onveranderd", "unchanged"), "share"),
    "deteriorated": Declared("internal", Words("verslechterd", "deteriorated"), "share"),
    "never_clinical": Declared("internal", Words("nooit klinisch", "never clinical"), "share"),
    "clinical_at_baseline": Declared("share", Words("klinisch bij de start", "clinical at baseline"), "share"),
    "recovered_of_clinical": Declared(
        "share", Words("hersteld van wie klinisch begon", "recovered of those who began clinical"), "share"
    ),
    "cutoff": Declared("magnitude", Words("afkapwaarde", "cut-off"), "score"),
    "before_after": Declared("internal", Words("aantal in het vak", "number in the band"), "count"),
}
BANDS = 4
"""Bands on each side of the table of before against after: few, so that a small group is not spread into cells of one or two."""

_CRITERIA = {
    "published": "published cut-off",
    "c": "criterion c: as likely in the norm group as among these young people at baseline",
    "b": "criterion b: two SDs of the norm group from its mean",
    "a": "criterion a: two SDs beyond the mean of these young people at baseline",
}
_OF_PAIRS = "in the clinical range at baseline, of people with both scores; "
_OF_BEGAN = "recovered, of people with both scores who were in the clinical range at baseline; "
_OF_RANGE = (
    "people by band of the score before and after; four equal parts of the instrument's range, from worst to best; a score on an edge "
    "is in the worse"
)
_OF_SPREAD = "people by band of the score before and after; bands at one SD below, at, and one SD above the mean at baseline, from worst to best"


def wanted(plan: Plan) -> bool:
    """When the plan names a questionnaire."""
    return bool(plan.measures)


def run(cohort: Cohort, plan: Plan) -> Result:
    """For every planned measure and moment.

    The classes here are those of other indices than Jacobson and Truax' (those are in `change`), with `method=<name>` in
    `subgroup`; `cutoff` has `criterion=<name>` there, and `before_after` `before=<1-4>;later=<1-4>`, band 1 being the worst.
    """
    records: list[dict] = []
    tallies: list[Tally] = []
    for measure in plan.measures:
        for moment in measure.moments:
            found = pairs(cohort, measure, moment)
            who = found.selection.analysed
            base = {"outcome": outcome_name(measure), "time": moment}
            instrument = cohort.instruments[measure.instrument]
            limits = cutoffs(instrument, measure.informant, found.before[who])
            records += [base | record for record in _cutoff_rows(instrument, found.before[who], limits)]
            if instrument.reliability(measure.informant) is not None:
                tallies += [_variant(cohort, base, measure, found, name) for name in INDICES]
                tallies.append(_of_clinical(cohort, base, measure, found))
            tallies.append(_before_after(cohort, base, instrument, found))
    return Result(NAME, MEASURES, rows(NAME, records), tuple(tallies))


def _cutoff_rows(instrument: Instrument, before: np.ndarray, limits: Cutoffs) -> Iterator[dict]:
    """Every cut-off that can be had: when they disagree, so do the shares of recovery."""
    n = len(before)
    spread = float(before.std(ddof=1)) if n > 1 else np.nan
    errors = {"a": criteria_error(spread, n), "c": spread / np.sqrt(max(n, 1))}
    direction = "clinical at or below" if instrument.higher_is_better else "clinical at or above"
    for name, words in _CRITERIA.items():
        if name not in limits.sources:
            continue
        condition = " where it lies within the scale" if name == "a" else ""
        method = f"{words}; {direction}" + (f"; the one in use{condition}" if name == limits.used else "")
        row = {"measure": "cutoff", "arm": "all", "subgroup": f"criterion={name}", "unit": "score", "n": n}
        if name in limits.outside or name not in limits.values:
            yield row | {"method": why(method, "cutoff_outside_scale" if name in limits.outside else "no_variance")}
            continue
        value = {"estimate": limits.values[name], "std_error": errors.get(name, np.nan), "method": method}
        # what does not depend on these people may be written as it was published
        yield row | (value if name in errors else within(value, limits.values[name], limits.values[name]))


def _variant(cohort: Cohort, base: dict, measure: Measure, found: Pairs, name: str) -> Tally:
    who, arms, size = found.selection.analysed, cohort.arms, len(CLASSES)
    classified = classify_by(cohort, measure, name, found.before[who], found.later[who])
    counts = cell_counts(cohort.arm_codes[who], classified.classes, len(arms), size)
    fixed = base | {"subgroup": f"method={name}"}

    def derive(counts: np.ndarray) -> list[Record]:
        return [
            fixed | {"measure": label, "arm": arm} | class_share(classified, label, count, total.sum())
            for arm, total in arm_counts(arms, counts.reshape(len(arms), size))
            for label, count in zip(CLASSES, total)
        ]

    return Tally(counts, derive, tuple(f"{arm}/{name}/{label}" for arm in arms for label in CLASSES), "analysed")


def _of_clinical(cohort: Cohort, base: dict, measure: Measure, found: Pairs) -> Tally:
    """Not clinical at baseline; clinical and not recovered; clinical and recovered."""
    who, arms = found.selection.analysed, cohort.arms
    before = found.before[who]
    classified = classify(cohort, measure, before, found.later[who])
    began = clinical(classified.cutoffs, cohort.instruments[measure.instrument], before)
    cells = began.astype(np.int64) + (began & (classified.classes == CLASSES.index("recovered")))
    counts = cell_counts(cohort.arm_codes[who], cells, len(arms), 3)
    reason, told = classified.told("recovered")

    def derive(counts: np.ndarray) -> list[Record]:
        records = []
        for arm, (never, unrecovered, recovered) in arm_counts(arms, counts.reshape(len(arms), 3)):
            fixed, began = base | {"arm": arm}, unrecovered + recovered
            for name, count, total, of in (
                ("clinical_at_baseline", began, never + began, _OF_PAIRS),
                ("recovered_of_clinical", recovered, began, _OF_BEGAN),
            ):
                records.append(fixed | {"measure": name} | share(count, total, of + told, reason))
        return records

    names = ("not clinical", "clinical, not recovered", "clinical, recovered")
    also = {"recovered": np.tile([False, False, True], len(arms))}
    return Tally(counts, derive, tuple(f"{arm}/{name}" for arm in arms for name in names), "analysed", also=also)


def _before_after(cohort: Cohort, base: dict, instrument: Instrument, found: Pairs) -> Tally:
    who, arms, cells = found.selection.analysed, cohort.arms, BANDS**2
    before, later = found.before[who], found.later[who]
    edges, method = _edges(instrument, before)
    sign = 1 if instrument.higher_is_better else -1
    first, second = (np.searchsorted(np.sort(sign * edges), sign * score) for score in (before, later))
    counts = cell_counts(cohort.arm_codes[who], first * BANDS + second, len(arms), cells)
    names = [f"before={one};later={other}" for one in range(1, BANDS + 1) for other in range(1, BANDS + 1)]

    def derive(counts: np.ndarray) -> list[Record]:
        fixed = base | {"measure": "before_after", "unit": "people", "method": method}
        return [
            fixed | {"arm": arm, "subgroup": name, "estimate": count, "n": total.sum()}
            for arm, total in arm_counts(arms, counts.reshape(len(arms), cells))
            for name, count in zip(names, total)
        ]

    return Tally(counts, derive, tuple(f"{arm}/{name}" for arm in arms for name in names), "analysed")


def _edges(instrument: Instrument, before: np.ndarray) -> tuple[np.ndarray, str]:
    """Where bands begin; of the data's own mean and SD only the place is used, and their values stay inside."""
    if instrument.minimum is not None and instrument.maximum is not None:
        return np.linspace(instrument.minimum, instrument.maximum, BANDS + 1)[1:-1], _OF_RANGE
    if len(before) < 2:
        return np.zeros(BANDS - 1), _OF_SPREAD
    return float(before.mean()) + float(before.std(ddof=1)) * np.array([-1.0, 0.0, 1.0]), _OF_SPREAD
