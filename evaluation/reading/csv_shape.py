"""What kind of CSV it is: encoding, separator and header row. All of it is guessed, so all of it is said."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass

from data_schemas.column import Table
from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.reading.headers import FEWEST_HEADERS, HEADER_WITHIN, match_header
from evaluation.reading.limits import MAX_COLUMNS, refusal, too_wide

HEAD_BYTES = 1 << 20
_SEPARATORS = {
    ";": Words("puntkomma", "semicolon"),
    ",": Words("komma", "comma"),
    "\t": Words("tab", "tab"),
    "|": Words("verticale streep", "vertical bar"),
}
_SEPARATOR = Words("scheidingsteken: {sign}", "separator: {sign}")
_HEADER_ROW = Words("kopregel in rij {row}", "header in row {row}")
_ENCODING = Words("tekencodering: {name}", "encoding: {name}")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_EXCEL_HINT = re.compile(rb'"?sep=(.)"?(\r\n|\n|\r)', re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class CsvShape:
    """A CSV text, taken apart as far as its header row.

    Parameters
    ----------
    body
        The records after the header row, UTF-8.
    first_row
        Row number of the first of them as a spreadsheet shows it.
    """

    separator: str
    headers: tuple[str, ...]
    body: memoryview
    first_row: int
    said: Words


def csv_shape(name: str, data: bytes, table: Table) -> CsvShape:
    """Take the text of a CSV file apart.

    Raises
    ------
    evaluation.failures.CannotRead
        Not text, an unknown encoding, or a header row beyond all bounds.
    """
    text, encoding = _as_utf8(name, data)
    head = bytes(text[:HEAD_BYTES])
    hint = _EXCEL_HINT.match(head)  # Excel's own instruction; it does not show it as a row
    start, row = (hint.end() if hint else 0), 1
    end = _record_end(name, head, start, len(text))
    while start < len(head) and not head[start:end].strip():
        start, row = end, row + 1
        end = _record_end(name, head, start, len(text))
    sign = hint.group(1).decode("utf-8", "replace") if hint else None
    (separator, headers), end, row = _below_title(name, head, (start, end, row), len(text), table, sign)
    parts = [
        *([_HEADER_ROW.fill(row=row)] if row > 1 and _named(table, headers) else []),
        *([_SEPARATOR.fill(sign=_SEPARATORS.get(separator, separator))] if len(headers) > 1 else []),
        _ENCODING.fill(name=encoding),
    ]
    said = Words(*(", ".join(part[lang] for part in parts) for lang in ("nl", "en")))
    return CsvShape(separator, headers, text[end:], row + 1, said)


def _named(table: Table, headers: tuple[str, ...]) -> int:
    return sum(match_header(table, header) is not None for header in headers)


def _below_title(
    name: str, head: bytes, first: tuple[int, int, int], length: int, table: Table, sign: str | None
) -> tuple[tuple[str, tuple[str, ...]], int, int]:
    """The header row, its end and its number: the first record, or the one below a title that names most columns."""
    start, end, row = first
    best = _split(name, head[start:end].decode("utf-8").rstrip("\r\n"), table, sign), end, row
    most = _named(table, best[0][1])
    while most < FEWEST_HEADERS and row < HEADER_WITHIN and end < len(head):
        try:
            start, end, row = end, _record_end(name, head, end, length), row + 1
            found = _split(name, head[start:end].decode("utf-8", "replace").rstrip("\r\n"), table, sign)
        except CannotRead:
            break
        if _named(table, found[1]) >= FEWEST_HEADERS:
            return found, end, row
    return best


def _as_utf8(name: str, data: bytes) -> tuple[memoryview, str]:
    """The text as UTF-8 without byte order mark, and the name of the encoding that it had."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return memoryview(_clean(name, _recoded(name, data, "utf-16"))), "UTF-16"
    _clean(name, data)
    view = memoryview(data)[3:] if data.startswith(codecs.BOM_UTF8) else memoryview(data)
    if data.isascii() or _is_utf8(view):
        return view, "UTF-8"
    return memoryview(_recoded(name, data, "cp1252")), "Windows-1252"


def _clean(name: str, data: bytes) -> bytes:
    if b"\0" in data:
        raise refusal(
            name,
            "dit is geen tekst (er staan NUL-tekens in). Bewaar de tabel opnieuw als CSV UTF-8.",
            "this is not text (it holds NUL characters). Save the table again as CSV UTF-8.",
        )
    return data


def _is_utf8(view: memoryview) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(view), HEAD_BYTES):
            decoder.decode(view[start : start + HEAD_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(name: str, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode("utf-8")
    except UnicodeError:
        raise refusal(
            name,
            "de tekencodering is niet te herkennen. Bewaar de tabel opnieuw als CSV UTF-8.",
            "its character encoding cannot be recognised. Save the table again as CSV UTF-8.",
        ) from None


def _record_end(name: str, head: bytes, start: int, length: int) -> int:
    """Where the record that begins at `start` ends; line breaks within quotation marks belong to it."""
    quotes, begin = 0, start
    for line_end in _LINE_END.finditer(head, start):
        quotes += head.count(b'"', begin, line_end.start())
        begin = line_end.end()
        if quotes % 2 == 0:
            return begin
    if len(head) < length:
        raise refusal(
            name,
            "de kopregel is te lang of een aanhalingsteken daarin heeft geen einde.",
            "the header row is too long, or a quotation mark in it has no end.",
        )
    return len(head)


def _split(name: str, header: str, table: Table, hint: str | None) -> tuple[str, tuple[str, ...]]:
    """The separator that yields most headers of the contract, and the headers."""
    choices = {}
    for separator in (hint,) if hint and hint not in '"\r\n' and hint.isascii() else _SEPARATORS:
        if header.count(separator) >= MAX_COLUMNS:
            raise too_wide(name)
        try:
            fields = tuple(next(csv.reader(io.StringIO(header, newline=""), delimiter=separator), ()))
        except csv.Error:
            raise refusal(name, "de kopregel is niet te lezen.", "the header row cannot be read.") from None
        choices[separator] = fields
    best = max(
        choices, key=lambda sign: (sum(match_header(table, field) is not None for field in choices[sign]), len(choices[sign]))
    )
    return best, choices[best]
