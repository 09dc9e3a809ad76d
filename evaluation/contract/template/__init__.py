"""The fill-in workbook: from the contract to sheets with drop-down lists, notes and instructions, in Dutch or English.

What is read back is what was written: `evaluation.reading.workbooks.workbook` knows these sheets and headers, and a chosen label is as good as
its code. The same contract gives the same bytes.
"""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.contract.template.lists import name_lists, write_lists
from evaluation.contract.template.pages import write_instruction, write_manifest, write_overview
from evaluation.contract.template.styles import Styles
from evaluation.contract.template.table_sheet import write_table

_TITLE = Words("Invulwerkmap voor de evaluatie van behandelprogramma's", "Workbook for the evaluation of treatment programmes")
# any fixed moment: the same contract must give the same bytes
_MADE = datetime(2000, 1, 1)


def template(lang: Lang) -> bytes:
    """The workbook (`.xlsx`).

    Sheets: instruction, about this submission, one per table of the contract, code lists, and an overview of all columns.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": _TITLE[lang], "created": _MADE, "author": "", "comments": ""})
        styles = Styles(book)
        write_instruction(book, styles, lang)
        write_manifest(book, styles, lang)
        for table in tables().values():
            write_table(book, styles, table, lang)
        write_lists(book, styles, lang)
        write_overview(book, styles, lang)
        name_lists(book, lang)
        book.worksheets()[0].activate()
    return out.getvalue()
