"""E-mail addresses."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

# An @ that was written out, so that a program does not see it.
SPELLED = r"(?i)[a-z0-9._+-]{2,} ?[(\[{] ?(?:at|apenstaartje) ?[)\]}] ?[a-z0-9-]+(?:\.| ?[(\[]dot[)\]] ?)[a-z]{2,}"
PATTERN = r"[\p{L}0-9._%+'-]{1,64}@[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)*\.\p{L}{2,}"


def detect(texts: Texts) -> np.ndarray:
    """Texts with an address in them.

    >>> detect(Texts.of(["s.jansen@voorbeeld.nl", "@sanne", "mail: a@b.org."])).tolist()
    [True, False, True]
    """
    return texts.matching(PATTERN, texts.at_sign) | texts.matching(SPELLED, texts.letters & texts.holding("."))


IDENTIFIER = Identifier(
    "email",
    Words("e-mailadressen", "e-mail addresses"),
    Words("RFC 5322, de gangbare vorm", "RFC 5322, the form in common use"),
    detect,
    strong=detect,
    headers="email emailadres mailadres mail emailaddress",
)
