"""Headers that the contract does not know and that probably stand for a column of it: what stands below them can then be looked at too.

Whoever wrote `Clientnr` above the codes has one thing to mend, and wants to hear in the same round what else is wrong.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.column import Column, Table
from data_schemas.schema import PERIOD_PATTERN
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from evaluation.reading.extra_rows import extra_rows
from evaluation.reading.headers import FEWEST_HEADERS, match_header, plain
from evaluation.reading.meanings.codes import code_for
from evaluation.reading.meanings.headings import filled_said
from evaluation.reading.texts import ReadTable, encoded

_LIKE_HEADER, _SAID = 0.72, 0.8
# An optional column is taken for one only when so much of what stands in it fits, of so many distinct texts at most.
_FITS, _LOOKED_AT = 0.5, 500
_NUMBER = r"^[+-]?[0-9]{1,6}([.,][0-9]*)?\s*%?$"


def meant_headers(
    table: Table, headers: Sequence[str], wanted: Sequence[str] | None = None, own: frozenset[str] = frozenset()
) -> dict[str, int]:
    """Which columns of the contract that no header names stand under a header that nobody knows: position by column, the nearest first.

    Parameters
    ----------
    wanted
        The columns asked about; all of them when not given.
    own
        Plain headers of the provider's own columns, which stand for themselves.

    >>> meant_headers(tables()["treatments"], ["Clientnr", "Aanbieder", "Lengte"], ["client", "provider", "arm"])
    {'client': 0}
    """
    named = {match_header(table, header) for header in headers}
    strange = {
        place: header
        for place, header in enumerate(headers)
        if header.strip() and match_header(table, header) is None and plain(header) not in own
    }
    asked = [name for name in wanted or [column.name for column in table.columns] if name not in named]
    scores = sorted(
        ((_likeness(table, table.column(name), header), name, place) for name in asked for place, header in strange.items()),
        key=lambda one: (-one[0], one[2]),
    )
    found: dict[str, int] = {}
    for score, name, place in scores:
        if score >= _LIKE_HEADER and name not in found and place not in found.values():
            found[name] = place
    return found


def _likeness(table: Table, column: Column, header: str) -> float:
    written = plain(header)
    called = [plain(word) for word in (*column.label, column.name)]
    begins = any(
        len(name) >= 4 and (written.startswith(name) or name.startswith(written)) and len(written) >= 4 for name in called
    )
    said = filled_said(table.name, header)
    spoken = _SAID - 0.01 * said.index(column.name) if column.name in said else 0.0
    return max([SequenceMatcher(None, written, name).ratio() for name in called] + [0.9 * begins, spoken])


def as_meant(read: ReadTable, manifest_text: str | None) -> ReadTable:
    """The table with the contract's words above such columns: the needed ones as they are called, others when what stands in them fits."""
    sheet = read.sheet
    table = tables()[sheet.table]
    found = meant_headers(table, sheet.headers, own=_own_headers(manifest_text))
    known = sum(match_header(table, header) is not None for header in sheet.headers)
    if not known and len(found) < FEWEST_HEADERS:
        return read
    kept = {
        place: name for name, place in found.items() if table.column(name).needed or _fits(table.column(name), sheet, place)
    }
    if not kept:
        return read
    headers = tuple(
        table.column(kept[place]).label.nl if place in kept else header for place, header in enumerate(sheet.headers)
    )
    sheet = replace(sheet, headers=headers, renamed={place: sheet.headers[place] for place in kept})
    if table.key[0] not in kept.values():
        return ReadTable(sheet, read.findings)
    columns = [encoded(column) for column in sheet.columns]
    records, extra = extra_rows(table, sheet.file, headers, columns, sheet.lines)
    if records is not None:
        columns = [column.filter(pa.array(records)) for column in columns]
        sheet = replace(sheet, columns=tuple(columns), lines=sheet.lines[records])
    return ReadTable(sheet, (*read.findings, *extra))


def _own_headers(manifest_text: str | None) -> frozenset[str]:
    """What the manifest calls the provider's own columns."""
    try:
        own = tomllib.loads(manifest_text or "").get("covariates", {})
    except (RecursionError, ValueError):  # what is wrong with it is said elsewhere
        own = {}
    if not isinstance(own, Mapping):
        return frozenset()
    labels = [text for one in own.values() if isinstance(one, Mapping) for text in one.values() if isinstance(text, str)]
    return frozenset(plain(text) for text in (*own, *labels))


def _fits(column: Column, sheet: Sheet, place: int) -> bool:
    """Whether most of the distinct texts below a header can stand in a column."""
    texts = pc.utf8_trim_whitespace(encoded(sheet.columns[place]).dictionary.cast(pa.string()).slice(0, _LOOKED_AT))
    texts = texts.filter(pc.not_equal(texts, ""))
    if len(texts) == 0 or column.kind in ("key", "name"):
        return False
    if column.codes:
        right = np.array([bool(code_for(column.codes_from or "", text)) for text in texts.to_pylist()], bool)
    else:
        pattern = f"^{PERIOD_PATTERN}$" if column.kind == "period" else _NUMBER
        right = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).astype(bool)
    return bool(right.mean() >= _FITS)
