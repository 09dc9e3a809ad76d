"""The sheet with all code lists, and the names by which drop-down lists find them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook

from data_schemas.column import Column
from data_schemas.instruments import registry
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.contract.template.styles import Styles, to_print

SHEET = Words("Codelijsten", "Code lists")
_ABOUT = Words(
    "Deze waarden kunt u in de tabellen kiezen. Een naam uit de eerste kolom is even goed als de code ernaast.",
    "These are the values to choose from in the tables. A label from the first column is as good as the code beside it.",
)
_HEAD = Words("Lijst|Naam|Code", "List|Label|Code")
_INSTRUMENTS = Words("Instrumenten", "Instruments")
_PERIODS = Words("Startperiode", "Start period")
_YEARS = range(2015, 2036)
_FIRST = 4  # row (from 0) of the first value


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
    """All lists one below the other, a row per value."""
    sheet = book.add_worksheet(SHEET[lang])
    to_print(sheet, lang, _FIRST - 1)
    sheet.write_string(0, 0, SHEET[lang], styles.title)
    sheet.write_string(1, 0, _ABOUT[lang])
    for place, (text, width) in enumerate(zip(_HEAD[lang].split("|"), (40, 60, 36))):
        sheet.set_column(place, place, width)
        sheet.write_string(_FIRST - 1, place, text, styles.header)
    rows = [(title, label, code) for title, values in lists().values() for label, code in values]
    for row, (title, label, code) in enumerate(rows, start=_FIRST):
        for place, text in enumerate((title[lang], label[lang], code)):
            sheet.write_string(row, place, text, styles.cell)
    sheet.freeze_panes(_FIRST, 0)
    sheet.autofilter(_FIRST - 1, 0, _FIRST + len(rows) - 1, 2)


def name_lists(book: Workbook, lang: Lang) -> None:
    """A defined name per list, over its labels."""
    first = _FIRST
    for name, (_, values) in lists().items():
        labels = xl_range_abs(first, 1, first + len(values) - 1, 1)
        book.define_name(f"codes_{name}", f"='{SHEET[lang]}'!{labels}")
        first += len(values)


def _periods() -> Iterator[str]:
    return (f"{year}-{half}" for year in _YEARS for half in (1, 2))
