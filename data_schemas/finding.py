"""What validation has to say: rules with their words, and findings that point at lines, never at values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

from data_schemas.instruments import Instrument
from data_schemas.plan import Plan
from data_schemas.words import Words

Severity = Literal["error", "warning", "notice"]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a stable code and the words of its messages.

    Parameters
    ----------
    code
        Stable slug; `evaluation explain CODE` knows it.
    severity
        `error`: not accepted. `warning`: accepted, appears in the report. `notice`: good to know.
    expectation
        What is there and should not be. May hold placeholders that a finding fills from the contract, never from the data.
    repair, effect
        What to do; what happens to the results if it stays.
    """

    code: str
    severity: Severity
    title: Words
    expectation: Words
    repair: Words
    effect: Words


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check saw: which rows break the rule, and which it applied to (both boolean, one per row).

    `cases` part the rows by what the words are to be filled with; without them all rows have the same words.
    """

    breaks: np.ndarray
    applies: np.ndarray
    cases: tuple[tuple[np.ndarray, Mapping[str, object]], ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What a check of a table as a whole saw: how many things it looked at, and the words' fillings of each that fails.

    A filling named `blamed` holds the columns at issue, where that is not all columns of the rule.
    """

    checked: int
    broken: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """What the rules beyond one cell look at: the typed tables, cells that could not be read being empty.

    `client` is a categorical over the clients of treatments in order of appearance, in every table; its code is -1 where
    the client is not there.

    Parameters
    ----------
    plan
        The plan that the delivery should carry, when one was given.
    previous
        What the same provider handed in before, when that was given.
    """

    tables: Mapping[str, pd.DataFrame]
    instruments: Mapping[str, Instrument]
    plan: Plan | None = None
    previous: Delivery | None = None
    _counted: dict[str, object] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    def once(self, name: str, count: Callable[[], _T]) -> _T:
        """What several rules count with, counted once; `name` stands for it."""
        with self._lock:
            if name not in self._counted:
                self._counted[name] = count()
            return self._counted[name]


@dataclass(frozen=True, slots=True)
class TableRule(Rule):
    """A rule beyond one cell: a function over the typed tables, with the columns it needs and a proof of both answers.

    Parameters
    ----------
    table, columns
        Where a finding points.
    needs
        The columns (`table.column`) without which the rule cannot run, and `plan` or `previous` where it looks at those; it
        is then listed as skipped.
    check
        A delivery in, `Outcome` over the rows of `table` out. Never raises on data.
    holds, fails
        The same small tables (CSV text per table; `plan` and `previous/<table>` where the rule looks at those) once obeying
        and once breaking the rule; they are tested and print in the manual.
    """

    table: str
    columns: tuple[str, ...]
    needs: tuple[str, ...]
    check: Callable[[Delivery], Outcome] = field(repr=False)
    holds: Mapping[str, str] = field(repr=False, default_factory=dict)
    fails: Mapping[str, str] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class WholeRule(TableRule):
    """A rule about a table as a whole, where no row is to blame: `check` answers with a `Tally` and a finding has no lines."""

    check: Callable[[Delivery], Tally] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A rule that does not hold, and where: line numbers as the person sees them, never a cell value.

    Parameters
    ----------
    rule
        The rule, with its words filled for this column (`values` from the contract only).
    file, table, columns
        Where: the file's own name, the table, the column names as in the contract.
    lines
        All lines (1-based, the header being line 1), ascending; empty when the finding is about a whole file.
    checked
        How many rows the rule was applied to.
    place
        Position (from 1) of a column that the contract does not know; 0 when `columns` says where.
    sheet
        The sheet of a workbook, in words.
    letters
        What a spreadsheet writes above `columns` (or above the column at `place`); empty where no program shows letters.
    """

    rule: Rule
    file: str
    table: str = ""
    columns: tuple[str, ...] = ()
    lines: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    checked: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
    place: int = 0
    sheet: Words | None = None
    letters: tuple[str, ...] = ()

    @property
    def expectation(self) -> Words:
        """What is there, placeholders filled; a guess that nobody had leaves no gap."""
        filled = self.rule.expectation.fill(**self.values)
        return Words(*(" ".join(text.split()) for text in filled))

    @property
    def repair(self) -> Words:
        """What to do about it, placeholders filled."""
        return self.rule.repair.fill(**self.values)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that could not run, and what it missed (columns, plan, previous); or that found nothing to check (`missing` empty)."""

    rule: Rule
    missing: tuple[str, ...]
