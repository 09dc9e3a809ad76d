"""One column of the export to one column of the contract; what does not fit is left empty and named by its line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_schemas.column import Column
from data_schemas.words import Words
from evaluation.anonymising.raw import RawTable
from evaluation.anonymising.recipe import Origin, Privacy
from evaluation.anonymising.values import age_groups, coded, dates, groups_of_ages, half_years, weeks

SHOWN_LINES = 6
# Where the contract has no bounds (a score), more digits than this can be a number of a person.
MOST_DIGITS = 5
_NO_CODE = Words("een waarde die in het recept geen code heeft", "a value that has no code in the recipe")
_RARE = Words(
    "een waarde die in minder dan {k} rijen voorkomt en een naam kan zijn; geef haar een code in het recept",
    "a value that occurs in fewer than {k} rows and may be a name; give it a code in the recipe",
)
_NO_NUMBER = Words("geen getal", "not a number")
_BEYOND = Words("een getal buiten de grenzen van de afspraken", "a number beyond the bounds of the contract")
_NO_DATE = Words("geen datum", "not a date")
_NOT_AN_AGE = Words("geen leeftijd in jaren", "not an age in years")
_NO_AGE = Words("een geboortedatum na de start", "a birth date after the start")


@dataclass(frozen=True, slots=True)
class Problem:
    """A column of the export in which something could not be read: which lines, and why, never what stood there."""

    table: str
    header: str
    lines: tuple[int, ...]
    why: Words

    @property
    def words(self) -> Words:
        """One line for a person."""
        shown = ", ".join(map(str, self.lines[:SHOWN_LINES]))
        more = len(self.lines) - SHOWN_LINES
        nl, en = (f" en nog {more}", f" and {more} more") if more > 0 else ("", "")
        return Words(
            f"{self.table}, kolom {self.header}, rij {shown}{nl}: {self.why.nl}.",
            f"{self.table}, column {self.header}, row {shown}{en}: {self.why.en}.",
        )


def note(problems: list[Problem], table: RawTable, header: str, marked: pd.Series, why: Words) -> None:
    """Add a problem about the marked rows, once."""
    lines = tuple(int(line) for line in table.lines[np.flatnonzero(marked.to_numpy(bool))])
    problem = Problem(table.name, header, lines, why)
    if lines and problem not in problems:
        problems.append(problem)


def converted(
    table: RawTable, column: Column, origin: Origin, start: pd.Series, privacy: Privacy, problems: list[Problem]
) -> pd.Series:
    """Texts of one column of the contract; `start` holds everybody's first day."""
    if origin.value is not None:
        return pd.Series(origin.value, index=table.frame.index, dtype=str)
    texts = table.frame[origin.source].str.strip()
    if origin.conversion == "number" or (origin.conversion == "text" and column.kind in ("whole", "number")):
        return _number(table, column, origin.source, texts, problems)
    if origin.conversion == "text":
        return _text(table, column, origin, texts, privacy, problems)
    if origin.conversion == "age":
        group = groups_of_ages(texts)
        note(problems, table, origin.source, group.isna() & (texts != ""), _NOT_AN_AGE)
        return group.astype(object).where(group.notna(), "").astype(str)
    day = read_dates(table, origin.source, privacy, problems)
    if origin.conversion == "week":
        week = weeks(day, start).astype("string").fillna("").astype(str)
        return _number(table, column, origin.source, week, problems)
    made = age_groups(day, start) if origin.conversion == "age_group" else half_years(day)
    if origin.conversion == "age_group":
        note(problems, table, origin.source, (day.notna() & start.notna() & made.isna()), _NO_AGE)
    return made.astype(object).where(made.notna(), "").astype(str)


def read_dates(table: RawTable, header: str, privacy: Privacy, problems: list[Problem]) -> pd.Series:
    """The dates of one column; NaT where there is none."""
    texts = table.frame[header]
    found = dates(texts, privacy.dates)
    note(problems, table, header, found.isna() & (texts.str.strip() != ""), _NO_DATE)
    return found


def _text(
    table: RawTable, column: Column, origin: Origin, texts: pd.Series, privacy: Privacy, problems: list[Problem]
) -> pd.Series:
    """Codes by the recipe or the contract. A short name without a code only when k rows share it: a name of a person is rare."""
    spellings = origin.codes or (column.codes.code_of() if column.codes else {})
    if spellings:
        values, wrong = coded(texts, spellings)
        note(problems, table, origin.source, wrong, _NO_CODE)
        return values
    slug = texts.str.casefold().str.replace(" ", "-")
    wrong = ~slug.str.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}") & (slug != "")
    note(problems, table, origin.source, wrong, _NO_CODE)
    slug = slug.where(~wrong, "")
    if column.kind != "name":
        return slug
    rare = (slug != "") & (slug.map(slug.value_counts()) < privacy.k)
    note(problems, table, origin.source, rare, _RARE.fill(k=privacy.k))
    return slug.where(~rare, "")


def _number(table: RawTable, column: Column, header: str, texts: pd.Series, problems: list[Problem]) -> pd.Series:
    """Numbers within the bounds of the contract; anything else could be about somebody: a text, a number of a file, a date."""
    wrong = ~texts.str.fullmatch(r"[+-]?[0-9]{0,9}([.,][0-9]{1,6})?")
    note(problems, table, header, wrong, _NO_NUMBER)
    number = pd.to_numeric(texts.where(~wrong, "").str.replace(",", "."), errors="coerce")
    bound = 10**MOST_DIGITS - 1
    low = -bound if column.minimum is None else column.minimum
    high = bound if column.maximum is None else column.maximum
    beyond = number.notna() & ~number.between(low, high)
    note(problems, table, header, beyond, _BEYOND)
    return texts.where(~(wrong | beyond), "")
