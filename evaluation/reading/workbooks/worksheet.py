"""One sheet of a workbook, cell by cell: text, and which cells, rows and columns are not what they seem.

openpyxl shows neither hidden rows nor merged cells nor formulas without a result when it reads row by row, and keeps
fifty times the file in memory when it does not; so the sheet's XML is read here, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal

from evaluation.reading.limits import MAX_CELL_LENGTH, MAX_COLUMNS, too_large, too_wide
from evaluation.reading.workbooks.package import Package, unescaped

MAX_SHEET_ROWS = 1_048_576
MAX_CELLS = 25 * MAX_SHEET_ROWS
Flaw = Literal["error", "date", "formula"]
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_THREE_DECIMALS = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}")
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_BUILT_IN_PERCENTAGES = frozenset((9, 10))
_NOT_A_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_PADDED = re.compile(r"0{2,15}")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class RawCells:
    """The cells of a sheet as they are read.

    Parameters
    ----------
    numbers, rows
        Row number as the program shows it, and the texts of that row from column A on.
    flaws
        Per kind the places (row number, column from 0) of cells that hold it.
    hidden_rows, hidden_columns, merged
        Row numbers; columns from 0; ranges as (first row, last row, first column, last column).
    """

    numbers: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    flaws: dict[Flaw, list[tuple[int, int]]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def only(self, wanted: Callable[[int], bool]) -> RawCells:
        """The same cells with every column emptied that is not wanted; the others keep their place."""
        rows = [[text if wanted(at) else "" for at, text in enumerate(row)] for row in self.rows]
        flaws = {kind: [place for place in places if wanted(place[1])] for kind, places in self.flaws.items()}
        return replace(self, rows=rows, flaws=flaws)


@dataclass(frozen=True, slots=True)
class Meanings:
    """What numbers in cells stand for: shared texts, the styles that show a date or a percentage, the day that dates count from, and the
    styles that show zeros in front, with the number of digits."""

    strings: tuple[str, ...]
    date_styles: frozenset[int]
    percent_styles: frozenset[int]
    epoch: date
    padded_styles: Mapping[int, int] = field(default_factory=dict)


def read_meanings(package: Package, targets: dict[str, str], counts_from_1904: bool) -> Meanings:
    """The shared texts and date styles; `targets` maps the kind of a relation to its part."""
    strings = _shared_strings(package, targets["sharedStrings"]) if "sharedStrings" in targets else ()
    dates, percentages, padded = _styles(package, targets["styles"]) if "styles" in targets else (frozenset(), frozenset(), {})
    return Meanings(strings, dates, percentages, date(1904, 1, 1) if counts_from_1904 else date(1899, 12, 30), padded)


def _shared_strings(package: Package, part: str) -> tuple[str, ...]:
    """The texts that cells refer to, rich ones as plain text, without the reading aids of Asian scripts."""
    strings: list[str] = []
    inside = {"t": False, "rPh": False}
    pieces: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if name in inside:
            inside[name] = True

    def end(name: str) -> None:
        if name in inside:
            inside[name] = False
        elif name == "si":
            strings.append(unescaped("".join(pieces)))
            pieces.clear()

    def text(characters: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(characters)

    package.parse(part, start, end, text)
    return tuple(strings)


def _styles(package: Package, part: str) -> tuple[frozenset[int], frozenset[int], dict[int, int]]:
    """The styles of cells that show a date, those that show a percentage, and those that show zeros in front (0000)."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        within.append(name)
        number = int(attributes.get("numFmtId", "0"))
        if name == "numFmt":
            formats[number] = _NOT_A_DATE.sub("", attributes.get("formatCode", ""))
        elif within[-2:] == ["cellXfs", "xf"]:
            styles.append(number)

    package.parse(part, start, lambda name: within.pop())
    dates = _BUILT_IN_DATES - formats.keys() | {n for n, code in formats.items() if re.search("[dmyhs]", code, re.IGNORECASE)}
    percentages = _BUILT_IN_PERCENTAGES - formats.keys() | {n for n, code in formats.items() if "%" in code}
    padded = {place: len(formats[number]) for place, number in enumerate(styles) if _PADDED.fullmatch(formats.get(number, ""))}
    return (
        *(frozenset(place for place, number in enumerate(styles) if number in kind) for kind in (dates, percentages)),
        padded,
    )


def read_cells(package: Package, part: str, meanings: Meanings) -> RawCells:
    """All cells of one sheet."""
    reader = _SheetReader(package.name, meanings)
    package.parse(part, reader.start, reader.end, reader.text)
    return reader.cells


