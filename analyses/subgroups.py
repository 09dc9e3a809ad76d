"""Subgroups: does the programme do as well for some as for others? Only those that the plan named, by interaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analyses.baseline import categories
from analyses.shared.cohort import Cohort, Pairs, pairs
from analyses.shared.recording import change_scale, fields, outcome_name, scale_of, sign_of, within
from analyses.shared.rows.change_rows import G_METHOD, mean_change_row
from analyses.statistics.change.effect_size import change_by_baseline_sd
from analyses.statistics.change.paired_change import paired_moments
from analyses.statistics.inference.multiplicity import holm
from analyses.statistics.models.linear_model import least_squares
from analyses.statistics.models.model import Contrast
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "subgroups"
MEASURES = {
    "n_pairs": Declared("count", Words("aantal met beide metingen", "number with both measurements"), "count"),
    "mean_change": Declared("magnitude", Words("gemiddelde verandering", "mean change"), "score"),
    "g": Declared("magnitude", Words("effectgrootte g", "effect size g"), "effect"),
    "interaction": Declared("model", Words("verschil met de anderen", "difference from the others"), "score"),
}
SMALLEST_CELL = 10
"""Fewest people on each side of an interaction (in each arm): below, it says nothing and leads people astray."""

_UNTOLD = ("unknown", "missing", "not_applicable")
_IN_CHANGE = "mean change of this category minus that of all others for whom the descriptor is known, as scored; HC3 errors, t interval; {p}"
_IN_EFFECT = (
    "adjusted difference between the arms in this category minus that in all others for whom the descriptor is known: ANCOVA with "
    "arm by category, as scored; HC3 errors, t interval; {p}"
)
P_WORDS = {"holm": "p corrected over the planned subgroups of this outcome and moment (Holm)", "none": "p not corrected"}


def wanted(plan: Plan) -> bool:
    """When the plan names subgroups and a questionnaire."""
    return bool(plan.measures and plan.subgroups)


def run(cohort: Cohort, plan: Plan) -> Result:
    """For every planned descriptor the change within each category, and the interaction; `subgroup` is "gender=girl".

    With a planned comparison the interaction is in the difference between the arms; without one, in the change itself.
    Every category has its row, whether anyone is in it or not. Where people are in two categories only, their rows
    mirror each other and count as one test.
    """
    records: list[dict] = []
    tallies: list[Tally] = []
    for measure in plan.measures:
        for moment in measure.moments:
            found = pairs(cohort, measure, moment)
            base = {"outcome": outcome_name(measure), "time": moment}
            told = [part for column in plan.subgroups for part in parts(cohort, column, found.selection.analysed)]
            records += [base | record for record in _within(cohort, measure, found, told)]
            most = 2 * change_scale(scale_of(cohort, measure))[1]
            records += [base | within(record, -most, most) for record in _interactions(cohort, plan, found, told)]
            tallies += [_tally(cohort, column, found.selection.analysed, base) for column in plan.subgroups]
    return Result(NAME, MEASURES, rows(NAME, records), tuple(tallies))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The analysed people of one category, and those of all other known categories; `twin` is the part whose test this mirrors."""

    name: str
    inside: np.ndarray
    outside: np.ndarray
    twin: str | None = None


def parts(cohort: Cohort, column: str, analysed: np.ndarray) -> list[Part]:
    """A part for every category of a descriptor that says something, whether anyone is in it or not."""
    codes, names = categories(cohort, column)
    told = [code for code, name in enumerate(names) if name not in _UNTOLD]
    known = analysed & np.isin(codes, told)
    used = [code for code in told if (known & (codes == code)).any()]
    return [
        Part(
            f"{column}={names[code]}",
            known & (codes == code),
            known & (codes != code),
            f"{column}={names[used[0]]}" if len(used) == 2 and code == used[1] else None,
        )
        for code in told
    ]


