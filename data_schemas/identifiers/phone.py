"""Telephone numbers: Dutch ones of ten digits, and any with an international prefix.

Ten digits from 0 on can also be a case number, so digits without any mark are judged by column; a prefix (+31, 0031) or
a mobile number with its mark (06-12345678) can be nothing else.
"""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

# what can stand before a number; a point or comma after a digit makes it the end of a decimal
BEFORE = "(?:^|[^0-9A-Za-z.,{signs}]|(?:^|[^0-9])[.,])"
# the first digits of the numbering plan: areas (1 to 5 and 7), mobile (6), other services (8)
TEN = BEFORE.format(signs="_-") + r"\(?(?:0[ -]?[1-8]|06)\)?(?:[ )–-]{0,3}[0-9]){8}(?:$|[^0-9A-Za-z_-])"
PREFIXED = (
    BEFORE.format(signs="+") + r"(?:\+|00)(?:3[0-9]|4[0-9]|2[0-9]{2}|5[0-9]{1,2}|90|9[0-9]{2})"
    r"(?:[ ().-]{0,3}[0-9]){7,10}(?:$|[^0-9A-Za-z])"
)
MOBILE = BEFORE.format(signs="") + r"06[ .–-]{1,3}(?:[1-9])(?:[ .-]?[0-9]){7}(?:$|[^0-9A-Za-z])"


def detect(texts: Texts) -> np.ndarray:
    """Texts with a number in them.

    >>> detect(Texts.of(["06-12345678", "tel.0201234567", "(020) 1234567", "+31 6 1234 5678"])).tolist()
    [True, True, True, True]
    >>> detect(Texts.of(["2024-1", "0001234567", "0.0201234567"])).tolist()
    [False, False, False]
    """
    return texts.matching(TEN, texts.digits | texts.marked_digits) | strong(texts)


def strong(texts: Texts) -> np.ndarray:
    """Numbers with an international prefix, and mobile numbers written as such.

    >>> strong(Texts.of(["06 12345678", "0612345678", "0031612345678"])).tolist()
    [True, False, True]
    """
    among = texts.digits | texts.marked_digits
    return texts.matching(PREFIXED, among) | texts.matching(MOBILE, among)


IDENTIFIER = Identifier(
    "phone",
    Words("telefoonnummers", "telephone numbers"),
    Words("Nummerplan telefoon- en ISDN-diensten; ITU-T E.164", "Nummerplan telefoon- en ISDN-diensten; ITU-T E.164"),
    detect,
    strong=strong,
    headers="telefoon telefoonnummer tel telnr telefoonnr mobiel mobielnummer gsm phone phonenumber telephone mobile whatsapp",
)
