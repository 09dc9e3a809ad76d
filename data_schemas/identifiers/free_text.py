"""Free text: nobody can tell by machine what a sentence gives away, so there should be none."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

SENTENCE = r"(?:\p{L}[\p{L}'-]*[,;:.]?\s+){4,}\p{L}"
LONG = r"(?s)^.{80,}$"
STORY = r"(?:\p{L}[\p{L}'-]*[,;:.]?\s+){6,}\p{L}"


def detect(texts: Texts) -> np.ndarray:
    """Texts of five words or more, or of eighty signs or more.

    >>> detect(Texts.of(["Moeder belde omdat zij ziek is", "follow-up na 6 maanden", "te veel afspraken"])).tolist()
    [True, False, False]
    """
    return texts.matching(SENTENCE, texts.space) | texts.matching(LONG, texts.space)


def sure(texts: Texts) -> np.ndarray:
    """Texts of seven words or more: no short remark.

    >>> sure(Texts.of(["Moeder belde omdat zij weer ziek is", "Start ouderbegeleiding na de zomer"])).tolist()
    [True, False]
    """
    return texts.matching(STORY, texts.space) | texts.matching(LONG, texts.space)


IDENTIFIER = Identifier(
    "free_text",
    Words("stukken vrije tekst", "pieces of free text"),
    Words(
        "eigen regel: vijf woorden of meer achter elkaar (zeker vanaf zeven), of tachtig tekens",
        "own rule: five words or more in a row (certain from seven on), or eighty signs",
    ),
    detect,
    certain_share=0.1,
    headers="opmerking opmerkingen toelichting notitie notities bijzonderheden verslag commentaar remark "
    "remarks comment comments notes",
    by_header=False,
    sure=sure,
)
