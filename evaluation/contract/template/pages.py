"""The sheets around the tables: instruction, about this submission, and an overview of all columns."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook

from data_schemas.submission import CONTRACT_VERSION
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.contract.description import RISKS, form, need_word
from evaluation.contract.template.instruction import NEVER, STEPS, TITLE, WEEKS, WEEKS_TITLE
from evaluation.contract.template.styles import Styles, to_print

_INSTRUCTION = Words("Instructie", "Instructions")
_NEVER_TITLE = Words("Vul dit nooit in", "Never fill in")
MANIFEST_SHEET = Words("Inzending", "Submission")
_MANIFEST_TITLE = Words("Over deze inzending", "About this submission")
_MANIFEST_HEAD = Words("Wat|Antwoord|Toelichting", "What|Answer|Explanation")
_OVERVIEW = Words("Uitleg", "Codebook")
_OVERVIEW_TITLE = Words("Alle kolommen", "All columns")
_OVERVIEW_HEAD = Words(
    "Tabel|Kolom|Technische naam|Verplicht?|Wat vult u in?|Vorm|Eenheid|Privacy",
    "Table|Column|Technical name|Required?|What to fill in|Form|Unit|Privacy",
)
_CONTRACT_NOTE = Words("Versie van deze werkmap. Niet veranderen.", "Version of this workbook. Do not change.")
# what to fill in, what is filled in already, and its explanation
_MANIFEST_ROWS = (
    (
        Words("Korte naam", "Short name"),
        Words("", ""),
        Words(
            "Verplicht. Kleine letters, cijfers en streepjes, geen spaties. Bijvoorbeeld: aanbieder-2026.",
            "Required. Lower case letters, digits and hyphens, no spaces. For example: provider-2026.",
        ),
    ),
    (
        Words("Aard", "Nature"),
        Words("praktijk", "practice"),
        Words(
            "praktijk (uw eigen gegevens), openbaar (gepubliceerde gegevens) of fictief (verzonnen, om te oefenen).",
            "practice (your own data), public (published data) or fictional (made up, to practise).",
        ),
    ),
    (
        Words("Bron", "Source"),
        Words("", ""),
        Words(
            "Mag leeg. Uit welk systeem komen de gegevens? Geen namen van mensen.",
            "May be empty. From which system do the data come? No names of people.",
        ),
    ),
    (
        Words("Titel nl", "Title nl"),
        Words("", ""),
        Words(
            "Mag leeg. Titel in het Nederlandse rapport. Vul dan beide titels in.",
            "May be empty. Title in the Dutch report. Fill in both or none.",
        ),
    ),
    (
        Words("Titel en", "Title en"),
        Words("", ""),
        Words("Mag leeg. Titel in het Engelse rapport.", "May be empty. Title in the English report. Fill in both or none."),
    ),
)
_MORE = Words(
    "Wilt u dat het rapport een langere naam laat zien dan de korte naam van een aanbieder, programma of groep? Zet dan hieronder "
    "in de eerste kolom  labels.korte-naam.nl  en daaronder  labels.korte-naam.en , met de naam ernaast. Gebruikt u een vragenlijst "
    "die niet in de lijst staat? Zet hieronder  instruments.korte-naam.nl , .en , .source , .higher_is_better (true of false), "
    ".minimum en .maximum , met de waarde ernaast.",
    "Should the report show a longer name than the short one of a provider, programme or arm? Then put  labels.short-name.nl  in "
    "the first column below, and  labels.short-name.en  under it, with the name beside them. Do you use a questionnaire that is not "
    "in the list? Put  instruments.short-name.nl , .en , .source , .higher_is_better (true or false), .minimum and .maximum  below, "
    "with the value beside them.",
)
_OPEN_ROWS = 12


def write_instruction(book: Workbook, styles: Styles, lang: Lang) -> None:
    """Steps, what never to fill in, and how weeks count."""
    sheet = book.add_worksheet(_INSTRUCTION[lang])
    to_print(sheet, lang)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, TITLE[lang], styles.title)
    row = 2
    for title, rows in ((None, STEPS), (_NEVER_TITLE, NEVER), (WEEKS_TITLE, WEEKS)):
        if title:
            sheet.write_string(row, 0, title[lang], styles.line)
            row += 1
        for left, right in rows:
            sheet.write_string(row, 0, left[lang], styles.strong)
            sheet.write_string(row, 1, right[lang], styles.text)
            sheet.set_row(row, 15 * (1 + max(len(right[lang]) // 100, len(left[lang]) // 26)) + 3)
            row += 1
        row += 1


def write_manifest(book: Workbook, styles: Styles, lang: Lang) -> None:
    """What stands for `submission.toml`: what in the first column, the answer in the second."""
    sheet = book.add_worksheet(MANIFEST_SHEET[lang])
    to_print(sheet, lang)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 2, 80)
    sheet.write_string(0, 0, _MANIFEST_TITLE[lang], styles.title)
    for column, text in enumerate(_MANIFEST_HEAD[lang].split("|")):
        sheet.write_string(2, column, text, styles.header)
    rows = ((Words("Contract", "Contract"), Words(CONTRACT_VERSION, CONTRACT_VERSION), _CONTRACT_NOTE), *_MANIFEST_ROWS)
    for row, (what, answer, explanation) in enumerate(rows, start=3):
        sheet.write_string(row, 0, what[lang], styles.cell)
        sheet.write_string(row, 1, answer[lang], styles.entry)
        sheet.write_string(row, 2, explanation[lang], styles.text)
        sheet.set_row(row, 32)
        if what == _MANIFEST_ROWS[1][0]:
            natures = {"nl": ["praktijk", "openbaar", "fictief"], "en": ["practice", "public", "fictional"]}[lang]
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": natures, "error_message": explanation[lang]})
    below = 4 + len(rows)
    sheet.merge_range(below, 0, below, 2, _MORE[lang], styles.text)
    sheet.set_row(below, 80)
    for row in range(below + 1, below + 1 + _OPEN_ROWS):
        sheet.write_blank(row, 0, None, styles.entry)
        sheet.write_blank(row, 1, None, styles.entry)


def write_overview(book: Workbook, styles: Styles, lang: Lang) -> None:
    """Every column of every table in one list, to print and to look things up."""
    sheet = book.add_worksheet(_OVERVIEW[lang])
    to_print(sheet, lang, 2)
    for place, width in enumerate((16, 24, 26, 18, 60, 36, 14, 34)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, _OVERVIEW_TITLE[lang], styles.title)
    for place, text in enumerate(_OVERVIEW_HEAD[lang].split("|")):
        sheet.write_string(2, place, text, styles.header)
    columns = [(table, column) for table in tables().values() for column in table.columns]
    for row, (table, column) in enumerate(columns, start=3):
        cells = (
            table.label[lang],
            column.label[lang],
            column.name,
            need_word(column)[lang],
            column.description[lang],
            form(column, lang),
            column.unit[lang] if column.unit else "",
            RISKS[column.risk][lang],
        )
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text, styles.cell)
        sheet.set_row(row, 15 * max(1 + len(cells[4]) // 58, 1 + len(cells[5]) // 34, 1 + len(cells[7]) // 32) + 3)
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, 2 + len(columns), len(cells) - 1)
