"""Does a plan fit what was handed in: are its arms, its questionnaires and its programme there at all?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from analyses.shared.cohort import Cohort
from data_schemas.plan import Plan
from data_schemas.plan_values import Descriptor
from data_schemas.words import Words
from evaluation.failures import PlanInvalid

_IN_NUMBERS = Words(
    "Hier zijn groepen nodig: geef een getal in de inzending ook als code, bijvoorbeeld in leeftijdsklassen.",
    "Categories are needed here: give a number in the submission as a code as well, such as classes of age.",
)


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
    """Covariates of weights, adjustment and subgroups: descriptors, those of the providers' own, of which only some divide people."""
    usable, dividing = ({*get_args(Descriptor), *names} for names in (cohort.confounders, cohort.coded & {*cohort.confounders}))
    adjusted = plan.comparison.covariates if plan.comparison else ()
    censored = plan.events.censoring_covariates if plan.events else ()
    for key, names, known in (
        ("comparison > covariates", adjusted, usable),
        ("subgroups", plan.subgroups, dividing),
        ("events > censoring_covariates", censored, dividing),
        ("described", plan.described, {*cohort.own}),
    ):
        missing = [name for name in names if name not in known]
        if missing:
            raise _unfit(key, missing, sorted(known), _IN_NUMBERS if usable.issuperset(missing) else None)
    named = plan.weighted_covariates
    columns = {*usable, "start_period"}
    missing = [name for name in named if ":" not in name and name not in columns]
    if missing:
        raise _unfit("weighting > covariates", missing, sorted(columns))
    missing = [name for name in named if ":" in name and name.partition(":")[0] not in cohort.instruments]
    if missing:
        raise _unfit("weighting > covariates", missing, sorted(cohort.instruments))


def _unfit(key: str, missing: Iterable[str], present: Iterable[str], more: Words | None = None) -> PlanInvalid:
    gone, there = ", ".join(missing), ", ".join(present)
    advice = Words(*(f" {text}" for text in more)) if more else Words("", "")
    return PlanInvalid(
        Words(
            f"Het plan noemt bij {key}: {gone}. De inzending kent: {there}.{advice.nl}",
            f"The plan names at {key}: {gone}. The submission knows: {there}.{advice.en}",
        )
    )