class _SheetReader:
    """What the parser calls while it goes through a sheet; the order of its elements is fixed by the format."""

    def __init__(self, file: str, meanings: Meanings) -> None:
        self.cells = RawCells()
        self._file, self._meanings = file, meanings
        self._count = 0
        self._row, self._row_hidden, self._texts = 0, False, []
        self._cell: dict[str, str] = {}
        self._value: str | None = None
        self._formula = self._listening = self._aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell, self._value, self._formula = attributes, None, False
        elif name == "v" or name == "t":
            self._value, self._listening = self._value or "", not self._aid
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._aid = True
        else:
            self._note_shape(name, attributes)

    def text(self, characters: str) -> None:
        if self._listening and len(self._value) <= MAX_CELL_LENGTH:  # beyond it the cell is refused anyway
            self._value += characters

    def end(self, name: str) -> None:
        if name == "c":
            self._finish_cell()
        elif name == "v" or name == "t":
            self._listening = False
        elif name == "row":
            self._finish_row()
        elif name == "rPh":
            self._aid = False

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r") or self._row + 1)
        if not 1 <= self._row <= MAX_SHEET_ROWS or (self.cells.numbers and self._row <= self.cells.numbers[-1]):
            raise ValueError("row numbers out of order")
        self._row_hidden, self._texts = attributes.get("hidden") in ("1", "true"), []

    def _finish_row(self) -> None:
        if self._texts:
            self.cells.numbers.append(self._row)
            self.cells.rows.append(self._texts)
            if self._row_hidden:
                self.cells.hidden_rows.append(self._row)

    def _finish_cell(self) -> None:
        self._count += 1
        if self._count > MAX_CELLS:
            raise too_large(self._file)
        value, kind = self._value, self._cell.get("t", "n")
        flaw: Flaw | None = None
        if self._formula and (value is None or (value == "" and kind != "str")):
            value, flaw = "", "formula"
        elif value:
            value, flaw = _meaning(value, kind, self._cell.get("s"), self._meanings)
        if value or flaw:
            self._put(value or "", flaw)

    def _put(self, text: str, flaw: Flaw | None) -> None:
        place = _PLACE.match(self._cell.get("r", ""))
        column = _column(place[1]) if place else len(self._texts)
        if column >= MAX_COLUMNS:
            raise too_wide(self._file)
        if column != len(self._texts):
            self._texts.extend([""] * (column + 1 - len(self._texts)))
            self._texts[column] = text
        else:
            self._texts.append(text)
        if flaw:
            self.cells.flaws.setdefault(flaw, []).append((self._row, column))

    def _note_shape(self, name: str, attributes: dict[str, str]) -> None:
        if name == "mergeCell":
            if merged := _range(attributes.get("ref", "")):
                self.cells.merged.append(merged)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.cells.hidden_columns.update(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))


def _meaning(value: str, kind: str, style: str | None, meanings: Meanings) -> tuple[str, Flaw | None]:
    """What a stored value stands for, as text; and what is wrong with it."""
    if kind == "s":
        return meanings.strings[int(value)], None
    if kind == "n":
        return _number(value, style, meanings)
    if kind == "e":
        return value, "error"
    if kind == "d":
        return value, "date"
    if kind == "b":
        return ("TRUE" if value == "1" else "FALSE"), None
    return unescaped(value), None


def _number(value: str, style: str | None, meanings: Meanings) -> tuple[str, Flaw | None]:
    """A number in the form in which the program shows it: 15 digits, and no decimals where there are none."""
    if style is not None and int(style) in meanings.date_styles:
        return _date(float(value), meanings.epoch), "date"
    if style is not None and int(style) in meanings.percent_styles:
        return f"{100 * float(value):.13g}%", None
    if _WHOLE.fullmatch(value):
        return (value.zfill(meanings.padded_styles.get(int(style), 0)) if style is not None else value), None
    shown = f"{float(value):.15g}"
    # three decimals would look like thousands beside numbers that were typed with a comma
    return (f"{shown}0" if _THREE_DECIMALS.fullmatch(shown) else shown), None


def _date(serial: float, epoch: date) -> str:
    if not 0 <= serial < 2_958_466:
        return f"{serial:.15g}"
    moment = datetime(epoch.year, epoch.month, epoch.day) + timedelta(seconds=round(serial * 86_400))
    return moment.date().isoformat() if serial == int(serial) else moment.isoformat(" ", "minutes")


@cache
def _column(letters: str) -> int:
    """Column from 0.

    >>> _column("A"), _column("AA")
    (0, 26)
    """
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _range(ref: str) -> tuple[int, int, int, int] | None:
    places = _PLACE.findall(ref)
    if len(places) != 2:
        return None
    (left, top), (right, bottom) = places
    return int(top), min(int(bottom), MAX_SHEET_ROWS), _column(left), _column(right)
