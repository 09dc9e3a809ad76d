"""Names of people: from a list, by their company (initials, a title, "moeder", "van den"), or a capital where none is due.

Content is judged by column: a place or a product can be written like a name. A header that says "name" settles it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from data_schemas.identifier import Identifier, Texts
from data_schemas.names.people import full_names, naming
from data_schemas.words import Words


def detect(texts: Texts) -> np.ndarray:
    """Texts in which somebody is named.

    >>> detect(Texts.of(["Sanne", "gesprek met Selamawit", "P. van den Berg", "Jansen, Piet", "girl", "open care"])).tolist()
    [True, True, True, True, False, False]
    """
    return _where(texts, lambda among: naming(among).maybe)


def sure(texts: Texts) -> np.ndarray:
    """Texts in which a name leaves little doubt: a given name with a family name, initials or a title before one."""
    return _where(texts, lambda among: naming(among).sure)


def in_labels(texts: Texts) -> np.ndarray:
    """Names in headers and names of sheets, which are full of words that no dictionary has: a strange word alone is nobody there.

    >>> in_labels(Texts.of(["Clientnr", "Score Fatima"])).tolist()
    [False, True]
    """
    return _where(texts, lambda among: naming(among).without_strangers)


def in_short_names(texts: Texts) -> np.ndarray:
    """Short names of providers, programmes and arms that are somebody's full name.

    >>> in_short_names(Texts.of(["sanne-de-vries", "veilig-verder"])).tolist()
    [True, False]
    """
    return _where(texts, full_names)


def _where(texts: Texts, judge: Callable[[pa.Array], np.ndarray]) -> np.ndarray:
    """The judgement, over the texts that could hold a name at all."""
    found = np.zeros(len(texts), bool)
    places = np.flatnonzero(texts.letters | texts.holding("."))
    if len(places):
        found[places] = judge(texts.array.take(pa.array(places)))
    return found


IDENTIFIER = Identifier(
    "name",
    Words("namen van mensen", "names of people"),
    Words(
        "eigen regel: voornamen, voorletters, titels en familiewoorden, en hoofdletters die geen woord uit de woordenlijst van "
        "OpenTaal zijn",
        "own rule: given names, initials, titles and words for relatives, and capitals that are no word of OpenTaal's list",
    ),
    detect,
    certain_from=3,
    certain_share=0.08,
    headers="naam voornaam achternaam roepnaam voorletters initialen tussenvoegsel geslachtsnaam meisjesnaam "
    "name firstname lastname surname familyname givenname initials moeder vader ouders mother father "
    "behandelaar therapeut voogd contactpersoon nickname bijnaam",
    sure=sure,
    where="text",
)
