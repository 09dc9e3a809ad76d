"""Dutch postcodes: four digits, the first not 0, and two letters, not SA, SD or SS. One covers some twenty houses."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

_LETTERS = r"(?:[A-RT-Z][A-Z]|S[BCE-RT-Z])"
PATTERN = rf"(?:^|[^0-9A-Za-z_-])[1-9][0-9]{{3}} ?{_LETTERS}(?:$|[^0-9A-Za-z_-])|^[1-9][0-9]{{3}}(?i:{_LETTERS})$"
SPACED = rf"(?:^|[^0-9A-Za-z_-])[1-9][0-9]{{3}} {_LETTERS}(?:$|[^0-9A-Za-z_-])"


def detect(texts: Texts) -> np.ndarray:
    """Texts with a postcode in them.

    >>> detect(Texts.of(["3511 LX", "Kerkstraat 1, 3511LX Utrecht", "1234SS", "0123AB", "A1234BC"])).tolist()
    [True, True, False, False, False]
    """
    return texts.matching(PATTERN, texts.digits & texts.digit_letter)


def strong(texts: Texts) -> np.ndarray:
    """Written with its space."""
    return texts.matching(SPACED, texts.digits & texts.digit_letter & texts.space)


IDENTIFIER = Identifier(
    "postcode",
    Words("postcodes of adressen", "postcodes or addresses"),
    Words("PostNL; NEN 5825", "PostNL; NEN 5825"),
    detect,
    strong=strong,
    headers="postcode pc4 pc6 adres straat straatnaam huisnummer woonplaats woonadres address street zipcode "
    "postalcode housenumber",
)
