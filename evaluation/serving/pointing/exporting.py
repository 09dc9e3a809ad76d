"""An export in the helper: a proposal for its columns, and from what was pointed at a submission with its account, recipe and key."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl import Workbook

from data_schemas.column import Column, Table
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.anonymising.account import account, cost
from evaluation.anonymising.anonymise import Anonymised, anonymise
from evaluation.anonymising.drafting.draft import draft_recipe
from evaluation.anonymising.drafting.guessing import guessed
from evaluation.anonymising.gathering import chosen
from evaluation.anonymising.pseudonyms import new_key, read_key
from evaluation.anonymising.raw import RawTable, read_raw
from evaluation.anonymising.recipe import Recipe, read_recipe
from evaluation.contract.template import template
from evaluation.failures import WrongUse
from evaluation.output.files import whole_file
from evaluation.reading.headers import match_header
from evaluation.serving.mending import answer
from evaluation.serving.pointing.pointed import plain, pointing_of
from evaluation.validation.made_workbook import MAX_MADE_ROWS, put

EXAMPLES, LONGEST = 3, 40
_TOO_MANY = Words(
    "Te veel rijen voor een werkmap. Gebruik  evaluation anonymise .",
    "Too many rows for a workbook. Use  evaluation anonymise .",
)


def proposal(path: Path) -> dict[str, Any]:
    """What every column probably means, and a few of its values, the most common first."""
    raw = read_raw(path)
    pointing = guessed(raw)
    examples = [_examples(chosen(raw[block.table], block.where), list(block.looks)) for block in pointing.blocks]
    rows = [len(chosen(raw[block.table], block.where).frame) for block in pointing.blocks]
    return {"pointing": plain(pointing), "examples": examples, "rows": rows}


def made(path: Path, pointed: Mapping[str, Any], target: Path, lang: Lang, given: Mapping[str, str]) -> dict[str, Any]:
    """The files in `target`. `given` may hold the path of a key or of a recipe of an earlier time."""
    raw = read_raw(path)
    target.mkdir(mode=0o700)
    recipe_file, key_file = target / Words("recept.toml", "recipe.toml")[lang], target / "geheim.key"
    drafted = None if "recipe" in given else draft_recipe(raw, lang, pointing_of(pointed))
    whole_file(recipe_file, Path(given["recipe"]).read_bytes() if drafted is None else drafted, private=True)
    recipe = read_recipe(recipe_file)
    if "key" in given:
        whole_file(key_file, Path(given["key"]).read_bytes(), private=True)
        os.chmod(key_file, 0o600)
    else:
        new_key(key_file)
    done = anonymise(raw, recipe, read_key(key_file))
    book, told = target / f"{recipe.name}.xlsx", target / Words("anonimisering.txt", "anonymisation.txt")[lang]
    whole_file(book, filled(done, recipe, lang), private=True)
    whole_file(told, account(done, recipe, lang), private=True)
    return {
        "book": str(book),
        "extras": {"account": str(told), "recipe": str(recipe_file), "key": str(key_file)},
        "cost": [list(line) for line in cost(done)],
        "unread": [list(problem.words) for problem in done.problems],
    }


def filled(done: Anonymised, recipe: Recipe, lang: Lang) -> bytes:
    """The workbook that a provider fills in, filled in."""
    if sum(map(len, done.tables.values())) > MAX_MADE_ROWS:
        raise WrongUse(_TOO_MANY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells about parts of a workbook that it does not know
        book = openpyxl.load_workbook(io.BytesIO(template(lang)))
        for name, frame in done.tables.items():
            _fill(book, tables()[name], frame, lang)
        answer(book, {"name": recipe.name} | ({"source": recipe.source} if recipe.source else {}))
        content = io.BytesIO()
        book.save(content)
    return content.getvalue()


def _fill(book: Workbook, table: Table, frame: pd.DataFrame, lang: Lang) -> None:
    sheet = book[table.label[lang]]
    header = max(
        sheet.iter_rows(max_row=15), key=lambda row: sum(match_header(table, str(cell.value or "")) is not None for cell in row)
    )
    places = {match_header(table, str(cell.value or "")): cell.column for cell in header}
    first = header[0].row + 1
    for row in sheet.iter_rows(min_row=first):
        for cell in row:
            cell.value = None  # an example that the template may have
    for name in frame.columns:
        column, texts = table.column(name), frame[name].astype(str).tolist()
        for at, text in enumerate(texts):
            if text:
                _write(sheet.cell(first + at, places[name]), column, text, lang)


def _write(cell: Any, column: Column, text: str, lang: Lang) -> None:
    if column.kind in ("whole", "number"):
        number = float(text.replace(",", "."))
        cell.value = int(number) if number.is_integer() else number
    else:
        put(cell, column.codes.label(text)[lang] if column.codes else text)


def _examples(table: RawTable, headers: list[str]) -> list[list[str]]:
    found = []
    for header in headers:
        texts = table.frame[header].str.strip()
        found.append([text[:LONGEST] for text in texts[texts != ""].value_counts().index[:EXAMPLES]])
    return found
