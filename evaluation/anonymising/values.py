"""Dates to weeks, birth dates to age groups, own codes to the contract's: columns of text in, columns of text out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

_FORMS = {
    "dmy": ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y", "%d-%m-%y", "%d/%m/%y", "%d.%m.%y", "%Y%m%d"),
    "mdy": ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"),
    "ymd": ("%Y/%m/%d", "%Y%m%d", "%Y.%m.%d"),
}
_MONTHS = ("jan", "feb", "maa|mrt|mar", "apr", "mei|may", "jun", "jul", "aug", "sep", "okt|oct", "nov", "dec")
# A day as Excel counts it, where its cell was not formatted as a date: from 1954 to 2064.
_SERIAL, _SERIALS_FROM = r"[2-5][0-9]{4}(?:[.,]0+)?", pd.Timestamp(1899, 12, 30)
_AGES = (("under_12", 12), ("12_13", 14), ("14_15", 16), ("16_17", 18), ("18_20", 21), ("21_23", 24))


def dates(texts: pd.Series, order: str) -> pd.Series:
    """Dates in the given order of day, month and year, or as 2024-01-31, or as the number of days by which Excel
    keeps a date (45322), with a month in Dutch or English (31 januari 2024, 31-JAN-2024); a time of day is left out. NaT when not a date.

    >>> dates(pd.Series(["31-1-2024", "2024-01-31 10:30", "x", ""]), "dmy").dt.strftime("%Y-%m-%d").tolist()[:2]
    ['2024-01-31', '2024-01-31']
    """
    day = _months_as_numbers(texts.str.strip().str.replace(r"[T ]\d{1,2}:\d{2}.*$", "", regex=True))
    found = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    serial = pd.to_numeric(day.where(day.str.fullmatch(_SERIAL)), errors="coerce")
    found = found.fillna(_SERIALS_FROM + pd.to_timedelta(serial, unit="D"))
    for form in _FORMS[order]:
        found = found.fillna(pd.to_datetime(day.where(found.isna()), format=form, errors="coerce"))
    return found


def _months_as_numbers(day: pd.Series) -> pd.Series:
    """Days with a month in letters in the order day, month, year; others as they are."""
    named = day.str.contains(r"^\d{1,2}[ -][^\W\d_]{3,9}\.?[ -]\d{2,4}$", regex=True)
    if not named.any():
        return day
    text = day[named].str.casefold()
    for number, names in enumerate(_MONTHS, start=1):
        text = text.str.replace(rf"[ -](?:{names})[a-z]*\.?[ -]", f"-{number}-", regex=True)
    parts = text.str.extract(r"^(\d{1,2})-(\d{1,2})-(\d{4})$")
    iso = (parts[2] + "-" + parts[1].str.zfill(2) + "-" + parts[0].str.zfill(2)).where(parts.notna().all(axis=1), day[named])
    return day.where(~named, iso.reindex(day.index))


def weeks(day: pd.Series, start: pd.Series) -> pd.Series:
    """Whole weeks from the start, the first being 1: the first seven days are week 1, the seven before it week 0.

    >>> first = pd.to_datetime(pd.Series(["2024-01-01"] * 4))
    >>> weeks(pd.to_datetime(pd.Series(["2024-01-01", "2024-01-07", "2024-01-08", "2023-12-31"])), first).tolist()
    [1, 1, 2, 0]
    """
    apart = (day.dt.normalize() - start.dt.normalize()).dt.days
    return np.floor(apart / 7).add(1).astype("Int64")


def age_groups(birth: pd.Series, start: pd.Series) -> pd.Series:
    """The contract's age group at the start; missing for someone not born yet.

    >>> age_groups(pd.to_datetime(pd.Series(["2008-03-04", "2008-03-05"])), pd.to_datetime(pd.Series(["2024-03-04"] * 2))).tolist()
    ['16_17', '14_15']
    """
    had = (start.dt.month > birth.dt.month) | ((start.dt.month == birth.dt.month) & (start.dt.day >= birth.dt.day))
    age = start.dt.year - birth.dt.year - (~had).astype(int)
    return _grouped(age).where(birth.notna() & start.notna() & (age >= 0))


def groups_of_ages(texts: pd.Series) -> pd.Series:
    """The contract's age group of an age in years; missing for what is no age.

    >>> groups_of_ages(pd.Series(["15", "15,8", "x", "160"])).tolist()
    ['14_15', '14_15', nan, nan]
    """
    age = pd.to_numeric(texts.str.strip().str.replace(",", "."), errors="coerce")
    return _grouped(age).where(age.between(0, 120))


def _grouped(age: pd.Series) -> pd.Series:
    names = np.select([age < below for _, below in _AGES], [name for name, _ in _AGES], "24_or_older")
    return pd.Series(names, index=age.index, dtype=str)


def half_years(day: pd.Series) -> pd.Series:
    """The half-year of a date, such as 2024-1.

    >>> half_years(pd.to_datetime(pd.Series(["2024-06-30", "2024-07-01"]))).tolist()
    ['2024-1', '2024-2']
    """
    half = np.where(day.dt.month <= 6, "1", "2")
    return (day.dt.year.astype("Int64").astype("string") + "-" + half).astype(object).where(day.notna())


def coded(texts: pd.Series, codes: Mapping[str, str]) -> tuple[pd.Series, pd.Series]:
    """The contract's code for each own code (case ignored), and which texts have none.

    >>> coded(pd.Series(["v", "M", "x", ""]), {"V": "girl", "m": "boy"})[1].tolist()
    [False, False, True, False]
    """
    known = {own.strip().casefold(): code for own, code in codes.items()}
    folded = texts.str.strip().str.casefold()
    return folded.map(known).fillna(""), ~folded.isin(known.keys()) & (folded != "")
