"""`anonymise`: a raw export and a recipe in, a submission out, with an account of what was done to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import tomlkit

from data_schemas.column import Column
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.anonymising.coarsening import Coarsened, coarsen
from evaluation.anonymising.pseudonyms import pseudonyms
from evaluation.anonymising.raw import RawTable
from evaluation.anonymising.recipe import Origin, Recipe, Rows
from evaluation.anonymising.values import age_groups, coded, dates, half_years, weeks
from evaluation.failures import WrongUse

SHOWN_LINES = 6


@dataclass(frozen=True, slots=True)
class Problem:
    """A column of the export in which something could not be read: which lines, and why, never what stood there."""

    table: str
    header: str
    lines: tuple[int, ...]
    why: Words

    @property
    def words(self) -> Words:
        """One line for a person."""
        shown = ", ".join(map(str, self.lines[:SHOWN_LINES]))
        more = len(self.lines) - SHOWN_LINES
        nl, en = (f" en nog {more}", f" and {more} more") if more > 0 else ("", "")
        return Words(
            f"{self.table}, kolom {self.header}, regel {shown}{nl}: {self.why.nl}",
            f"{self.table}, column {self.header}, line {shown}{en}: {self.why.en}",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Anonymised:
    """The tables of a submission, what was dropped, what was made less precise, and what could not be read.

    Parameters
    ----------
    tables
        Text per table of the contract, in an order that says nothing of the order of the export.
    used, dropped
        Headers of the export per table: those that the recipe names, and the others.
    problems
        Cells that could not be read; they are empty in `tables`.
    without_identity
        Rows per table of the contract left out because nobody could be told from them.
    """

    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    used: Mapping[str, tuple[str, ...]]
    dropped: Mapping[str, tuple[str, ...]]
    coarsened: Coarsened
    problems: tuple[Problem, ...]
    without_identity: Mapping[str, int]


def anonymise(raw: Mapping[str, RawTable], recipe: Recipe, key: bytes) -> Anonymised:
    """Make a submission of a raw export.

    Raises
    ------
    evaluation.failures.WrongUse
        The recipe names a table or column that the export does not have.
    """
    _check_headers(raw, recipe)
    problems: list[Problem] = []
    starts = _starts(raw, recipe, key, problems)
    made = {
        name: pd.concat([_part(raw, recipe, part, name, key, starts, problems) for part in parts], ignore_index=True)
        for name, parts in recipe.parts().items()
        if parts
    }
    without = {name: int(table["client"].isna().sum()) for name, table in made.items()}
    made = {name: table[table["client"].notna()].sort_values("client", ignore_index=True) for name, table in made.items()}
    coarsened = coarsen(made["treatments"], recipe.privacy.coarsen, recipe.privacy.k, _unknowns())
    made["treatments"] = coarsened.table
    used = {name: _used(recipe, name) for name in raw}
    dropped = {name: tuple(header for header in table.frame.columns if header not in used[name]) for name, table in raw.items()}
    ordered = {name: _without_trace_of_order(table) for name, table in made.items()}
    return Anonymised(ordered, used, dropped, coarsened, tuple(problems), without)


def submission_files(anonymised: Anonymised, recipe: Recipe) -> dict[str, str]:
    """The files of a submission by name."""
    manifest = recipe.manifest().model_dump(exclude_defaults=True)
    files = {f"{name}.csv": table.to_csv(index=False, lineterminator="\n") for name, table in anonymised.tables.items()}
    return files | {"submission.toml": tomlkit.dumps(manifest)}


def _check_headers(raw: Mapping[str, RawTable], recipe: Recipe) -> None:
    parts = [part for each in recipe.parts().values() for part in each]
    for part in parts:
        if part.source not in raw:
            there = ", ".join(raw)
            raise WrongUse(
                Words(
                    f"Het recept noemt de tabel {part.source}. De export heeft: {there}.",
                    f"The recipe names the table {part.source}. The export has: {there}.",
                )
            )
        missing = sorted(set(_headers(part)) - set(raw[part.source].frame.columns))
        if missing:
            raise WrongUse(
                Words(
                    f"Tabel {part.source}: het recept noemt kolommen die er niet zijn: {', '.join(missing)}.",
                    f"Table {part.source}: the recipe names columns that are not there: {', '.join(missing)}.",
                )
            )


def _headers(part: Rows) -> Iterator[str]:
    yield from part.identity
    yield from (origin.source for origin in part.columns.values() if origin.source is not None)
    if hasattr(part, "start"):
        yield part.start


def _used(recipe: Recipe, name: str) -> tuple[str, ...]:
    parts = [part for each in recipe.parts().values() for part in each if part.source == name]
    return tuple(dict.fromkeys(header for part in parts for header in _headers(part)))


def _starts(raw: Mapping[str, RawTable], recipe: Recipe, key: bytes, problems: list[Problem]) -> pd.Series:
    """Start of treatment per pseudonym."""
    part = recipe.treatments
    table = raw[part.source]
    client = pseudonyms(table.frame[list(part.identity)], key)
    start = _dates(table, part.start, recipe, problems)
    twice = client.notna() & client.duplicated(keep=False)
    if twice.any():
        why = Words(
            "deze mensen staan er vaker in; één rij per behandeling",
            "these people are there more than once; one row per treatment",
        )
        problems.append(Problem(part.source, ", ".join(part.identity), _lines(table, twice), why))
    known = client.notna() & ~client.duplicated()
    return pd.Series(start[known].to_numpy(), index=client[known].to_numpy())


def _part(
    raw: Mapping[str, RawTable],
    recipe: Recipe,
    part: Rows,
    target: str,
    key: bytes,
    starts: pd.Series,
    problems: list[Problem],
) -> pd.DataFrame:
    table = raw[part.source]
    client = pseudonyms(table.frame[list(part.identity)], key)
    start = client.map(starts)
    columns = {"client": client}
    for column in tables()[target].columns:
        if column.name in part.columns:
            columns[column.name] = _column(table, column, part.columns[column.name], start, recipe, problems)
    made = pd.DataFrame(columns)
    # a wide export has an empty cell where there was no measurement: that is no row
    if target == "measurements" and "score" in made and part.columns["score"].source is not None:
        made = made[made["score"] != ""]
    return made


def _column(
    table: RawTable, column: Column, origin: Origin, start: pd.Series, recipe: Recipe, problems: list[Problem]
) -> pd.Series:
    if origin.value is not None:
        return pd.Series(origin.value, index=table.frame.index, dtype=str)
    texts = table.frame[origin.source]
    if origin.conversion == "text":
        return _text(table, column, origin, texts, problems)
    if origin.conversion == "number":
        return _number(table, origin.source, texts, problems)
    day = _dates(table, origin.source, recipe, problems)
    made = {
        "week": lambda: weeks(day, start).astype("string"),
        "age_group": lambda: age_groups(day, start),
        "half_year": lambda: half_years(day),
    }[origin.conversion]()
    return made.astype(object).where(made.notna(), "").astype(str)


def _text(table: RawTable, column: Column, origin: Origin, texts: pd.Series, problems: list[Problem]) -> pd.Series:
    """Codes by the recipe; without codes only what the contract's own list or form allows, so that no free text slips through."""
    spellings = origin.codes or (column.codes.code_of() if column.codes else {})
    if column.kind in ("whole", "number"):
        return _number(table, origin.source, texts, problems)
    if not spellings:
        slug = texts.str.strip().str.casefold().str.replace(" ", "-")
        wrong = ~slug.str.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}") & (slug != "")
        values = slug.where(~wrong, "")
    else:
        values, wrong = coded(texts, spellings)
    if wrong.any():
        why = Words("een waarde die in het recept geen code heeft", "a value that has no code in the recipe")
        problems.append(Problem(table.name, origin.source or "", _lines(table, wrong), why))
    return values


