"""A recipe to fill in, drafted from the headers of an export; no cell is looked at."""

from __future__ import annotations

from collections.abc import Mapping

import tomlkit

from data_schemas.identifiers import identifiers
from data_schemas.tables import tables
from evaluation.anonymising.raw import RawTable
from evaluation.reading.headers import match_header, match_table, plain

_IDENTITY = ("bsn", "education_number", "v_number", "case_number")
_DATES = {
    "start": ("startdatum", "start", "begindatum", "intakedatum", "startdate"),
    "age_group": ("geboortedatum", "geboren", "birthdate", "dateofbirth", "dob"),
    "treatment_weeks": ("einddatum", "eindebehandeling", "enddate"),
    "week": ("afnamedatum", "meetdatum", "datum", "date"),
}


def draft_recipe(raw: Mapping[str, RawTable]) -> str:
    """TOML text: what the headers suggest is filled in, what only the provider knows is marked with <...>."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Vul elke regel met <...> in. Wat hier niet staat, wordt weggelaten."))
    document.add(tomlkit.comment("Fill in every line with <...>. What does not stand here is left out."))
    document["name"] = "<korte-naam>"
    document["privacy"] = {"key": "geheim.key", "dates": "dmy", "k": 5}
    placed: dict[str, list[dict]] = {name: [] for name in tables()}
    for name, table in raw.items():
        target = match_table(name) or ("treatments" if not placed["treatments"] else "measurements")
        placed[target].append(_part(name, target, list(table.frame.columns)))
    for target, parts in placed.items():
        if target == "treatments":
            document[target] = parts[0] if parts else _part("<tabel>", target, [])
        elif parts:
            document[target] = parts
    return tomlkit.dumps(document)


def _part(name: str, target: str, headers: list[str]) -> dict:
    part: dict = {"from": name, "identity": _identity(headers)}
    if target == "treatments":
        part["start"] = _found(headers, "start") or "<kolom met de startdatum>"
    part["columns"] = _columns(target, headers)
    return part


def _identity(headers: list[str]) -> list[str]:
    words = {word for name in _IDENTITY if name in identifiers() for word in identifiers()[name].headers.split()}
    words |= {"client", "clientnummer", "clientid", "id", "nummer"}
    return [header for header in headers if plain(header) in words][:1] or ["<kolom die iemand van anderen onderscheidt>"]


def _columns(target: str, headers: list[str]) -> dict:
    table = tables()[target]
    columns: dict = {}
    for header in headers:
        name = match_header(table, header)
        if name and name != "client":
            columns[name] = {"from": header}
    for name in ("age_group", "treatment_weeks", "week"):
        header = _found(headers, name)
        if header and name in table.names and name not in columns:
            columns[name] = {"from": header, "as": "age_group" if name == "age_group" else "week"}
    if target == "treatments" and (start := _found(headers, "start")):
        columns.setdefault("start_period", {"from": start, "as": "half_year"})
    for column in table.columns:
        if column.filled and column.name not in columns and column.name != "client":
            columns[column.name] = {"value": f"<{column.label.nl.lower()}>"}
    return columns


def _found(headers: list[str], what: str) -> str | None:
    return next((header for header in headers if plain(header) in _DATES[what]), None)
