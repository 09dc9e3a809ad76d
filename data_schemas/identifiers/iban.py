"""Bank account numbers (IBAN): country, two check digits and an account, that leave 1 when divided by 97."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

PATTERN = (
    r"(?:^|[^0-9A-Za-z])(?P<found>(?i:[A-Z]{2})[0-9]{2}(?: ?[0-9A-Za-z]{4}){2,7}(?: ?[0-9A-Za-z]{1,4})?)"
    r"(?:$|[^0-9A-Za-z])"
)
SHORTEST, LONGEST = 15, 34


def detect(texts: Texts) -> np.ndarray:
    """Texts with an account number that passes.

    >>> detect(Texts.of(["NL91ABNA0417164300", "NL91 ABNA 0417 1643 00", "NL92ABNA0417164300"])).tolist()
    [True, True, False]
    """
    places, found = texts.extracted(PATTERN, texts.digit_letter & texts.letters)
    if len(places) == 0:
        return texts.marked(places)
    plain = pc.utf8_upper(pc.replace_substring(found, " ", ""))
    lengths = pc.utf8_length(plain).to_numpy(zero_copy_only=False)
    turned = pc.binary_join_element_wise(pc.utf8_slice_codeunits(plain, 4), pc.utf8_slice_codeunits(plain, 0, 4), "")
    fits = (lengths >= SHORTEST) & (lengths <= LONGEST) & (_remainders(turned) == 1)
    return texts.marked(places[fits])


def _remainders(numbers: pa.Array) -> np.ndarray:
    """Remainder by 97 of texts in which a letter stands for its place in the alphabet plus 9 (A = 10), sign by sign."""
    padded = pc.utf8_rpad(numbers, LONGEST + 1, padding=" ")
    cut = pc.utf8_slice_codeunits(padded, 0, LONGEST + 1)
    text = "".join(cut.to_pylist()).encode("ascii")
    signs = np.frombuffer(text, np.uint8).reshape(len(numbers), LONGEST + 1).astype(np.int64)
    remainder = np.zeros(len(numbers), np.int64)
    for place in range(LONGEST + 1):
        sign = signs[:, place]
        letter = sign >= ord("A")
        grown = np.where(letter, remainder * 100 + sign - 55, remainder * 10 + sign - 48) % 97
        remainder = np.where(sign == ord(" "), remainder, grown)
    return remainder


IDENTIFIER = Identifier(
    "iban",
    Words("bankrekeningnummers (IBAN)", "bank account numbers (IBAN)"),
    "ISO 13616",
    detect,
    strong=detect,
    headers="iban rekeningnummer bankrekening bankrekeningnummer bankaccount accountnumber",
)
