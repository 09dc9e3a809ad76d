"""Does a plan fit what was handed in: are its arms, its questionnaires and its programme there at all?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from analyses.shared.cohort import Cohort
from data_schemas.plan import Descriptor, Plan
from data_schemas.words import Words
from evaluation.failures import PlanInvalid


def check_fit(plan: Plan, cohort: Cohort) -> None:
    """PlanInvalid when the plan names an arm, instrument, covariate or programme that is not there."""
    if plan.comparison is not None:
        missing = [arm for arm in plan.arms if arm not in cohort.arms]
        if missing:
            raise _unfit("comparison > arms", missing, cohort.arms)
    _check_covariates(plan, cohort)
    asked = {"measures": plan.measures, "single_case": (plan.single_case,) if plan.single_case else ()}
    for part, outcomes in asked.items():
        missing = [outcome.instrument for outcome in outcomes if outcome.instrument not in cohort.instruments]
        if missing:
            raise _unfit(f"{part} > instrument", missing, sorted(cohort.instruments))
    mine = cohort.treatments["programme"]
    if plan.comparison is not None:
        mine = mine[cohort.treatments["arm"].isin(plan.arms)]
    if plan.programme not in set(mine):
        raise _unfit("programme", [plan.programme], sorted(set(mine)))


def _check_covariates(plan: Plan, cohort: Cohort) -> None:
    """Covariates that weights need: descriptors, the start period, own ones, baseline scores of instruments that are known."""
    named = plan.weighted_covariates
    columns = {*get_args(Descriptor), "start_period", *cohort.confounders}
    missing = [name for name in named if ":" not in name and name not in columns]
    if missing:
        raise _unfit("weighting > covariates", missing, sorted(columns))
    missing = [name for name in named if ":" in name and name.partition(":")[0] not in cohort.instruments]
    if missing:
        raise _unfit("weighting > covariates", missing, sorted(cohort.instruments))


def _unfit(key: str, missing: Iterable[str], present: Iterable[str]) -> PlanInvalid:
    gone, there = ", ".join(missing), ", ".join(present)
    return PlanInvalid(
        Words(
            f"Het plan noemt bij {key}: {gone}. De inzending kent: {there}.",
            f"The plan names at {key}: {gone}. The submission knows: {there}.",
        )
    )
