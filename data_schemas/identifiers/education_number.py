"""Education number (onderwijsnummer, PGN): nine digits that begin with 10 and leave 5 in the test of eleven."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts, number_table
from data_schemas.identifiers.bsn import WEIGHTS
from data_schemas.words import Words

PATTERN = r"(?:^|[^0-9])(?P<found>10[0-9]{7})(?:$|[^0-9])"


def detect(texts: Texts) -> np.ndarray:
    """Texts with a number that passes: 9 d1 + 8 d2 + ... + 2 d8 - d9 leaves 5 when divided by 11.

    >>> detect(Texts.of(["101222331", "101222332"])).tolist()
    [True, False]
    """
    places, found = texts.extracted(PATTERN, texts.long_digits)
    if len(places) == 0:
        return texts.marked(places)
    return texts.marked(places[number_table(found, 9) @ WEIGHTS % 11 == 5])


IDENTIFIER = Identifier(
    "education_number",
    Words("onderwijsnummers", "education numbers"),
    Words("Wet register onderwijsdeelnemers; DUO", "Wet register onderwijsdeelnemers; DUO"),
    detect,
    lambda texts: texts.matching(PATTERN, texts.long_digits),
    certain_from=2,
    certain_share=0.5,
    possible_share=0.5,
    headers="onderwijsnummer pgn persoonsgebondennummer leerlingnummer educationnumber",
)
