"""The plan's gates: conditions on attrition, balance, overlap and completeness that must hold before an effect is opened.

Nothing here closes anything: `gates` says what was found and what the plan asks, and the door that opens effects decides on that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from analyses.attrition import arm_losses
from analyses.baseline import categories, described, numbers, planned_codes, within_both
from analyses.shared.cohort import Cohort, Selection, scores
from analyses.shared.weighing.balance_rows import balance_records
from analyses.shared.weighing.people import Weighed, weighed
from analyses.statistics.change.standardised_difference import of_categories, of_scores
from analyses.statistics.proportions.attrition_boundary import attrition
from analyses.statistics.weighting.weighted_balance import CAN_BE_ADJUSTED
from data_schemas.plan import Measure, Plan


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition: the plan's name for it, what was found, what the plan allows, and whether it holds.

    `found` is NaN when it could not be told; the gate is then closed.
    """

    name: str
    found: float
    allowed: float
    open: bool


def gates(cohort: Cohort, plan: Plan, selection: Selection, measure: Measure | None = None) -> tuple[Gate, ...]:
    """Every gate that the plan names, for one outcome.

    Parameters
    ----------
    selection
        Who can be analysed for the outcome (`analyses.shared.cohort.pairs` or `first_events`).
    measure
        The questionnaire, whose baseline then counts for balance and overlap; None for events.

    Gates on arms (attrition, balance, overlap) ask for a planned comparison and are not checked without one.
    """
    return tuple(_gates(cohort, plan, selection, measure))


def _gates(cohort: Cohort, plan: Plan, selection: Selection, measure: Measure | None) -> Iterator[Gate]:
    asked = plan.gates
    if plan.comparison is not None:
        if asked.attrition is not None:
            yield attrition_gate(cohort, plan, selection)
        if asked.largest_baseline_difference is not None:
            found = largest_difference(cohort, plan, selection.analysed, measure)
            yield _at_most("largest_baseline_difference", found, asked.largest_baseline_difference)
        if asked.smallest_overlap is not None and measure is not None:
            found = overlap(cohort, plan, selection.analysed, measure)
            yield _at_least("smallest_overlap", found, asked.smallest_overlap)
    if plan.weighting is not None:
        given = weighed(cohort, plan, selection.analysed, measure)
        yield _at_most("largest_weighted_difference", largest_weighted(given), allowed_after_weighting(plan))
        if asked.smallest_preference_overlap is not None:
            yield _at_least("smallest_preference_overlap", preference_overlap(given), asked.smallest_preference_overlap)
    if asked.smallest_measured is not None:
        yield _at_least("smallest_measured", measured_share(selection), asked.smallest_measured)


def attrition_gate(cohort: Cohort, plan: Plan, selection: Selection) -> Gate:
    """Absolute difference in attrition between the planned arms against the What Works Clearinghouse boundary."""
    (kept, gone), (other_kept, other_gone) = arm_losses(cohort, ~selection.analysed)[list(planned_codes(cohort, plan))].tolist()
    found = attrition((gone, other_gone), (kept + gone, other_kept + other_gone), plan.gates.attrition)
    return Gate("attrition", abs(found.differential), found.boundary, found.low)


def largest_difference(cohort: Cohort, plan: Plan, analysed: np.ndarray, measure: Measure | None) -> float:
    """Largest absolute standardised difference between the planned arms at baseline, among the analysed.

    Over all descriptors that anyone filled in and the outcome's own baseline; NaN when one of them cannot be told.
    """
    one, other = (analysed & (cohort.arm_codes == code) for code in planned_codes(cohort, plan))
    found = []
    for column in described(cohort):
        codes, names = categories(cohort, column)
        counts = [np.bincount(codes[who], minlength=len(names)) for who in (one, other)]
        found.append(of_categories(*counts).estimate)
    known = list(numbers(cohort).values())
    if measure is not None:
        known.append(scores(cohort, measure.instrument, measure.informant, "baseline"))
    for before in known:
        found.append(of_scores(*(before[who & ~np.isnan(before)] for who in (one, other))).estimate)
    return float(np.max(np.abs(found))) if found else np.nan


def overlap(cohort: Cohort, plan: Plan, analysed: np.ndarray, measure: Measure) -> float:
    """Share of the analysed in the planned arms whose baseline lies within the range of both arms; NaN for an empty arm."""
    compared = analysed & np.isin(cohort.arm_codes, planned_codes(cohort, plan))
    inside = within_both(cohort, plan, measure, analysed)
    return (
        float(inside.sum() / compared.sum())
        if all((compared & (cohort.arm_codes == k)).any() for k in planned_codes(cohort, plan))
        else np.nan
    )


def allowed_after_weighting(plan: Plan) -> float:
    """The largest difference that may be left after weighting: the plan's, or what can be adjusted for at all."""
    asked = plan.gates.largest_weighted_difference
    return CAN_BE_ADJUSTED if asked is None else asked


def largest_weighted(given: Weighed) -> float:
    """Largest absolute standardised difference between any two arms after weighting; NaN when one of them cannot be told."""
    if given.weights.reason is not None:
        return np.nan
    found = [record["estimate"] for record in balance_records(given) if is_gated(record)]
    return float(np.max(np.abs(found))) if found else 0.0


def is_gated(record: Mapping) -> bool:
    """Whether a row of balance counts for the gate: of a trait as a whole, after weighting."""
    return record["measure"] == "smd_after" and ";" not in record["subgroup"]


def preference_overlap(given: Weighed) -> float:
    """The smallest share of an arm whose preference for the first lies between 0.3 and 0.7; NaN without weights."""
    if given.weights.reason is not None:
        return np.nan
    found = [record["estimate"] for record in balance_records(given) if record["measure"] == "preference_overlap"]
    return float(min(found))


def measured_share(selection: Selection) -> float:
    """Share of the eligible who are analysed; NaN when nobody is eligible."""
    return float(selection.analysed.mean()) if len(selection.analysed) else np.nan


def _at_most(name: str, found: float, allowed: float) -> Gate:
    return Gate(name, found, allowed, bool(found <= allowed))


def _at_least(name: str, found: float, allowed: float) -> Gate:
    return Gate(name, found, allowed, bool(found >= allowed))
