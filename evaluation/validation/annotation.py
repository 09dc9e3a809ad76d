"""The provider's own workbook back, with the cells to look at coloured and the message as a note; for CSV one is made.

Nothing is calculated or run: formulas and links stay as they were written, and what a made workbook holds is text or a
number, never a formula.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from data_schemas.column import Table
from data_schemas.finding import Finding
from data_schemas.rules.privacy import IDENTIFIER_SEEN
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import LANGS, Lang, Words
from evaluation.failures import CannotRead
from evaluation.privacy.seen import MAY_BE_SEEN, places_of
from evaluation.reading import read_sheets
from evaluation.reading.headers import column_letter, match_header
from evaluation.reading.limits import MAX_WORKBOOK_BYTES, read_bytes, refusal
from evaluation.reading.submission import workbook_of
from evaluation.reading.workbooks.findings_sheet import PLACES, SEEN, YES
from evaluation.validation.made_workbook import made_workbook, put, row_of
from evaluation.validation.telling import PARTS, SEVERITY, skipped_words, where
from evaluation.validation.validation import Validation

SUMMARY = Words("Bevindingen", "Findings")
AUTHOR = "evaluation"
# A workbook with more notes than this opens slowly; the cells beyond it are coloured all the same.
MAX_NOTES = 2_000
# Just beside the colours that programs offer, so that nobody's own colour is taken for ours.
_COLOURS = {"error": "FFF4B6B5", "warning": "FFFFE697", "notice": "FFDDEBF5"}
_OWN_NOTE = Words("Stond er al:", "Was there already:")
# Our notes are known by how they begin: LibreOffice does not keep the author of a note.
_OURS = re.compile(rf"(?:{'|'.join(re.escape(severity[lang]) for severity in SEVERITY.values() for lang in LANGS)}): .")
_THEIRS = re.compile(rf"\n\n(?:{'|'.join(map(re.escape, _OWN_NOTE))})\n")
_ENTRY = "FFFFF9E5"
_RANK = {"error": 0, "warning": 1, "notice": 2}
# A formula that asks another program for an answer (DDE): program|topic!item, outside texts between quotation marks.
_CALLS_OUT = re.compile(r"^=(?:[^\"|]|\"[^\"]*\")*\|")
_HEADS = {
    "severity": Words("Soort", "Kind"),
    "link": Words("Ga naar", "Go to"),
    "title": Words("Bevinding", "Finding"),
    "where": Words("Waar", "Where"),
    "expectation": Words("Wat er staat", "What is there"),
    "repair": PARTS["repair"],
    "effect": PARTS["effect"],
    "count": Words("Aantal rijen", "Number of rows"),
    "seen": SEEN,
    "places": PLACES,
}
_WIDTHS = (11, 9, 30, 40, 55, 55, 45, 14, 14, 30)
_HOW = Words(
    "Gekleurde cellen: rood is een fout, geel een aandachtspunt, blauw ter info. Wijs een cel aan om de opmerking te lezen. "
    "Verbeter de cellen, bewaar de werkmap en controleer haar opnieuw; dit tabblad mag blijven staan. "
    "Klik in de kolom Ga naar om naar de eerste plaats te gaan.",
    "Coloured cells: red is an error, yellow a point of attention, blue for information. Point at a cell to read its note. "
    "Correct the cells, save the workbook and check it again; this sheet may stay. "
    "Click in the column Go to in order to get to the first place.",
)
_FEWER_NOTES = Words(
    "Er zijn zeer veel cellen gemarkeerd; alleen de eerste {most} hebben een opmerking.",
    "Very many cells are marked; only the first {most} have a note.",
)


def annotated_workbook(path: str | Path, validation: Validation, lang: Lang) -> bytes:
    """The workbook as bytes.

    Parameters
    ----------
    path
        What was validated: a workbook, or a folder for which a workbook is made with a sheet per table, its rows where they
        stand in the file.
    validation
        The outcome of validating it.

    Raises
    ------
    evaluation.failures.CannotRead
        The file changed or went meanwhile, or cannot be written back.
    evaluation.failures.WrongUse
        The tables are larger than a workbook that opens.
    """
    raw = read_sheets(Path(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells about parts of a workbook that it does not know
        own = workbook_of(Path(path))
        book = _own_workbook(own) if own else made_workbook(raw.sheets, raw.name)
        places = {sheet.table: (_worksheet(book, sheet), sheet) for sheet in reversed(raw.sheets)}
        _clear(book)
        book.properties.creator, book.properties.lastModifiedBy = AUTHOR, None  # who made it is nobody's business
        fewer = _mark(places, validation.findings, lang)
        _summary(book, validation, places, lang, fewer)
        content = io.BytesIO()
        book.save(content)
    return content.getvalue()


def _own_workbook(path: Path) -> Workbook:
    """The provider's file; validation has looked through its packing and its XML before."""
    data = read_bytes(path, limit=MAX_WORKBOOK_BYTES)
    try:
        return load_workbook(io.BytesIO(data), keep_links=False)
    except Exception:  # openpyxl raises whatever its parts raise, with content of the file in it
        raise _not_back(path.name) from None


