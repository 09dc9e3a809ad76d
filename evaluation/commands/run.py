"""`evaluation run`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_schemas.words import Words
from evaluation.commands._options import WRITTEN, Json, Lang, LangChoice, Out, accepted, tell
from evaluation.failures import WrongUse
from evaluation.installation.extras import needs
from evaluation.output.screen import steps

if TYPE_CHECKING:
    from data_schemas.plan import Plan
    from data_schemas.submission import Submission
    from evaluation.evidence.running import Journey

PLACE = 80
_COUNTED = Words(
    "Geschreven: {path}. Lees het na met:  evaluation aggregate show {path}",
    "Written: {path}. Read it over with:  evaluation aggregate show {path}",
)
_NOT_ROUNDED = Words(
    "Let op: deze telling is niet afgerond en kan regels over één jongere bevatten. Zij mag alleen naar wie onder een eigen afspraak exacte sommen mag "
    "zien; het bestand is alleen voor u leesbaar.",
    "Note: this aggregate is not rounded and can hold rows about one person. It may only go to who may see exact sums under an agreement of their "
    "own; only you can read the file.",
)
_UNSIGNED = Words(
    "Let op: deze telling is niet ondertekend; wie haar krijgt, kan niet nagaan van wie zij komt. Onderteken met --key BESTAND.",
    "Note: this aggregate is not signed; whoever gets it cannot tell whom it is from. Sign it with --key FILE.",
)
_STOOD_AGGREGATE = Words(
    "Deze jongeren verschillen te weinig, of niet, van een eerdere telling: die is opnieuw gegeven, ongewijzigd.",
    "These young people differ too little, or not at all, from an earlier aggregate: it was given again, unchanged.",
)
_NOTHING = Words(
    "Let op: van zo weinig jongeren mag afgerond niets naar buiten; deze telling is leeg. Onder een eigen afspraak kan een niet-afgeronde wel, met "
    "--internal.",
    "Note: of so few young people nothing may leave rounded; this aggregate is empty. Under an agreement of your own one that is not rounded can, "
    "with --internal.",
)
_ALONE = Words(
    "--scheduler gaat niet samen met --aggregate of --ledger: de werkers geven alleen tellingen terug.",
    "--scheduler does not go with --aggregate or --ledger: the workers give back counts only.",
)
_EXACT = Words(
    "--internal geeft exacte cijfers voor wie de gegevens heeft, en dat is geen uitgave voor de commissie. Kies --internal of --edition committee.",
    "--internal gives exact figures for whoever holds the data, and that is no edition for the committee. Choose --internal or --edition committee.",
)
_NOT_COMPARED = Words(
    "Van werkers komen alleen tellingen terug: een uitgave van de gegevens van een praktijk is dan met geen register te vergelijken. Er is niets "
    "geschreven. Geef --no-ledger als dat zo mag; de uitgave zegt het.",
    "Workers give back counts only: an edition of a practice's data can then be compared with no ledger. Nothing was written. Give --no-ledger where "
    "that may be so; the edition says it.",
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
    aggregate: Annotated[
        bool,
        typer.Option(
            "--aggregate", help="Write counts and sums to be pooled, in place of evidence; with --internal unrounded."
        ),
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option("--key", help="Key to sign an aggregate with; made when it is not there, its public half beside it."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="Address of a dask scheduler: its workers count, submission by submission, and draw."),
    ] = None,
    json_file: Json = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Run a plan and release the results through disclosure control."""
    one_edition(internal, edition)
    needs("analyses")
    from evaluation.evidence.ledger_place import ledger_place
    from evaluation.planning.file import read_plan
    from evaluation.planning.lock import check_lock

    read = read_plan(plan)
    if not exploratory:
        check_lock(read, plan.name)
    if scheduler is not None:
        if aggregate or ledger is not None:
            raise WrongUse(_ALONE)
        _spread(submissions, read, out, scheduler, internal, exploratory, edition.value, no_ledger, json_file, lang.value)
        return
    validated = [accepted(path, lang.value, json_file) for path in submissions]
    if aggregate:
        told = None if internal else edition.value
        place = ledger_place(validated, ledger, none=no_ledger, internal=internal)
        _aggregate(validated, read, out, told, key, place, ledger is None, exploratory, json_file, lang.value)
        return
    from evaluation.evidence.folder import remember, write_evidence
    from evaluation.evidence.running import journey
    from evaluation.release.memory.ledger import read_ledger
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
    tell(
        WRITTEN.fill(out=out),
        notes,
        json_file,
        _told(done, out),
        lang.value,
        private=done.evidence.record.edition != "released",
    )


def one_edition(internal: bool, edition: EditionChoice) -> None:
    """Refuse to make an exact run that was asked for as the committee's edition: who asked would hand it on as that."""
    if internal and edition is EditionChoice.committee:
        raise WrongUse(_EXACT)


def _spread(submissions, plan, out, scheduler, internal, exploratory, edition, no_ledger, json_file, lang) -> None:
    """Counting at the workers of a scheduler, answers here."""
    from evaluation.aggregates.spreading import spread
    from evaluation.evidence.folder import write_evidence
    from evaluation.road import UNREMEMBERED

    with steps(lang) as step:
        done = spread(
            submissions,
            plan,
            scheduler,
            internal=internal,
            exploratory=exploratory,
            edition=edition,
            tell=lambda name: step(Words(f"analyse {name}", f"analysis {name}")),
        )
        if not (internal or no_ledger) and any(one.nature == "practice" for one in done.evidence.record.submissions):
            raise WrongUse(_NOT_COMPARED)
        write_evidence(done.evidence, out)
    notes = [] if internal else [_NOTE.fill(note=UNREMEMBERED.fill(how=_LEDGER))]
    tell(WRITTEN.fill(out=out), notes, json_file, _told(done, out), lang, private=done.evidence.record.edition != "released")


def _aggregate(
    validated: list[Submission],
    plan: Plan,
    out: Path,
    edition: str | None,
    key: Path | None,
    ledger: Path | None,
    usual: bool,
    exploratory: bool,
    json_file: Path | None,
    lang: str,
) -> None:
    """Counts and sums in place of evidence; a rounded one is a release, and remembered as one."""
    from evaluation.aggregates.making import made, summary, write_aggregate
    from evaluation.aggregates.remembering import remembered
    from evaluation.road import UNREMEMBERED

    notes: list[Words] = []
    if edition is None:
        one, notes = made(validated, plan, None), [_NOT_ROUNDED]
    else:
        with steps(lang) as step:
            done = remembered(
                validated,
                plan,
                edition,
                ledger,
                exploratory=exploratory,
                tell=lambda name: step(Words(f"analyse {name}", f"analysis {name}")),
            )
        one = done.aggregate
        notes += [_STOOD_AGGREGATE] if done.stood else []
        notes += [_NOTE.fill(note=UNREMEMBERED.fill(how=_LEDGER))] if ledger is None else []
        notes += [_REMEMBERED.fill(place=ledger)] if ledger is not None and usual else []
        notes += [_NOTHING] if not one.people.rows else []
    path, one = write_aggregate(one, out, key)
    notes += [_UNSIGNED] if one.signature is None else []
    content = summary(one) | {"aggregate": str(path)}
    tell(_COUNTED.fill(path=path), notes, json_file, content, lang, private=one.form == "exact" or one.edition != "public")


def _told(done: Journey, out: Path) -> dict[str, Any]:
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
    }
