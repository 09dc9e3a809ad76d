"""Numbers of files about a person: of the public prosecutor (parketnummer), of CoMensha, of the provider."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

PROSECUTOR = r"(?:^|[^0-9])[0-9]{2}[/-][0-9]{6}[-/][0-9]{2}(?:$|[^0-9])"


def detect(texts: Texts) -> np.ndarray:
    """Texts with a prosecutor's number: place, six digits, year.

    >>> detect(Texts.of(["16/706123-19", "16-706123"])).tolist()
    [True, False]
    """
    return texts.matching(PROSECUTOR, texts.digits & texts.marked_digits)


IDENTIFIER = Identifier(
    "case_number",
    Words("dossier- of zaaknummers", "file or case numbers"),
    Words(
        "Openbaar Ministerie: parketnummer; CoMensha: registratienummer",
        "Openbaar Ministerie: parketnummer; CoMensha: registratienummer",
    ),
    detect,
    strong=detect,
    headers="parketnummer comensha zaaknummer dossiernummer dossier clientnummer clientnr cliëntnummer "
    "cliëntnr patientnummer patiëntnummer ecd epd polisnummer kenteken caseid casenumber filenumber",
)
