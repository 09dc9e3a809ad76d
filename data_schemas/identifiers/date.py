"""Dates: a birth date or the day of admission singles a person out. A half-year such as 2024-1 is not a date."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19[0-9]{2}|20[0-4][0-9])"
_NAMES = r"(?:jan|feb|mrt|maart|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*"
_EDGE, _END = r"(?:^|[^0-9A-Za-z])", r"(?:$|[^0-9])"
MARKED = (
    rf"{_EDGE}(?:{_DAY}[-/. ]{_MONTH}[-/. ]{_YEAR}|{_MONTH}/{_DAY}/{_YEAR}|{_YEAR}[-/.]{_MONTH}[-/.]{_DAY})"
    rf"(?:T|{_END})"
)
SHORT = rf"^{_DAY}[-/.]{_MONTH}[-/.](?:[0-9]{{2}})$"
SPELLED = (
    rf"(?i)(?:{_EDGE}{_DAY}[- .]{{1,2}}{_NAMES}[- .]{{1,2}}'?(?:{_YEAR}|[0-9]{{2}}){_END}"
    rf"|{_NAMES} {_DAY},? {_YEAR}{_END})"
)
_TWO_DAY, _TWO_MONTH = r"(?:0[1-9]|[12][0-9]|3[01])", r"(?:0[1-9]|1[0-2])"
DIGITS = rf"(?:^|[^0-9])(?:{_YEAR}{_TWO_MONTH}{_TWO_DAY}|{_TWO_DAY}{_TWO_MONTH}{_YEAR})(?:$|[^0-9])"
EIGHT = r"(?:^|[^0-9])[0-9]{8}(?:$|[^0-9])"
# Days within a text: without a year, or with a year of two digits.
WITHIN = rf"{_EDGE}{_DAY}[-/.]{_MONTH}[-/.](?:[0-9]{{2}})(?:$|[^0-9.])"
_CALLED = r"(?:^|[^\p{L}])(?:geb|geboren|geb\.dat|geboortejaar|born|dob)[.:]*\s+(?:in |op |on )?"
BORN = rf"(?i){_CALLED}(?:[0-9]{{1,2}}[-/. ][0-9]{{1,2}}|[0-9]{{6}}|{_YEAR}|{_DAY} {_NAMES})"
NAMED_DAY = (
    rf"(?i){_EDGE}{_DAY} (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december){_END}"
)


def detect(texts: Texts) -> np.ndarray:
    """Texts with a date in them.

    >>> detect(Texts.of(["03-04-2008", "3 mrt. 2008", "20080403", "geb. 3-4-08", "2024-1", "12-13"])).tolist()
    [True, True, True, True, False, False]
    """
    digits, spelled = texts.letters & texts.digits, texts.letters & texts.space
    return (
        strong(texts)
        | texts.matching(DIGITS, texts.long_digits)
        | texts.matching(SHORT, texts.marked_digits)
        | texts.matching(WITHIN, texts.marked_digits & texts.letters)
        | texts.matching(BORN, digits | (texts.letters & texts.marked_digits) | spelled)
        | texts.matching(NAMED_DAY, spelled)
    )


def comparable(texts: Texts) -> np.ndarray:
    """Texts of eight digits, which may be a date by chance, and those that are one in any other way."""
    return texts.matching(EIGHT, texts.long_digits) | (detect(texts) & ~texts.matching(DIGITS, texts.long_digits))


def strong(texts: Texts) -> np.ndarray:
    """Dates with marks between day, month and a year of four digits, or with the month in letters."""
    return texts.matching(MARKED, texts.marked_digits & texts.digits) | texts.matching(SPELLED, texts.letters & texts.digits)


IDENTIFIER = Identifier(
    "date",
    Words("datums", "dates"),
    Words(
        "ISO 8601; de Nederlandse en Engelse schrijfwijzen van een datum",
        "ISO 8601; the Dutch and English ways of writing a date",
    ),
    detect,
    comparable,
    strong=strong,
    possible_share=0.05,
    headers="datum geboortedatum startdatum einddatum geboren geboortedag overlijdensdatum date dateofbirth "
    "dob birthdate birthday geboortejaar",
)
