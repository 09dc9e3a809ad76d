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


def command(
    people: Annotated[int, typer.Option("--people", help="People in both groups together.")],
    share: Annotated[float, typer.Option("--share", help="Share with an event by the end of follow-up, such as 0.4.")],
    weeks: Annotated[float, typer.Option("--weeks", help="Length of follow-up.")],
    drop_out: Annotated[float, typer.Option("--drop-out", help="Share lost by the end of follow-up.")] = 0.0,
    first: Annotated[float, typer.Option("--first", help="Share of the people in the first group.")] = 0.5,
    power: Annotated[float, typer.Option("--power", help="Wanted power.")] = 0.8,
    ratio: Annotated[float | None, typer.Option("--ratio", help="A hazard ratio to give the power for.")] = None,
    formula: Annotated[FormulaChoice, typer.Option("--formula", help="schoenfeld or freedman.")] = FormulaChoice.schoenfeld,
    json_file: Json = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """What a comparison of so many people can show: smallest difference that is found, and how wide the interval will be."""
    needs("analyses")
    from evaluation.planning.power import planned_power, power_json, power_page

    plan = planned_power(people, share, weeks, drop_out=drop_out, first=first, power=power, ratio=ratio, formula=formula.value)
    if for_people(json_file):
        print(power_page(plan, lang.value, ratio), end="")
    write_json(json_file, power_json(plan))
