"""The sheet with all code lists, and the names by which drop-down lists find them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook

from data_schemas.column import Column
from data_schemas.instrument import registry
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.template.styles import Styles, to_print

SHEET = Words("Codelijsten", "Code lists")
_ABOUT = Words(
    "Deze waarden kunt u in de tabellen kiezen. Een naam uit de eerste kolom is even goed als de code ernaast.",
    "These are the values to choose from in the tables. A label from the first column is as good as the code beside it.",
)
_LABEL, _CODE = Words("Naam", "Label"), Words("Code", "Code")
_INSTRUMENTS = Words("Instrumenten", "Instruments")
_PERIODS = Words("Startperiode", "Start period")
_YEARS = range(2015, 2036)
_FIRST = 4  # row (from 0) of the first value
_STEP = 3  # a list takes two columns and a gap


@cache
def lists() -> dict[str, tuple[Words, tuple[tuple[Words, str], ...]]]:
    """Every list by its name: its title, and label and code of each value, in order."""
    coded = {column.codes.name: column.codes for table in tables().values() for column in table.columns if column.codes}
    return {
        **{
            name: (codes.title, tuple((entry.label, entry.code) for entry in codes.codes))
            for name, codes in sorted(coded.items())
        },
        "instrument": (_INSTRUMENTS, tuple((instrument.words, name) for name, instrument in registry().items())),
        "period": (_PERIODS, tuple((Words(period, period), period) for period in _periods())),
    }


def list_of(column: Column) -> str | None:
    """The list from which a column is filled."""
    if column.codes:
        return column.codes.name
    if column.kind == "period":
        return "period"
    return "instrument" if column.kind == "name" and column.name == "instrument" else None


def list_formula(name: str) -> str:
    """What a drop-down list refers to."""
    return f"=codes_{name}"


def write_lists(book: Workbook, styles: Styles, lang: Lang) -> None:
    """All lists side by side."""
    sheet = book.add_worksheet(SHEET[lang])
    to_print(sheet, lang)
    sheet.write_string(0, 0, SHEET[lang], styles.title)
    sheet.write_string(1, 0, _ABOUT[lang])
    for place, (title, values) in enumerate(lists().values()):
        column = place * _STEP
        sheet.write_string(_FIRST - 2, column, title[lang], styles.heading)
        sheet.write_string(_FIRST - 1, column, _LABEL[lang], styles.header)
        sheet.write_string(_FIRST - 1, column + 1, _CODE[lang], styles.header)
        for row, (label, code) in enumerate(values, start=_FIRST):
            sheet.write_string(row, column, label[lang], styles.cell)
            sheet.write_string(row, column + 1, code, styles.cell)
        sheet.set_column(column, column, min(max(len(label[lang]) for label, _ in values) + 2, 34))
        sheet.set_column(column + 1, column + 1, max(len(code) for _, code in values) + 2)
        sheet.set_column(column + 2, column + 2, 2)
    sheet.freeze_panes(_FIRST, 0)


def name_lists(book: Workbook, lang: Lang) -> None:
    """A defined name per list, over its labels."""
    for place, (name, (_, values)) in enumerate(lists().items()):
        labels = xl_range_abs(_FIRST, place * _STEP, _FIRST + len(values) - 1, place * _STEP)
        book.define_name(f"codes_{name}", f"='{SHEET[lang]}'!{labels}")


def _periods() -> Iterator[str]:
    return (f"{year}-{half}" for year in _YEARS for half in (1, 2))
