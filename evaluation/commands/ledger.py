"""`evaluation ledger show|check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice, accepted
from evaluation.failures import WrongUse
from evaluation.installation.extras import needs
from evaluation.output.screen import say

PLACE = 82
GROUP = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What was released earlier, and what that allows now.")
File = Annotated[Path, typer.Argument(help="The ledger; its key lies beside it.")]


_NONE_YET = Words("Er is nog geen register op {file}.", "There is no ledger yet at {file}.")
_EXISTS = Words(
    "{name} bestaat al. Een register wordt niet opnieuw begonnen: wat eerder is vrijgegeven zou vergeten zijn.",
    "{name} exists already. A ledger is not begun anew: what was released before would be forgotten.",
)
_BEGUN = Words(
    "Begonnen: {file}. Bewaar het samen met {name}.key en {name}.editions; zonder register weet niemand wat eerder is vrijgegeven.",
    "Begun: {file}. Keep it together with {name}.key and {name}.editions; without the ledger nobody knows what was released before.",
)


@GROUP.command("new")
def ledger_new(file: Annotated[Path, typer.Argument(help="The ledger to begin.")], lang: Lang = LangChoice.nl) -> None:
    """Begin a ledger, with a key of its own; one that is there is never begun anew."""
    from evaluation.release.memory.ledger import read_ledger

    if file.exists():
        raise WrongUse(_EXISTS.fill(name=file.name))
    read_ledger(file, create=True)
    say(_BEGUN.fill(file=file, name=file.name), lang.value)


@GROUP.command("show")
def ledger_show(
    file: Annotated[Path | None, typer.Argument(help="The ledger; your own when none is given.")] = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """List the releases; exit code 2 when one was changed after it was written."""
    from evaluation.evidence.ledger_place import usual_place
    from evaluation.release.memory.ledger import read_ledger

    if file is None:
        file = usual_place()
        if not file.exists() and not file.with_name(f"{file.name}.key").exists():
            say(_NONE_YET.fill(file=file), lang.value)
            return
        print(file)
    ledger = read_ledger(file)
    for number, entry in enumerate(ledger.entries, start=1):
        print(
            Words(
                f"{number}. plan {entry.plan[:12]}, drempel {entry.threshold}, {len(entry.populations)} groepen, "
                f"resultaten {entry.results[:12]}",
                f"{number}. plan {entry.plan[:12]}, threshold {entry.threshold}, {len(entry.populations)} groups, "
                f"results {entry.results[:12]}",
            )[lang.value]
        )
    count = len(ledger.entries)
    say(
        Words(
            f"{count} {'uitgave' if count == 1 else 'uitgaven'}, ongeschonden.",
            f"{count} {'release' if count == 1 else 'releases'}, intact.",
        ),
        lang.value,
    )


@GROUP.command("check")
def ledger_check(
    file: File,
    submissions: Annotated[list[Path], typer.Argument(help="One or more submissions.")],
    plan: Annotated[Path, typer.Option("--plan", help="The plan.")],
    lang: Lang = LangChoice.nl,
) -> None:
    """Say what a run would do because of earlier releases; exit code 1 when it would hold anything back, 2 when it is refused."""
    needs("analyses")
    from evaluation.planning.file import read_plan
    from evaluation.planning.lock import plan_hash
    from evaluation.planning.people import people
    from evaluation.release.edition import public
    from evaluation.release.memory.earlier import earlier
    from evaluation.release.memory.ledger import number_of, read_ledger
    from evaluation.release.memory.populations import populations

    ledger, read = read_ledger(file), read_plan(plan)
    validated = [accepted(path, lang.value) for path in submissions]
    groups = populations(validated, people(validated, read), read, ledger.key)
    before = earlier(ledger, groups, plan_hash(read), public(read.disclosure.threshold))
    if before.stands is not None:
        same, number = before.stands.populations == groups, number_of(ledger, before.stands)
        say(_same(number) if same else _stands(number), lang.value)
        raise typer.Exit(0 if same else 1)
    close = sorted(before.close)
    for name in close:
        print(", ".join(part for part in name.split("|") if part))
    say(
        Words(
            f"{len(close)} van {len(groups)} groepen {'verschilt' if len(close) == 1 else 'verschillen'} te weinig van een eerdere uitgave, "
            "of niet.",
            f"{len(close)} of {len(groups)} groups {'differs' if len(close) == 1 else 'differ'} too little from an earlier edition, or not at all.",
        ),
        lang.value,
    )
    raise typer.Exit(1 if close else 0)


def _same(number: int) -> Words:
    return Words(
        f"Niets is anders dan in uitgave {number}. Een run geeft die uitgave opnieuw.",
        f"Nothing differs from edition {number}. A run gives that edition again.",
    )


def _stands(number: int) -> Words:
    return Words(
        f"De jongeren verschillen te weinig van uitgave {number}. Een run geeft die uitgave opnieuw, ongewijzigd; wacht tot er genoeg "
        "jongeren bij zijn.",
        f"The young people differ too little from edition {number}. A run gives that edition again, unchanged; wait until enough "
        "young people have joined.",
    )
