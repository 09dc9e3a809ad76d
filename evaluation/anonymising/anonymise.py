"""`anonymise`: a raw export and a recipe in, a submission out, with an account of what was done to what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
import pandas as pd
import pyarrow as pa
import tomlkit

from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.anonymising.coarsening import Coarsened, coarsen
from evaluation.anonymising.converting import Problem, converted, note, read_dates
from evaluation.anonymising.gathering import beside, chosen, identity_in, people
from evaluation.anonymising.pseudonyms import pseudonyms
from evaluation.anonymising.raw import RawTable
from evaluation.anonymising.recipe import Recipe, Rows, Treatments
from evaluation.anonymising.telling import tells_who
from evaluation.failures import WrongUse
from evaluation.privacy.identifying import find_identifiers
from evaluation.reading.headers import plain

_TWICE = Words(
    "deze mensen staan er vaker in. Houd per persoon één rij over, of zet een trajectnummer bij identity, in elke tabel van het recept",
    "these people are there more than once. Keep one row per person, or add a trajectory number to identity, in every table of the recipe",
)
_NO_START = Words("geen startdatum: weken en leeftijd blijven leeg", "no start date: weeks and age stay empty")
_TELLS = Words(
    "Het recept maakt {table}.{column} van de kolom {header}{line}. Die kolom zegt wie iemand is, en wordt niet overgenomen. Haal haar uit het "
    "recept, of gebruik haar alleen bij identity.",
    "The recipe makes {table}.{column} from the column {header}{line}. That column tells who somebody is, and is not taken over. Remove it "
    "from the recipe, or use it for identity alone.",
)
_NO_TABLE = Words(
    "Het recept noemt de tabel {table}{line}. De export heeft: {there}.",
    "The recipe names the table {table}{line}. The export has: {there}.",
)
_NO_COLUMN = Words(
    "Het recept noemt de kolom {header}{line}. Die is er niet in tabel {table}.",
    "The recipe names the column {header}{line}. The table {table} does not have it.",
)
_MEANT = Words("{words} Bedoelt u {near}?", "{words} Do you mean {near}?")
_STILL = Words(
    "Er is niets geschreven: in {place} van {table} staan nog {what}. Verbeter het recept.",
    "Nothing was written: there still are {what} in {place} of {table}. Correct the recipe.",
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
    _check_telling(recipe)
    problems: list[Problem] = []
    starts = _starts(raw, recipe, key, problems)
    made = {
        name: pd.concat([_part(raw, recipe, part, name, key, starts, problems) for part in parts], ignore_index=True)
        for name, parts in recipe.parts().items()
        if parts
    }
    without = {name: int(table["client"].isna().sum()) for name, table in made.items()}
    made = {name: table[table["client"].notna()].sort_values("client", ignore_index=True) for name, table in made.items()}
    coarsened = coarsen(made["treatments"], recipe.privacy.coarsen, recipe.privacy.k, _unknowns(), _quasi())
    made["treatments"] = coarsened.table
    used = {name: _used(recipe, name) for name in raw}
    dropped = {name: tuple(header for header in table.frame.columns if header not in used[name]) for name, table in raw.items()}
    ordered = {name: _without_trace_of_order(table) for name, table in made.items()}
    _check_nobody(ordered)
    return Anonymised(ordered, used, dropped, coarsened, tuple(problems), without)


def submission_files(anonymised: Anonymised, recipe: Recipe) -> dict[str, str]:
    """The files of a submission by name."""
    manifest = recipe.manifest().model_dump(exclude_defaults=True)
    files = {f"{name}.csv": table.to_csv(index=False, lineterminator="\n") for name, table in anonymised.tables.items()}
    return files | {"submission.toml": tomlkit.dumps(manifest)}


def _check_headers(raw: Mapping[str, RawTable], recipe: Recipe) -> None:
    for name, number, part in _parts(recipe):
        _check_table(raw, recipe, part.source, name, number, "from")
        wanted = [*((header, ("identity",)) for header in part.identity), *((header, ("where",)) for header in part.where)]
        if isinstance(part, Treatments):
            wanted.append((part.start, ("start",)))
        _check_columns(raw, recipe, part.source, wanted, name, number)
        for column, origin in part.columns.items():
            if origin.source is not None:
                table = origin.table or part.source
                _check_table(raw, recipe, table, name, number, "columns", column)
                headers = [origin.source, *origin.where, *(identity_in(recipe, part, origin) if origin.elsewhere else ())]
                _check_columns(raw, recipe, table, [(header, ("columns", column)) for header in headers], name, number)


def _parts(recipe: Recipe) -> Iterator[tuple[str, tuple[int, ...], Rows]]:
    """Every part with the table of the contract and, where there can be several, its number."""
    for name, parts in recipe.parts().items():
        for number, part in enumerate(parts):
            yield name, () if name == "treatments" else (number,), part


def _check_table(
    raw: Mapping[str, RawTable], recipe: Recipe, table: str, name: str, number: tuple[int, ...], *key: str
) -> None:
    if table not in raw:
        raise WrongUse(_NO_TABLE.fill(table=table, there=", ".join(raw), line=recipe.line(name, *number, *key)))


def _check_columns(
    raw: Mapping[str, RawTable],
    recipe: Recipe,
    table: str,
    wanted: list[tuple[str, tuple[str, ...]]],
    name: str,
    number: tuple[int, ...],
) -> None:
    there = list(raw[table].frame.columns)
    for header, key in wanted:
        if header not in there:
            near = get_close_matches(header.casefold(), [one.casefold() for one in there], n=1)
            meant = next((one for one in there if near and one.casefold() == near[0]), None)
            words = _NO_COLUMN.fill(table=table, header=header, line=recipe.line(name, *number, *key))
            raise WrongUse(_MEANT.fill(words=words, near=meant) if meant else words)


def _check_telling(recipe: Recipe) -> None:
    """Refuse a column that by its header is about who somebody is, unless it becomes something that is not."""
    for name, number, part in _parts(recipe):
        for column, origin in part.columns.items():
            if origin.source is not None and _tells(origin.source, origin.conversion):
                line = recipe.line(name, *number, "columns", column)
                raise WrongUse(_TELLS.fill(table=name, column=column, header=origin.source, line=line))


def _tells(header: str, conversion: str) -> bool:
    if conversion in ("week", "age_group", "age"):
        return False
    if conversion == "half_year":
        return re.search("geboor|geboren|birth|dob", plain(header)) is not None
    return tells_who(header)


def _check_nobody(made: Mapping[str, pd.DataFrame]) -> None:
    """The last look before anything is written: what points at a person in the tables themselves."""
    for name, table in made.items():
        columns = tuple(pa.array(table[column].astype(str), pa.string()) for column in table)
        sheet = Sheet(name, f"{name}.csv", tuple(table), columns, np.arange(2, len(table) + 2))
        for finding in find_identifiers(sheet):
            if finding.rule.severity == "error":
                raise WrongUse(_STILL.fill(table=name, what=finding.values["what"], place=finding.values["place"]))


def _used(recipe: Recipe, name: str) -> tuple[str, ...]:
    """Headers of one table of the export that the recipe names."""
    found: list[str] = []
    for _, _, part in _parts(recipe):
        if part.source == name:
            found += [*part.identity, *part.where, *([part.start] if isinstance(part, Treatments) else [])]
        for origin in part.columns.values():
            if origin.source is not None and (origin.table or part.source) == name:
                found += [origin.source, *origin.where, *(identity_in(recipe, part, origin) if origin.elsewhere else ())]
    return tuple(dict.fromkeys(found))


def _starts(raw: Mapping[str, RawTable], recipe: Recipe, key: bytes, problems: list[Problem]) -> pd.Series:
    """Start of treatment per pseudonym."""
    part = recipe.treatments
    table = people(raw, part, recipe.privacy.dates, key)
    client = pseudonyms(table.frame[list(part.identity)], key)
    start = read_dates(table, part.start, recipe.privacy, problems)
    note(problems, table, part.start, client.notna() & start.isna() & (table.frame[part.start].str.strip() == ""), _NO_START)
    note(problems, table, ", ".join(part.identity), client.notna() & client.duplicated(keep=False), _TWICE)
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
    table = (
        people(raw, part, recipe.privacy.dates, key) if isinstance(part, Treatments) else chosen(raw[part.source], part.where)
    )
    client = pseudonyms(table.frame[list(part.identity)], key)
    start = client.map(starts)
    columns = {"client": client}
    for column in tables()[target].columns:
        if column.name in part.columns:
            origin = part.columns[column.name]
            source = beside(raw, recipe, part, origin, client, key) if origin.elsewhere else table
            columns[column.name] = converted(source, column, origin, start, recipe.privacy, problems)
    made = pd.DataFrame(columns)
    made = made[_happened(table, part).to_numpy()] if target == "events" else made
    # a wide export has an empty cell where there was no measurement: that is no row
    if target == "measurements" and "score" in made and part.columns["score"].source is not None:
        made = made[made["score"] != ""]
    return made


def _happened(table: RawTable, part: Rows) -> pd.Series:
    """Where an incident has a column of its own, an empty date says that it did not happen; one that cannot be read stays, and is named."""
    event, week = part.columns.get("event"), part.columns.get("week_from")
    if event is None or event.value is None or week is None or week.source is None or week.elsewhere:
        return pd.Series(True, index=table.frame.index)
    return table.frame[week.source].str.strip() != ""


def _quasi() -> tuple[str, ...]:
    """What tells people apart, whether a recipe lets it be made less precise or not."""
    return tuple(column.name for column in tables()["treatments"].columns if column.risk == "quasi")


def _unknowns() -> dict[str, str]:
    """What "unknown" is in every column that can be made less precise."""
    columns = {column.name: column for column in tables()["treatments"].columns}
    return {name: "unknown" if column.codes and "unknown" in column.codes else "" for name, column in columns.items()}


def _without_trace_of_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows by pseudonym: the order of an export tells who came when."""
    return table.sort_values(list(table.columns), kind="stable", ignore_index=True)
