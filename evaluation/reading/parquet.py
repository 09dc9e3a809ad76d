"""Parquet: typed columns back to text, so that the same rules hold for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from data_schemas.column import Table
from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.reading.headers import match_header
from evaluation.reading.limits import (
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_PARTS,
    MAX_ROWS,
    gone,
    read_bytes,
    refusal,
    shown,
    too_large,
    too_wide,
)
from evaluation.reading.texts import ReadTable, encoded, hand_on
from evaluation.reading.values import as_text, dates_found, is_moment

_COUNTED = Words("rijen geteld vanaf 1, zonder kopregel", "rows counted from 1, without a header row")
_PARTS = Words(
    "{count} delen in de volgorde van hun naam, rijen doorgeteld vanaf 1, zonder kopregel",
    "{count} parts in the order of their names, rows counted on from 1, without a header row",
)
_SOMETHING_ELSE = Words(
    "in een map met delen van een tabel horen alleen Parquet-bestanden. Bewaar dit als Parquet, of haal het weg.",
    "a folder with parts of a table holds Parquet files only. Save this as Parquet, or take it away.",
)
_NO_PART = Words("in deze map staat geen deel van een tabel.", "this folder holds no part of a table.")
_ENDINGS = (".parquet", ".parq", ".pq")
# what other programs call a folder of parts that have no value
_NOTHING = "__HIVE_DEFAULT_PARTITION__"
# Metadata is read before anything else, and could itself claim to be endless.
_METADATA_BYTES = 50_000_000


@dataclass(frozen=True, slots=True, eq=False)
class _Content:
    """The columns of one file as text; `moments`: which of them held dates or times."""

    names: tuple[str, ...]
    texts: tuple[pa.DictionaryArray, ...]
    moments: frozenset[str]
    rows: int


def read_parquet(path: Path, table: Table) -> ReadTable:
    """Read one Parquet file.

    Raises
    ------
    evaluation.failures.CannotRead
        Not Parquet, damaged, beyond the limits, or with nested values.
    """
    return _handed_on(path, table, _content(path), _COUNTED)


def read_parts(folder: Path, table: Table) -> ReadTable:
    """Read a folder of Parquet files as one table, in the order of their names; of folders called `name=value` the value is a column.

    Raises
    ------
    evaluation.failures.CannotRead
        As for one file; parts that do not have the same columns, or something else among them.
    """
    paths = parts_in(folder)
    parts = []
    for path in paths:
        parts.append(_beside(_content(path), path.relative_to(folder).parts[:-1]))
        if set(parts[-1].names) != set(parts[0].names):
            raise refusal(path.name, *_columns_differ(parts[0], parts[-1], paths[0]))
        if sum(part.rows for part in parts) > MAX_ROWS:
            raise too_large(folder.name)
    first = parts[0]
    texts = [encoded(pa.chunked_array([part.texts[part.names.index(name)] for part in parts])) for name in first.names]
    moments = frozenset().union(*(part.moments for part in parts))
    whole = _Content(first.names, tuple(texts), moments, sum(part.rows for part in parts))
    return _handed_on(folder, table, whole, _PARTS.fill(count=len(parts)))


def parts_in(folder: Path) -> list[Path]:
    """The Parquet files in a folder and the folders in it, by name; what other programs leave beside them (`_SUCCESS`) is not one."""
    found, size = [], 0
    try:
        for path in sorted(folder.rglob("*")):
            if any(part.startswith((".", "_")) and "=" not in part for part in path.relative_to(folder).parts):
                continue
            if path.is_symlink() or (path.is_file() and path.suffix.lower() not in _ENDINGS):
                raise refusal(path.name, *_SOMETHING_ELSE)
            if path.is_file():
                found.append(path)
                size += path.stat().st_size
    except OSError:
        raise gone(folder.name) from None
    if size > MAX_FILE_BYTES or len(found) > MAX_PARTS:
        raise too_large(folder.name)
    if not found:
        raise refusal(folder.name, *_NO_PART)
    return found


def _content(path: Path) -> _Content:
    data = read_bytes(path)
    try:
        file = pa.parquet.ParquetFile(
            pa.BufferReader(data), thrift_string_size_limit=_METADATA_BYTES, thrift_container_size_limit=_METADATA_BYTES
        )
        _check(path.name, file)
        content = file.read()
        texts = tuple(as_text(column) for column in content.columns)
    except (pa.ArrowException, OSError, ValueError):
        raise _unreadable(path.name) from None
    names = tuple(content.schema.names)
    moments = frozenset(name for name, kind in zip(names, content.schema.types) if is_moment(kind))
    return _Content(names, texts, moments, len(content))


def _beside(content: _Content, folders: Sequence[str]) -> _Content:
    """The columns, and one for each folder called `name=value` that the file itself has no column for."""
    told = dict(folder.partition("=")[::2] for folder in folders if "=" in folder)
    added = {name: "" if value == _NOTHING else unquote(value) for name, value in told.items() if name not in content.names}
    codes = pa.array(np.zeros(content.rows, np.int32))
    texts = [pa.DictionaryArray.from_arrays(codes, pa.array([value], pa.string())) for value in added.values()]
    return _Content((*content.names, *added), (*content.texts, *texts), content.moments, content.rows)


def _handed_on(path: Path, table: Table, content: _Content, said: Words) -> ReadTable:
    lines, texts, findings = np.arange(1, content.rows + 1, dtype=np.int64), list(content.texts), []
    for place, header in enumerate(content.names):
        if header in content.moments and (name := match_header(table, header)):
            texts[place], finding = dates_found(shown(path.name), table.name, name, texts[place], lines)
            findings.append(finding)
    return hand_on(table, shown(path.name), content.names, texts, lines, header_line=0, said=said, findings=findings)


def _columns_differ(one: _Content, other: _Content, first: Path) -> Words:
    count = len(set(one.names) ^ set(other.names))
    return Words(
        f"dit deel heeft niet dezelfde kolommen als {shown(first.name)} (verschillend: {count}). Maak de delen opnieuw, allemaal met "
        "dezelfde kolommen.",
        f"this part does not have the same columns as {shown(first.name)} (different: {count}). Make the parts again, all with the same columns.",
    )


def _check(name: str, file: pa.parquet.ParquetFile) -> None:
    """Refuse before unpacking what would not fit: the metadata says how large everything is."""
    about = file.metadata
    if about.num_columns > MAX_COLUMNS:
        raise too_wide(name)
    size = sum(about.row_group(place).total_byte_size for place in range(about.num_row_groups))
    if about.num_rows > MAX_ROWS or size > MAX_FILE_BYTES:
        raise too_large(name)


def _unreadable(name: str) -> CannotRead:
    return refusal(
        name,
        "dit is geen (volledig) Parquet-bestand met gewone kolommen. Maak het opnieuw, of bewaar de tabel als CSV.",
        "this is not a (complete) Parquet file with plain columns. Make it again, or save the table as CSV.",
    )
