"""Cells to plant and clean cells, for `benchmarks/identifiers.py`: what people write in an extra column, a note, a code.

Nothing in the clean cells comes from a list that the detectors use; they were written down first.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from pathlib import Path

Maker = Callable[[random.Random], str]
NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))


def _parts(text: str, sign: str = ",") -> list[str]:
    return text.split(sign)


_PARTICLES = ("van", "de", "van den", "van der")
_VERBS = ("belde", "is ziek", "kwam niet", "wil stoppen", "woont bij oma", "heeft een nieuwe school", "gaat het beter")


def _sentences(given: str, family: str) -> tuple[str, ...]:
    """Ways to name somebody in a remark; the last ones without a family name."""
    return (
        f"{given} {family}",
        f"{family}, {given}",
        f"{given[0]}. {family}",
        f"mevr. {family}",
        f"contact met dhr. {family} gehad",
        f"gesprek met {given} {family} over school",
        f"moeder ({given} {family}) belt terug",
        f"{given} {family} is verhuisd",
        f"voogd: {given[0]}. {family}",
        f"{given.lower()} {family.lower()}",
        f"{given.upper()} {family.upper()}",
    )


def _alone(given: str, verb: str) -> tuple[str, ...]:
    """Ways to name somebody by given name alone."""
    return (
        given,
        f"{given} {verb}",
        f"gesprek met {given}",
        f"zusje van {given}",
        f"broertje {given} ook aangemeld",
        f"zit in groep met {given} en gaat daar goed",
        f"haar vriendin heet {given}",
        f"Moeder {given} {verb}",
    )


def named(rng: random.Random, origin: str, held_out: bool) -> str:
    """A remark in which somebody is named."""
    names = NAMES[origin]
    given = rng.choice(names["held_out" if held_out else "listed"])
    family = rng.choice(names["family"])
    if origin == "dutch" and " " not in family and rng.random() < 0.3:
        family = f"{rng.choice(_PARTICLES)} {family}"
    return rng.choice((*_sentences(given, family), *_alone(given, rng.choice(_VERBS))))


def code_of(rng: random.Random, origin: str) -> str:
    """A code of a client that is no code."""
    given, family = rng.choice(NAMES[origin]["held_out"]), rng.choice(NAMES[origin]["family"])
    year = rng.randrange(2004, 2014)
    day, month = f"{rng.randrange(1, 29):02d}", f"{rng.randrange(1, 13):02d}"
    initials = given[0] + "".join(part[0] for part in family.split())
    return rng.choice(
        (
            given.lower(),
            given,
            f"{given}_{family[0]}",
            f"{given}{year % 100:02d}",
            f"{initials}{year}",
            f"{initials}-{day}{month}{year}",
            f"{initials}{day}{month}{year % 100:02d}",
            f"{year}{month}{day}",
            initials.upper(),
        )
    ).replace(" ", "-")


_TOWNS = _parts(
    "Zwolle Almelo Breda Utrecht Gouda Heerlen Emmen Den_Haag Den_Bosch Amersfoort Hoorn Venlo Sneek Goes Rotterdam",
    " ",
)
_LANDS = _parts("Marokko Turkije Polen Eritrea Suriname Syrië Roemenië Bulgarije Curaçao", " ")
_TONGUES = _parts("Nederlands Arabisch Pools Turks Tigrinya Engels Spaans Papiaments", " ")
_WHO = _parts("Moeder Vader Jongere Cliënt School Oma Pleegmoeder Mentor Gezinsvoogd Netwerk", " ")
_DID = _parts("ziek,op vakantie,akkoord,niet bereikbaar,belt terug,wil overleg,afwezig,betrokken,mist de afspraken,positief")
_WHY = _parts(
    "verhuisd,ziekte,wachtlijst,geen toestemming,te veel afspraken,op eigen verzoek,doelen behaald,naar ander aanbod,"
    "18 jaar geworden,geen vervoer,school gaat voor,opname elders,einde beschikking,no-show,vakantieperiode"
)
_CARE = _parts(
    "Ambulant,Open,Gesloten,Dagbehandeling,Kamertraining,Pleegzorg,Gezinshuis,Logeeropvang,Beschermd wonen,"
    "Begeleid wonen,Crisisopvang,Poliklinisch,Thuis,Individueel,Groep"
)
_PARTIES = _parts(
    "GGD,GGZ,Veilig Thuis,de Raad voor de Kinderbescherming,Jeugdbescherming Noord,het wijkteam,de huisarts,CoMensha,de politie,"
    "Leger des Heils,de gemeente,het buurtteam,Bureau Jeugdzorg,de leerplichtambtenaar,Halt,Slachtofferhulp Nederland"
)
_METHODS = _parts(
    "EMDR,CGT,MDFT,IMH,traumasensitief werken,Slapende Honden,Horizon,MST,ouderbegeleiding,psycho-educatie,Rots en Water,"
    "netwerkberaad,schematherapie,vaktherapie,running therapie"
)
_SOURCES = _parts(
    "EPD Medicore,uitdraai uit Regas april 2026,ROM-export BergOp,Excel-lijst van de behandelcoördinator,SPSS-bestand,"
    "dossieronderzoek,Qualtrics,export Plancare juni,REDCap,handmatig overgenomen"
)
_SCORES = _parts("CRIES-13,TSCC,SDQ,KIDSCREEN-10,CBCL,YSR,ORS,UCLA PTSD-RI")
_LEVELS = [
    "havo 3",
    "vmbo-b leerjaar 2",
    "mbo niveau 2",
    "praktijkonderwijs",
    "VSO",
    "groep 8",
    "vwo 5",
    "geen school",
    "Entree",
    "leerwerktraject",
]
_ENGLISH = [
    "completed as planned",
    "moved abroad",
    "waiting list",
    "Outpatient care",
    "Not known",
    "no consent",
    "School refused",
    "by telephone",
]


def remark(rng: random.Random) -> str:
    """A remark that names nobody."""
    c = rng.choice
    town = c(_TOWNS).replace("_", " ")
    return c(
        (
            c(_WHY),
            c(_WHY).capitalize(),
            c(_CARE),
            f"{c(_CARE)}, {c(_WHY)}",
            f"{c(_WHO)} {c(_DID)}",
            f"{c(_WHO)} is {c(_DID)}.",
            f"Verhuisd naar {town}",
            f"verhuisd naar {c(_LANDS)}",
            f"Spreekt vooral {c(_TONGUES)}",
            f"Tolk {c(_TONGUES)} nodig",
            f"Doorverwezen door {c(_PARTIES)}",
            f"overleg met {c(_PARTIES)}",
            f"{c(_METHODS)} afgerond",
            f"Start {c(_METHODS)} na de zomer",
            f"{c(_SCORES)} niet ingevuld",
            f"{c(_SCORES)}: {rng.randrange(60)} punten",
            c(_SOURCES),
            c(_LEVELS),
            f"School in {town}, {c(_LEVELS)}",
            c(_ENGLISH),
            f"Fase {rng.randrange(1, 5)}",
            f"{c(_WHO)} en {c(_WHO).lower()} {c(_DID)}",
            f"{rng.randrange(2, 40)} weken; daarna {c(_WHY)}",
            f"Evaluatie in {c(('januari', 'mei', 'najaar', 'week 32', 'Q3'))}",
            c(("n.v.t.", "Nvt", "-", "?", "zie boven", "idem", "JA", "NEE", "onbekend", "N.B. later aanvullen", "ok")),
        )
    )


CLEAN_TEXTS: dict[str, Maker] = {
    "remark": remark,
    "reason": lambda r: r.choice(_WHY).capitalize(),
    "setting": lambda r: r.choice(_CARE),
    "town": lambda r: r.choice(_TOWNS).replace("_", " "),
    "country": lambda r: r.choice(_LANDS),
    "method": lambda r: r.choice(_METHODS),
    "school": lambda r: r.choice(_LEVELS),
    "source": lambda r: r.choice(_SOURCES),
}
CLEAN_CODES: dict[str, Maker] = {
    "pseudonym": lambda r: f"K-{r.randrange(10_000):04d}",
    "six digits": lambda r: f"K-{r.randrange(1_000_000):06d}",
    "with a year": lambda r: f"{r.choice('ABC')}{r.randrange(2019, 2026)}-{r.randrange(1000):03d}",
    "with a word": lambda r: f"client-{r.randrange(10_000)}",
    "two words": lambda r: f"{r.choice(('noord', 'zuid', 'oost'))}-{r.randrange(10_000):04d}",
    "hexadecimal": lambda r: f"{r.getrandbits(64):016x}",
    "base 32": lambda r: "".join(r.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(12)),
    "nine digits": lambda r: f"{r.randrange(10**9):09d}",
    "eight digits": lambda r: f"{r.randrange(10**8):08d}",
    "five digits": lambda r: f"{r.randrange(10**5):05d}",
    "respondent": lambda r: f"R{r.randrange(1, 9999)}",
    "letters and digits": lambda r: f"{r.choice('ABCDEFG')}{r.choice('ABCDEFG')}{r.randrange(1000):03d}",
}
