"""`evaluation ledger show|check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice, accepted
from evaluation.screen import say

PLACE = 82
GROUP = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What was released earlier, and what that allows now.")
File = Annotated[Path, typer.Argument(help="The ledger; its key lies beside it.")]


@GROUP.command("show")
def ledger_show(file: File, lang: Lang = LangChoice.nl) -> None:
    """List the releases; exit code 2 when one was changed after it was written."""
    from evaluation.ledger import read_ledger

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
    say(
        Words(f"{len(ledger.entries)} uitgaven, ongeschonden.", f"{len(ledger.entries)} releases, intact."),
        lang.value,
    )


@GROUP.command("check")
def ledger_check(
    file: File,
    submissions: Annotated[list[Path], typer.Argument(help="One or more submissions.")],
    plan: Annotated[Path, typer.Option("--plan", help="The plan.")],
    lang: Lang = LangChoice.nl,
) -> None:
    """Say what a run would hold back because of earlier releases; exit code 1 when there is any."""
    from analyses.cohort import pool
    from evaluation.ledger import read_ledger, too_close
    from evaluation.planning import read_plan
    from evaluation.populations import populations

    ledger, read = read_ledger(file), read_plan(plan)
    validated = [accepted(path, lang.value) for path in submissions]
    groups = populations(validated, pool(validated), read, ledger.key)
    close = sorted(too_close(ledger, groups, read.disclosure.threshold))
    for name in close:
        print(name.replace("|", ", "))
    say(
        Words(
            f"{len(close)} van {len(groups)} groepen verschillen te weinig van een eerdere uitgave.",
            f"{len(close)} of {len(groups)} groups differ too little from an earlier edition.",
        ),
        lang.value,
    )
    raise typer.Exit(1 if close else 0)
