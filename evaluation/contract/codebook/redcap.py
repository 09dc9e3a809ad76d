"""The codebook as a REDCap data dictionary: a CSV file of REDCap's 18 columns, one form per table.

The first field of the first form is the record identifier, so the tables that point at it leave it out. What a dictionary cannot say is in
the section header of a form: which forms must be set to repeat.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from data_schemas.column import Column, Table
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.contract.description import form

FORMAT = "redcap"
ENDING = ".csv"

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_VALIDATION = {"whole": "integer", "number": "number"}
_REPEATS = Words(
    "Dit formulier zo vaak invullen als nodig: zet het in de projectinstellingen op herhalend.",
    "Fill in this form as often as needed: set it to repeating in the project setup.",
)


def codebook(lang: Lang) -> str:
    """The CSV text, ready to upload as a data dictionary."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(lang))
    return out.getvalue()


def _rows(lang: Lang) -> Iterator[dict[str, str]]:
    used: set[str] = set()
    for table in tables().values():
        columns = [column for column in table.columns if not (column.kind == "key" and used)]
        for place, column in enumerate(columns):
            # a name stands once in a project
            name = column.name if column.name not in used else f"{table.name}_{column.name}"
            used.add(name)
            yield _row(name, table, column, lang, first=place == 0)


def _row(name: str, table: Table, column: Column, lang: Lang, first: bool) -> dict[str, str]:
    codes = column.codes
    note = column.description[lang] + ("" if codes else f" ({form(column, lang)})")
    return {
        "Variable / Field Name": name,
        "Form Name": table.name,
        "Section Header": _REPEATS[lang] if first and not table.needed else "",
        "Field Type": "dropdown" if codes else "text",
        "Field Label": column.label[lang] + (f" ({column.unit[lang]})" if column.unit else ""),
        "Choices, Calculations, OR Slider Labels": " | ".join(
            f"{entry.code}, {entry.label[lang]}" for entry in (codes.codes if codes else ())
        ),
        "Field Note": note,
        "Text Validation Type OR Show Slider Number": _VALIDATION.get(column.kind, ""),
        "Text Validation Min": "" if column.minimum is None else f"{column.minimum:g}",
        "Text Validation Max": "" if column.maximum is None else f"{column.maximum:g}",
        "Identifier?": "y" if column.risk in ("pseudonym", "quasi") else "",
        "Required Field?": "y" if column.filled else "",
    }
