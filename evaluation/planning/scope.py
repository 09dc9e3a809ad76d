"""Whom of everybody in the submissions a plan is about."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analyses.shared.cohort import NAMES, OUTSIDE, Cohort
from data_schemas.plan import Plan


def in_plan(cohort: Cohort, plan: Plan) -> np.ndarray:
    """Whom the plan is about: everyone in its programme; with a comparison, those of them in its arms.

    Of a compared arm in which nobody has the plan's programme, such as usual care elsewhere, everyone.
    """
    programme = (cohort.treatments["programme"] == plan.programme).to_numpy()
    if plan.comparison is None:
        return programme
    arms = [cohort.arm_codes == cohort.arms.index(arm) for arm in plan.arms if arm in cohort.arms]
    return np.logical_or.reduce([arm & programme if (arm & programme).any() else arm for arm in arms])


def eligible(cohort: Cohort, plan: Plan) -> np.ndarray:
    """Who has all that the plan asks of whom it is about."""
    found = np.ones(cohort.size, bool)
    asked = plan.eligibility
    if asked is None:
        return found
    for name, codes in asked.asked.items():
        found &= cohort.treatments[name].isin(codes).to_numpy()
    # half-years as they are written follow each other as text; who has none is in none
    began = cohort.treatments["start_period"].astype(object).where(cohort.treatments["start_period"].notna(), "").to_numpy(str)
    if asked.start_from is not None:
        found &= began >= asked.start_from
    if asked.start_until is not None:
        found &= (began != "") & (began <= asked.start_until)
    return found


def beside(cohort: Cohort, plan: Plan) -> dict[str, np.ndarray]:
    """Whom a plan is not about, by the reason in `OUTSIDE`."""
    return {"other_programme": ~in_plan(cohort, plan), "not_eligible": ~eligible(cohort, plan)}


def only(everyone: Cohort, reasons: Mapping[str, np.ndarray]) -> Cohort:
    """The cohort of those for whom no reason holds, with how many were left out for which.

    Parameters
    ----------
    reasons
        By name in `OUTSIDE` whom it concerns, boolean per person; the first that holds counts.
    """
    left, reason = np.zeros(everyone.size, bool), np.zeros(everyone.size, np.int8)
    for name, who in reasons.items():
        reason[who & ~left] = OUTSIDE.index(name)
        left |= who
    kept = np.flatnonzero(~left)
    treatments = everyone.treatments.iloc[kept].reset_index(drop=True) if left.any() else everyone.treatments
    treatments = treatments.assign(**{name: treatments[name].cat.remove_unused_categories() for name in NAMES})
    arms = {arm: code for code, arm in enumerate(treatments["arm"].cat.categories)}
    arm = np.array([arms.get(arm, len(arms)) for arm in everyone.arms], np.int64)[everyone.arm_codes[left]]
    outside = np.zeros((len(OUTSIDE), len(arms) + 1), np.int64)
    np.add.at(outside, (reason[left], arm), 1)
    number = np.cumsum(~left) - 1
    return Cohort(
        treatments,
        _of(everyone.measurements, left, number),
        _of(everyone.events, left, number),
        everyone.instruments,
        kept,
        outside,
        everyone.own,
    )


def _of(table: pd.DataFrame, left: np.ndarray, number: np.ndarray) -> pd.DataFrame:
    """The rows of the people who stay, under their new numbers."""
    if not left.any():
        return table
    stays = table[~left[table["person"].to_numpy()]]
    return stays.assign(person=number[stays["person"].to_numpy()]).reset_index(drop=True)