def _not_back(name: str) -> CannotRead:
    return refusal(
        name,
        "deze werkmap is wel te lezen, maar niet terug te schrijven. Gebruik --html, of bewaar haar eerst opnieuw als .xlsx.",
        "this workbook can be read, but not written back. Use --html, or save it as .xlsx again first.",
    )


def _worksheet(book: Workbook, sheet: Sheet) -> Worksheet:
    name = sheet.sheet if sheet.sheet is not None else sheet.table
    if name not in book.sheetnames:
        raise _not_back(sheet.file)
    return book[name]


def _clear(book: Workbook) -> None:
    """Undo an earlier round (our sheet, and colour and note of cells that have our note); formulas that call out become text."""
    for name in SUMMARY:
        if name in book.sheetnames:
            book.remove(book[name])
    for worksheet in book.worksheets:
        for row in worksheet.iter_rows():
            for cell in row:
                if cell.fill.fgColor.rgb in _COLOURS.values():
                    cell.fill = PatternFill()
                if cell.comment is not None and _OURS.match(cell.comment.text):
                    theirs = _THEIRS.search(cell.comment.text)
                    cell.comment = Comment(cell.comment.text[theirs.end() :], "") if theirs else None
                if cell.comment is not None:
                    cell.comment.author = AUTHOR
                if cell.data_type == "f" and isinstance(cell.value, str) and _CALLS_OUT.match(cell.value):
                    put(cell, cell.value)


def _mark(places: dict[str, tuple[Worksheet, Sheet]], findings: Sequence[Finding], lang: Lang) -> bool:
    """Colour and note every cell that a finding points at; says whether there were too many for notes."""
    messages: dict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.table in places:
            for row, column in _cells(finding, places[finding.table][1]):
                messages[finding.table, row, column].append(finding)
    for number, ((table, row, column), mine) in enumerate(messages.items()):
        cell = places[table][0].cell(row, column)
        if isinstance(cell, MergedCell):
            continue
        worst = min((finding.rule.severity for finding in mine), key=_RANK.__getitem__)
        if (
            row != places[table][1].header_line or cell.fill.fill_type is None
        ):  # a header keeps its own colour; the note is enough
            cell.fill = PatternFill("solid", fgColor=_COLOURS[worst])
        if number < MAX_NOTES:
            cell.comment = _note(mine, cell.comment, lang)
    return len(messages) > MAX_NOTES


