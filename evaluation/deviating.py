"""Deviations: what the plan asks for and could not be run, what was run beyond it, and what was held back as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from data_schemas.evidence import Deviation
from data_schemas.plan import Plan
from data_schemas.submission import Label

_UNANSWERED = Label(
    nl="Gepland, maar geen enkele uitkomst is te berekenen of te tonen: er zijn te weinig jongeren met deze gegevens.",
    en="Planned, but no result can be calculated or shown: there are too few young people with these data.",
)
_NOT_RUN = Label(
    nl="Gepland, maar er is geen analyse die dit beantwoordt.", en="Planned, but there is no analysis that answers it."
)
_BEYOND = Label(
    nl="Meer dan het plan: verkennend uitgevoerd, zonder vergrendeld plan.",
    en="Beyond the plan: run as exploratory, without a locked plan.",
)
_TOO_CLOSE = Label(
    nl="Achtergehouden: deze groep verschilt te weinig van een eerdere uitgave. De eerder vrijgegeven uitkomst blijft geldig.",
    en="Held back: this group differs too little from an earlier edition. The result that was released earlier remains valid.",
)
_OTHER_PLAN = Label(
    nl="Over (bijna) dezelfde jongeren is eerder een uitgave onder een ander plan verschenen. Leg beide naast elkaar voordat deze uitgaat.",
    en="A release about (nearly) the same young people has appeared before under another plan. Lay both side by side before this one leaves.",
)


def deviations(plan: Plan, results: Mapping[str, pd.DataFrame], exploratory: bool) -> tuple[Deviation, ...]:
    """Every deviation of a run from its plan, with the reason."""
    found = [*_unanswered(plan, results)]
    if exploratory:
        found.append(Deviation(analysis="", outcome="", reason=_BEYOND))
    return tuple(found)


def deviations_of(close: frozenset[str], *, other_plan: bool = False) -> tuple[Deviation, ...]:
    """One deviation per outcome and group that the ledger holds back; and one when the same people were asked about before."""
    names = sorted({name.replace("|", ", ").replace(", , ", ", ") for name in close})
    held = tuple(Deviation(analysis="", outcome=name, reason=_TOO_CLOSE) for name in names)
    return (*held, *([Deviation(analysis="", outcome="", reason=_OTHER_PLAN)] if other_plan else []))


def _unanswered(plan: Plan, results: Mapping[str, pd.DataFrame]) -> Iterator[Deviation]:
    frames = [frame for name, frame in results.items() if name not in ("flow", "baseline", "attrition")]
    everything = pd.concat([frame.assign(analysis_name=frame["analysis"]) for frame in frames]) if frames else pd.DataFrame()
    for outcome, time in _planned(plan):
        mine = everything
        if len(mine):
            mine = mine[mine["outcome"] == outcome]
            mine = mine[mine["time"] == time] if time else mine
        if len(mine) == 0:
            yield Deviation(analysis="", outcome=_named(outcome, time), reason=_NOT_RUN)
        elif mine["status"].isin(["suppressed", "not_estimable"]).all():
            yield Deviation(analysis=str(mine["analysis"].iloc[0]), outcome=_named(outcome, time), reason=_UNANSWERED)


def _planned(plan: Plan) -> Iterator[tuple[str, str]]:
    for measure in plan.measures:
        for moment in measure.moments:
            yield f"{measure.instrument}:{measure.informant}", moment
    if plan.events is not None:
        yield "+".join(plan.events.event), ""
    if plan.single_case is not None:
        yield f"{plan.single_case.instrument}:{plan.single_case.informant}", ""


def _named(outcome: str, time: str) -> str:
    return f"{outcome}, {time}" if time else outcome
