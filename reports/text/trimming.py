"""Tables without the lines and columns that hold no number: what was left out stands in one sentence under the table."""

from __future__ import annotations

from collections.abc import Sequence

from data_schemas.evidence import Words
from reports.text.cells import Cells
from reports.text.groups import grouped
from reports.text.markdown import Column

_LEFT_OUT = Words("Zonder cijfer, daarom niet in de tabel: {names}.", "Without a figure, so not in the table: {names}.")


def trimmed(
    cells: Cells, heads: Sequence[Column], lines: Sequence[Sequence[str]], *, names: int, counts: int = 0
) -> tuple[list[Column], list[list[str]], list[str]]:
    """Columns, lines and notes of a table whose first `names` columns name the line.

    A column in which every cell is held back goes, as does a line without any number; when all lines with the same first cell go,
    that cell alone names them. After the names may come `counts` columns that say how many people a line is about: no result by
    themselves.
    """
    gone = [
        place
        for place in range(names + counts, len(heads))
        if lines and all(cells.hides(line[place]) or cells.is_empty(line[place]) for line in lines)
    ]
    if len(gone) == len(heads) - names - counts:
        gone = []
    kept = [place for place in range(len(heads)) if place not in gone]
    shorter = [[line[place] for place in kept] for line in lines]
    told = [line for line in shorter if not _is_empty(cells, line, names + counts)]
    left = [heads[place].heading for place in gone] + _names_of(cells, shorter, names, counts)
    notes = [_LEFT_OUT[cells.lang].format(names="; ".join(left))] if left else []
    return [heads[place] for place in kept], told, notes


def _is_empty(cells: Cells, line: Sequence[str], before: int) -> bool:
    return all(cells.is_empty(cell) for cell in line[before:])


def _names_of(cells: Cells, lines: Sequence[Sequence[str]], names: int, counts: int) -> list[str]:
    """What the lines without a number are called, together where their first cell says it all."""
    found = []
    for (first,), mine in grouped([{"first": line[0], "line": line} for line in lines], "first").items():
        empty = [row["line"] for row in mine if _is_empty(cells, row["line"], names + counts)]
        if names == 1 or len(empty) == len(mine):
            found += [first] if empty else []
        elif empty:
            found.append(f"{first}: {', '.join(' '.join(line[1:names]) for line in empty)}")
    return found
