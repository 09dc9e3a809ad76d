"""One table of the contract as a sheet: what it is for, required or not, headers with notes, and cells that check what is typed."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from data_schemas.column import Column, Table
from data_schemas.words import Lang, Words
from evaluation.contract.description import about, bounds, need_word
from evaluation.contract.template.lists import list_formula, list_of, lists
from evaluation.contract.template.styles import Styles, to_print

ROWS = 5_000
HEADER = 3  # row (from 0) of the headers
EXAMPLE = 1  # row of an example; what stands above the headers is never read
_PAGE_WIDTH = 150  # signs that print readably beside one another
# what Excel allows in the title and the text of a message
_TITLE_SIGNS, _TEXT_SIGNS = 32, 255

_PSEUDONYM = Words(
    "Een eigen code per jongere, zoals K-001. Nooit een naam, initialen, geboortedatum, BSN of dossiernummer. Bewaar de lijst met "
    "wie bij welke code hoort bij u zelf.",
    "A code of your own for each young person, such as K-001. Never a name, initials, birth date, citizen or file number. Keep the "
    "list of who belongs to which code with you.",
)
_NEVER = Words(
    "Nooit namen, datums, BSN of vrije tekst. Tijd is in hele weken vanaf de start: de eerste week is 1.",
    "Never names, dates, citizen numbers or free text. Time is in whole weeks from the start: the first week is 1.",
)
_CHOOSE = Words(
    "Kies een waarde uit de lijst (pijltje rechts van de cel).", "Choose a value from the list (arrow beside the cell)."
)
_OTHER = Words(
    "Dit staat niet in de lijst. Gebruikt u een andere vragenlijst? Beschrijf die op het blad Inzending. Toch invullen?",
    "This is not in the list. Do you use another questionnaire? Describe it on the sheet Submission. Fill it in anyway?",
)
_WHOLE = Words("Vul een heel getal in", "Fill in a whole number")
_NUMBER = Words("Vul een getal in", "Fill in a number")
_LENGTH = Words("Vul 1 tot en met 40 tekens in: letters, cijfers, - of _.", "Fill in 1 to 40 signs: letters, digits, - or _.")


def write_table(book: Workbook, styles: Styles, table: Table, lang: Lang) -> None:
    """The sheet of one table, empty."""
    sheet = book.add_worksheet(table.label[lang])
    widths = [_width(column, lang) for column in table.columns]
    to_print(sheet, lang, HEADER, pages_wide=-(-sum(widths) // _PAGE_WIDTH))
    sheet.repeat_columns(0)
    sheet.set_comments_author("")
    # from the second column on: the first one is repeated on every printed page
    sheet.write_string(0, 1, f"{table.description[lang]} {_NEVER[lang]}", styles.line)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, widths[place], styles.as_text if _is_text(column) else None)
        sheet.write_string(EXAMPLE, place, _example(column, lang), styles.mark)
        sheet.write_string(HEADER - 1, place, need_word(column)[lang], styles.mark)
        sheet.write_string(HEADER, place, column.label[lang], styles.header)
        note = about(column, lang)
        sheet.write_comment(HEADER, place, note, {"x_scale": 2.2, "y_scale": min(1 + len(note) / 160, 6)})
        _check(sheet, place, column, lang)
    sheet.set_row(HEADER, 46)
    sheet.freeze_panes(HEADER + 1, 1)
    sheet.print_area(0, 0, HEADER + 40, len(table.columns) - 1)
    sheet.hide_gridlines(0)


# What a made-up young person could have; other numbers have the example of their kind.
_EXAMPLES = {
    "client": Words("Voorbeeld: K-001", "Example: K-001"),
    "provider": Words("zorg-noord", "care-north"),
    "programme": Words("spoor", "track"),
    "arm": Words("programma", "programme"),
    "treatment_weeks": Words("26", "26"),
    "sessions_planned": Words("20", "20"),
    "sessions_attended": Words("18", "18"),
    "modules_attended": Words("6", "6"),
    "satisfaction": Words("7,5", "7.5"),
    "follow_up_from_week": Words("0", "0"),
    "follow_up_weeks": Words("52", "52"),
    "week": Words("0", "0"),
    "score": Words("34", "34"),
}
_OF_KIND = {"whole": Words("12", "12"), "number": Words("80", "80")}


def _example(column: Column, lang: Lang) -> str:
    """What a cell of this column can look like; a list shows its first choice."""
    if column.name in _EXAMPLES:
        return _EXAMPLES[column.name][lang]
    chosen = list_of(column)
    if chosen == "period":
        return "2024-1"
    if chosen:
        label, _ = next((one for one in lists()[chosen][1] if one[1] == "cries-13"), lists()[chosen][1][0])
        return label[lang]
    return _OF_KIND[column.kind][lang] if column.kind in _OF_KIND else ""


def _is_text(column: Column) -> bool:
    """Typed as text: a half-year must not become a date, a code no number."""
    return column.kind not in ("whole", "number")


def _width(column: Column, lang: Lang) -> int:
    longest = max(len(word) for word in column.label[lang].split())
    chosen = list_of(column)
    labels = [len(label[lang]) for label, _ in lists()[chosen][1]] if chosen else [10]
    return max(longest + 2, min(max(labels) + 2, 40), 11)


def _check(sheet: Worksheet, place: int, column: Column, lang: Lang) -> None:
    rule = _rule(column, lang) | {"ignore_blank": True}
    rule |= {
        "input_title": column.label[lang][:_TITLE_SIGNS],
        "input_message": _shortened(_PSEUDONYM[lang] if column.risk == "pseudonym" else column.description[lang]),
        "error_title": column.label[lang][:_TITLE_SIGNS],
        "error_message": _shortened(rule["error_message"]),
    }
    sheet.data_validation(HEADER + 1, place, HEADER + ROWS, place, rule)


def _rule(column: Column, lang: Lang) -> dict:
    """What a cell of this column accepts, and what is said otherwise."""
    chosen = list_of(column)
    if chosen:
        open_list = column.codes is None and column.kind == "name"
        return {
            "validate": "list",
            "source": list_formula(chosen),
            "error_type": "warning" if open_list else "stop",
            "error_message": (_OTHER if open_list else _CHOOSE)[lang],
        }
    if column.kind in ("whole", "number"):
        low = column.minimum if column.minimum is not None else -1_000_000
        high = column.maximum if column.maximum is not None else 1_000_000
        ask = (_WHOLE if column.kind == "whole" else _NUMBER)[lang]
        said = bounds(column, lang)
        return {
            "validate": "integer" if column.kind == "whole" else "decimal",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_message": f"{ask}{f' ({said})' if said else ''}. {column.description[lang]}",
        }
    return {"validate": "length", "criteria": "between", "minimum": 1, "maximum": 40, "error_message": _LENGTH[lang]}


def _shortened(text: str) -> str:
    return text if len(text) <= _TEXT_SIGNS else text[: _TEXT_SIGNS - 1].rsplit(" ", 1)[0] + "…"
