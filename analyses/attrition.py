"""Attrition: how many were lost to each outcome, whether more in one arm, and who they were against those who stayed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.baseline import categories, described, filled, numbers
from analyses.shared.certainty import certainty
from analyses.shared.cohort import Cohort, Pairs, pairs
from analyses.shared.recording import (
    STAYS_INSIDE,
    arm_counts,
    arm_pairs,
    cell_counts,
    fields,
    outcome_name,
    selections,
    share,
    why,
)
from analyses.statistics.change.standardised_difference import of_categories, of_scores
from analyses.statistics.proportions.attrition_boundary import attrition
from analyses.statistics.proportions.share_difference import newcombe_difference
from data_schemas.plan import Plan
from data_schemas.result import STAYED_AND_LOST, Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "attrition"
MEASURES = {
    "attrition_overall": Declared(
        "response", Words("niet in de analyse van deze uitkomst", "not in the analysis of this outcome"), "share"
    ),
    "attrition_differential": Declared(
        "response",
        Words(
            "verschil tussen de groepen in wie niet in de analyse is", "difference between arms in who is not in the analysis"
        ),
        "share",
    ),
    "attrition_boundary": Declared(
        "response", Words("hoogste verschil dat nog laag is", "highest difference that is low"), "share"
    ),
    "smd_baseline": Declared(
        "magnitude", Words("gestandaardiseerd verschil bij de start", "standardised difference at baseline"), "effect"
    ),
}
_OVERALL = (
    "of everyone eligible, those who are not analysed for this outcome, whatever the reason (`flow` has the reasons); leaving care is another thing; "
    "exact interval"
)
_DIFFERENTIAL = "difference of the shares lost; interval from both Wilson intervals (Newcombe 1998, method 10)" + certainty(
    "attrition_differential"
)
_BOUNDARY = (
    "What Works Clearinghouse Standards 4.1, {assumption} boundary: the highest difference in attrition that counts as low at the "
    "overall attrition of both arms together; between two lines of the table the lower value"
)
_SCORES = "people with a baseline score: analysed minus not analysed, over the root of the mean of both variances (Austin 2009); no test"
_CATEGORIES = (
    "people with a baseline score, analysed against not: distance over all categories, missing one of them (Yang & Dalton 2012), 0 or more; "
    "no test"
)


def wanted(plan: Plan) -> bool:
    """Always: who is missing bears on every outcome."""
    return True


def run(cohort: Cohort, plan: Plan) -> Result:
    """Overall per arm, differential between arms against the boundary; and people with a baseline who stayed against the lost.

    `smd_baseline` has "stayed - lost" as `arm`, and in `subgroup` the descriptor, or `baseline` for the score itself.
    """
    records, tallies = [], []
    for outcome, time, selection in selections(cohort, plan):
        lost = ~selection.analysed
        base = {"outcome": outcome, "time": time}
        tallies.append(_tally(cohort, plan, base, lost))
    for measure in plan.measures:
        for moment in measure.moments:
            base = {"outcome": outcome_name(measure), "time": moment, "measure": "smd_baseline", "arm": STAYED_AND_LOST}
            found = pairs(cohort, measure, moment)
            records += [base | record for record in _who_left(cohort, found)]
    return Result(NAME, MEASURES, rows(NAME, records), tuple(tallies), filled=filled(cohort, *described(cohort)))


def arm_losses(cohort: Cohort, lost: np.ndarray) -> np.ndarray:
    """People per arm who stayed and who were lost, shape (arms, 2)."""
    return cell_counts(cohort.arm_codes, lost, len(cohort.arms), 2).reshape(len(cohort.arms), 2)


def _tally(cohort: Cohort, plan: Plan, base: dict, lost: np.ndarray) -> Tally:
    arms, two = cohort.arms, arm_pairs(cohort, plan)

    def derive(counts: np.ndarray) -> list[Record]:
        by_arm = counts.reshape(len(arms), 2)
        fixed = base | {"measure": "attrition_overall"}
        overall = [fixed | {"arm": arm} | share(cell[1], cell.sum(), _OVERALL) for arm, cell in arm_counts(arms, by_arm)]
        limits = [
            base | {"arm": f"{arms[one]} - {arms[other]}"} | record
            for one, other in two
            for record in (_differential(by_arm[[one, other]]), *_boundaries(by_arm[[one, other]]))
        ]
        return overall + limits

    labels = tuple(f"{arm}/{cell}" for arm in arms for cell in ("stayed", "lost"))
    stayed = np.tile([True, False], len(arms))
    return Tally(arm_losses(cohort, lost).ravel(), derive, labels, "eligible", {"analysed": stayed}, sensitive=False)


def _boundaries(by_arm: np.ndarray) -> Iterator[dict]:
    """From the counts that may be published: the exact boundary would tell the attrition to within five points."""
    started = by_arm.sum(axis=1)
    for assumption in ("cautious", "optimistic"):
        found = attrition(tuple(by_arm[:, 1].tolist()), tuple(started.tolist()), assumption)
        reason = found.reason or ("attrition_too_high" if np.isnan(found.boundary) else None)
        yield {
            "measure": "attrition_boundary",
            "subgroup": f"assumption={assumption}",
            "unit": "share",
            "estimate": found.boundary,
            "n": started.sum(),
            "method": why(_BOUNDARY.format(assumption=assumption), reason),
        }


def _differential(by_arm: np.ndarray) -> dict:
    (kept, gone), (other_kept, other_gone) = by_arm.tolist()
    started = (kept + gone, other_kept + other_gone)
    base = {"measure": "attrition_differential", "unit": "share", "n": sum(started)}
    return base | fields(newcombe_difference(gone, started[0], other_gone, started[1]), _DIFFERENTIAL)


def _who_left(cohort: Cohort, found: Pairs) -> Iterator[dict]:
    """People with a baseline only: those who were lost before it cannot be described by it.

    Of a trait for whoever holds the data: how many of those lost had it is in no table.
    """
    began = ~np.isnan(found.before)
    stayed, lost = began & found.selection.analysed, began & ~found.selection.analysed
    base = {"unit": "SD", "n": int(began.sum())}
    of_traits = base | STAYS_INSIDE
    yield base | {"subgroup": "baseline"} | fields(of_scores(found.before[stayed], found.before[lost]), _SCORES)
    for name, values in numbers(cohort).items():
        known = ~np.isnan(values)
        yield of_traits | {"subgroup": name} | fields(of_scores(values[stayed & known], values[lost & known]), _SCORES)
    for column in described(cohort):
        codes, names = categories(cohort, column)
        first, second = (np.bincount(codes[who], minlength=len(names)) for who in (stayed, lost))
        yield of_traits | {"subgroup": column} | fields(of_categories(first, second), _CATEGORIES)
