"""What a reader hands to validation: one table as text, with the line numbers that its owner sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from data_schemas.words import Words


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One table as it came in: text, nothing interpreted.

    Parameters
    ----------
    table
        Name of the contract's table; empty for a sheet that is none of them.
    file, sheet
        The file's own name (no folder), and the sheet's name when it is a workbook.
    place
        The sheet's place in the workbook (from 1), 0 for another kind of file.
    headers
        Headers in file order exactly as written.
    columns
        One array of text per header (`pa.string()` or dictionary of it), no nulls: an empty cell is "".
    lines
        Line (CSV) or row (workbook) number of each record as the owner's own program shows it; the header is usually 1.
    header_line
        Line or row number of the header row; 0 where the program does not number it (SPSS, Parquet).
    notes
        What had to be guessed (separator, encoding, decimal sign), for people.
    renamed
        Headers that the contract does not know and that stand for a column of it, by position (from 0): `headers` has the contract's
        word there, so that what stands below can be looked at too; this holds what its owner wrote.
    beside
        The table next to which this one stands on the same sheet, and its first and last column (from 1).
    """

    table: str
    file: str
    headers: tuple[str, ...]
    columns: tuple[pa.Array | pa.ChunkedArray, ...]
    lines: np.ndarray
    sheet: str | None = None
    decimal: str = "."
    notes: tuple[Words, ...] = field(default_factory=tuple)
    place: int = 0
    header_line: int = 1
    renamed: Mapping[int, str] = field(default_factory=dict)
    beside: tuple[str, int, int] | None = None

    @property
    def written(self) -> tuple[str, ...]:
        """The headers as their owner wrote them."""
        return tuple(self.renamed.get(place, header) for place, header in enumerate(self.headers))
