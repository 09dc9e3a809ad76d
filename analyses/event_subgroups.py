"""Event subgroups: does the programme keep some safe longer than others? The plan's subgroups only, by interaction."""

from __future__ import annotations

import numpy as np

from analyses.competing_events import from_the_start
from analyses.hazards import EVENTS_PER_PARAMETER
from analyses.shared.by_provider import events_independence, number_of_providers, providers_of, residual_df, several
from analyses.shared.cohort import Cohort, FirstEvents, events_outcome, first_events
from analyses.shared.event_curves import time_words
from analyses.shared.recording import why
from analyses.statistics.clustered.cox import log_hazard_ratio_by_cluster
from analyses.statistics.hazards.cox_model import cox_model
from analyses.subgroups import P_WORDS, SMALLEST_CELL, Part, adjusted_p, parts
from data_schemas.plan import Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words

NAME = "event_subgroups"
MEASURES = {
    "interaction_hazard_ratio": Declared(
        "model", Words("verhouding van hazard ratio's met de anderen", "ratio of hazard ratios to the others"), "ratio"
    ),
    "interaction_hazard_ratio_clustered": Declared(
        "model",
        Words(
            "verhouding van hazard ratio's met de anderen, interval per aanbieder",
            "ratio of hazard ratios to the others, interval by provider",
        ),
        "ratio",
    ),
}
_METHOD = (
    "hazard ratio between the arms in this category over that in all others for whom the descriptor is known: Cox with arm by "
    "category, Efron ties, {errors}; {p}; {time}"
)
_ERRORS = "normal interval on the log scale"
_CLUSTERED = "errors by provider: Lin and Wei's sandwich with CR2's correction for few providers, t on Satterthwaite's df on the log scale"
_P = {"holm": "p corrected over the planned subgroups (Holm)", "none": P_WORDS["none"]}
_PARAMETERS = 3


def wanted(plan: Plan) -> bool:
    """When the plan compares two arms on events and names subgroups."""
    return plan.events is not None and plan.comparison is not None and bool(plan.subgroups)


def run(cohort: Cohort, plan: Plan) -> Result:
    """For every category of the planned descriptors the ratio of two hazard ratios; `subgroup` is "gender=girl".

    Not with fewer than 10 people in an arm on one of both sides, or fewer than 30 events: a ratio of ratios from less says
    nothing and leads people astray. Where people are in two categories only, their rows mirror each other and count as one
    test.
    """
    found = first_events(cohort, plan.events)
    one, other = (cohort.arms.index(arm) for arm in plan.comparison.arms)
    who = found.selection.analysed & np.isin(cohort.arm_codes, [one, other])
    told = [part for column in plan.subgroups for part in parts(cohort, column, who)]
    base = {"outcome": events_outcome(plan.events), "arm": " - ".join(plan.comparison.arms), "unit": "ratio"}
    kinds = [("interaction_hazard_ratio", _ERRORS, None)]
    kinds += [("interaction_hazard_ratio_clustered", _CLUSTERED, providers_of(cohort))] * several(cohort)
    records = []
    for measure, errors, provider in kinds:
        answers = {
            part.name: _interaction(found, cohort.arm_codes == one, part, provider, number_of_providers(cohort))
            for part in told
        }
        adjusted = adjusted_p(plan, told, {name: answer.get("p_value", np.nan) for name, answer in answers.items()})
        method = _METHOD.format(errors=errors, p=_P[plan.multiplicity], time=time_words(plan.events))
        method += events_independence(cohort) if provider is None else ""
        for part in told:
            row = base | {"measure": measure, "subgroup": part.name} | answers[part.name] | {"p_value": adjusted[part.name]}
            records.append(row | {"method": why(method, row.pop("reason"))})
    return Result(NAME, MEASURES, rows(NAME, records))


def _interaction(found: FirstEvents, first: np.ndarray, part: Part, provider: np.ndarray | None, providers: int) -> dict:
    who = part.inside | part.outside
    arm, inside = first[who].astype(float), part.inside[who].astype(float)
    event, entry = found.happened[who], found.entry_of(who)
    base = {"n": int(who.sum()), "events": int(event.sum()), "residual_df": int(event.sum()) - _PARAMETERS}
    if np.bincount((2 * arm + inside).astype(np.int64), minlength=4).min() < SMALLEST_CELL:
        return base | {"reason": "too_few"}
    if event.sum() < EVENTS_PER_PARAMETER * _PARAMETERS:
        return base | {"reason": "too_few_events" if event.any() else "no_events"}
    start = None if entry is None else from_the_start(entry)
    x = np.column_stack([arm * inside, arm, inside])
    if provider is not None:
        return base | _by_provider(found.week[who], event, x, start, provider[who], providers, base["residual_df"])
    fit = cox_model(found.week[who], event, x, entry=start)
    if fit.reason:
        return base | {"reason": fit.reason}
    ratio = float(fit.hazard_ratio[0])
    return base | {
        "estimate": ratio,
        "std_error": ratio * float(fit.std_error[0]),
        "ci_low": float(fit.hazard_ratio_ci_low[0]),
        "ci_high": float(fit.hazard_ratio_ci_high[0]),
        "p_value": float(fit.p_value[0]),
        "reason": None,
    }


def _by_provider(week, event, x: np.ndarray, start, provider: np.ndarray, providers: int, df: int) -> dict:
    """The same ratio with errors by provider."""
    cells = (2 * x[:, 1] + x[:, 2]).astype(np.int64)
    found = log_hazard_ratio_by_cluster(week, event, x, provider, entry=start, groups=cells)
    behind = {"residual_df": min(residual_df(provider, providers), float(df)), "reason": found.reason}
    if found.reason:
        return behind
    ratio, low, high = (float(np.exp(value)) for value in (found.estimate, found.ci_low, found.ci_high))
    numbers = {"estimate": ratio, "std_error": ratio * found.std_error, "ci_low": low, "ci_high": high}
    return behind | numbers | {"p_value": found.p_value, "df": found.df}
