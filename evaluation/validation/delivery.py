"""From sheets of text to one typed delivery, with the findings of every cell and column on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from data_schemas.column import Column, Table
from data_schemas.covariates import OwnColumn, shown, with_own
from data_schemas.finding import Delivery, Finding
from data_schemas.instruments import Instrument, registry
from data_schemas.plan import Plan
from data_schemas.rules import cells, reading, rules
from data_schemas.rules._counting import numbers, packed, positions, repeated
from data_schemas.sheet import Sheet
from data_schemas.submission import Manifest
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.reading.headers import column_words
from evaluation.validation.column_places import columns_of
from evaluation.validation.guessing import NOTHING, guesses
from evaluation.validation.half_rows import half_filled, unfinished
from evaluation.validation.parsing import ParsedColumn, as_categorical, parse_column
from evaluation.validation.people_codes import linked, unequal

_AS_DECLARED = Words("zoals in submission.toml bij covariates", "as in submission.toml under covariates")
# The table whose clients are everyone.
PEOPLE = "treatments"
# Two columns have changed places when so much of both is wrong, over at least so many cells.
_MOSTLY_WRONG, _ENOUGH = 0.8, 3
# What makes a reader empty a cell.
_EMPTIED = (reading.CELL_DATE, reading.CELL_ERROR, reading.FORMULA_UNSAVED, reading.CELL_TOO_LONG)


@dataclass(frozen=True, slots=True, eq=False)
class TypedTable:
    """One table as typed as it gets: the frame, the columns that were there, and where its rows stand in the file.

    `unread` marks per column the rows whose cell holds something that could not be read: empty in the frame, and not to be blamed for it.
    """

    table: Table
    frame: pd.DataFrame
    present: tuple[str, ...]
    lines: np.ndarray
    file: str
    findings: tuple[Finding, ...]
    unread: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def readable(self) -> frozenset[str]:
        """`table.column` of every column that was handed in."""
        return frozenset(f"{self.table.name}.{name}" for name in self.present)


def type_tables(
    sheets: tuple[Sheet, ...], manifest: Manifest | None, about_reading: Sequence[Finding] = ()
) -> tuple[dict[str, TypedTable], tuple[Finding, ...]]:
    """Every table of the contract, typed, and the findings about tables that are missing or there twice.

    `about_reading` are the findings of the readers: cells that they emptied are not called empty once more.
    """
    spellings = _spellings(manifest, known_instruments(manifest))
    typed, findings, people = {}, [], None
    own = manifest.covariates if manifest else {}
    for table in sorted((with_own(one, own) for one in tables().values()), key=lambda table: table.name != PEOPLE):
        mine = [sheet for sheet in sheets if sheet.table == table.name]
        if not mine and table.needed:
            findings.append(Finding(cells.TABLE_MISSING, "", table.name, values={"table": table.label}))
        if len(mine) > 1:
            findings.append(Finding(cells.TABLE_TWICE, mine[1].file, table.name, values={"table": table.label}))
        typed[table.name] = (
            type_table(table, mine[0], spellings, people, _emptied(about_reading, mine[0])) if mine else _absent(table)
        )
        if table.name == PEOPLE:
            people = typed[PEOPLE].frame["client"].dtype
    return typed, tuple(findings)


def known_instruments(manifest: Manifest | None) -> dict[str, Instrument]:
    """The registry, and what the submission itself declares."""
    return {**registry(), **(manifest.instruments if manifest else {})}


def deliver(
    typed: Mapping[str, TypedTable],
    instruments: Mapping[str, Instrument],
    plan: Plan | None = None,
    previous: Delivery | None = None,
) -> Delivery:
    """The typed tables with `client` on one footing in all of them."""
    people = typed[PEOPLE].frame["client"].dtype
    return Delivery(
        {name: table.frame.assign(client=_on_footing(table.frame["client"], people)) for name, table in typed.items()},
        instruments,
        plan,
        previous,
    )


def _emptied(about_reading: Sequence[Finding], sheet: Sheet) -> dict[str, np.ndarray]:
    """Per column the rows whose cell a reader emptied."""
    emptied: dict[str, np.ndarray] = {}
    for finding in about_reading:
        if finding.rule in _EMPTIED and (finding.file, finding.table) == (sheet.file, sheet.table):
            for name in finding.columns:
                emptied[name] = emptied.get(name, False) | np.isin(sheet.lines, finding.lines)
    return emptied


def type_table(
    table: Table,
    sheet: Sheet,
    spellings: Mapping[str, Mapping[str, str]],
    people: pd.CategoricalDtype | None,
    emptied: Mapping[str, np.ndarray],
) -> TypedTable:
    """One table, typed; cells that could not be read are empty in it and have a finding. `people` are the clients so far."""
    where, findings = columns_of(table, sheet)
    frame, present, unread = {}, [], dict(emptied)
    read: dict[str, ParsedColumn] = {}
    for column in table.columns:
        if column.name not in where:
            frame[column.name] = _missing(column, len(sheet.lines))
            continue
        present.append(column.name)
        accepted = column.codes.code_of() if column.codes else spellings.get(column.name, {})
        parsed = parse_column(column, sheet.columns[where[column.name]], dict(accepted), sheet.decimal)
        if column.name == "client":
            parsed, told = linked(parsed, people, sheet) if people is not None else (parsed, list(unequal(parsed, sheet)))
            findings.extend(told)
        read[column.name] = parsed
        for wrong in parsed.wrong.values():
            unread[column.name] = unread.get(column.name, False) | wrong[parsed.codes]
        frame[column.name] = parsed.among(people) if column.name == "client" else parsed.typed()
    half = half_filled(read, emptied)
    about_cells = {
        name: list(_cell_findings(parsed, sheet, emptied.get(name), where[name] + 1, half)) for name, parsed in read.items()
    }
    if half.any():
        findings.append(unfinished(table, read, half, sheet))
    for pair in _swapped(read, where, sheet, spellings):
        for name in pair:
            about_cells[name] = []
        labels = {"one": column_words(table.column(pair[0])), "other": column_words(table.column(pair[1]))}
        findings.append(Finding(cells.COLUMNS_SWAPPED, sheet.file, table.name, pair, values=labels))
    findings.extend(finding for found in about_cells.values() for finding in found)
    data = pd.DataFrame(frame, copy=False)
    if len(data) == 0 and table.needed:
        findings.append(Finding(cells.TABLE_EMPTY, sheet.file, table.name, values={"table": table.label}))
    findings.extend(_repeated_keys(table, data, present, sheet))
    return TypedTable(table, data, tuple(present), sheet.lines, sheet.file, tuple(findings), unread)


def _swapped(
    read: Mapping[str, ParsedColumn], where: Mapping[str, int], sheet: Sheet, spellings: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Pairs of columns of which nearly every cell is wrong, and right in the place of the other."""
    doubted = [name for name, parsed in read.items() if _share_wrong(parsed) >= _MOSTLY_WRONG]
    pairs: list[tuple[str, str]] = []
    for one, other in combinations(doubted, 2):
        if any({one, other} & set(pair) for pair in pairs):
            continue
        crossed = [
            parse_column(
                read[name].column,
                sheet.columns[where[place]],
                dict(read[name].column.codes.code_of() if read[name].column.codes else spellings.get(name, {})),
                sheet.decimal,
            )
            for name, place in ((one, other), (other, one))
        ]
        if all(_share_wrong(parsed) == 0 for parsed in crossed):
            pairs.append((one, other))
    return pairs


