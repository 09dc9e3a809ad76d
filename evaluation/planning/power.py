"""What a comparison of events in time can show before it is done, as `evaluation power` prints it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from analyses.statistics.power.effect_power import EffectPlan, SharePlan
from analyses.statistics.power.event_power import EventPlan, Formula, event_plan
from data_schemas.codelists import code_list
from data_schemas.words import Lang, Words
from evaluation.failures import WrongUse

_SOURCE = {"schoenfeld": "Schoenfeld (1981)", "freedman": "Freedman (1982)"}
_EVENTS = Words(
    "Verwacht aantal gebeurtenissen, beide groepen samen: {events}.",
    "Expected number of events, both groups together: {events}.",
)
_SMALLEST = Words(
    "Kleinste verschil dat met {power} kans wordt gevonden (tweezijdig {alpha}): een risicoverhouding van {low} of minder, of {high} of meer.",
    "Smallest difference found with {power} power (two-sided {alpha}): a hazard ratio of {low} or less, or {high} or more.",
)
_INTERVAL = Words(
    "Zijn de groepen gelijk, dan loopt het interval ongeveer van {low} tot {high}.",
    "If the groups are equal, the interval runs from about {low} to {high}.",
)
_ASSUMED = Words("Kans om een verhouding van {ratio} te vinden: {power}.", "Power to find a ratio of {ratio}: {power}.")
_NONE = Words("Niet te berekenen: {reason}.", "Cannot be calculated: {reason}.")
_FORMULA = Words(
    "Formule van {source}, voor evenredige risico's en grote aantallen; onder ongeveer 20 gebeurtenissen te gunstig.",
    "Formula of {source}, for proportional hazards and large samples; too hopeful below some 20 events.",
)


def planned_power(
    people: int,
    event_share: float | None,
    weeks: float | None,
    *,
    drop_out: float = 0.0,
    first: float = 0.5,
    power: float = 0.8,
    ratio: float | None = None,
    formula: Formula = "schoenfeld",
) -> EventPlan:
    """`analyses.statistics.power.event_power.event_plan`, with its refusals as wrong use of the command.

    Raises
    ------
    WrongUse
        A share outside 0 to 1 or none, no follow-up, an unknown formula or a ratio that is not positive.
    """
    if event_share is None or weeks is None:
        raise WrongUse(Words("Geef ook --share en --weeks.", "Give --share and --weeks too."))
    try:
        return event_plan(
            people, event_share, weeks, drop_out_share=drop_out, share_first=first, power=power, formula=formula, assumed=ratio
        )
    except ValueError as error:
        raise WrongUse(not_possible(str(error))) from None


def not_possible(error: str) -> Words:
    """What an estimator refuses, in words."""
    return Words(f"Dit kan niet: {error}.", f"This cannot be: {error}.")


def power_page(plan: EventPlan, lang: Lang, ratio: float | None = None) -> str:
    """A few sentences that can stand in a plan."""
    lines = [_EVENTS.fill(events=number(plan.events, lang, 1))[lang]]
    if plan.reason == "no_events":
        lines.append(why_not(plan.reason, lang))
        return "\n".join(lines) + "\n"
    percent = {"power": f"{100 * plan.power:g} %", "alpha": f"{100 * plan.alpha:g} %"}
    if plan.reason:
        lines.append(why_not(plan.reason, lang))
    else:
        low, high = number(plan.smallest_hazard_ratio, lang), number(1 / plan.smallest_hazard_ratio, lang)
        lines.append(_SMALLEST.fill(low=low, high=high, **percent)[lang])
    if ratio is not None:
        power = f"{100 * plan.power_at_assumed:.0f} %"
        lines.append(_ASSUMED.fill(ratio=number(ratio, lang), power=power)[lang])
    lines.append(_INTERVAL.fill(low=number(plan.ci_low, lang), high=number(plan.ci_high, lang))[lang])
    lines.append(_FORMULA.fill(source=_SOURCE[plan.formula])[lang])
    return "\n".join(lines) + "\n"


def power_json(plan: EventPlan | EffectPlan | SharePlan) -> dict[str, Any]:
    """The same for a machine; what cannot be calculated is None."""
    return {name: None if isinstance(value, float) and np.isnan(value) else value for name, value in asdict(plan).items()}


def why_not(reason: str, lang: Lang) -> str:
    """That something cannot be calculated, with the reason."""
    return _NONE.fill(reason=code_list("not_estimable").label(reason)[lang])[lang]


def number(value: float, lang: Lang, digits: int = 2) -> str:
    """A number as people of the language write it."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if lang == "nl" else text
