"""Subgroups: does the programme do as well for some as for others? Only those that the plan named, by interaction."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.baseline import categories
from analyses.shared.by_provider import (
    CLUSTERED_MEASURES,
    ERRORS,
    behind_providers,
    clustered_rows,
    independence,
    number_of_providers,
    providers_of,
    several,
)
from analyses.shared.cohort import Cohort, Pairs, pairs
from analyses.shared.recording import STAYS_INSIDE, arm_groups, change_scale, fields, outcome_name, scale_of, sign_of, within
from analyses.shared.rows.between_rows import G_BY_PROVIDER, G_CLUSTERED
from analyses.shared.rows.change_rows import G_METHOD, mean_change_row
from analyses.shared.rows.interaction_rows import INTERACTION_MEASURES, interaction_rows, joint_rows
from analyses.shared.subgroup_parts import P_WORDS, SMALLEST_CELL, Part, adjusted_p, parts
from analyses.statistics.change.between_effect import difference_by_pooled_sd
from analyses.statistics.change.effect_size import change_by_baseline_sd
from analyses.statistics.change.paired_change import paired_moments
from analyses.statistics.clustered.difference import g_between_by_cluster
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.linear_model import DIFFERENCE, difference_design, least_squares
from analyses.statistics.models.model import Contrast
from data_schemas.plan import Measure, Plan
from data_schemas.result import WITHHELD, Declared, Record, Result, Tally, rows
from data_schemas.words import Words

__all__ = ["P_WORDS", "SMALLEST_CELL", "Part", "adjusted_p", "parts"]

NAME = "subgroups"
MEASURES = {
    "n_pairs": Declared("count", Words("aantal met beide metingen", "number with both measurements"), "count"),
    "mean_change": Declared("magnitude", Words("gemiddelde verandering", "mean change"), "score"),
    "g": Declared("magnitude", Words("effectgrootte g", "effect size g"), "effect"),
    **CLUSTERED_MEASURES,
    "adjusted_difference": Declared(
        "model", Words("verschil, gecorrigeerd voor de voormeting", "difference, adjusted for baseline"), "score"
    ),
    "adjusted_difference_clustered": Declared(
        "model", Words("gecorrigeerd verschil, interval per aanbieder", "adjusted difference, interval by provider"), "score"
    ),
    "g_between": Declared("magnitude", Words("verschil tussen de groepen, g", "difference between arms, g"), "effect"),
    **G_BY_PROVIDER,
    **INTERACTION_MEASURES,
}
_EVERYONE = "n: all compared people for whom the descriptor is known"
_DIFFERENCE = f"within this category, ANCOVA of the later score on arm and baseline, complete pairs; {_EVERYONE}; "
_G_BETWEEN = "within this category, difference of later means / pooled SD, Hedges J(n1 + n2 - 2), + favours the first arm; normal interval"


def wanted(plan: Plan) -> bool:
    """When the plan names subgroups and a questionnaire."""
    return bool(plan.measures and plan.subgroups)


def run(cohort: Cohort, plan: Plan) -> Result:
    """For every planned descriptor what happens within each category, and the interaction; `subgroup` is "gender=girl".

    Within a category the change of everyone and of each arm and, with a planned comparison, the difference between the arms. The interaction is
    in that difference, or without a comparison in the change itself: each category against the others, and one test for all of a descriptor
    (`subgroup` is then "gender"). Every category has its row, whether anyone is in it or not. Where people are in two categories only,
    their rows mirror each other and count as one test.
    """
    records: list[dict] = []
    tallies: list[Tally] = []
    for measure in plan.measures:
        for moment in measure.moments:
            found = pairs(cohort, measure, moment)
            base = {"outcome": outcome_name(measure), "time": moment}
            by_column = {column: parts(cohort, column, found.selection.analysed) for column in plan.subgroups}
            told = [part for column in plan.subgroups for part in by_column[column]]
            records += [base | record for record in _within(cohort, measure, found, told)]
            if plan.comparison is not None:
                records += [base | record for record in _between(cohort, plan, measure, found, told)]
            most = 2 * change_scale(scale_of(cohort, measure))[1]
            records += [base | within(record, -most, most) for record in interaction_rows(cohort, plan, found, told)]
            records += [base | record for record in joint_rows(cohort, plan, found, by_column)]
            tallies += [_tally(cohort, column, found.selection.analysed, base) for column in plan.subgroups]
    return Result(NAME, MEASURES, rows(NAME, records), tuple(tallies))


def _within(cohort: Cohort, measure: Measure, found: Pairs, told: list[Part]) -> Iterator[dict]:
    """The change of everyone in a category, and of each arm; of an arm only for whoever holds the data: its people are in no table."""
    sign, scale = sign_of(cohort, measure), scale_of(cohort, measure)
    for part in told:
        for arm, who in arm_groups(cohort, part.inside):
            moments = paired_moments(found.before[who], found.later[who])
            base = {"arm": arm, "subgroup": part.name, "n": moments.n} | ({} if arm == "all" else STAYS_INSIDE)
            yield base | mean_change_row(moments, scale=scale)
            yield base | {"measure": "g", "unit": "SD"} | fields(change_by_baseline_sd(moments, sign), G_METHOD)
            for record in _by_provider(cohort, found, who, sign, scale):
                yield base | record


def _by_provider(cohort: Cohort, found: Pairs, who: np.ndarray, sign: int, scale: tuple[float, float]) -> Iterator[dict]:
    if several(cohort):
        yield from clustered_rows(
            found.before[who], found.later[who], providers_of(cohort)[who], sign, scale, providers=number_of_providers(cohort)
        )


def _between(cohort: Cohort, plan: Plan, measure: Measure, found: Pairs, told: list[Part]) -> Iterator[dict]:
    """The difference between the arms within each category; too small an arm has none.

    It leaves where its interaction does: with as many of either arm outside the category.
    """
    needed = max(SMALLEST_CELL, plan.disclosure.threshold)
    one, other = (cohort.arm_codes == cohort.arms.index(arm) for arm in plan.comparison.arms)
    bounds = change_scale(scale_of(cohort, measure))
    for part in told:
        who = part.inside & (one | other)
        cells = [(side & arm).sum() for side in (part.inside, part.outside) for arm in (one, other)]
        everyone = int(((part.inside | part.outside) & (one | other)).sum())
        base = {"arm": " - ".join(plan.comparison.arms), "subgroup": part.name, "n": everyone}
        base |= {"population": WITHHELD} if min(cells) < needed else {}
        few = min((who & one).sum(), (who & other).sum()) < SMALLEST_CELL
        design = difference_design(found.before[who], one[who]) if not few else None
        answer = clustered = between = Contrast(np.nan, reason="too_few")
        if design is not None:
            answer = least_squares(found.later[who], design.columns, design.names, "HC3").one(DIFFERENCE)
            clustered = cr2(found.later[who], design.columns, providers_of(cohort)[who], design.names).one(DIFFERENCE)
            groups = [paired_moments(found.before[arm & who], found.later[arm & who]) for arm in (one, other)]
            between = difference_by_pooled_sd(*groups, sign_of(cohort, measure))
        alone = _DIFFERENCE + "HC3 errors, t interval" + independence(cohort)
        yield base | {"measure": "adjusted_difference", "unit": "score"} | within(fields(answer, alone), *bounds)
        if several(cohort):
            row = base | {"measure": "adjusted_difference_clustered", "unit": "score"}
            row |= {"residual_df": behind_providers(cohort, who)}
            yield row | within(fields(clustered, _DIFFERENCE + ERRORS), *bounds)
        yield base | {"measure": "g_between", "unit": "SD"} | fields(between, _G_BETWEEN + independence(cohort))
        if several(cohort):
            g = Contrast(np.nan, reason="too_few")
            if not few:
                g = g_between_by_cluster(found.later[who], one[who], providers_of(cohort)[who], sign_of(cohort, measure))
            row = base | {"measure": "g_between_clustered", "unit": "SD", "residual_df": behind_providers(cohort, who)}
            yield row | fields(g, f"within this category, {G_CLUSTERED}")


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
