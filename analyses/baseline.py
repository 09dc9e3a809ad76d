"""Baseline: who the young people were at the start, per arm, and how alike the arms were."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.cohort import Cohort, pairs, scores
from analyses.shared.recording import (
    arm_counts,
    arm_groups,
    arm_pairs,
    cell_counts,
    fields,
    outcome_name,
    scale_of,
    why,
    within,
)
from analyses.statistics.change.paired_change import mean_with_interval
from analyses.statistics.change.standardised_difference import of_categories, of_scores
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "baseline"
MEASURES = {
    "share": Declared("share", Words("aandeel", "share"), "share"),
    "n_measured": Declared("count", Words("gemeten", "measured"), "count"),
    "n_missing": Declared("count", Words("niet gemeten", "not measured"), "count"),
    "mean_baseline": Declared("magnitude", Words("gemiddelde voormeting", "mean at baseline"), "score"),
    "sd_baseline": Declared("magnitude", Words("SD voormeting", "SD at baseline"), "score"),
    "n_inside": Declared("count", Words("binnen het bereik van beide groepen", "within the range of both arms"), "count"),
    "overlap": Declared(
        "response", Words("aandeel binnen het bereik van beide groepen", "share within the range of both arms"), "share"
    ),
    "smd_baseline": Declared("magnitude", Words("gestandaardiseerd verschil", "standardised difference"), "effect"),
}
DESCRIPTORS = (
    "gender",
    "age_group",
    "setting",
    "mild_intellectual_disability",
    "psychiatric_problems",
    "honour_context",
    "victim_status",
    "exploitation_type",
)
_SHARE_METHOD = "share of everyone eligible, missing counted as a category"
_SCORES_METHOD = "everyone eligible with a baseline score: first minus second over the root of the mean of both variances (Austin 2009); no test"
_OVERLAP_METHOD = "of the analysed in both compared arms: share whose baseline lies within the range of either arm"
_CATEGORIES_METHOD = (
    "everyone eligible: distance over all categories, missing one of them (Yang & Dalton 2012), 0 or more; no test; limits, where there are any, "
    "are what the released numbers allow"
)


def wanted(plan: Plan) -> bool:
    """Always: an outcome means little without the people it is about."""
    return True


def run(cohort: Cohort, plan: Plan) -> Result:
    """Of everyone eligible, per descriptor and arm the share of each category, missing counted as a category of its own; scores; balance.

    Every category has its row, whether anyone is in it or not: a row that comes and goes would tell.

    `smd_baseline` compares two arms (`arm` is "a - b"): the planned pair, or every pair when nothing is compared.
    """
    records, tallies = [], []
    for column in described(cohort):
        tallies.append(_tally(cohort, plan, column))
    for name, values in numbers(cohort).items():
        tallies.append(_missing(cohort, name, values))
        records += _number_records(cohort, plan, name, values, (cohort.own[name].minimum, cohort.own[name].maximum))
    for measure in plan.measures:
        before = scores(cohort, measure.instrument, measure.informant, "baseline")
        tallies.append(_missing(cohort, outcome_name(measure), before))
        records += _number_records(cohort, plan, outcome_name(measure), before, scale_of(cohort, measure))
        if plan.comparison is not None and plan.gates.smallest_overlap is not None:
            tallies += [_overlap(cohort, plan, measure, moment) for moment in measure.moments]
    return Result(NAME, MEASURES, rows(NAME, records), tuple(tallies), filled=filled(cohort, *described(cohort)))


def described(cohort: Cohort) -> list[str]:
    """Descriptors that anyone filled in, and covariates of the providers' own that have categories."""
    own = [name for name in cohort.own if name in cohort.coded]
    return [column for column in (*DESCRIPTORS, *own) if cohort.treatments[column].notna().any()]


def numbers(cohort: Cohort) -> dict[str, np.ndarray]:
    """Covariates of the providers' own that are numbers, as far as anyone has them; NaN where one is missing."""
    found = {name: cohort.treatments[name].to_numpy(float, na_value=np.nan) for name in cohort.own if name not in cohort.coded}
    return {name: values for name, values in found.items() if not np.isnan(values).all()}


def filled(cohort: Cohort, *columns: str) -> dict[str, int]:
    """How many people have each of some columns filled in."""
    return {column: int(cohort.treatments[column].notna().sum()) for column in columns}


