"""`evaluation plan new|lock|show|schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Json, Lang, LangChoice, accepted, for_people, write_json
from evaluation.failures import WrongUse
from evaluation.output.screen import say

PLACE = 70
_OWN = Words(
    "Niet in het contract: {names}. De inzending moet dit opgeven als eigen kenmerk; is het een tikfout, verbeter het dan en vergrendel opnieuw.",
    "Not in the contract: {names}. The submission must declare it as a covariate of its own; when it is misspelt, mend it and lock anew.",
)
GROUP = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Draft, lock and show a plan.")


@GROUP.command("new")
def plan_new(
    file: Annotated[Path, typer.Argument(help="The plan to write.")],
    submission: Annotated[Path, typer.Option("--for", help="The submission whose shape to draft it from.")],
    lang: Lang = LangChoice.nl,
) -> None:
    """Draft a plan from a submission's shape, without looking at any outcome."""
    from evaluation.output.files import whole_file
    from evaluation.planning.draft import draft_plan

    if file.exists():
        raise WrongUse(Words(f"{file.name} bestaat al.", f"{file.name} exists already."))
    whole_file(file, draft_plan(accepted(submission, lang.value)))
    say(
        Words(
            f"Geschreven: {file}. Vul elke regel met <...> in, en dan:  evaluation plan lock {file}",
            f"Written: {file}. Fill in every line with <...>, and then:  evaluation plan lock {file}",
        ),
        lang.value,
    )


@GROUP.command("lock")
def plan_lock(file: Annotated[Path, typer.Argument(help="The plan to lock.")], lang: Lang = LangChoice.nl) -> None:
    """Lock a plan: write its hash, the time and the version of the contract into it."""
    from evaluation.planning.lock import lock_plan

    plan = lock_plan(file)
    say(
        Words(
            f"Vergrendeld: {plan.lock.sha256[:12]} om {plan.lock.locked_at}.",
            f"Locked: {plan.lock.sha256[:12]} at {plan.lock.locked_at}.",
        ),
        lang.value,
    )
    if own := plan.own_traits:
        say(_OWN.fill(names=", ".join(own)), lang.value)


@GROUP.command("show")
def plan_show(
    file: Annotated[Path, typer.Argument(help="The plan to show.")], json_file: Json = None, lang: Lang = LangChoice.nl
) -> None:
    """Show a plan as a page for a supervisor."""
    from evaluation.planning.file import read_plan
    from evaluation.planning.lock import is_locked, plan_hash
    from evaluation.planning.page import plan_page

    plan = read_plan(file)
    if for_people(json_file):
        print(plan_page(plan, lang.value))
    write_json(json_file, {"locked": is_locked(plan), "sha256": plan_hash(plan), "plan": plan.model_dump(mode="json")})


@GROUP.command("schema")
def plan_schema() -> None:
    """Print the JSON Schema of a plan, for editors that check TOML while one types."""
    from evaluation.planning.file import plan_schema as schema

    print(schema(), end="")
