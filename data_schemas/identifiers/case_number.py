"""Numbers of files about a person: of the public prosecutor (parketnummer), of CoMensha, of the provider."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

PROSECUTOR = r"(?:^|[^0-9])[0-9]{2}[/-][0-9]{6}[-/][0-9]{2}(?:$|[^0-9])"

CALLED = (
    r"(?i)(?:^|[^\p{L}])(?:epd|ecd|dossier|cli[eë]nt|pati[eë]nt|zaak|parket|registratie|comensha|polis|burger|relatie|lidmaatschaps|mutatie"
    r"|proces-?verbaal|aangifte|rekest|beschikkings?|melding|bvh)"
    r"[- ]?(?:nummer|nr|no|id)?[.:#= ]{0,3}(?:[A-Z]{1,3}[- ]?)?[0-9]{4,}(?:$|[^0-9])"
)


# Courts (C/10/654321 / JE RK 23-1234) and police (PL1300-2024012345).
COURT = r"(?:^|[^0-9A-Za-z])(?:[CKE]/[0-9]{2}/[0-9]{5,6}|(?:JE|FA|KG|HA) ?(?:RK|ZA) ?[0-9]{2}[-/ ][0-9]{2,5}|PL[0-9]{4}-[0-9]{6,12})(?:$|[^0-9])"


def detect(texts: Texts) -> np.ndarray:
    """Texts with a prosecutor's number (place, six digits, year), or with a number that is called one of a file.

    >>> detect(Texts.of(["16/706123-19", "16-706123", "zie EPD 204511", "dossiernr. 88123", "dossier 12"])).tolist()
    [True, False, True, True, False]
    """
    return (
        texts.matching(PROSECUTOR, texts.digits & texts.marked_digits)
        | texts.matching(CALLED, texts.digits & texts.letters)
        | texts.matching(COURT, texts.letters & texts.holding("-") | texts.holding("/"))
    )


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
    "cliëntnr patientnummer patiëntnummer ecd epd polisnummer caseid casenumber filenumber",
    where="text",
)
