"""A column and a table of the contract: declared once, everything else derives from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data_schemas.codelists import CodeList, code_list
from data_schemas.words import Words

Kind = Literal["key", "name", "period", "code", "whole", "number"]
Risk = Literal["none", "pseudonym", "quasi", "sensitive"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a submitted table.

    Parameters
    ----------
    name
        As it stands in the header of a file (English, snake_case).
    label, description
        Words for people: a Dutch or English label is accepted as a header too.
    kind
        `key`: a pseudonym (letters, digits, `-` and `_`, at most 40 signs). `name`: a short name in lower case letters,
        digits and `_` (programme, arm, instrument). `period`: a half-year, `2024-1` or `2024-2`. `code`: a value
        of `codes`. `whole`: a whole number. `number`: a number, decimal point or comma.
    needed
        The column must be in the file. A column that is not needed may be left out.
    filled
        Every row must have a value (a code list may offer `unknown`).
    minimum, maximum
        Inclusive bounds for `whole` and `number`.
    risk
        How the column can point at a person: `pseudonym`, `quasi` (identifying in combination), `sensitive`, or `none`.
    """

    name: str
    label: Words
    description: Words
    kind: Kind
    needed: bool = False
    filled: bool = False
    codes_from: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    unit: Words | None = None
    risk: Risk = "none"

    @property
    def codes(self) -> CodeList | None:
        """The closed list of values, for `kind="code"`."""
        return code_list(self.codes_from) if self.codes_from else None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a submission: its columns, and which of them together name a row."""

    name: str
    label: Words
    description: Words
    row: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    needed: bool = False

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)
