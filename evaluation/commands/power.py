"""`evaluation power`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from evaluation.commands._options import Json, Lang, LangChoice, for_people, write_json
from evaluation.installation.extras import needs

PLACE = 62


class FormulaChoice(StrEnum):
    """Formulas for the number of events."""

    schoenfeld = "schoenfeld"
    freedman = "freedman"


class OfChoice(StrEnum):
    """What is compared."""

    events = "events"
    change = "change"
    difference = "difference"
    share = "share"


def command(
    people: Annotated[int, typer.Option("--people", help="People in both groups together, or in the one group of a change.")],
    of: Annotated[
        OfChoice,
        typer.Option(
            "--of",
            help="events in time, a change of scores, a difference of scores between groups, or a share: which is compared.",
        ),
    ] = OfChoice.events,
    share: Annotated[
        float | None,
        typer.Option(
            "--share", help="Share with an event by the end of follow-up, such as 0.4; with --of share, in the second group."
        ),
    ] = None,
    weeks: Annotated[float | None, typer.Option("--weeks", help="Length of follow-up, for events.")] = None,
    drop_out: Annotated[float, typer.Option("--drop-out", help="Share lost by the end of follow-up.")] = 0.0,
    first: Annotated[float, typer.Option("--first", help="Share of the people in the first group.")] = 0.5,
    power: Annotated[float, typer.Option("--power", help="Wanted power.")] = 0.8,
    ratio: Annotated[float | None, typer.Option("--ratio", help="A hazard ratio to give the power for.")] = None,
    effect: Annotated[
        float | None, typer.Option("--effect", help="A g to give the power for; with --of share, a share in the first group.")
    ] = None,
    correlation: Annotated[
        float | None,
        typer.Option("--correlation", help="Of scores before and after: 0.5 for a change unless given, 0 for a difference."),
    ] = None,
    formula: Annotated[FormulaChoice, typer.Option("--formula", help="schoenfeld or freedman.")] = FormulaChoice.schoenfeld,
    json_file: Json = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """What so many people can show: the smallest difference that is found, and how wide the interval will be."""
    needs("analyses")
    from evaluation.planning.power import planned_power, power_json, power_page

    if of is OfChoice.events:
        plan = planned_power(
            people, share, weeks, drop_out=drop_out, first=first, power=power, ratio=ratio, formula=formula.value
        )
        page = power_page(plan, lang.value, ratio)
    else:
        from evaluation.planning.effect_power import effect_page, planned_effect

        given = {"share": share, "drop_out": drop_out, "first": first, "correlation": correlation, "effect": effect}
        plan = planned_effect(of.value, people, power=power, **given)
        page = effect_page(plan, of.value, lang.value, people=people, **given)
    if for_people(json_file):
        print(page, end="")
    write_json(json_file, power_json(plan))
