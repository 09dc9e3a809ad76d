"""V-number, the number of a foreign national with the immigration service: ten digits, without a public check digit.

Ten digits alone prove nothing, so content makes it possible at most; a header settles it.
"""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

PATTERN = r"(?:^|[^0-9])[1-9][0-9]{9}$"
WRITTEN = r"(?i)(?:^|[^a-z])(?:v-?nummer|v-?nr|v-?number|vreemdelingennummer)[^0-9a-z]{0,4}[0-9]{10}(?:$|[^0-9])"


def detect(texts: Texts) -> np.ndarray:
    """Texts of ten digits, or with ten digits that are called a V-number.

    >>> detect(Texts.of(["2871234567", "V-nummer: 2871234567", "287123456"])).tolist()
    [True, True, False]
    """
    return texts.matching(PATTERN, texts.long_digits) | strong(texts)


def strong(texts: Texts) -> np.ndarray:
    """Texts that say it is one."""
    return texts.matching(WRITTEN, texts.long_digits & texts.letters)


IDENTIFIER = Identifier(
    "v_number",
    Words("vreemdelingennummers (V-nummer)", "foreign national's numbers (V-number)"),
    Words(
        "Immigratie- en Naturalisatiedienst: V-nummer, tien cijfers",
        "Immigratie- en Naturalisatiedienst: V-nummer, tien cijfers",
    ),
    detect,
    lambda texts: texts.matching(r"^[0-9]{6,}$", texts.digits) | strong(texts),
    strong,
    certain_share=1.0,
    possible_share=0.8,
    headers="vnummer vnr vreemdelingennummer vreemdelingnummer vnumber aliennumber",
)
