"""What a cell or a header that does not fit probably is: told beside it, in words of the contract alone, never by what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.column import Column, Table
from data_schemas.words import Words
from evaluation.reading.headers import plain

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
_UNKNOWN = Words("Het lijkt een teken voor 'onbekend'.", "It looks like a sign for 'unknown'.")
_DECIMALS = Words("Er staan cijfers achter de komma.", "There are decimals.")
_THOUSANDS = Words("Er staat een punt of komma tussen de duizendtallen.", "There is a point or comma between the thousands.")
_MONTH = Words(
    "Het lijkt een jaar met een maand: januari tot en met juni is -1, juli tot en met december is -2.",
    "It looks like a year with a month: January to June is -1, July to December is -2.",
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
    (r"[0-9]", _WORDED),
)
_PERIODS = (
    (r"^(?:19|20)[0-9]{2}[-/ .]?(?:0?[1-9]|1[0-2])$", _MONTH),
    (r"^(?:19|20)[0-9]{2}$", _YEAR),
    (_A_DATE, _DATE),
    (_SIGN, _UNKNOWN),
)
_LIKE_HEADER, _LIKE_CODE = 0.72, 0.75
# More distinct wrong texts than anyone mends by hand.
_MOST = 2_000


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
    for pattern, words in _patterns(column, rule):
        found = left & pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).astype(bool)
        if found.any():
            yield words, found
            left &= ~found
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
        return dated if rule == "cell-not-whole" else tuple(one for one in dated if one[1] is not _DECIMALS)
    return ()


def _codes(column: Column, texts: pa.Array, left: np.ndarray) -> Iterator[tuple[Words, np.ndarray]]:
    """Texts that are nearly a choice of the list, by the choice; those are taken from `left`."""
    places = np.flatnonzero(left)[:_MOST]
    spellings = {**{entry.code: entry for entry in column.codes.codes}}
    spellings |= {label.casefold(): entry for entry in column.codes.codes for label in entry.label}
    meant: dict[str, list[int]] = {}
    for at, text in zip(places.tolist(), texts.take(pa.array(places)).to_pylist()):
        near = get_close_matches(text.casefold(), list(spellings), n=1, cutoff=_LIKE_CODE)
        if near:
            meant.setdefault(spellings[near[0]].code, []).append(at)
    for code, found in meant.items():
        mask = np.zeros(len(left), bool)
        mask[found] = True
        left &= ~mask
        yield _MEANT.fill(label=column.codes.label(code)), mask


def nearest_headers(table: Table, missing: Sequence[str], strange: Mapping[int, str]) -> dict[str, int]:
    """Which missing columns probably stand under a header that nobody knows: column by place, the nearest pairs first.

    >>> from data_schemas.tables import tables
    >>> nearest_headers(tables()["treatments"], ["client", "arm"], {1: "Clientnr", 4: "Lengte"})
    {'client': 1}
    """
    scores = sorted(
        (
            (_likeness(table.column(name), header), name, place)
            for name in missing
            for place, header in strange.items()
            if header.strip()
        ),
        reverse=True,
    )
    found: dict[str, int] = {}
    for score, name, place in scores:
        if score >= _LIKE_HEADER and name not in found and place not in found.values():
            found[name] = place
    return found


def _likeness(column: Column, header: str) -> float:
    written = plain(header)
    called = [plain(word) for word in (*column.label, column.name)]
    begins = any(
        len(name) >= 4 and (written.startswith(name) or name.startswith(written)) and len(written) >= 4 for name in called
    )
    return max([SequenceMatcher(None, written, name).ratio() for name in called] + [0.9 * begins])
