"""The codebook as a Frictionless data package: a Table Schema per table (Data Package specification, version 1)."""

from __future__ import annotations

import json

from data_schemas.column import Column, Table
from data_schemas.schema import PATTERNS
from data_schemas.submission import CONTRACT_VERSION
from data_schemas.tables import tables
from data_schemas.words import Lang, Words

FORMAT = "frictionless"
ENDING = ".json"

_TITLE = Words("Inzending van een jeugdhulpaanbieder", "Submission of a youth-care provider")
_TYPES = {"whole": "integer", "number": "number"}


def codebook(lang: Lang) -> str:
    """The text of `datapackage.json`, to stand beside the CSV files; titles and descriptions in one language."""
    package = {
        "profile": "tabular-data-package",
        "name": "submission",
        "title": _TITLE[lang],
        "version": f"{CONTRACT_VERSION}.0.0",
        "resources": [_resource(table, lang) for table in tables().values()],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(table: Table, lang: Lang) -> dict:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.label[lang],
        "description": table.description[lang],
        "path": f"{table.name}.csv",
        "encoding": "utf-8",
        "schema": table_schema(table, lang),
    }


def table_schema(table: Table, lang: Lang) -> dict:
    """The Table Schema of one table; a primary key only where every part of it must be filled."""
    schema: dict = {"fields": [_field(table, column, lang) for column in table.columns], "missingValues": [""]}
    if all(table.column(name).filled for name in table.key):
        schema["primaryKey"] = list(table.key)
    if table.name != "treatments" and "client" in table.names:
        schema["foreignKeys"] = [{"fields": ["client"], "reference": {"resource": "treatments", "fields": ["client"]}}]
    return schema


def _field(table: Table, column: Column, lang: Lang) -> dict:
    constraints: dict = {"required": column.filled}
    if column.codes:
        constraints["enum"] = list(column.codes.values)
    if column.kind in PATTERNS:
        constraints["pattern"] = PATTERNS[column.kind]
    for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            constraints[name] = bound
    if table.key == (column.name,):
        constraints["unique"] = True
    field = {
        "name": column.name,
        "title": column.label[lang],
        "description": column.description[lang],
        "type": _TYPES.get(column.kind, "string"),
        "constraints": constraints,
    }
    if column.unit:
        field["unit"] = column.unit[lang]
    if column.codes:
        field["labels"] = {entry.code: entry.label[lang] for entry in column.codes.codes}
    return field
