"""Dutch postcodes (four digits, the first not 0, and two letters, not SA, SD or SS; one covers some twenty houses), and streets with a
number."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

_LETTERS = r"(?:[A-RT-Z][A-Z]|S[BCE-RT-Z])"
PATTERN = rf"(?:^|[^0-9A-Za-z_-])[1-9][0-9]{{3}} ?{_LETTERS}(?:$|[^0-9A-Za-z_-])|^[1-9][0-9]{{3}}(?i:{_LETTERS})$"
# In small letters only beside something else that says where it is.
SMALL = rf"(?:^|[^0-9A-Za-z_-])[1-9][0-9]{{3}} (?i:{_LETTERS}),? \p{{Lu}}\p{{Ll}}+|(?i:postcode:? [1-9][0-9]{{3}} ?{_LETTERS})(?:$|[^0-9A-Za-z_-])"
SPACED = rf"(?:^|[^0-9A-Za-z_-])[1-9][0-9]{{3}} {_LETTERS}(?:$|[^0-9A-Za-z_-])"

_WAYS = "straat laan weg plein gracht kade hof dijk singel steeg dreef plantsoen pad park markt baan wal ring oord erf gaarde"
STREET = (
    rf"(?:^|[^\p{{L}}])\p{{Lu}}[\p{{L}}.'-]*(?: \p{{Lu}}?[\p{{L}}.'-]+){{0,3}}?(?:{_WAYS.replace(' ', '|')}| (?:{_WAYS.title().replace(' ', '|')}))"
    r"\s+[0-9]{1,4}\s?[a-zA-Z]?(?:$|[^0-9A-Za-z])"
)


# Laan van Meerdervoort 221, Plein 1944 nr 8
_BEFORE = (
    rf"(?:^|[^\p{{L}}])(?:{_WAYS.title().replace(' ', '|')})(?: (?:van|van de|van den|van der|der|de|den|ten|ter))?"
    r" (?:\p{Lu}[\p{L}.'-]+|[0-9]{4})(?: \p{Lu}[\p{L}.'-]+)?,? (?:nr\.? |nummer )?[0-9]{1,4}\s?[a-zA-Z]?(?:$|[^0-9A-Za-z])"
)


def detect(texts: Texts) -> np.ndarray:
    """Texts with a postcode in them.

    >>> detect(Texts.of(["3511 LX", "Kerkstraat 1, 3511LX Utrecht", "Lange Dijk 12b", "1234SS", "0123AB"])).tolist()
    [True, True, True, False, False]
    """
    return (
        texts.matching(PATTERN, texts.digits & texts.digit_letter)
        | texts.matching(SMALL, texts.digits & texts.letters)
        | texts.matching(f"{STREET}|{_BEFORE}", texts.letters & texts.space)
    )


def strong(texts: Texts) -> np.ndarray:
    """A postcode written with its space."""
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
