"""`evaluation pool`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import WRITTEN, Json, Lang, LangChoice, Out, tell
from evaluation.commands.run import EditionChoice, one_edition
from evaluation.installation.extras import needs
from evaluation.output.screen import steps

if TYPE_CHECKING:
    from data_schemas.aggregate import Aggregate

PLACE = 81
_ANYBODY = Words(
    "Let op: zonder --keys is niet nagegaan wie deze tellingen maakte.",
    "Note: without --keys it was not checked who made these aggregates.",
)
_UNREMEMBERED = Words(
    "Let op: tellingen zeggen niet wie erin zitten; deze uitgave is niet met eerdere vergeleken.",
    "Note: aggregates do not say who is in them; this edition was not compared with earlier ones.",
)
_UNKEPT = Words(
    "Let op: zonder register gemaakt: {names}. Niet nagegaan is of daar eerder over (bijna) dezelfde jongeren iets naar buiten ging.",
    "Note: made without a ledger: {names}. It was not checked whether anything about (nearly) the same young people left there before.",
)
_UNTOLD = Words(
    "Let op: niet in deze uitgave, want daarvoor zijn gegevens per jongere nodig: {names}.",
    "Note: not in this edition, for it needs data per person: {names}.",
)
_UNTOLD_ROUNDED = Words(
    "Let op: niet in deze uitgave, want uit afgeronde tellingen niet te berekenen: {names}. Het meeste daarvan kan uit niet-afgeronde "
    "(run --aggregate --internal), onder een eigen afspraak.",
    "Note: not in this edition, for it cannot be calculated from rounded aggregates: {names}. Most of it can from those that are not rounded "
    "(run --aggregate --internal), under an agreement of your own.",
)
_HELD = Words(
    "Let op: {name} hield {count} uitkomsten achter; die gaan alleen over de anderen. Welke:  evaluation aggregate show {name}",
    "Note: {name} held back {count} outcomes; these are about the others only. Which:  evaluation aggregate show {name}",
)


def command(
    aggregates: Annotated[list[Path], typer.Argument(help="Two or more aggregates, as run --aggregate wrote them.")],
    plan: Annotated[Path, typer.Option("--plan", help="The locked plan that they were made for.")],
    out: Out,
    keys: Annotated[
        list[Path] | None, typer.Option("--keys", help="Public keys of the participants: files, or a folder of *.pub.")
    ] = None,
    internal: Annotated[bool, typer.Option("--internal", help="Exact figures; not for publication.")] = False,
    exploratory: Annotated[bool, typer.Option("--exploratory", help="Without a locked plan; marks every output.")] = False,
    edition: Annotated[
        EditionChoice, typer.Option("--edition", help="For everybody, or for the readers that the plan names.")
    ] = EditionChoice.public,
    json_file: Json = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Pool the aggregates of several providers into one evidence folder, without a row of anybody."""
    one_edition(internal, edition)
    needs("analyses")
    from evaluation.aggregates.making import read_aggregate
    from evaluation.aggregates.pooling import pooled
    from evaluation.aggregates.signing import known_keys
    from evaluation.evidence.folder import write_evidence
    from evaluation.planning.deviations import needs_people
    from evaluation.planning.file import read_plan
    from evaluation.planning.lock import check_lock
    from reports.text.vocabulary import analysis_words

    read = read_plan(plan)
    if not exploratory:
        check_lock(read, plan.name)
    given = [(path.name, read_aggregate(path)) for path in aggregates]
    known = None if keys is None else known_keys(keys)
    with steps(lang.value) as step:
        done = pooled(
            given,
            read,
            keys=known,
            internal=internal,
            exploratory=exploratory,
            edition=edition.value,
            tell=lambda name: step(Words(f"analyse {name}", f"analysis {name}")),
        )
        write_evidence(done.evidence, out)
    notes = [_HELD.fill(name=name, count=len(one.held_back)) for name, one in given if one.held_back]
    if untold := [one.analysis for one in done.evidence.record.deviations if needs_people(one)]:
        names = Words(*(", ".join(_lower(analysis_words(name)[one]) for name in untold) for one in ("nl", "en")))
        notes.append((_UNTOLD_ROUNDED if given[0][1].form == "rounded" else _UNTOLD).fill(names=names))
    notes += [_ANYBODY] if keys is None else []
    if not internal:
        exact = given[0][1].form == "exact"
        unkept = ", ".join(name for name, one in given if _unkept(one))
        notes += [_UNREMEMBERED] if exact else [_UNKEPT.fill(names=unkept)] if unkept else []
    record = done.evidence.record
    told = {"evidence": str(out), "edition": record.edition, "plan": record.provenance.plan, "form": given[0][1].form}
    told |= {"aggregates": {name: one.sha256 for name, one in given}}
    tell(WRITTEN.fill(out=out), notes, json_file, told, lang.value, private=record.edition != "released")


def _unkept(one: Aggregate) -> bool:
    return not one.ledger and any(part.nature == "practice" for part in one.submissions)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
