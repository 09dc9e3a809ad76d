"""What travels in a workbook beside its cells: notes at cells, threads of remarks, text boxes, headers and footers for printing.

Nobody sees them in a table, and a name in one of them leaves the house all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from data_schemas.finding import Finding
from data_schemas.rules import reading as rules
from data_schemas.words import Words
from evaluation.reading.limits import MAX_CELL_LENGTH, too_large
from evaluation.reading.workbooks.package import Package

MAX_REMARKS = 20_000
_CELL = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")
_NOTES = {"comments": "comment", "threadedComment": "threadedComment"}
_NOTE = Words("de opmerking bij cel {cell} van {sheet}", "the note at cell {cell} of {sheet}")
_BOX = Words("een tekstvak op {sheet}", "a text box on {sheet}")
_LOOSE = (
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
    (re.compile(r"xl/(drawings|charts)/[^/]+\.xml", re.I), "p", Words("een tekstvak of grafiek", "a text box or chart")),
)
_PRINTED = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
# What a program fills in itself (page, date, sheet), and how it is written.
_CODES = re.compile(r"&(?:\"[^\"]*\"|[0-9]+|K[0-9A-Fa-f+-]{6}|.)")
_ON_PAPER = Words("een koptekst of voettekst voor het afdrukken", "a header or footer for printing")
_PROPERTIES = Words("de eigenschappen van de werkmap", "the properties of the workbook")
_SIGNED = (
    (
        "docProps/core.xml",
        ("creator", "lastModifiedBy"),
        Words("de eigenschappen van de werkmap (wie haar maakte)", "the properties of the workbook (who made it)"),
    ),
    (
        "docProps/app.xml",
        ("Manager",),
        Words("de eigenschappen van de werkmap (manager)", "the properties of the workbook (manager)"),
    ),
)
_TITLED = (
    ("docProps/core.xml", ("title", "subject", "description", "keywords", "category")),
    ("docProps/app.xml", ("Company",)),
    ("docProps/custom.xml", ("property",)),
)
_WRITER = Words("de schrijver van een opmerking bij een cel", "the writer of a note at a cell")
_NOTE_PARTS = re.compile(r"xl/(comments[^/]*|comments/[^/]+)\.xml", re.I)
_PERSONS = re.compile(r"xl/persons/[^/]+\.xml", re.I)
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


def remarks(package: Package, sheets: Mapping[str, Words]) -> tuple[tuple[Words, str], ...]:
    """Every text beside the cells, with the words for its place. `sheets` are the words for each sheet, by its part."""
    found: list[tuple[Words, str]] = []
    done = set()
    for sheet, called in sheets.items():
        for kind, part in package.relations(sheet).values():
            if kind in _NOTES:
                notes = _texts(package, part, (_NOTES[kind],))
                found.extend((_NOTE.fill(cell=cell or "?", sheet=called), text) for cell, text in notes)
            elif kind == "drawing":
                found.extend((_BOX.fill(sheet=called), text) for _, text in _texts(package, part, ("p",)))
            else:
                continue
            done.add(part)
    for pattern, whole, place in _LOOSE:
        for part in sorted(filter(pattern.fullmatch, package.parts - done)):
            found.extend((place, text) for _, text in _texts(package, part, (whole,)))
    for part, whole in _TITLED:
        if part in package.parts:
            found.extend((_PROPERTIES, text) for _, text in _texts(package, part, whole))
    return tuple((place, text) for place, text in found if text.strip())


def printed(package: Package, part: str) -> tuple[tuple[Words, str], ...]:
    """Headers and footers of one sheet."""
    texts = (_CODES.sub(" ", text).strip() for _, text in _texts(package, part, _PRINTED))
    return tuple((_ON_PAPER, text) for text in texts if text)


def signatures(package: Package) -> tuple[tuple[Words, str], ...]:
    """Who made or saved the workbook, and who wrote notes in it."""
    found = [
        (place, text) for part, whole, place in _SIGNED if part in package.parts for _, text in _texts(package, part, whole)
    ]
    for part in sorted(filter(_NOTE_PARTS.fullmatch, package.parts)):
        found.extend((_WRITER, text) for _, text in _texts(package, part, ("author",)))
    names: list[str] = []
    for part in sorted(filter(_PERSONS.fullmatch, package.parts)):
        package.parse(part, lambda _, attributes: names.append(attributes.get("displayName", "")))
    return tuple((place, text) for place, text in (*found, *((_WRITER, name) for name in names)) if text.strip())


def unsearchable(package: Package) -> Iterator[Finding]:
    """Parts that hold more than cells and cannot be looked through."""
    for pattern, what in _UNSEARCHABLE:
        if any(pattern.match(part) for part in package.parts):
            yield Finding(rules.PART_UNSEARCHED, package.name, values={"what": what, "place": what})


def _texts(package: Package, part: str, whole: tuple[str, ...]) -> list[tuple[str, str]]:
    """The text within each element of these names, elements within it included, with the cell that it names."""
    texts: list[tuple[str, str]] = []
    pieces: list[str] = []
    cell = ""
    depth = size = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, cell
        if not depth and name in whole:
            named = attributes.get("ref", "")
            cell = named if _CELL.fullmatch(named) else ""
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
                texts.append((cell, "".join(pieces)))
                pieces.clear()
                size = 0
        if len(texts) > MAX_REMARKS:
            raise too_large(package.name)

    package.parse(part, start, end, text)
    return texts
