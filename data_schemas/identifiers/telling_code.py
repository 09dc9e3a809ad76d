"""Codes of clients that are no code: a name, initials, or a birth date in a column of pseudonyms.

A code is judged in the company of the others. `Sanne` among `K-001`, `K-002` stands out whether or not any list knows the name;
`client-12` does not, for all the others begin so too. Codes that were drawn at random are left alone: letters in them mean nothing.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow.compute as pc

from data_schemas.identifier import Identifier, Texts
from data_schemas.names import given_names
from data_schemas.words import Words

# Letters in one piece, with digits and marks before or behind them: a word, not a draw.
_WORDED = r"^[0-9]{0,8}[-_. ]?(?P<found>(?:\p{L}+[-_. ])*\p{L}{3,}(?:[-_. ]\p{L}+)*)[-_. ]?[0-9]{0,8}$"
_LETTERS = r"^(?P<found>\p{L}{2,4})$"
_INITIALS_YEAR = r"^(?P<found>\p{L}{1,4})[-_. ]?(?:19[89][0-9]|20[0-2][0-9])$"
_PREFIX = r"^(?P<found>\p{L}{1,4})[-_. ]?[0-9]"
_DAY, _MONTH, _YEAR = r"(?:0[1-9]|[12][0-9]|3[01])", r"(?:0[1-9]|1[0-2])", r"(?:19[89][0-9]|20[0-2][0-9])"
_EDGE = r"^\p{L}{0,5}[-_. ]?"
_BIRTH = rf"{_EDGE}(?:{_DAY}{_MONTH}{_YEAR}|{_YEAR}{_MONTH}{_DAY})(?:[-_. ]?\p{{L}}{{1,5}})?$"
_SHORT_BIRTH = rf"^\p{{L}}{{1,5}}[-_. ]?(?:{_DAY}{_MONTH}[0-9]{{2}}|[0-9]{{2}}{_MONTH}{_DAY})$"
_EIGHT, _SIX = rf"{_EDGE}[0-9]{{8}}(?:[-_. ]?\p{{L}}{{1,5}})?$", r"^\p{L}{1,5}[-_. ]?[0-9]{6}$"
_DRAWN = r"^(?:[0-9a-f]{8,}|[0-9A-F]{8,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
# A letter and twelve signs of base 32, as `evaluation anonymise` makes them.
_OURS = r"^(?:[A-Z]-)?(?:[A-Z2-7]{12}|[a-z2-7]{12})$"
_MIXED = r"\p{L}[0-9]+\p{L}|[0-9]\p{L}+[0-9]"
_VOWEL = r"(?i)[aeiouyàáâäèéêëìíîïòóôöùúûüıœ]"
# How many codes share a word before it is a label that they all carry, and the share of all codes that makes it one.
_SHARED, _MOST, _RARE = 3, 0.5, 0.01
_CHANCE = 0.5
_FEW = 4


def detect(texts: Texts) -> np.ndarray:
    """Codes in which a name, initials or a birth date can be read.

    >>> codes = [f"K-{number:03d}" for number in range(20)]
    >>> found = detect(Texts.of([*codes, "Selam", "SV-2008", "sdv030408", "K-021"]))
    >>> found[:20].any().item(), found[20:].tolist()
    (False, [True, True, True, False])
    >>> detect(Texts.of([f"client-{number}" for number in range(9)])).any().item()
    False
    >>> detect(Texts.of(["K-QEZARILANOTU", "K-7DTB2XKQ4MZN", "Selam"])).tolist()
    [False, False, True]
    """
    none = np.zeros(len(texts), bool)
    if not (texts.letters | texts.long_digits | texts.digits).any():
        return none
    if _drawn(texts):
        return none
    ours = texts.matching(_OURS)
    alone = ours if _share(ours) > _CHANCE else none  # one that looks like ours among others is no draw
    return (_worded(texts) | _initials(texts) | _births(texts)) & ~alone


def _drawn(texts: Texts) -> bool:
    """Whether most codes were drawn at random: hexadecimal, or letters and digits mixed, and hardly two that begin alike."""
    if _share(texts.matching(_DRAWN)) > _CHANCE:
        return True
    mixed = texts.matching(_MIXED, texts.letters | texts.digit_letter)
    return _share(mixed) > _CHANCE and len(pc.unique(pc.utf8_slice_codeunits(texts.array, 0, 4))) > _CHANCE * len(texts)


def _share(mask: np.ndarray) -> float:
    return float(mask.mean()) if len(mask) else 0.0


def _worded(texts: Texts) -> np.ndarray:
    """Codes around a word that others do not share; a given name even when a few do."""
    places, found = texts.extracted(_WORDED, texts.letters)
    if len(places) == 0:
        return texts.marked(places)
    folded = pc.utf8_lower(found)
    encoded = folded.dictionary_encode()
    code = encoded.indices.to_numpy(zero_copy_only=False)
    counts = np.bincount(code)
    first = pc.replace_substring_regex(encoded.dictionary, r"[-_. ].*$", "")
    given = np.array([word in given_names() for word in first.to_pylist()], bool)
    worded = pc.match_substring_regex(encoded.dictionary, _VOWEL).to_numpy(zero_copy_only=False).astype(bool)
    most = max(_MOST * len(texts), _FEW)
    telling = np.where(given, counts < most, worded & (counts < _SHARED) & (counts < most))
    # two or three codes that all carry the same word say nothing either
    telling &= ~((counts == len(texts)) & (len(texts) > 1) & ~given)
    return texts.marked(places[telling[code]])


def _initials(texts: Texts) -> np.ndarray:
    """Two to four letters and nothing else, or letters and a year of birth, where they differ from code to code."""
    found = np.zeros(len(texts), bool)
    places, before = texts.extracted(_PREFIX, texts.letters | texts.digits)
    prefixes = Counter(pc.utf8_lower(before).to_pylist())
    for pattern in (_LETTERS, _INITIALS_YEAR):
        places, letters = texts.extracted(pattern, texts.letters | texts.digits)
        folded = pc.utf8_lower(letters).to_pylist()
        if len(set(folded)) > len(places) / 2:
            found[places] = [prefixes[one] < _SHARED or prefixes[one] < _RARE * len(texts) for one in folded]
    return found


def _births(texts: Texts) -> np.ndarray:
    """Eight or six digits that are a day, a month and a year, where more are than chance explains."""
    found = np.zeros(len(texts), bool)
    for pattern, shape, among in ((_BIRTH, _EIGHT, texts.long_digits), (_SHORT_BIRTH, _SIX, texts.digits)):
        fits, comparable = texts.matching(pattern, among), texts.matching(shape, among)
        if fits.any() and fits.sum() > _CHANCE * comparable.sum():
            found |= fits
    return found


IDENTIFIER = Identifier(
    "telling_code",
    Words("codes met een naam, initialen of een geboortedatum", "codes with a name, initials or a birth date"),
    Words(
        "eigen regel: een code die afwijkt van de andere en waarin een woord, voorletters of een geboortedatum te lezen is",
        "own rule: a code that differs from the others and in which a word, initials or a birth date can be read",
    ),
    detect,
    certain_from=10**9,
    where="codes",
)
