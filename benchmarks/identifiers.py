"""How often each detector of direct identifiers is wrong on clean columns, and how often it finds what was planted.

    python benchmarks/identifiers.py [--columns 40] [--rows 300]

Clean columns hold what providers' own files hold without pointing at a person: pseudonyms, week numbers, scores, dossier codes of
the programme, short remarks of a word or two, half-years, random numbers of eight to ten digits. A column counts as hit when a
finding about that identifier (of severity error, or possible) names it. Planted columns hold the identifier in every row, in a
tenth of the rows, or in one row among clean ones, in the ways people write it. Seeded: the same table every time.
"""

from __future__ import annotations

import argparse
import random
import string
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1]))
from data_schemas.identifiers import identifiers
from data_schemas.sheet import Sheet
from evaluation.privacy.identifying import find_identifiers

Maker = Callable[[random.Random], str]
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(count))


CLEAN: dict[str, Maker] = {
    "pseudonym": lambda r: f"K-{r.randrange(10_000):04d}",
    "pseudonym with year": lambda r: f"{r.choice('ABC')}{r.randrange(2019, 2026)}-{r.randrange(1000):03d}",
    "hexadecimal pseudonym": lambda r: f"{r.getrandbits(64):016x}",
    "week": lambda r: str(r.randrange(0, 105)),
    "score": lambda r: str(r.randrange(0, 66)),
    "decimal": lambda r: f"{r.uniform(0, 100):.2f}".replace(".", ","),
    "half-year": lambda r: f"{r.randrange(2019, 2026)}-{r.choice('12')}",
    "nine random digits": lambda r: _digits(r, 9),
    "eight random digits": lambda r: _digits(r, 8),
    "ten random digits": lambda r: _digits(r, 10),
    "short remark": lambda r: r.choice(
        ["niet bekend", "te veel afspraken", "ziek", "verhuisd", "geen toestemming", "via school"]
    ),
    "programme": lambda r: r.choice(["spoor", "veilig verder", "Stap voor stap", "Horizon", "basis plus"]),
    "reason": lambda r: r.choice(["afgerond", "op verzoek", "naar andere regio", "wachtlijst", "Overig"]),
    "version": lambda r: f"{r.randrange(1, 4)}.{r.randrange(10)}.{r.randrange(10)}",
    "room": lambda r: f"{r.randrange(1, 30)}{r.choice('abcd')}",
}
_FIRST = ["Sanne", "Lotte", "Emma", "Fatima", "Daan", "Youssef", "Julia", "Kevin", "Iris", "Noor", "Mohamed", "Eva"]
_LAST = ["de Vries", "Jansen", "van den Berg", "Bakker", "El Amrani", "Yilmaz", "Visser", "Smit", "Mulder", "de Boer"]
_HANDLES = ["snap: {n}", "@{n}", "insta: {n}", "instagram.com/{n}", "tiktok: {n}"]


def _passing(rng: random.Random, remainder: int, start: str = "") -> str:
    while True:
        number = start + _digits(rng, 9 - len(start))
        if int(number) and sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number)) % 11 == remainder:
            return number


def _iban(rng: random.Random) -> str:
    account = "INGB" + _digits(rng, 10)
    turned = "".join(str(int(sign, 36)) for sign in account + "NL00")
    return f"NL{98 - int(turned) % 97:02d}{account}"


def _date(rng: random.Random) -> str:
    day, month, year = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(2003, 2013)
    return rng.choice(
        [f"{day:02d}-{month:02d}-{year}", f"{year}-{month:02d}-{day:02d}", f"{day}/{month}/{year}", f"{day} mei {year}"]
    )


