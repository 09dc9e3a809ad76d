"""A few rows and columns of a table around a finding, ready to be shown: which cells are meant, and which can be mended here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.reading.headers import match_header

# Rows of one finding that are shown beside it; the sheet itself has them all.
ROWS, COLUMNS, PAGE_ROWS = 5, 6, 40
CELL, SAME = "cell", "same"


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell: its text, whether a finding means it, under which name it can be answered (empty: not here), and what may be chosen."""

    text: str
    meant: bool = False
    answer: str = ""
    choices: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """Headers with their letters, and rows with their numbers."""

    table: str
    headers: tuple[tuple[str, str, bool], ...]
    rows: tuple[tuple[int, tuple[Shown, ...]], ...]
    more: int = 0

    @property
    def asks(self) -> bool:
        """Whether any of its cells can be answered here."""
        return any(cell.answer for _, cells in self.rows for cell in cells)


def of_finding(view: Mapping[str, Any], finding: Mapping[str, Any]) -> Snippet | None:
    """The cells that a finding is about with what stands beside them; None when it is about no table."""
    table = view.get(finding["table"])
    if table is None or not table["headers"]:
        return None
    meant = _meant(table, finding)
    places = _columns(table, meant)
    at = {line: row for row, line in enumerate(table["lines"])}
    lines = [line for line in finding["lines"] if line in at][:ROWS]
    if finding["lines"] and not lines:
        return None  # rows that are no record are not read
    rows = lines or table["lines"][:2]
    made = tuple((line, _row(finding["table"], table, at[line], places, meant if lines else ())) for line in rows)
    headers = tuple((table["letters"][place], table["headers"][place], place in meant) for place in places)
    return Snippet(finding["table"], headers, made, max(0, finding["count"] - len(lines)))


def of_sheet(view: Mapping[str, Any], name: str, groups: Sequence[Mapping[str, Any]], first: int) -> Snippet | None:
    """A page of a whole table from this line on, with every cell that some finding means."""
    table = view.get(name)
    if table is None:
        return None
    meant: dict[int, set[int]] = {}
    for group in groups:
        for finding in group["findings"]:
            if finding["table"] == name:
                for line in finding["lines"]:
                    meant.setdefault(line, set()).update(_meant(table, finding))
    places = range(len(table["headers"]))
    wanted = [(line, row) for row, line in enumerate(table["lines"]) if line >= first][:PAGE_ROWS]
    rows = tuple((line, _row(name, table, row, places, meant.get(line, ()))) for line, row in wanted)
    headers = tuple((table["letters"][place], table["headers"][place], False) for place in places)
    last = wanted[-1][0] if wanted else first
    return Snippet(name, headers, rows, sum(line > last for line in table["lines"]))


def changed_cells(
    view: Mapping[str, Any], groups: Sequence[Mapping[str, Any]], fields: Sequence[tuple[str, str]]
) -> list[tuple[str, int, str, str]]:
    """The answers of a form that differ from what stands there: table, line, column and text, each cell once.

    Where the form asks for it, the same answer goes to every cell that a finding means and in which the same stood.
    """
    everywhere = {tuple(name.split(":")[1:]) for name, _ in fields if name.startswith(f"{SAME}:")}
    found: dict[tuple[str, int, str], str] = {}
    for field, text in fields:
        kind, _, rest = field.partition(":")
        parts = rest.split(":")
        if kind != CELL or len(parts) != 3 or not parts[1].isascii() or not parts[1].isdigit():
            continue
        name, line, column = parts[0], int(parts[1]), parts[2]
        now = _text(view, name, line, column)
        if now is None or text.strip() == now.strip():
            continue
        found[name, line, column] = text
        if (name, column) in everywhere:
            for other in _lines_meant(groups, name, column):
                if _text(view, name, other, column) == now:
                    found.setdefault((name, other, column), text)
    return [(*place, text) for place, text in found.items()]


def _text(view: Mapping[str, Any], name: str, line: int, column: str) -> str | None:
    """What stands in a cell; None where there is none."""
    table = view.get(name)
    if table is None or column not in table["names"] or line not in table["lines"]:
        return None
    return table["rows"][table["lines"].index(line)][table["names"].index(column)]


def _lines_meant(groups: Sequence[Mapping[str, Any]], name: str, column: str) -> list[int]:
    found = (finding for group in groups for finding in group["findings"])
    return [line for one in found if one["table"] == name and column in one["columns"] for line in one["lines"]]


def _meant(table: Mapping[str, Any], finding: Mapping[str, Any]) -> tuple[int, ...]:
    if finding["place"]:
        return (finding["place"] - 1,) if finding["place"] <= len(table["headers"]) else ()
    named = tuple(place for place, name in enumerate(table["names"]) if name in finding["columns"])
    return named or ((0,) if finding["lines"] else ())


def _columns(table: Mapping[str, Any], meant: Sequence[int]) -> list[int]:
    """The first column, those that are meant, and their neighbours while there is room."""
    places = dict.fromkeys([0, *meant][: COLUMNS + 2])
    for step in (-1, 1, -2, 2):
        for place in meant:
            if len(places) < COLUMNS and 0 <= place + step < len(table["headers"]):
                places.setdefault(place + step)
    return sorted(places)


def _row(name: str, table: Mapping[str, Any], row: int, places: Sequence[int], meant: Collection[int]) -> tuple[Shown, ...]:
    line = table["lines"][row]
    return tuple(_cell(name, table, line, table["rows"][row][place], place, place in meant) for place in places)


def _cell(name: str, table: Mapping[str, Any], line: int, text: str, place: int, meant: bool) -> Shown:
    column = table["names"][place]
    if not meant or column is None or table["names"].index(column) != place:
        return Shown(text, meant)
    known = tables()[name].column(match_header(tables()[name], column) or column)
    choices = tuple(code.label for code in known.codes.codes) if known.codes else ()
    return Shown(text, True, f"{CELL}:{name}:{line}:{column}", choices)