def categories(cohort: Cohort, column: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Per person the position of the category, and the categories; missing is the last of them."""
    values = cohort.treatments[column]
    names = (*(str(category) for category in values.cat.categories), "missing")
    codes = values.cat.codes.to_numpy()
    return np.where(codes < 0, len(names) - 1, codes), names


def _tally(cohort: Cohort, plan: Plan, column: str) -> Tally:
    """Shares of everyone eligible, and the balance that follows from them: beside shares that are held back it would tell them."""
    codes, names = categories(cohort, column)
    counts = cell_counts(cohort.arm_codes, codes, len(cohort.arms), len(names))
    arms, two = cohort.arms, arm_pairs(cohort, plan)

    def derive(counts: np.ndarray) -> list[Record]:
        by_arm = counts.reshape(len(arms), len(names))
        shares = [
            {
                "outcome": column,
                "measure": "share",
                "arm": arm,
                "subgroup": category,
                "time": "baseline",
                "unit": "share",
                "estimate": count / total.sum() if total.sum() else np.nan,
                "n": total.sum(),
                "events": count,
                "method": why(_SHARE_METHOD, None if total.sum() else "empty_group"),
            }
            for arm, total in arm_counts(arms, by_arm)
            for category, count in zip(names, total)
        ]
        return shares + [
            _balance(cohort, column, one, other, by_arm[[one, other]].sum())
            | fields(of_categories(by_arm[one], by_arm[other]), _CATEGORIES_METHOD)
            for one, other in two
        ]

    return Tally(counts, derive, tuple(f"{arm}/{category}" for arm in arms for category in names), "eligible")


def _number_records(cohort: Cohort, plan: Plan, name: str, before: np.ndarray, bounds: tuple[float, float]) -> Iterator[dict]:
    """Mean and SD of a score or of a covariate in numbers, and how alike arms are in it."""
    has = ~np.isnan(before)
    base = {"outcome": name, "time": "baseline", "unit": "score"}
    for arm, who in arm_groups(cohort, has):
        mine = before[who]
        n, mean = len(mine), float(mine.mean()) if who.any() else np.nan
        sd = float(mine.std(ddof=1)) if n > 1 else np.nan
        group = base | {"arm": arm, "n": n, "population": "measured"}
        found = fields(mean_with_interval(mean, sd, n), "mean of everyone eligible with a baseline score, t interval") | {
            "p_value": np.nan
        }
        yield group | {"measure": "mean_baseline"} | within(found, *bounds)
        yield group | {
            "measure": "sd_baseline",
            "estimate": sd,
            "std_error": sd / np.sqrt(2 * max(n - 1, 1)),
            "method": why("standard deviation of everyone eligible with a baseline score, n - 1", "too_few" if n < 2 else None),
        }
    for one, other in arm_pairs(cohort, plan):
        first, second = (before[has & (cohort.arm_codes == code)] for code in (one, other))
        yield _balance(cohort, name, one, other, len(first) + len(second)) | fields(of_scores(first, second), _SCORES_METHOD)


def planned_codes(cohort: Cohort, plan: Plan) -> tuple[int, int]:
    """The positions of the compared arms."""
    first, second = plan.comparison.arms
    return cohort.arms.index(first), cohort.arms.index(second)


def within_both(cohort: Cohort, plan: Plan, measure: Measure, analysed: np.ndarray) -> np.ndarray:
    """Who of the analysed has a baseline within the range of both compared arms; nobody when one of these is empty."""
    before = scores(cohort, measure.instrument, measure.informant, "baseline")
    arms = [before[analysed & (cohort.arm_codes == code)] for code in planned_codes(cohort, plan)]
    if not all(map(len, arms)):
        return np.zeros(cohort.size, bool)
    low, high = max(one.min() for one in arms), min(one.max() for one in arms)
    return analysed & np.isin(cohort.arm_codes, planned_codes(cohort, plan)) & (before >= low) & (before <= high)


def _overlap(cohort: Cohort, plan: Plan, measure: Measure, moment: str) -> Tally:
    """What a condition on overlap is decided on: released, so that the condition tells no more than its numbers do."""
    analysed = pairs(cohort, measure, moment).selection.analysed
    inside = within_both(cohort, plan, measure, analysed)
    others = analysed & ~np.isin(cohort.arm_codes, planned_codes(cohort, plan))
    counts = np.array([np.sum(analysed & ~inside & ~others), np.sum(inside), *[np.sum(others)] * (len(cohort.arms) > 2)])
    base = {"outcome": outcome_name(measure), "arm": "all", "time": moment}

    def derive(counts: np.ndarray) -> list[Record]:
        outside, within = counts[:2]
        total = outside + within
        told = {"measure": "overlap", "unit": "share", "estimate": within / total if total else np.nan}
        return [
            base
            | {
                "measure": "n_inside",
                "unit": "people",
                "estimate": within,
                "n": total,
                "method": "analysed people of both arms",
            },
            base | told | {"n": total, "method": why(_OVERLAP_METHOD, None if total else "empty_group")},
        ]

    return Tally(counts, derive, ("outside", "inside", "other arms")[: len(counts)], "analysed", sensitive=False)


def _balance(cohort: Cohort, outcome: str, one: int, other: int, n: int) -> dict:
    arm = f"{cohort.arms[one]} - {cohort.arms[other]}"
    return {"outcome": outcome, "measure": "smd_baseline", "arm": arm, "time": "baseline", "unit": "SD", "n": n}


def _missing(cohort: Cohort, name: str, before: np.ndarray) -> Tally:
    arms = cohort.arms
    counts = cell_counts(cohort.arm_codes, np.isnan(before), len(arms), 2)
    base = {"outcome": name, "time": "baseline", "unit": "people", "method": "eligible people"}

    def derive(counts: np.ndarray) -> list[Record]:
        return [
            base | {"measure": which, "arm": arm, "estimate": count, "n": cells.sum()}
            for arm, cells in arm_counts(arms, counts.reshape(len(arms), 2))
            for which, count in zip(("n_measured", "n_missing"), cells)
        ]

    labels = tuple(f"{arm}/{cell}" for arm in arms for cell in ("measured", "missing"))
    return Tally(counts, derive, labels, "eligible", {"measured": np.tile([True, False], len(arms))}, sensitive=False)
