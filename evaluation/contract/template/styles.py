"""Cell formats of the workbook, and what every sheet needs to be printed."""

from __future__ import annotations

from dataclasses import dataclass, field

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from data_schemas.words import Lang, Words

_PAGE = Words("Bladzijde &P van &N", "Page &P of &N")
_A4 = 9


@dataclass(frozen=True, slots=True)
class Styles:
    """Formats by what they are for; made once per workbook. Contrast is at least 7 to 1, and no meaning hangs on colour."""

    book: Workbook
    title: Format = field(init=False)
    heading: Format = field(init=False)
    text: Format = field(init=False)
    strong: Format = field(init=False)
    line: Format = field(init=False)
    header: Format = field(init=False)
    mark: Format = field(init=False)
    cell: Format = field(init=False)
    entry: Format = field(init=False)
    as_text: Format = field(init=False)

    def __post_init__(self) -> None:
        wrap = {"text_wrap": True, "valign": "top"}
        border = {"border": 1, "border_color": "#7F7F7F"}
        for name, properties in {
            "title": {"bold": True, "font_size": 16},
            "heading": {"bold": True, "font_size": 12, "valign": "top", "text_wrap": True},
            "text": wrap,
            "strong": wrap | {"bold": True},
            "line": {"bold": True},
            "header": wrap | border | {"bold": True, "bg_color": "#DCE6F1"},
            "mark": {"italic": True, "font_size": 9, "valign": "vcenter"},
            "cell": wrap | border,
            "entry": wrap | border | {"bg_color": "#FFF9E5", "num_format": "@"},
            "as_text": {"num_format": "@"},
        }.items():
            object.__setattr__(self, name, self.book.add_format(properties))


def to_print(sheet: Worksheet, lang: Lang, header_row: int | None = None, pages_wide: int = 1) -> None:
    """Landscape on A4, as wide as the page (or so many pages), the header row on each, name and page number in the margin."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    sheet.fit_to_pages(pages_wide, 0)
    sheet.set_header("&L&A&R&F")
    sheet.set_footer(f"&C{_PAGE[lang]}")
    if header_row is not None:
        sheet.repeat_rows(header_row)
