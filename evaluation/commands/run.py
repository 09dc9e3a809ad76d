"""`evaluation run`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_schemas.words import Words
from evaluation.commands._options import Json, Lang, LangChoice, Out, accepted, for_people, write_json
from evaluation.installation.extras import needs
from evaluation.output.screen import say, say_failure, steps

if TYPE_CHECKING:
    from evaluation.evidence.running import Journey

PLACE = 80
_WRITTEN = Words(
    "Geschreven: {out}. Verder met:  evaluation report {out}", "Written: {out}. Go on with:  evaluation report {out}"
)
_NOTE = Words("Let op: {note}", "Note: {note}")
_REMEMBERED = Words("Onthouden in uw register: {place}", "Remembered in your ledger: {place}")
_LEDGER = Words("--ledger BESTAND", "--ledger FILE")


class EditionChoice(StrEnum):
    """The two editions."""

    public = "public"
    committee = "committee"


def command(
    submissions: Annotated[list[Path], typer.Argument(help="One or more submissions.")],
    plan: Annotated[Path, typer.Option("--plan", help="The locked plan.")],
    out: Out,
    internal: Annotated[bool, typer.Option("--internal", help="Exact figures; not for publication.")] = False,
    exploratory: Annotated[bool, typer.Option("--exploratory", help="Without a locked plan; marks every output.")] = False,
    edition: Annotated[
        EditionChoice, typer.Option("--edition", help="For everybody, or for the readers that the plan names.")
    ] = EditionChoice.public,
    ledger: Annotated[
        Path | None,
        typer.Option(
            "--ledger",
            help="File that remembers releases; its key lies beside it. A practice's data go to your own when none is given.",
        ),
    ] = None,
    no_ledger: Annotated[bool, typer.Option("--no-ledger", help="Remember nothing; the evidence says so.")] = False,
    json_file: Json = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Run a plan and release the results through disclosure control."""
    needs("analyses")
    from evaluation.planning.file import read_plan
    from evaluation.planning.lock import check_lock

    read = read_plan(plan)
    if not exploratory:
        check_lock(read, plan.name)
    validated = [accepted(path, lang.value, json_file) for path in submissions]
    from evaluation.evidence.folder import remember, write_evidence
    from evaluation.evidence.ledger_place import ledger_place
    from evaluation.evidence.running import journey
    from evaluation.release.ledger import read_ledger
    from evaluation.road import STOOD, UNREMEMBERED

    place = ledger_place(validated, ledger, none=no_ledger, internal=internal)
    known = read_ledger(place, create=True) if place is not None else None

    with steps(lang.value) as step:
        done = journey(
            validated,
            read,
            internal=internal,
            exploratory=exploratory,
            edition=edition.value,
            ledger=known,
            tell=lambda name: step(Words(f"analyse {name}", f"analysis {name}")),
        )
        if known is not None:
            remember(place, known, done)
        write_evidence(done.evidence, out)
    notes = [STOOD] if done.stood else []
    notes += [_NOTE.fill(note=UNREMEMBERED.fill(how=_LEDGER))] if known is None and not internal else []
    notes += [_REMEMBERED.fill(place=place)] if known is not None and ledger is None else []
    for note in notes:
        say_failure(note, lang.value)
    if for_people(json_file):
        say(_WRITTEN.fill(out=out), lang.value)
    write_json(json_file, _told(done, out, notes), private=done.evidence.record.edition != "released")


def _told(done: Journey, out: Path, notes: list[Words]) -> dict[str, Any]:
    """The run for a machine: where the evidence is, which edition, and what of each analysis has a number."""
    record = done.evidence.record
    return {
        "accepted": True,
        "evidence": str(out),
        "edition": record.edition,
        "exploratory": record.exploratory,
        "plan": record.provenance.plan,
        "ledger": record.release.ledger,
        "stood": done.stood,
        "analyses": {
            name: {"file": f"results/{name}.csv", "rows": counts} for name, counts in sorted(record.release.statuses.items())
        },
        "deviations": [deviation.model_dump(mode="json") for deviation in record.deviations],
        "notes": [note._asdict() for note in notes],
    }
