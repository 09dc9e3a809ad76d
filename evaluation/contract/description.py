"""What the contract says of a column, in words: as a note in the workbook, a row of the codebook and a page of the manual."""

from __future__ import annotations

from data_schemas.column import Column
from data_schemas.words import Lang, Words

REQUIRED = Words("verplicht", "required")
MAY_BE_EMPTY = Words("mag leeg", "may be empty")
COLUMN_REQUIRED = Words("kolom verplicht, cel mag leeg", "column required, cell may be empty")

RISKS = {
    "pseudonym": Words("pseudoniem: nooit een naam of nummer van buiten", "pseudonym: never a name or an outside number"),
    "quasi": Words("herkenbaar in combinatie met andere kolommen", "identifying in combination with other columns"),
    "sensitive": Words("gevoelig gegeven", "sensitive"),
    "none": Words("geen bijzonder risico", "no particular risk"),
}
KINDS = {
    "key": Words(
        "eigen code: letters, cijfers, - en _, hoogstens 40 tekens",
        "code of your own: letters, digits, - and _, at most 40 signs",
    ),
    "name": Words("korte naam: kleine letters, cijfers, - en _", "short name: lower case letters, digits, - and _"),
    "period": Words("halfjaar, zoals 2024-1 of 2024-2", "half-year, such as 2024-1 or 2024-2"),
    "code": Words("keuze uit een lijst", "choice from a list"),
    "whole": Words("heel getal", "whole number"),
    "number": Words("getal, met punt of komma", "number, with point or comma"),
}
_BOUNDS = Words("van {low} tot en met {high}", "from {low} to {high}")
_UNIT = Words("Eenheid", "Unit")
_FORM = Words("Vorm", "Form")
_CHOICES = Words("Keuzes", "Choices")
_PRIVACY = Words("Privacy", "Privacy")


def need_word(column: Column) -> Words:
    """Whether a column must be there and filled."""
    if column.filled:
        return REQUIRED
    return COLUMN_REQUIRED if column.needed else MAY_BE_EMPTY


def decimal(value: float, lang: Lang) -> str:
    """A number as people write it in the language.

    >>> decimal(0.89, "nl"), decimal(30, "nl")
    ('0,89', '30')
    """
    text = f"{value:g}"
    return text.replace(".", ",") if lang == "nl" else text


def bounds(column: Column, lang: Lang) -> str:
    """The range of a number column; empty when it has none."""
    if column.minimum is None or column.maximum is None:
        return ""
    return _BOUNDS[lang].format(low=decimal(column.minimum, lang), high=decimal(column.maximum, lang))


def form(column: Column, lang: Lang) -> str:
    """What a cell looks like, with its range.

    >>> from data_schemas.tables import tables
    >>> form(tables()["treatments"].column("satisfaction"), "en")
    'number, with point or comma, from 1 to 10'
    """
    return ", ".join(part for part in (KINDS[column.kind][lang], bounds(column, lang)) if part)


def about(column: Column, lang: Lang) -> str:
    """Everything about a column in a few lines."""
    lines = [f"{column.label[lang]} ({column.name}): {need_word(column)[lang]}.", column.description[lang]]
    lines.append(f"{_FORM[lang]}: {form(column, lang)}.")
    if column.unit:
        lines.append(f"{_UNIT[lang]}: {column.unit[lang]}.")
    if column.codes:
        lines.append(f"{_CHOICES[lang]}: {'; '.join(entry.label[lang] for entry in column.codes.codes)}.")
    if column.risk != "none":
        lines.append(f"{_PRIVACY[lang]}: {RISKS[column.risk][lang]}.")
    return "\n".join(lines)