def _note(findings: Sequence[Finding], theirs: Comment | None, lang: Lang) -> Comment:
    said = "\n\n".join(
        f"{SEVERITY[finding.rule.severity][lang]}: {finding.rule.title[lang]}\n{finding.expectation[lang]}\n"
        f"{PARTS['repair'][lang]}: {finding.repair[lang]}"
        for finding in findings
    )
    note = Comment(said if theirs is None else f"{said}\n\n{_OWN_NOTE[lang]}\n{theirs.text}", AUTHOR)
    note.width, note.height = 380, min(500, 40 + 18 * (len(note.text) // 45 + note.text.count("\n")))
    return note


def _cells(finding: Finding, sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Row and column (from 1) of every cell that a finding is about; the header where it is about a column as a whole."""
    columns = _columns(finding, sheet, tables()[sheet.table])
    lines = finding.lines.tolist() or ([sheet.header_line] if finding.columns or finding.place else [])
    for line in lines:
        for column in columns:
            yield row_of(sheet, line), column


def _columns(finding: Finding, sheet: Sheet, table: Table) -> list[int]:
    if finding.place:
        return [finding.place]
    named = [match_header(table, header) for header in sheet.headers]
    return [named.index(name) + 1 for name in finding.columns if name in named] or [1]


def _summary(
    book: Workbook, validation: Validation, places: dict[str, tuple[Worksheet, Sheet]], lang: Lang, fewer: bool
) -> None:
    """The first sheet: the verdict and every finding in words."""
    page = book.create_sheet(SUMMARY[lang], 0)
    book.active = 0
    for worksheet in book.worksheets[1:]:
        worksheet.sheet_view.tabSelected = False
    put(page.cell(1, 1), validation.verdict()[lang]).font = Font(bold=True, size=14)
    skipped = skipped_words(validation.skipped)
    said = [_HOW, *([_FEWER_NOTES.fill(most=MAX_NOTES)] if fewer else []), *([skipped] if skipped else []), *validation.notes]
    for row, words in enumerate(said, start=2):
        put(page.cell(row, 1), words[lang])
    top = len(said) + 3
    for place, (words, width) in enumerate(zip(_HEADS.values(), _WIDTHS), start=1):
        put(page.cell(top, place), words[lang]).font = Font(bold=True)
        page.column_dimensions[page.cell(top, place).column_letter].width = width
    for row, finding in enumerate(validation.findings, start=top + 1):
        _summary_row(page, row, finding, lang)
        _ask_seen(page, row, finding, lang)
        if finding.table in places:
            _link(page.cell(row, 2), *places[finding.table], finding)
    page.freeze_panes = page.cell(top + 1, 1)
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.fitToWidth, page.page_setup.fitToHeight = "landscape", 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _link(cell: Cell, worksheet: Worksheet, sheet: Sheet, finding: Finding) -> None:
    """A click goes to the first cell that the finding is about."""
    first = next(_cells(finding, sheet), None)
    if first is not None:
        title = worksheet.title.replace("'", "''")
        place = f"'{title}'!{column_letter(first[1])}{first[0]}"
        cell.value = place.rpartition("!")[2]
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
        cell.font = Font(name=cell.font.name, size=cell.font.size, underline="single", color="FF0563C1")
        cell.alignment = Alignment(vertical="top")


def _ask_seen(page: Worksheet, row: int, finding: Finding, lang: Lang) -> None:
    """Where a finding may turn out to be no person: a cell to say so, and the places that the answer is about."""
    places = places_of(finding, lang) if finding.rule in (*MAY_BE_SEEN, IDENTIFIER_SEEN) else ""
    if not places:
        return
    answer = page.cell(row, len(_HEADS) - 1)
    put(answer, YES[lang] if finding.rule is IDENTIFIER_SEEN else "").alignment = Alignment(vertical="top")
    answer.fill = PatternFill("solid", fgColor=_ENTRY)
    choice = DataValidation("list", formula1=f'"{YES[lang]}"', allow_blank=True)
    choice.add(answer)
    page.add_data_validation(choice)
    put(page.cell(row, len(_HEADS)), places).alignment = Alignment(wrap_text=True, vertical="top")


def _summary_row(page: Worksheet, row: int, finding: Finding, lang: Lang) -> None:
    texts = (
        SEVERITY[finding.rule.severity][lang],
        "",
        finding.rule.title[lang],
        where(finding, lang),
        finding.expectation[lang],
        finding.repair[lang],
        finding.rule.effect[lang],
    )
    for place, text in enumerate(texts, start=1):
        put(page.cell(row, place), text).alignment = Alignment(wrap_text=True, vertical="top")
    page.row_dimensions[row].height = 15 * max(-(-len(text) // (width - 3)) for text, width in zip(texts, _WIDTHS))
    page.cell(row, 1).fill = PatternFill("solid", fgColor=_COLOURS[finding.rule.severity])
    page.cell(row, len(texts) + 1, len(finding.lines)).alignment = Alignment(vertical="top")