PLANTED: dict[str, Maker] = {
    "bsn": lambda r: _passing(r, 0),
    "education_number": lambda r: _passing(r, 5, "10"),
    "v_number": lambda r: f"{r.randrange(1, 10)}{_digits(r, 9)}",
    "name": lambda r: r.choice(
        [f"{r.choice(_FIRST)} {r.choice(_LAST)}", f"{r.choice('ABCDEFG')}. {r.choice(_LAST)}", r.choice(_FIRST)]
    ),
    "email": lambda r: f"{r.choice(_FIRST).lower()}.{_digits(r, 2)}@{r.choice(['voorbeeld.nl', 'mail.example.org'])}",
    "phone": lambda r: r.choice(["06-{}", "+31 6 {}", "06 {}", "06{}", "0031 6{}"]).format(r.randrange(1, 9)) + _digits(r, 7),
    "postcode": lambda r: f"{r.randrange(1000, 9999)}{r.choice([' ', ''])}{r.choice('ABCDEGHJK')}{r.choice('ABCDEGHJK')}",
    "iban": _iban,
    "social_media": lambda r: r.choice(_HANDLES).format(n=r.choice(_FIRST).lower() + _digits(r, 3)),
    "date": _date,
    "free_text": lambda r: r.choice(
        ["Moeder belde omdat zij {} ziek is", "Heeft contact met een {} oudere vriend gehad"]
    ).format(r.choice(["vaak", "nu", "weer", "veel"])),
    "case_number": lambda r: f"{r.randrange(10, 20)}/{_digits(r, 6)}-{r.randrange(15, 26)}",
}


def judged(texts: list[str], header: str = "extra") -> dict[str, str]:
    """Which identifiers are found in one column, and how sure."""
    lines = np.arange(2, len(texts) + 2)
    sheet = Sheet("treatments", "treatments.csv", (header,), (pa.array(texts, pa.string()),), lines)
    labels = {identifier.label.en: name for name, identifier in identifiers().items()}
    found: dict[str, str] = {}
    for finding in find_identifiers(sheet):
        name = labels[finding.values["what"].en]
        found[name] = "certain" if finding.rule.severity == "error" else found.get(name, "possible")
    return found


def rates(columns: int, rows: int) -> list[tuple[str, ...]]:
    """One line per identifier: false positives (certain, possible) and hits by how much was planted."""
    rng = random.Random(20260101)
    clean = [judged([maker(rng) for _ in range(rows)]) for _ in range(columns) for maker in CLEAN.values()]
    table = []
    for name, maker in PLANTED.items():
        wrong = [found.get(name) for found in clean]
        line = [name, *(f"{100 * wrong.count(kind) / len(wrong):.2f}" for kind in ("certain", "possible"))]
        for planted in (rows, rows // 10, 1):
            hits = []
            for _ in range(columns):
                texts = [CLEAN["pseudonym"](rng) for _ in range(rows)]
                for place in rng.sample(range(rows), planted):
                    texts[place] = maker(rng)
                hits.append(judged(texts).get(name))
            line += [
                f"{100 * hits.count('certain') / columns:.0f}",
                f"{100 * sum(hit is not None for hit in hits) / columns:.0f}",
            ]
        table.append(tuple(line))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="rates of the detectors of direct identifiers")
    parser.add_argument("--columns", type=int, default=40)
    parser.add_argument("--rows", type=int, default=300)
    options = parser.parse_args()
    print(f"{len(CLEAN)} kinds of clean columns, {options.columns} of each, {options.rows} rows; per cent of columns")
    print(f"{'':17}{'false positives':^20}{'planted in all':^18}{'in a tenth':^18}{'in one row':^18}")
    print(f"{'identifier':<17}" + f"{'certain':>9}{'possible':>10}" + f"{'certain':>9}{'found':>8} " * 3)
    for name, *numbers in rates(options.columns, options.rows):
        wrong, hits = numbers[:2], numbers[2:]
        print(f"{name:<17}{wrong[0]:>9}{wrong[1]:>10}" + "".join(f"{a:>9}{b:>8} " for a, b in zip(hits[::2], hits[1::2])))


if __name__ == "__main__":
    main()
