"""What travels in a workbook beside its cells: notes at cells, threads of remarks, text boxes, headers and footers for printing.

Nobody sees them in a table, and a name in one of them leaves the house all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_schemas.finding import Finding
from data_schemas.rules import reading as rules
from data_schemas.words import Words
from evaluation.reading.limits import MAX_CELL_LENGTH, too_large
from evaluation.reading.workbooks.package import Package

MAX_REMARKS = 20_000
_KINDS = (
    (
        re.compile(r"xl/(comments[^/]*|comments/[^/]+)\.xml", re.I),
        "comment",
        Words("een opmerking bij een cel", "a note at a cell"),
    ),
    (
        re.compile(r"xl/threadedComments/[^/]+\.xml", re.I),
        "threadedComment",
        Words("een opmerking bij een cel", "a note at a cell"),
    ),
    (re.compile(r"xl/drawings/[^/]+\.xml", re.I), "p", Words("een tekstvak", "a text box")),
    (
        re.compile(r"xl/worksheets/[^/]+\.xml", re.I),
        ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"),
        Words("een koptekst of voettekst voor het afdrukken", "a header or footer for printing"),
    ),
)
_UNSEARCHABLE = (
    (
        re.compile(r"xl/pivotCache/pivotCacheRecords", re.I),
        Words("gegevens achter een draaitabel", "data behind a pivot table"),
    ),
    (re.compile(r"xl/(media|embeddings)/", re.I), Words("afbeeldingen of ingesloten bestanden", "pictures or embedded files")),
    (
        re.compile(r"xl/externalLinks/externalLink", re.I),
        Words("gegevens uit een andere werkmap", "data from another workbook"),
    ),
)


def remarks(package: Package) -> tuple[tuple[Words, str], ...]:
    """Every text beside the cells, with the words for its place."""
    found: list[tuple[Words, str]] = []
    for pattern, whole, place in _KINDS[:3]:
        for part in sorted(filter(pattern.fullmatch, package.parts)):
            found.extend((place, text) for text in _texts(package, part, (whole,)) if text.strip())
    return tuple(found)


def printed(package: Package, part: str) -> tuple[tuple[Words, str], ...]:
    """Headers and footers of one sheet."""
    _, names, place = _KINDS[3]
    return tuple((place, text) for text in _texts(package, part, names) if text.strip())


def unsearchable(package: Package) -> Iterator[Finding]:
    """Parts that hold more than cells and cannot be looked through."""
    for pattern, what in _UNSEARCHABLE:
        if any(pattern.match(part) for part in package.parts):
            yield Finding(rules.PART_UNSEARCHED, package.name, values={"what": what, "place": what})


def _texts(package: Package, part: str, whole: tuple[str, ...]) -> list[str]:
    """The text within each element of these names, elements within it included."""
    texts: list[str] = []
    pieces: list[str] = []
    depth = size = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal depth
        depth += name in whole or depth > 0

    def text(characters: str) -> None:
        nonlocal size
        if depth and size < MAX_CELL_LENGTH:
            pieces.append(characters)
            size += len(characters)

    def end(_: str) -> None:
        nonlocal depth, size
        if depth:
            depth -= 1
            if depth == 0:
                texts.append("".join(pieces))
                pieces.clear()
                size = 0
        if len(texts) > MAX_REMARKS:
            raise too_large(package.name)

    package.parse(part, start, end, text)
    return texts
