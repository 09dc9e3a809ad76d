"""What stands in a column of an export, as far as its meaning shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from evaluation.anonymising.raw import RawTable
from evaluation.anonymising.values import dates

Kind = Literal["empty", "date", "number", "text"]
Order = Literal["dmy", "ymd", "mdy"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
# This share of what stands in a column has to be of a kind.
MOST = 0.8
# A column with more distinct texts than this has no codes.
MOST_CODES = 25
# Rows looked at: enough to know a column by.
LOOKED_AT = 5_000


@dataclass(frozen=True, slots=True)
class Looks:
    """One column: its kind, how many cells are filled, how many differ, and the distinct texts with their counts where they are few."""

    header: str
    kind: Kind
    filled: int
    distinct: int
    rows: int
    codes: tuple[tuple[str, int], ...] = ()
    low: float = 0.0
    high: float = 0.0
    label: str = ""

    @property
    def tells_rows_apart(self) -> bool:
        """Whether nearly every row has a value of its own."""
        return self.filled >= MOST * self.rows and self.distinct >= 0.95 * self.filled


def looks_of(table: RawTable, order: Order = "dmy") -> dict[str, Looks]:
    """Every column of a table by its header."""
    return {header: _looks(header, table.frame[header], order) for header in table.frame.columns}


def order_of_dates(raw: dict[str, RawTable]) -> Order:
    """In which order most of an export's dates are written; day first where both can be."""
    read = dict.fromkeys(ORDERS, 0)
    for table in raw.values():
        for header in table.frame.columns:
            texts = _filled(table.frame[header])
            if not texts.str.contains(r"\d", regex=True).any():
                continue
            for order in ORDERS:
                found = int(dates(texts, order).notna().sum())
                read[order] += found if found >= MOST * len(texts) / 2 else 0
    return max(ORDERS, key=lambda order: read[order])


def _filled(column: pd.Series) -> pd.Series:
    texts = column.head(LOOKED_AT).str.strip()
    return texts[texts != ""]


def _looks(header: str, column: pd.Series, order: Order) -> Looks:
    texts = _filled(column)
    rows = min(len(column), LOOKED_AT)
    if texts.empty:
        return Looks(header, "empty", 0, 0, rows)
    counts = texts.str.casefold().value_counts()
    codes = (
        tuple((texts[texts.str.casefold() == text].iloc[0], int(count)) for text, count in counts.items())
        if len(counts) <= MOST_CODES
        else ()
    )
    numbers = pd.to_numeric(texts.str.replace(",", "."), errors="coerce")
    many = MOST * len(texts)
    written = texts.str.contains(r"\d\D+\d|^\d{8}$", regex=True)  # a plain number of five digits can be a day as Excel counts
    day = dates(texts, order)
    if (day.notna() & written).sum() >= many or (numbers.between(20000, 60000).sum() >= many and _dated(header)):
        return Looks(header, "date", len(texts), len(counts), rows, codes)
    if numbers.notna().sum() >= many:
        return Looks(header, "number", len(texts), len(counts), rows, codes, float(numbers.min()), float(numbers.max()))
    return Looks(header, "text", len(texts), len(counts), rows, codes)


def _dated(header: str) -> bool:
    return any(word in header.casefold() for word in ("dat", "geboren", "birth", "dob"))
