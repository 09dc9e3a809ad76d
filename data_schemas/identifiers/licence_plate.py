"""Dutch licence plates, in the forms (sidecodes) that the RDW issues: letters and digits in three groups with hyphens."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

_L = r"[BDFGHJKLMNPRSTVXZ]"
_GROUPS = (
    *(rf"{_L}{{2}}-[0-9]{{2}}-[0-9]{{2}}", rf"[0-9]{{2}}-[0-9]{{2}}-{_L}{{2}}", rf"[0-9]{{2}}-{_L}{{2}}-[0-9]{{2}}"),
    *(rf"{_L}{{2}}-[0-9]{{2}}-{_L}{{2}}", rf"{_L}{{2}}-{_L}{{2}}-[0-9]{{2}}", rf"[0-9]{{2}}-{_L}{{2}}-{_L}{{2}}"),
    *(
        rf"[0-9]{{2}}-{_L}{{3}}-[0-9]",
        rf"[0-9]-{_L}{{3}}-[0-9]{{2}}",
        rf"{_L}{{2}}-[0-9]{{3}}-{_L}",
        rf"{_L}-[0-9]{{3}}-{_L}{{2}}",
    ),
    *(
        rf"{_L}{{3}}-[0-9]{{2}}-{_L}",
        rf"{_L}-[0-9]{{2}}-{_L}{{3}}",
        rf"[0-9]-{_L}{{2}}-[0-9]{{3}}",
        rf"[0-9]{{3}}-{_L}{{2}}-[0-9]",
    ),
)
PATTERN = rf"(?:^|[^0-9A-Za-z-])(?:{'|'.join(_GROUPS)})(?:$|[^0-9A-Za-z-])"


CALLED = r"(?i)kenteken(?:plaat)?:? (?:is )?(?:[a-z]{1,3}[- ]?[0-9]{1,3}[- ]?[a-z0-9]{1,3}|[0-9]{1,3}[- ]?[a-z]{1,3}[- ]?[0-9a-z]{1,3})(?:$|[^0-9a-z])"


def detect(texts: Texts) -> np.ndarray:
    """Texts with a licence plate.

    >>> detect(Texts.of(["auto van vriend: 12-XKB-3", "K-014", "GB-001-B", "2024-1"])).tolist()
    [True, False, True, False]
    """
    return texts.matching(PATTERN, texts.holding("-")) | texts.matching(CALLED, texts.letters)


IDENTIFIER = Identifier(
    "licence_plate",
    Words("kentekens", "licence plates"),
    Words("RDW: sidecodes van Nederlandse kentekens", "RDW: forms (sidecodes) of Dutch licence plates"),
    detect,
    certain_from=3,
    headers="kenteken kentekens licenceplate rijbewijs rijbewijsnummer paspoort paspoortnummer idkaart documentnummer passport",
    where="text",
)
