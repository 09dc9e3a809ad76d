"""How often each detector of direct identifiers is wrong on clean columns, and how often it finds what was planted.

    python benchmarks/identifiers.py [--columns 40] [--rows 300] [--cells 400]

First by cell: one cell of an extra column, a note or a code among clean ones, with names from six origins that are in no list of
ours (`held out`) or are; recall per hundred planted cells, and false alarms per thousand clean ones.

Then by column: clean columns hold what providers' own files hold without pointing at a person: pseudonyms, week numbers, scores,
dossier codes of the programme, short remarks of a word or two, half-years, random numbers of eight to ten digits. A column counts
as hit when a finding about that identifier (certain, or possible) names it. Planted columns hold the identifier in every row, in a
tenth of the rows, or in one row among clean ones, in the ways people write it. Seeded: the same table every time.
"""

from __future__ import annotations

import argparse
import random
import string
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.identifier_cells import CLEAN_CODES, CLEAN_TEXTS, NAMES, Maker, code_of, named, remark
from data_schemas.identifiers import identifiers
from data_schemas.rules import privacy as rules
from data_schemas.sheet import Sheet
from data_schemas.words import Words
from evaluation.privacy.identifying import find_identifiers, find_in_remarks

_PLACE = Words("een opmerking", "a note")
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
    "case_number": lambda r: r.choice(
        [f"{r.randrange(10, 20)}/{_digits(r, 6)}-{r.randrange(15, 26)}", f"EPD {_digits(r, 6)}", f"dossiernr. {_digits(r, 5)}"]
    ),
    "licence_plate": lambda r: (
        f"{r.randrange(1, 10)}-{''.join(r.choice('BDFGHJKLNPRSTVXZ') for _ in range(3))}-{_digits(r, 2)}"
    ),
}
# Kinds of numbers and addresses, one in a remark.
NUMBERS = (
    "bsn",
    "education_number",
    "email",
    "phone",
    "postcode",
    "iban",
    "social_media",
    "date",
    "case_number",
    "licence_plate",
)


def judged(texts: list[str], header: str = "extra") -> dict[str, str]:
    """Which identifiers are found in one column, and how sure."""
    lines = np.arange(2, len(texts) + 2)
    sheet = Sheet("treatments", "treatments.csv", (header,), (pa.array(texts, pa.string()),), lines)
    labels = {identifier.label.en: name for name, identifier in identifiers().items()}
    found: dict[str, str] = {}
    for finding in find_identifiers(sheet):
        name = labels[finding.values["what"].en]
        found[name] = "possible" if finding.rule in (rules.IDENTIFIER_POSSIBLE, rules.TEXT_POSSIBLE) else "certain"
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


_REFUSED = (rules.IDENTIFIER_FOUND, rules.IDENTIFIER_POSSIBLE)


def refused(texts: list[str], header: str) -> np.ndarray:
    """Per cell of one column whether an error points at it."""
    lines = np.arange(2, len(texts) + 2)
    sheet = Sheet("treatments", "treatments.csv", (header,), (pa.array(texts, pa.string()),), lines)
    blamed = [finding.lines for finding in find_identifiers(sheet) if finding.rule in _REFUSED]
    return np.isin(lines, np.concatenate(blamed)) if blamed else np.zeros(len(texts), bool)


def found_among(planted: list[str], clean: Maker, header: str, rng: random.Random, rows: int) -> float:
    """Share of planted cells that are found, each the only one in a column of clean cells."""
    hits = 0
    for text in planted:
        texts = [clean(rng) for _ in range(rows - 1)]
        place = rng.randrange(rows)
        texts.insert(place, text)
        hits += bool(refused(texts, header)[place])
    return hits / len(planted)


def cells(count: int, rows: int = 40) -> tuple[dict[str, float], dict[str, float]]:
    """Recall (share) per kind of planted cell, and false alarms per thousand clean cells per kind of clean column."""
    rng = random.Random(20260102)
    recall, false = {}, {}
    for origin in NAMES:
        for held_out in (True, False) if NAMES[origin]["listed"] else (True,):
            planted = [named(rng, origin, held_out) for _ in range(count)]
            recall[f"name, {origin}, {'held out' if held_out else 'listed'}"] = found_among(planted, remark, "extra", rng, rows)
        notes = [named(rng, origin, True) for _ in range(count)]
        recall[f"note, {origin}, held out"] = float(
            np.mean([bool(find_in_remarks([(_PLACE, note)], "a.xlsx")) for note in notes])
        )
        codes = [code_of(rng, origin) for _ in range(count)]
        recall[f"code, {origin}, held out"] = found_among(codes, CLEAN_CODES["pseudonym"], "client", rng, rows)
    for kind in NUMBERS:
        planted = [rng.choice(("{}", "nummer {}", "zie {} (school)")).format(PLANTED[kind](rng)) for _ in range(count)]
        recall[f"number, {kind}"] = found_among(planted, remark, "extra", rng, rows)
    for makers, header in ((CLEAN_TEXTS, "extra"), (CLEAN_CODES, "client")):
        for name, maker in makers.items():
            alarms = [refused([maker(rng) for _ in range(rows)], header).sum() for _ in range(max(count // 4, 1))]
            false[f"{header}: {name}"] = 1000 * float(np.sum(alarms)) / (len(alarms) * rows)
    return recall, false


def print_cells(count: int) -> None:
    recall, false = cells(count)
    print(f"{count} planted cells of each kind, each alone in a column of 40; per cent found")
    for name, share in recall.items():
        print(f"  {name:<34}{100 * share:6.1f}")
    for start in ("name", "note", "code", "number"):
        of_kind = [share for name, share in recall.items() if name.startswith(start)]
        print(f"  {start + ' (all)':<34}{100 * sum(of_kind) / len(of_kind):6.1f}")
    print("false alarms per thousand clean cells")
    for name, rate in false.items():
        print(f"  {name:<34}{rate:6.2f}")
    print(f"  {'all':<34}{sum(false.values()) / len(false):6.2f}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="rates of the detectors of direct identifiers")
    parser.add_argument("--columns", type=int, default=40)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--cells", type=int, default=400)
    options = parser.parse_args()
    print_cells(options.cells)
    print(f"{len(CLEAN)} kinds of clean columns, {options.columns} of each, {options.rows} rows; per cent of columns")
    print(f"{'':17}{'false positives':^20}{'planted in all':^18}{'in a tenth':^18}{'in one row':^18}")
    print(f"{'identifier':<17}" + f"{'certain':>9}{'possible':>10}" + f"{'certain':>9}{'found':>8} " * 3)
    for name, *numbers in rates(options.columns, options.rows):
        wrong, hits = numbers[:2], numbers[2:]
        print(f"{name:<17}{wrong[0]:>9}{wrong[1]:>10}" + "".join(f"{a:>9}{b:>8} " for a, b in zip(hits[::2], hits[1::2])))


if __name__ == "__main__":
    main()
