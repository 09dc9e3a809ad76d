"""`evaluation anonymise`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice
from evaluation.failures import WrongUse
from evaluation.output.screen import say

PLACE = 40
ACCOUNT = Words("anonimisering.md", "anonymisation.md")
_KEY_MADE = Words(
    "Geschreven: {key}. Bewaar deze sleutel bij uzelf, en deel hem met niemand.",
    "Written: {key}. Keep this key to yourself, and share it with nobody.",
)
_DRAFTED = Words(
    "Geschreven: {draft}. Open het in Kladblok, kijk elke regel na, en vul in wat tussen < en > staat ({left} plaatsen). Dan:  {done}\n"
    "Liever kolommen aanwijzen in uw browser?  evaluation serve",
    "Written: {draft}. Open it in a text editor, look at every line, and fill in what stands between < and > ({left} places). Then:  {done}\n"
    "Would you rather point at columns in your browser?  evaluation serve",
)
_COST = Words("Wat het kostte: {lines}.", "What it cost: {lines}.")


def command(
    raw: Annotated[Path | None, typer.Argument(help="The raw export: a folder, a file or a workbook.")] = None,
    recipe: Annotated[Path | None, typer.Option("--recipe", help="What becomes what.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the submission.")] = None,
    draft: Annotated[Path | None, typer.Option("--draft", help="Write a recipe to fill in, from the headers.")] = None,
    key: Annotated[Path | None, typer.Option("--new-key", help="Make the key for pseudonyms, once.")] = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """From a raw export with names and dates to a submission, at the provider's own computer."""
    if key is not None:
        from evaluation.anonymising.pseudonyms import new_key

        new_key(key)
        say(_KEY_MADE.fill(key=key), lang.value)
    if draft is not None:
        _draft(_given(raw, "RAW"), draft, lang.value)
    elif recipe is not None:
        _anonymise(_given(raw, "RAW"), recipe, _given(out, "--out"), lang.value)
    elif key is None:
        raise WrongUse(
            Words(
                "Geef een recept met --recipe, of maak er een met --draft.",
                "Give a recipe with --recipe, or draft one with --draft.",
            )
        )


def _given(path: Path | None, name: str) -> Path:
    if path is None:
        raise WrongUse(Words(f"{name} ontbreekt.", f"{name} is missing."))
    return path


def _draft(raw: Path, draft: Path, lang: str) -> None:
    """The recipe, and beside it the key, when it is not there: without a key there is nothing to go on with."""
    from evaluation.anonymising.drafting.draft import draft_recipe
    from evaluation.anonymising.drafting.pointing import KEY_NAME
    from evaluation.anonymising.pseudonyms import new_key
    from evaluation.anonymising.raw import read_raw
    from evaluation.output.files import whole_file

    if draft.exists():
        raise WrongUse(Words(f"{draft.name} bestaat al.", f"{draft.name} exists already."))
    text = draft_recipe(read_raw(raw), lang)
    whole_file(draft, text, private=True)
    key = draft.parent / KEY_NAME
    if not key.exists():
        new_key(key)
        say(_KEY_MADE.fill(key=key), lang)
    left = text.count('"<')
    done = f"evaluation anonymise {raw} --recipe {draft} --out inzending"
    say(_DRAFTED.fill(draft=draft, left=left, done=done), lang)


def _anonymise(raw: Path, recipe_file: Path, out: Path, lang: str) -> None:
    from evaluation.anonymising.account import account, cost
    from evaluation.anonymising.anonymise import anonymise, submission_files
    from evaluation.anonymising.pseudonyms import read_key
    from evaluation.anonymising.raw import read_raw
    from evaluation.anonymising.recipe import read_recipe
    from evaluation.output.files import whole_folder

    recipe = read_recipe(recipe_file)
    for inside in (recipe_file, recipe_file.parent / recipe.privacy.key, raw):
        if out.resolve() in (inside.resolve(), *inside.resolve().parents):
            raise WrongUse(
                Words(
                    f"{inside.name} ligt in de map {out.name} waar de inzending komt. Kies met --out een map zonder sleutel, recept en export.",
                    f"{inside.name} lies in the folder {out.name} where the submission goes. Choose with --out a folder without key, "
                    "recipe and export.",
                )
            )
    done = anonymise(read_raw(raw), recipe, read_key(recipe_file.parent / recipe.privacy.key))
    files = {**submission_files(done, recipe), ACCOUNT[lang]: account(done, recipe, lang)}
    whole_folder(out, files, replaces="submission.toml", private=True)
    for problem in done.problems:
        say(problem.words, lang)
    lines = cost(done)
    say(Words(*(_COST[one].format(lines="; ".join(line[one] for line in lines)) for one in ("nl", "en"))), lang)
    say(
        Words(
            f"Geschreven: {out}. Lees {ACCOUNT.nl}, en dan:  evaluation validate {out}",
            f"Written: {out}. Read {ACCOUNT.en}, and then:  evaluation validate {out}",
        ),
        lang,
    )
    raise typer.Exit(1 if done.problems else 0)
