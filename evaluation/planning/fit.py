"""Does a plan fit what was handed in: are its arms, its questionnaires and its programme there at all?"""

from __future__ import annotations

from collections.abc import Iterable

from analyses.shared.cohort import Cohort
from data_schemas.plan import Plan
from data_schemas.words import Words
from evaluation.failures import PlanInvalid


def check_fit(plan: Plan, cohort: Cohort) -> None:
    """PlanInvalid when the plan names an arm, instrument or programme that is not there."""
    if plan.comparison is not None:
        missing = [arm for arm in plan.comparison.arms if arm not in cohort.arms]
        if missing:
            raise _unfit("comparison > arms", missing, cohort.arms)
    asked = {"measures": plan.measures, "single_case": (plan.single_case,) if plan.single_case else ()}
    for part, outcomes in asked.items():
        missing = [outcome.instrument for outcome in outcomes if outcome.instrument not in cohort.instruments]
        if missing:
            raise _unfit(f"{part} > instrument", missing, sorted(cohort.instruments))
    mine = cohort.treatments["programme"]
    if plan.comparison is not None:
        mine = mine[cohort.treatments["arm"].isin(plan.comparison.arms)]
    if plan.programme not in set(mine):
        raise _unfit("programme", [plan.programme], sorted(set(mine)))


def _unfit(key: str, missing: Iterable[str], present: Iterable[str]) -> PlanInvalid:
    gone, there = ", ".join(missing), ", ".join(present)
    return PlanInvalid(
        Words(
            f"Het plan noemt bij {key}: {gone}. De inzending kent: {there}.",
            f"The plan names at {key}: {gone}. The submission knows: {there}.",
        )
    )
