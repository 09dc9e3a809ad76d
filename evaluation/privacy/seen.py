"""What a provider looked at and knows to be no person: said per cell, kept as a notice, never as what stands there.

A place is written as a spreadsheet writes it, with the table for the sheet: `Behandelingen!AD4`, or a stretch of one column,
`Behandelingen!AD4:AD9`. Texts beside the cells go by the words for their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data_schemas.finding import Finding
from data_schemas.rules import privacy as rules
from data_schemas.words import LANGS, Lang, Words

# What may be no person after all; a number or address that can be nothing else is not for a provider to wave through.
MAY_BE_SEEN = (rules.IDENTIFIER_POSSIBLE, rules.IDENTIFIER_PROPERTIES)
_CELLS = re.compile(r"(?P<base>.+![a-z]+)(?P<first>[0-9]{1,7})(?::(?P<column>[a-z]+)(?P<last>[0-9]{1,7}))?")
# As much as a cell of a spreadsheet holds; a list that is longer is nothing that anyone looked at.
MOST_SIGNS = 30_000


@dataclass(frozen=True, slots=True)
class Seen:
    """Places that were seen: stretches of rows per column, and places in words."""

    rows: dict[str, list[tuple[int, int]]]
    words: frozenset[str]

    @classmethod
    def of(cls, places: Iterable[str]) -> Seen:
        """Read what was said, one place or several with semicolons between them.

        >>> Seen.of(["Behandelingen!AD4:AD9; metingen!G2"]).rows
        {'behandelingen!ad': [(4, 9)], 'metingen!g': [(2, 2)]}
        """
        rows: dict[str, list[tuple[int, int]]] = {}
        words = set()
        for text in (part for place in places for part in place.split(";")):
            found = _CELLS.fullmatch(_plain(text))
            if found is None:
                words.add(_plain(text))
            elif found["column"] in (None, found["base"].rpartition("!")[2]):
                rows.setdefault(found["base"], []).append((int(found["first"]), int(found["last"] or found["first"])))
        return cls(rows, frozenset(words - {""}))

    def among(self, base: Words, lines: np.ndarray) -> np.ndarray:
        """Which of these rows were seen."""
        seen = np.zeros(len(lines), bool)
        for lang in LANGS:
            for first, last in self.rows.get(_plain(base[lang]), ()):
                seen |= (lines >= first) & (lines <= last)
        return seen


def with_seen(findings: Sequence[Finding], places: Iterable[str]) -> tuple[Finding, ...]:
    """The same findings; what was seen becomes a notice."""
    seen = Seen.of(places)
    if not (seen.rows or seen.words):
        return tuple(findings)
    return tuple(part for finding in findings for part in _parted(finding, seen))


def _parted(finding: Finding, seen: Seen) -> list[Finding]:
    if finding.rule not in MAY_BE_SEEN:
        return [finding]
    if not len(finding.lines):
        told = any(_plain(finding.values["place"][lang]) in seen.words for lang in LANGS)
        return [replace(finding, rule=rules.IDENTIFIER_SEEN)] if told else [finding]
    done = seen.among(finding.values["spot"], finding.lines)
    return [
        replace(finding, rule=rule, lines=finding.lines[rows])
        for rule, rows in ((finding.rule, ~done), (rules.IDENTIFIER_SEEN, done))
        if rows.any()
    ]


def places_of(finding: Finding, lang: Lang) -> str:
    """Every place of a finding as it is said; empty where there are too many to have been looked at.

    >>> spot = Words("Behandelingen!AD", "Treatments!AD")
    >>> places_of(Finding(rules.IDENTIFIER_POSSIBLE, "a.csv", lines=np.array([4, 5, 9]), values={"spot": spot}), "nl")
    'Behandelingen!AD4:AD5; Behandelingen!AD9'
    """
    if not len(finding.lines):
        place = finding.values.get("place")
        return place[lang] if isinstance(place, Words) else ""
    base = finding.values["spot"][lang]
    column = base.rpartition("!")[2]
    starts = np.flatnonzero(np.append(True, np.diff(finding.lines) != 1))
    ends = np.append(starts[1:], len(finding.lines)) - 1
    runs = ((int(finding.lines[a]), int(finding.lines[b])) for a, b in zip(starts, ends))
    said = "; ".join(f"{base}{a}" if a == b else f"{base}{a}:{column}{b}" for a, b in runs)
    return said if len(said) <= MOST_SIGNS else ""


def _plain(text: str) -> str:
    return re.sub(r"[\s'$]+", "", text).casefold()