def _share_wrong(parsed: ParsedColumn) -> float:
    """Of the cells with something in them, the share that is wrong; 0 where there are too few to tell."""
    wrong = np.zeros(len(parsed.empty), bool)
    for marks in parsed.wrong.values():
        wrong |= marks
    filled = int(np.count_nonzero(~parsed.empty[parsed.codes])) if len(parsed.codes) else 0
    return len(parsed.rows(wrong)) / filled if filled >= _ENOUGH and wrong.any() else 0.0


def _cell_findings(
    parsed: ParsedColumn, sheet: Sheet, emptied: np.ndarray | None, place: int, half: np.ndarray
) -> Iterator[Finding]:
    """What is wrong in the cells of a column; one of the provider's own is called by its number and its place. Rows in `half` are told as such."""
    column = parsed.column
    own = isinstance(column, OwnColumn)
    values = {
        "column": shown(column.place) if own else column_words(column),
        "minimum": _number(column.minimum),
        "maximum": _number(column.maximum),
        "codes": _AS_DECLARED if own else _choices(column),
    }
    marks = dict(parsed.wrong)
    if column.filled:
        marks["cell-empty"] = parsed.empty
    names, at = ((), place) if own else ((column.name,), 0)
    for rule, marked in marks.items():
        for guess, wrong in (
            ((NOTHING, marked),) if own or rule == "cell-empty" else guesses(column, rule, parsed.texts, marked)
        ):
            rows = parsed.rows(wrong)
            if rule == "cell-empty":
                rows = rows[~half[rows]] if emptied is None else rows[~(emptied | half)[rows]]
            if len(rows):
                told = values | {"guess": guess}
                found = sheet.lines[rows]
                if column.name == "instrument" and rule == "cell-not-name":
                    rule = "known-instrument"  # a title that was cut off is no short name with wrong signs
                yield Finding(rules()[rule], sheet.file, sheet.table, names, found, len(sheet.lines), told, place=at)


