"""From what was pointed at to a recipe: plain tables and lists, ready to be checked or written as TOML."""

from __future__ import annotations

from typing import Any

from data_schemas.column import Column
from data_schemas.tables import tables
from evaluation.anonymising.drafting.looks import Looks
from evaluation.anonymising.drafting.pointing import HAPPENED, IDENTITY, SCORE, START, WEEK_OF, Block, Meaning, Pointing
from evaluation.reading.meanings.codes import hinted

# An own code that fewer rows share can be anything, a name too: it is not written down, and named by its line when the recipe is used.
SHARED = 2
_NO_IDENTITY = "<kolom die iemand van anderen onderscheidt>"


def recipe_content(pointing: Pointing) -> dict[str, Any]:
    """What a recipe holds; what is not known yet stands between < and >."""
    base = next((block for block in pointing.blocks if block.makes("treatments")), None)
    content: dict[str, Any] = {
        "name": pointing.name,
        "privacy": {"key": pointing.key, "dates": pointing.order, "k": pointing.k},
        "treatments": _treatments(pointing, base),
    }
    for table, parts in (("measurements", _measurements), ("events", _events)):
        made = [part for block in pointing.blocks for part in parts(block)]
        if made:
            content[table] = made
    return content


def _treatments(pointing: Pointing, base: Block | None) -> dict[str, Any]:
    if base is None:
        return {
            "from": "<tabel>",
            "identity": [_NO_IDENTITY],
            "start": "<kolom met de startdatum>",
            "columns": _asked("treatments", {}),
        }
    start = base.headers(START)[0]
    part = _part(base) | {"start": start} | ({"which": pointing.which} if pointing.which else {})
    columns: dict[str, Any] = {}
    for block in sorted(pointing.blocks, key=lambda block: block is not base):
        for header, meaning in block.meanings.items():
            if meaning.column and meaning.column[0] == "treatments" and meaning.column[1] not in columns:
                origin = _origin("treatments", meaning.column[1], header, meaning, block.looks[header])
                columns[meaning.column[1]] = origin if block is base else origin | _elsewhere(block, base)
    if pointing.followed == "end" and pointing.asks_followed and "treatment_weeks" in columns:
        columns["follow_up_weeks"] = columns["treatment_weeks"]
    columns.setdefault("start_period", {"from": start, "as": "half_year"})
    fixed = {name.partition(".")[2]: text for name, text in base.fixed.items() if name.startswith("treatments.")}
    return part | {"columns": _in_order("treatments", _asked("treatments", columns, fixed))}


def _elsewhere(block: Block, base: Block) -> dict[str, Any]:
    identity = block.headers(IDENTITY) or [_NO_IDENTITY]
    return {
        **({"table": block.table} if block.table != base.table else {}),
        **({"where": _where(block)} if block.where else {}),
        **({"identity": identity} if identity != base.headers(IDENTITY) else {}),
    }


def _measurements(block: Block) -> list[dict[str, Any]]:
    """A part per score that has a column of its own, and one for rows of questionnaires."""
    parts = []
    own = _columns(block, "measurements")
    for header in block.headers(SCORE):
        meaning = block.meanings[header]
        said = {name: getattr(meaning, name) for name in ("instrument", "informant", "moment") if getattr(meaning, name)}
        columns = {name: origin for name, origin in own.items() if name not in said and name != "score"}
        columns |= {name: {"value": text} for name, text in said.items()}
        week = [one for one in block.headers(WEEK_OF) if block.meanings[one].moment == meaning.moment]
        columns |= {"week": _origin("measurements", "week", week[0], Meaning(), block.looks[week[0]])} if week else {}
        parts.append(_filled(block, "measurements", columns | {"score": {"from": header, "as": "number"}}))
    if "score" in own:
        parts.append(_filled(block, "measurements", own))
    return parts


def _events(block: Block) -> list[dict[str, Any]]:
    parts = []
    own = _columns(block, "events")
    for header in block.headers(HAPPENED):
        week = _origin("events", "week_from", header, Meaning(), block.looks[header])
        parts.append(
            _filled(
                block,
                "events",
                {
                    **own,
                    "event": {"value": block.meanings[header].event or "<gebeurtenis>"},
                    "week_from": week,
                    "week_to": week,
                },
            )
        )
    if not parts and ("event" in own or "week_from" in own):
        if "week_from" in own:
            own.setdefault("week_to", own["week_from"])
        parts.append(_filled(block, "events", own))
    return parts


def _columns(block: Block, table: str) -> dict[str, Any]:
    """The columns of the contract that columns of the block become."""
    found: dict[str, Any] = {}
    for header, meaning in block.meanings.items():
        if meaning.column and meaning.column[0] == table:
            found.setdefault(meaning.column[1], _origin(table, meaning.column[1], header, meaning, block.looks[header]))
    return found


def _filled(block: Block, table: str, columns: dict[str, Any]) -> dict[str, Any]:
    fixed = {name.partition(".")[2]: text for name, text in block.fixed.items() if name.startswith(f"{table}.")}
    return _part(block) | {"columns": _in_order(table, _asked(table, columns, fixed))}


def _part(block: Block) -> dict[str, Any]:
    identity = block.headers(IDENTITY) or [_NO_IDENTITY]
    return {"from": block.table, **({"where": _where(block)} if block.where else {}), "identity": identity}


def _where(block: Block) -> dict[str, Any]:
    return {header: values[0] if len(values) == 1 else list(values) for header, values in block.where.items()}


def _asked(table: str, columns: dict[str, Any], fixed: dict[str, str] | None = None) -> dict[str, Any]:
    """With what must be filled in every row and what no column gives."""
    known = {name: {"value": text} for name, text in (fixed or {}).items() if text and name not in columns}
    missing = {
        column.name: {"value": f"<{column.label.nl.lower()}>"}
        for column in tables()[table].columns
        if column.filled and column.name != "client" and column.name not in columns and column.name not in known
    }
    return columns | known | missing


def _in_order(table: str, columns: dict[str, Any]) -> dict[str, Any]:
    return {name: columns[name] for name in tables()[table].names if name in columns}


def _origin(table: str, name: str, header: str, meaning: Meaning, looks: Looks) -> dict[str, Any]:
    """Where the values of a column come from, converted by what stands there."""
    column: Column = tables()[table].column(name)
    if name == "age_group" and looks.kind in ("date", "number"):
        return {"from": header, "as": "age_group" if looks.kind == "date" else "age"}
    if column.kind == "period" and looks.kind == "date":
        return {"from": header, "as": "half_year"}
    if column.kind in ("whole", "number"):
        return {"from": header, "as": "week" if looks.kind == "date" else "number"}
    counts = dict(looks.codes)
    codes = {
        own: code or f"<{hinted(column, own) or own}>"
        for own, code in meaning.codes.items()
        if code or counts.get(own, 0) >= SHARED
    }
    return {"from": header} | ({"codes": codes} if codes else {})
