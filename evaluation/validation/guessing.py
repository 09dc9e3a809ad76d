"""What a cell or a header that does not fit probably is: told beside it, in words of the contract alone, never by what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.codelists import Code
from data_schemas.column import Column
from data_schemas.instruments import registry
from data_schemas.rules._instrument_names import meant
from data_schemas.words import Words
from evaluation.reading.meanings.codes import proposed

NOTHING = Words("", "")
_WEEKS = Words(
    "Het lijkt een datum. Vul het aantal weken sinds de start in, bijvoorbeeld 12.",
    "It looks like a date. Fill in the number of weeks since the start, for example 12.",
)
_DATE = Words("Het lijkt een datum.", "It looks like a date.")
_SERIAL = Words(
    "Het lijkt een datum: Excel bewaart een datum als een getal van vijf cijfers.",
    "It looks like a date: a spreadsheet keeps a date as a number of five digits.",
)
_WORDED = Words("Er staan woorden of een eenheid bij het getal.", "There are words or a unit beside the number.")
_DASH = Words(
    "Het minteken is een ander streepje; typ het streepje van het toetsenbord, zonder spatie.",
    "The minus is another dash; type that of the keyboard, without a space.",
)
_IN_MONTHS = Words(
    "Het lijkt een aantal maanden: een maand is ruim 4 weken, een halfjaar 26.",
    "It looks like a number of months: a month is somewhat more than 4 weeks, half a year 26.",
)
_UNKNOWN = Words("Het lijkt een teken voor 'onbekend'.", "It looks like a sign for 'unknown'.")
_DECIMALS = Words("Er staan cijfers achter de komma.", "There are decimals.")
_THOUSANDS = Words("Er staat een punt of komma tussen de duizendtallen.", "There is a point or comma between the thousands.")
_MONTH = Words(
    "Het lijkt een jaar met een maand: januari tot en met juni is -1, juli tot en met december is -2.",
    "It looks like a year with a month: January to June is -1, July to December is -2.",
)
_QUARTER = Words(
    "Het lijkt een kwartaal: Q1 en Q2 zijn -1, Q3 en Q4 zijn -2.",
    "It looks like a quarter: Q1 and Q2 are -1, Q3 and Q4 are -2.",
)
_YEAR = Words("Het lijkt alleen een jaar.", "It looks like a year alone.")
_MEANT = Words("Bedoelt u '{label}'? ", "Did you mean '{label}'? ")
# What says that a date stands there.
DATED = (_WEEKS, _DATE, _SERIAL)
_A_DATE = r"^[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}(?:[ T].*)?$|(?i)^[0-9]{1,2}[- ][a-z]{3,9}\.?[- ][0-9]{2,4}$"
_SIGN = r"(?i)^(?:n\.?v\.?t\.?|n/?a|nb|-+|\?+|\.+|onb(?:ekend)?\.?|unknown|x|geen|niet .*|nvt\.?|#n/[ab])$"
_NUMBERS = (
    (_A_DATE, _DATE),
    (_SIGN, _UNKNOWN),
    (r"^[0-9]{1,3}(?:[.,][0-9]{3})+$", _THOUSANDS),
    (r"^[+-]?[0-9]+[.,][0-9]+$", _DECIMALS),
    (r"^[−–—] ?[0-9]+(?:[.,][0-9]+)?$|^- [0-9]+$", _DASH),
    (r"(?i)[0-9] ?(?:m|mnd|mnden|maand(?:en)?|months?)\b", _IN_MONTHS),
    (r"[0-9]", _WORDED),
)
_MONTHS = "jan|feb|m(?:aa)?rt|mar|apr|mei|may|jun|jul|aug|sep|o[kc]t|nov|dec"
_HALF = Words(
    "Het lijkt een halfjaar, anders geschreven: bijvoorbeeld 2024-1.",
    "It looks like a half-year, written otherwise: for example 2024-1.",
)
_PERIODS = (
    (r"^(?:19|20)[0-9]{2}[-/ .]?(?:0?[1-9]|1[0-2])$", _MONTH),
    (rf"(?i)^(?:{_MONTHS})\w*[-' ./]*(?:(?:19|20)?[0-9]{{2}})$", _MONTH),
    (r"^(?:0?[1-9]|1[0-2])[-/ .](?:19|20)[0-9]{2}$", _MONTH),
    (
        r"(?i)^(?:q|k|kw|kwartaal) ?[1-4][-' /]*(?:19|20)[0-9]{2}$|^(?:19|20)[0-9]{2}[-' /]*(?:q|k|kw|kwartaal) ?[1-4]$",
        _QUARTER,
    ),
    (r"(?i)^(?:19|20)[0-9]{2}[-/ ]?(?:h|s)?[12]$|^(?:1e|2e|eerste|tweede) ?(?:helft|half ?jaar)", _HALF),
    (r"^(?:19|20)[0-9]{2}$", _YEAR),
    (_A_DATE, _DATE),
    (_SIGN, _UNKNOWN),
)
_LIKE_CODE = 0.75
# More distinct wrong texts than anyone mends by hand.
_MOST = 2_000
# More unknown questionnaires than anyone uses.
_MOST_NAMES = 40


def guesses(column: Column, rule: str, texts: pa.Array, wrong: np.ndarray) -> Iterator[tuple[Words, np.ndarray]]:
    """The distinct texts that break a rule, parted by what they probably are.

    Parameters
    ----------
    texts, wrong
        Distinct texts of a column, and which of them break the rule.

    Yields
    ------
    Words, ndarray
        A sentence (empty when nothing can be said), and the texts that it is about.
    """
    left = wrong.copy()
    if rule == "cell-not-in-list":
        yield from _codes(column, texts, left)
    if column.name == "instrument":
        yield from _instruments(texts, left)
    told: dict[Words, np.ndarray] = {}
    for pattern, words in _patterns(column, rule):
        found = left & pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).astype(bool)
        if found.any():
            told[words] = told.get(words, False) | found
            left &= ~found
    yield from told.items()
    if left.any():
        yield NOTHING, left


def _patterns(column: Column, rule: str) -> Sequence[tuple[str, Words]]:
    in_weeks = column.unit is not None and column.unit.nl == "weken"
    if rule == "cell-out-of-range" and in_weeks:
        return ((r"^(?:3[6-9]|4[0-9]|5[0-5])[0-9]{3}$", _SERIAL), (r"^(?:19|20)[0-9]{4}(?:[0-9]{2})?$", _WEEKS))
    if rule == "cell-not-period":
        return ((r"^(?:3[6-9]|4[0-9]|5[0-5])[0-9]{3}$", _SERIAL), *_PERIODS)
    if rule in ("cell-not-whole", "cell-not-number"):
        dated = tuple((pattern, _WEEKS if in_weeks and words is _DATE else words) for pattern, words in _NUMBERS)
        dated = dated if in_weeks else tuple(one for one in dated if one[1] is not _IN_MONTHS)
        return dated if rule == "cell-not-whole" else tuple(one for one in dated if one[1] is not _DECIMALS)
    return ()


def _instruments(texts: pa.Array, left: np.ndarray) -> Iterator[tuple[Words, np.ndarray]]:
    """Texts that are nearly the name of a questionnaire, by which; all are taken from `left`."""
    told: dict[Words, list[int]] = {}
    for at in np.flatnonzero(left)[:_MOST_NAMES].tolist():
        told.setdefault(meant(texts[at].as_py(), registry()), []).append(at)
    for guess, places in told.items():
        mask = np.zeros(len(left), bool)
        mask[places] = True
        left &= ~mask
        yield guess, mask


def _codes(column: Column, texts: pa.Array, left: np.ndarray) -> Iterator[tuple[Words, np.ndarray]]:
    """Texts that are nearly a choice of the list, by the choice; those are taken from `left`."""
    places = np.flatnonzero(left)[:_MOST]
    spellings = {**{entry.code: entry for entry in column.codes.codes}}
    spellings |= {label.casefold(): entry for entry in column.codes.codes for label in entry.label}
    meant: dict[str, list[int]] = {}
    written = texts.take(pa.array(places)).to_pylist()
    commonly = proposed(column, written)
    for at, text in zip(places.tolist(), written):
        near = get_close_matches(text.casefold(), list(spellings), n=1, cutoff=_LIKE_CODE)
        code = spellings[near[0]].code if near else commonly[text]
        if code:
            meant.setdefault(code, []).append(at)
    for code, found in meant.items():
        mask = np.zeros(len(left), bool)
        mask[found] = True
        left &= ~mask
        yield _MEANT.fill(label=column.codes.label(code)), mask


def meant_code(column: Column, guess: Words) -> Code | None:
    """The choice of a list that a guess is about; None for another guess."""
    codes = column.codes.codes if column.codes else ()
    return next((entry for entry in codes if _MEANT.fill(label=entry.label) == guess), None)
