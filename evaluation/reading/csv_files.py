"""CSV as Dutch Excel writes it, and as anyone else does: everything as text, nothing interpreted (pitfall T31).

Rows are numbered as a spreadsheet numbers them: a record is a row, blank ones included, however many line breaks its
cells hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from data_schemas.column import Table
from data_schemas.finding import Finding
from data_schemas.rules import reading as rules
from data_schemas.tables import tables
from evaluation.reading.csv_shape import CsvShape, csv_shape
from evaluation.reading.headers import match_header
from evaluation.reading.limits import MAX_ROWS, read_bytes, refusal, shown, too_large
from evaluation.reading.texts import ReadTable, encoded, hand_on

_TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class _Ragged:
    """A record of the wrong width: its place (0-based, among all records), its number of cells, its text."""

    place: int
    cells: int
    text: str


def read_csv(path: Path, table: Table) -> ReadTable:
    """Read one CSV file.

    Raises
    ------
    evaluation.failures.CannotRead
        Not text, cut off within quotation marks beyond repair, or beyond the limits.
    """
    shape = csv_shape(path.name, read_bytes(path), table)
    width = len(shape.headers)
    if width == 0 or len(shape.body) == 0:
        empty = [encoded(pa.array([], pa.string()))] * width
        nothing = np.empty(0, np.int64)
        return hand_on(table, shown(path.name), shape.headers, empty, nothing, header_line=shape.first_row - 1, said=shape.said)
    records, ragged = _records(path.name, shape)
    columns, places, findings = _with_repaired(path.name, shape, records, ragged, table)
    if len(places) > MAX_ROWS:
        raise too_large(path.name)
    findings += _open_quote(path.name, shape, len(records) + len(ragged), table)
    return hand_on(
        table,
        shown(path.name),
        shape.headers,
        columns,
        places + shape.first_row,
        header_line=shape.first_row - 1,
        said=shape.said,
        findings=findings,
    )


def _records(name: str, shape: CsvShape) -> tuple[pa.Table, list[_Ragged]]:
    """All records of the right width, and the others. Threads cannot number those, so then it is read again without."""
    stopped = []

    def stop(row: pa.csv.InvalidRow) -> str:
        stopped.append(True)
        return "error"

    try:
        return _parse(shape, shape.body, stop, threads=True), []
    except pa.ArrowInvalid:
        if not stopped:
            raise _unreadable(name) from None
    ragged: list[_Ragged] = []

    def note(row: pa.csv.InvalidRow) -> str:
        ragged.append(_Ragged(row.number - 1, row.actual_columns, row.text))
        return "skip"

    try:
        return _parse(shape, shape.body, note, threads=False), ragged
    except pa.ArrowInvalid:
        raise _unreadable(name) from None


def _parse(shape: CsvShape, body: memoryview, handler: Callable[[pa.csv.InvalidRow], str], *, threads: bool) -> pa.Table:
    names = [str(place) for place in range(len(shape.headers))]
    # nearly every block that is read has other people: texts that are looked up for each are only to be looked up again for all
    types = {name: pa.string() if _of_people(header) else _TEXT for name, header in zip(names, shape.headers)}
    quoted = _count_quotes(body) > 0
    # an empty line is a row of empty cells here, so that rows keep the numbers that a spreadsheet gives them
    return pa.csv.read_csv(
        pa.py_buffer(body),
        read_options=pa.csv.ReadOptions(column_names=names, use_threads=threads),
        parse_options=pa.csv.ParseOptions(
            delimiter=shape.separator,
            quote_char='"' if quoted else False,
            newlines_in_values=quoted,
            ignore_empty_lines=False,
            invalid_row_handler=handler,
        ),
        convert_options=pa.csv.ConvertOptions(column_types=types, strings_can_be_null=False, check_utf8=False),
    )


def _of_people(header: str) -> bool:
    return match_header(tables()["treatments"], header) == "client"


def _count_quotes(body: memoryview) -> int:
    """Quotation marks, counted where the text stands: to compare every sign at once would take the file's size again."""
    whole = body.obj  # the body is the end of the text as it was read
    return whole.count(b'"', len(whole) - len(body))


def _unreadable(name: str):
    return refusal(
        name,
        "de tabel is niet te lezen: een cel is meer dan een miljoen tekens lang, of een "
        "aanhalingsteken heeft geen einde. Open het bestand, verbeter dit en bewaar het opnieuw als "
        "CSV.",
        "the table cannot be read: a cell is over a million characters long, or a quotation mark has no "
        "end. Open the file, correct this and save it again as CSV.",
    )


def _with_repaired(
    name: str, shape: CsvShape, records: pa.Table, ragged: list[_Ragged], table: Table
) -> tuple[list[pa.DictionaryArray], np.ndarray, list[Finding]]:
    """Columns with short rows padded and empty extra cells cut, in file order; rows that are too long are left out."""
    columns = [encoded(column) for column in records.columns]
    if not ragged:
        return columns, np.arange(len(records), dtype=np.int64), []
    width, sign = len(shape.headers), shape.separator
    fixed = {row.place: row.text + sign * (width - row.cells) for row in ragged if row.cells < width}
    short = np.array(sorted(fixed), np.int64)
    for row in ragged:
        extra = row.cells - width
        if extra > 0 and row.text.endswith(sign * extra):
            fixed[row.place] = row.text[: -extra * len(sign)]
    long = np.array([row.place for row in ragged if row.place not in fixed], np.int64)
    whole = np.setdiff1d(np.arange(len(records) + len(ragged)), [row.place for row in ragged])
    places = np.concatenate([whole, np.array(list(fixed), np.int64)])
    if fixed:
        extra = _parse(shape, memoryview("\n".join(fixed.values()).encode() + b"\n"), lambda row: "skip", threads=False)
        columns = [encoded(pa.chunked_array([column, encoded(more)])) for column, more in zip(columns, extra.columns)]
    order = np.argsort(places[: len(columns[0])], kind="stable")
    total = len(records) + len(ragged)
    findings = [
        Finding(rule, shown(name), table.name, (), at + shape.first_row, total, {"width": width})
        for rule, at in ((rules.ROW_SHORT, short), (rules.ROW_LONG, long))
        if len(at)
    ]
    return [column.take(pa.array(order)) for column in columns], places[order], findings


def _open_quote(name: str, shape: CsvShape, total: int, table: Table) -> list[Finding]:
    """A finding when the last record is an open quotation: a record added after it is then swallowed too."""
    if _count_quotes(shape.body) % 2 == 0:
        return []
    sentinel = b"\n" + b"x" + shape.separator.encode() * (len(shape.headers) - 1) + b"\n"
    ragged: list[bool] = []

    def note(row: pa.csv.InvalidRow) -> str:
        ragged.append(True)
        return "skip"

    longer = _parse(shape, memoryview(bytes(shape.body).rstrip(b"\r\n") + sentinel), note, threads=False)
    if len(longer) + len(ragged) > total:
        return []
    return [Finding(rules.QUOTE_OPEN, shown(name), table.name, (), np.array([total - 1 + shape.first_row]), total)]