def _number(table: RawTable, header: str, texts: pd.Series, problems: list[Problem]) -> pd.Series:
    """Numbers as they stand; anything else could be a text about somebody."""
    found = texts.str.strip()
    wrong = ~found.str.fullmatch(r"[+-]?[0-9]{0,9}([.,][0-9]{1,6})?")
    if wrong.any():
        problems.append(Problem(table.name, header, _lines(table, wrong), Words("geen getal", "not a number")))
    return found.where(~wrong, "")


def _dates(table: RawTable, header: str, recipe: Recipe, problems: list[Problem]) -> pd.Series:
    texts = table.frame[header]
    found = dates(texts, recipe.privacy.dates)
    wrong = found.isna() & (texts.str.strip() != "")
    if wrong.any():
        why = Words("geen datum", "not a date")
        problem = Problem(table.name, header, _lines(table, wrong), why)
        if problem not in problems:
            problems.append(problem)
    return found


def _lines(table: RawTable, marked: pd.Series) -> tuple[int, ...]:
    return tuple(int(line) for line in table.lines[np.flatnonzero(marked.to_numpy(bool))])


def _unknowns() -> dict[str, str]:
    """What "unknown" is in every column that can be made less precise."""
    columns = {column.name: column for column in tables()["treatments"].columns}
    return {name: "unknown" if column.codes and "unknown" in column.codes else "" for name, column in columns.items()}


def _without_trace_of_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows by pseudonym: the order of an export tells who came when."""
    return table.sort_values(list(table.columns), kind="stable", ignore_index=True)
