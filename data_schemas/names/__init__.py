"""Word lists by which a name is told from any other word, and the reading of texts word by word. NOTICE.md says where each is from."""

from __future__ import annotations

import lzma
from functools import cache
from importlib import resources

_HERE = resources.files(__name__)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Between a given name and a family name.
PARTICLES = _set(
    "van von vd v.d v.d. de der den d' het 't ten ter te el al ben bin bint abu abd ait aït ould da dos do di du la le les op in in't"
    " aan onder over uit uijt voor tot"
)
# After these a word that is in no dictionary is a name, whether it has a capital or not.
RELATIONS = _set(
    "moeder mama mam vader papa ouder ouders zus zusje zusjes zussen broer broertje broertjes broers tante oom oma opa nicht nichtje"
    " neef neefje dochter zoon stiefmoeder stiefvader stiefzus stiefbroer stiefdochter stiefzoon pleegmoeder pleegvader pleegzus"
    " pleegbroer pleegouder pleegouders schoonmoeder schoonzus schoonbroer halfzus halfbroer tweelingzus vriend vriendin vriendje"
    " vriendinnetje vrienden partner man vrouw loverboy pooier mentor mentrix voogd gezinsvoogd jeugdbeschermer jeugdwerker"
    " behandelaar therapeut therapeute psycholoog psychologe psychiater begeleider begeleidster coach leerkracht docent docente"
    " juf meester buurvrouw buurman buurmeisje buurjongen klasgenoot klasgenote meisje jongen jongere cliënt cliënte client baby kind"
    " kindje collega tolk advocaat huisarts verdachte dader slachtoffer heet heette heten genaamd genoemd roepnaam voornaam achternaam"
    " naam bijnaam contactpersoon dokter arts kinderarts gedragswetenschapper orthopedagoog namens ex exvriend ex-vriend ex-vriendin exvriendin"
    " ex-partner schoonvader schoonouders peettante peetoom buren kennis klant handler"
    " mother father sister brother aunt uncle friend boyfriend girlfriend daughter son named called"
)
# After these a capitalised word is a name even when it is a word as well.
TITLES = _set("mevrouw mevr mw mvr meneer dhr heer hr mr mrs ms miss drs dr ir ing prof juffrouw zuster")
# What may stand between such a word and the name.
BETWEEN = _set(". : ( , - – is was heet heette genaamd genoemd haar zijn named called")
# Ends a sentence, or begins one as good as.
ENDS = frozenset(
    [
        ".",
        "!",
        "?",
        ":",
        ";",
        "/",
        "(",
        ")",
        "[",
        "]",
        '"',
        "“",
        "”",
        "„",
        "«",
        "»",
        "|",
        "-",
        "–",
        "•",
        "*",
        ">",
        "=",
        "#",
        "¶",
    ]
)
# Capital letters with points that stand for something else.
ABBREVIATIONS = _set(
    "n.v. b.v. n.b. p.m. a.m. n.a. p.s. m.b.o. h.b.o. v.o. g.i. z.o.z. c.q. s.v.p. n.v.t. i.o. u.s. u.k. a.u.b."
)


# After a name that begins a text.
DOES = _set(
    "is was zijn heeft had wil wilde kan kon gaat ging komt kwam belt belde woont woonde zit zat zegt zei vertelt vertelde moet moest mag"
    " mocht doet deed krijgt kreeg wordt werd blijft bleef niet ook zelf nog weer en & has had wants will went came called lives says"
)


def _listed(name: str, part: str = "") -> frozenset[str]:
    text = _HERE.joinpath(name).read_text(encoding="utf-8")
    lines = (text.partition(part)[2].partition("[")[0] if part else text).splitlines()
    return frozenset(word for line in lines if not line.startswith(("#", "[")) for word in line.split())


@cache
def given_names() -> frozenset[str]:
    """Given names in small letters; none of them is an everyday word."""
    return _listed("given_names.txt") - things() - names_that_are_words()


@cache
def names_that_are_words() -> frozenset[str]:
    """Given and family names that are everyday words too."""
    return _listed("names_that_are_words.txt")


@cache
def given_names_that_are_words() -> frozenset[str]:
    """Those of them that are given names, and seldom meant as a word when they have a capital."""
    return _listed("names_that_are_words.txt", "[given]")


@cache
def things() -> frozenset[str]:
    """Capitalised words that are no person: places, institutions, methods, programs."""
    return _listed("things.txt") | _listed("opentaal_places.txt")


@cache
def words() -> frozenset[str]:
    """Dutch and English words, without compounds.

    >>> "afspraak" in words(), "fatima" in words()
    (True, False)
    """
    packed = _HERE.joinpath("words.txt.xz").read_bytes()
    return frozenset(lzma.decompress(packed).decode("utf-8").split("\n"))
