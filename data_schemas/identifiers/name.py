"""Names of people: by given name, by initials, or by the way a surname is written.

Content is judged by column: a place or a product can be written like a name. A header that says "name" settles it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

_PARTICLE = r"(?:van|von|de|der|den|het|'t|ten|ter|te|el|al|ben|bin|du|da|dos|la|le)"
_SURNAME = rf"(?:{_PARTICLE} ){{0,3}}\p{{Lu}}[\p{{L}}'-]+(?:[ -]\p{{Lu}}[\p{{L}}'-]+)?"
INITIALS = rf"^(?:(?:mevr|mw|dhr|mr|mrs|ms|drs|dr)\.? )?(?:\p{{Lu}}\p{{Ll}}?\. ?){{1,5}}{_SURNAME}$"
TURNED = rf"^{_SURNAME}, ?(?:\p{{Lu}}\p{{Ll}}?\.? ?){{1,5}}(?:{_PARTICLE} ?){{0,3}}$"
PARTICLES = rf"^\p{{Lu}}\p{{L}}+ {_PARTICLE} (?:{_PARTICLE} )?\p{{Lu}}\p{{L}}+$"
# one to four words, of which the first may be a given name
WORDS = rf"^(?P<found>\p{{L}}{{2,}}(?:-\p{{L}}+)?)(?:,? (?:{_PARTICLE}|\p{{L}}\.|\p{{Lu}}[\p{{L}}'-]*)){{0,4}}$"
LAST_FIRST = r"^\p{Lu}[\p{L}' -]+, ?(?P<found>\p{Lu}\p{L}+)(?: .*)?$"


def detect(texts: Texts) -> np.ndarray:
    """Texts that are, as a whole, a name.

    >>> detect(Texts.of(["Sanne", "sanne de Vries", "P. van den Berg", "Jansen, Piet", "girl", "open care"])).tolist()
    [True, True, True, True, False, False]
    """
    comma = texts.letters & texts.holding(",")
    found = (
        texts.matching(INITIALS, texts.letters & texts.holding("."))
        | texts.matching(TURNED, comma)
        | texts.matching(PARTICLES, texts.letters & texts.space)
    )
    for pattern, among in ((WORDS, texts.letters), (LAST_FIRST, comma)):
        places, words = texts.extracted(pattern, among & ~texts.digits)
        if len(places):
            known = pc.is_in(pc.utf8_lower(words), value_set=_given_names()).to_numpy(zero_copy_only=False)
            found |= texts.marked(places[known])
    return found


@cache
def _given_names() -> pa.Array:
    text = resources.files("data_schemas.identifiers").joinpath("given_names.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return pa.array(sorted({name for line in lines for name in line.split()}), pa.string())


IDENTIFIER = Identifier(
    "name",
    Words("namen van mensen", "names of people"),
    Words(
        "eigen regel: gangbare voornamen, voorletters en de vormen van Nederlandse achternamen",
        "own rule: given names in common use, initials, and the forms of Dutch surnames",
    ),
    detect,
    certain_from=3,
    certain_share=0.08,
    headers="naam voornaam achternaam roepnaam voorletters initialen tussenvoegsel geslachtsnaam meisjesnaam "
    "name firstname lastname surname familyname givenname initials moeder vader ouders mother father "
    "behandelaar therapeut voogd contactpersoon nickname bijnaam",
)