def _repeated_keys(table: Table, frame: pd.DataFrame, present: list[str], sheet: Sheet) -> list[Finding]:
    key = [name for name in table.key if name in present]
    if not key or (table.key[0] not in present):
        return []
    whole = positions(frame[key[0]]) >= 0
    rows = np.flatnonzero(whole)[repeated(_row_keys(frame, key, whole if not whole.all() else slice(None)))]
    if len(rows) == 0:
        return []
    labels = [column_words(table.column(name)) for name in key]
    values = {"key": Words(*(", ".join(label[lang] for label in labels) for lang in ("nl", "en")))}
    return [Finding(cells.KEY_TWICE, sheet.file, table.name, tuple(key), sheet.lines[rows], int(whole.sum()), values)]


def _row_keys(frame: pd.DataFrame, key: Sequence[str], rows: np.ndarray | slice) -> np.ndarray:
    """The key of each row as one whole number; an empty cell is a value like any other."""
    parts = []
    for name in key:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            parts.append((positions(frame[name])[rows], len(frame[name].cat.categories)))
            continue
        values = numbers(frame[name])[rows]
        lowest, highest = (np.nanmin(values), np.nanmax(values)) if not np.isnan(values).all() else (0.0, 0.0)
        parts.append((np.nan_to_num(values - lowest, copy=False, nan=-1).astype(np.int64), int(highest - lowest) + 1))
    return packed(parts)


def _spellings(manifest: Manifest | None, instruments: Mapping[str, Instrument]) -> dict[str, dict[str, str]]:
    """Accepted labels of short names: those of the manifest, and the instruments' own names."""
    labels = {
        label.words[lang].casefold(): name
        for name, label in (manifest.labels if manifest else {}).items()
        for lang in ("en", "nl")
    }
    titles = {instrument.words[lang].casefold(): name for name, instrument in instruments.items() for lang in ("en", "nl")}
    return {"arm": labels, "programme": labels, "provider": labels, "instrument": titles}


def _choices(column: Column) -> Words:
    codes = column.codes.codes if column.codes else ()
    return Words(*("; ".join(entry.label[lang] for entry in codes) for lang in ("nl", "en")))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _missing(column: Column, length: int) -> pd.Series:
    if column.kind == "number":
        return pd.Series(np.full(length, np.nan), copy=False)
    if column.kind == "whole":
        return pd.Series(pd.arrays.IntegerArray(np.ones(length, np.int32), np.ones(length, bool)), copy=False)
    categories = pd.Index(column.codes.values if column.codes else [], dtype=str)
    return pd.Series(pd.Categorical.from_codes(np.full(length, -1, np.int8), categories=categories))


def _absent(table: Table) -> TypedTable:
    frame = pd.DataFrame({column.name: _missing(column, 0) for column in table.columns})
    return TypedTable(table, frame, (), np.empty(0, np.int64), "", ())


def _on_footing(client: pd.Series, people: pd.CategoricalDtype) -> pd.Series:
    """The same column over the clients of treatments alone; those who are not there stood last and become -1."""
    if client.dtype is people:
        return client
    codes = client.cat.codes.to_numpy()
    return as_categorical(np.where(codes < len(people.categories), codes, -1), people)
