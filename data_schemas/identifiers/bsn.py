"""BSN, the Dutch citizen service number: eight or nine digits that pass the test of eleven.

With the digits d1 to d9 (eight digits get a zero in front), 9 d1 + 8 d2 + ... + 2 d8 - d9 is a multiple of 11. One
random number in eleven passes too, so a column is judged as a whole: more than half of its nine-digit values must pass.
A single value that passes is possible, no more. Spreadsheets drop a leading zero; eight digits count once the column is
judged.
"""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from data_schemas.identifier import Identifier, Texts, number_table
from data_schemas.words import Words

WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])
_MARKED = r"[0-9]{4}[. ][0-9]{2}[. ][0-9]{3}|[0-9]{3}[. ][0-9]{3}[. ][0-9]{3}"
PATTERN = rf"(?:^|[^0-9])(?P<found>[0-9]{{8,9}}|{_MARKED})(?:$|[^0-9])"
NINE = rf"(?:^|[^0-9])(?:[0-9]{{9}}|{_MARKED})(?:$|[^0-9])"


def detect(texts: Texts) -> np.ndarray:
    """Texts with a number that passes.

    >>> detect(Texts.of(["111222333", "111252333", "BSN 1112.22.333", "0"])).tolist()
    [True, False, True, False]
    """
    places, found = texts.extracted(PATTERN, texts.long_digits | texts.marked_digits)
    if len(places) == 0:
        return texts.marked(places)
    digits = number_table(pc.replace_substring_regex(found, "[. ]", ""), 9)
    return texts.marked(places[(digits @ WEIGHTS % 11 == 0) & digits.any(axis=1)])


def comparable(texts: Texts) -> np.ndarray:
    """Texts with nine digits in the form of a BSN."""
    return texts.matching(NINE, texts.long_digits | texts.marked_digits)


IDENTIFIER = Identifier(
    "bsn",
    Words("burgerservicenummers (BSN)", "citizen service numbers (BSN)"),
    Words(
        "Wet algemene bepalingen burgerservicenummer; Logisch Ontwerp BSN",
        "Wet algemene bepalingen burgerservicenummer; Logisch Ontwerp BSN",
    ),
    detect,
    comparable,
    certain_from=3,
    certain_share=0.5,
    possible_share=0.5,
    headers="bsn burgerservicenummer sofinummer sofi citizenservicenumber",
)