def _within(cohort: Cohort, measure: Measure, found: Pairs, told: list[Part]) -> Iterator[dict]:
    for part in told:
        moments = paired_moments(found.before[part.inside], found.later[part.inside])
        base = {"arm": "all", "subgroup": part.name, "n": moments.n}
        yield base | mean_change_row(moments, scale=scale_of(cohort, measure))
        effect = change_by_baseline_sd(moments, sign_of(cohort, measure))
        yield base | {"measure": "g", "unit": "SD"} | fields(effect, G_METHOD)


def _interactions(cohort: Cohort, plan: Plan, found: Pairs, told: list[Part]) -> list[dict]:
    answers = {part.name: _interaction(cohort, plan, found, part) for part in told}
    adjusted = adjusted_p(plan, told, {name: answer.p_value for name, answer in answers.items()})
    method = (_IN_EFFECT if plan.comparison else _IN_CHANGE).format(p=P_WORDS[plan.multiplicity])
    arm = " - ".join(plan.comparison.arms) if plan.comparison else "all"
    base = {"measure": "interaction", "arm": arm, "unit": "score"}
    return [
        base
        | {"subgroup": part.name, "n": int((part.inside | part.outside).sum())}
        | fields(answers[part.name], method)
        | {"p_value": adjusted[part.name]}
        for part in told
    ]


def adjusted_p(plan: Plan, told: list[Part], p_values: dict[str, float]) -> dict[str, float]:
    """p of every part as the plan wants it, over the tests of all parts; two that mirror each other are one test."""
    family = [part.name for part in told if part.twin is None]
    given = np.array([p_values[name] for name in family], float)
    found = dict(zip(family, holm(given) if plan.multiplicity == "holm" else given))
    return {part.name: found[part.twin or part.name] for part in told}


def _interaction(cohort: Cohort, plan: Plan, found: Pairs, part: Part) -> Contrast:
    who = part.inside | part.outside
    inside = part.inside[who].astype(float)
    change = found.later[who] - found.before[who]
    if plan.comparison is None:
        if min(part.inside.sum(), part.outside.sum()) < SMALLEST_CELL:
            return Contrast(np.nan, reason="too_few")
        columns = {"intercept": np.ones(len(inside)), "inside": inside}
        return _hc3(change, columns, "inside")
    one, other = (cohort.arms.index(arm) for arm in plan.comparison.arms)
    arm = cohort.arm_codes[who]
    compared = np.isin(arm, [one, other])
    first, inside, before = (arm == one)[compared].astype(float), inside[compared], found.before[who][compared]
    cells = np.bincount((2 * first + inside).astype(np.int64), minlength=4)
    if cells.min() < SMALLEST_CELL:
        return Contrast(np.nan, reason="too_few")
    columns = {"intercept": np.ones(len(first)), "first x inside": first * inside, "first": first, "inside": inside}
    if np.ptp(before) > 0:
        columns["baseline"] = before - before.mean()
    return _hc3(found.later[who][compared], columns, "first x inside")


def _hc3(response: np.ndarray, columns: dict[str, np.ndarray], name: str) -> Contrast:
    return least_squares(response, np.column_stack(list(columns.values())), list(columns), "HC3").one(name)


def _tally(cohort: Cohort, column: str, analysed: np.ndarray, base: dict) -> Tally:
    codes, names = categories(cohort, column)
    counts = np.bincount(codes[analysed], minlength=len(names))
    fixed = base | {
        "measure": "n_pairs",
        "arm": "all",
        "unit": "people",
        "method": "people with a baseline and this later score",
    }

    def derive(counts: np.ndarray) -> list[Record]:
        return [
            fixed | {"subgroup": f"{column}={name}", "estimate": count, "n": counts.sum()} for name, count in zip(names, counts)
        ]

    labels = tuple(f"{column}={name}" for name in names)
    parts = {f"analysed {label}": np.arange(len(labels)) == number for number, label in enumerate(labels)}
    return Tally(counts, derive, labels, "analysed", parts)
