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
LONGEST = 34
# Length by country as in the IBAN registry, so that a hexadecimal code is not taken for an account.
LENGTHS = {
    **{"AD": 24, "AE": 23, "AL": 28, "BA": 20, "BG": 22, "CH": 21, "CY": 28, "FR": 27, "GB": 22, "GE": 22, "GI": 23},
    **{"GR": 27, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LU": 20, "LV": 21, "MA": 28, "MC": 27, "MD": 24, "ME": 22},
    **{"MK": 19, "MT": 31, "NL": 18, "RO": 24, "RS": 22, "SA": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "XK": 20},
    **{"AT": 20, "BE": 16, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "HR": 21, "HU": 28, "LT": 20},
    **{"NO": 15, "PL": 28, "PT": 25, "SE": 24, "SI": 19, "SK": 24},
}
# Where the account is digits alone, and where it is a bank of four letters and then digits.
FORM = (
    r"^(?:(?:AT|BE|CZ|DE|DK|EE|ES|FI|HR|HU|IS|LT|MA|NO|PL|PT|SE|SI|SK)[0-9]+|(?:NL|GB|IE)[0-9]{2}[A-Z]{4}[0-9]+"
    r"|(?:A[DEL]|B[AG]|C[HY]|FR|G[EIR]|IT|L[IUV]|M[CDEKT]|R[OS]|S[AM]|T[NR]|UA|XK)[0-9]{2}[0-9A-Z]+)$"
)


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
    country = pc.index_in(pc.utf8_slice_codeunits(plain, 0, 2), value_set=pa.array(LENGTHS, pa.string()))
    expected = np.array([*LENGTHS.values(), -1])[pc.fill_null(country, -1).to_numpy(zero_copy_only=False)]
    formed = pc.match_substring_regex(plain, FORM).to_numpy(zero_copy_only=False).astype(bool)
    return texts.marked(places[(lengths == expected) & formed & (_remainders(turned) == 1)])


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
    Words("ISO 13616", "ISO 13616"),
    detect,
    strong=detect,
    headers="iban rekeningnummer bankrekening bankrekeningnummer bankaccount accountnumber",
)
