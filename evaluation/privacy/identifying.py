"""Direct identifiers in columns, headers and names of sheets and files. A finding has lines and never a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.column import Column
from data_schemas.finding import Finding, Rule
from data_schemas.identifier import Identifier, Texts
from data_schemas.identifiers import identifiers
from data_schemas.identifiers.name import in_labels, in_short_names
from data_schemas.names.people import strangers
from data_schemas.rules import privacy as rules
from data_schemas.schema import PERIOD_PATTERN
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.reading.headers import column_letter, column_words, match_header, plain
from evaluation.reading.texts import encoded

# A number column without bounds of its own: scores have at most this many digits, identifiers have more.
MOST_DIGITS = 6
_NUMBER = r"^[+-]?[0-9]{1,15}(?:[.,][0-9]{0,6})?$"
# A "name" in such company is not a person's.
_THING_WORDS = (
    "instrument programma programme vragenlijst questionnaire groep group arm aanbieder provider instelling "
    "organisatie organisation tabel table bestand file variabele variable module methode method interventie "
    "intervention"
)
_THINGS = frozenset(plain(word) for word in _THING_WORDS.split())


def find_identifiers(sheet: Sheet) -> tuple[Finding, ...]:
    """Look through every column and header of one table.

    Values that the contract allows in their column (a code of its list, a number within its bounds) are not looked at:
    a week is not a telephone number. Columns that the contract does not know are looked through entirely.

    Returns
    -------
    tuple of Finding
        At most one finding per column and kind of identifier, with the lines.
    """
    table = tables().get(sheet.table)
    findings: list[Finding] = []
    strange = []
    for place, (header, column) in enumerate(zip(sheet.headers, sheet.columns), start=1):
        name = match_header(table, header) if table else None
        known = table.column(name) if table and name else None
        findings.extend(_in_column(sheet, place, header, encoded(column), known))
        if header and (known is None or place - 1 in sheet.renamed):
            letter = column_letter(place) if sheet.header_line else place
            strange.append(
                (Words(f"de kop van kolom {letter}", f"the header of column {letter}"), sheet.written[place - 1], place)
            )
    return (*findings, *_in_headers(sheet, strange))


def find_in_names(names: Sequence[tuple[Words, str]], file: str) -> tuple[Finding, ...]:
    """Identifiers in names of sheets and files; each comes with the words for its place. The date of a file is no one's."""
    return tuple(
        Finding(rule, file, values={"place": names[at][0], "what": identifier.label})
        for at, identifier, rule in _in_texts([text for _, text in names], labels=True)
        if identifier.name != "date"
    )


def find_in_remarks(remarks: Sequence[tuple[Words, str]], file: str, but: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Identifiers in texts beside the tables, one finding per place and kind; kinds in `but` are due there."""
    found = {}
    for at, identifier, rule in _in_texts([text for _, text in remarks]):
        if identifier.name in but:
            continue
        place = remarks[at][0]
        if found.get((place, identifier.name)) is not rules.IDENTIFIER_FOUND:
            found[place, identifier.name] = rule
    return tuple(
        Finding(rule, file, values={"place": place, "what": identifiers()[name].label}) for (place, name), rule in found.items()
    )


def find_signatures(signed: Sequence[tuple[Words, str]], file: str) -> tuple[Finding, ...]:
    """Who made or saved a workbook: any word there that is neither a program nor a word of the language is somebody."""
    if not signed:
        return ()
    somebody = strangers(pa.array([text for _, text in signed], pa.string()))
    places = dict.fromkeys(place for (place, _), told in zip(signed, somebody) if told)
    what = identifiers()["name"].label
    return tuple(Finding(rules.IDENTIFIER_PROPERTIES, file, values={"place": place, "what": what}) for place in places)


def _in_headers(sheet: Sheet, headers: Sequence[tuple[Words, str, int]]) -> Iterator[Finding]:
    if not sheet.table:  # the first row of a sheet that is no table was looked through with the others
        return
    for at, identifier, rule in _in_texts([text for _, text, _ in headers], labels=True):
        words, _, place = headers[at]
        yield Finding(rule, sheet.file, sheet.table, values={"place": words, "what": identifier.label}, place=place)


def _in_texts(texts: Sequence[str], *, labels: bool = False) -> Iterator[tuple[int, Identifier, Rule]]:
    """Which of a few texts hold what, one by one: there is no column to judge them by. `labels` are headers and names of sheets."""
    if not texts:
        return
    traits = Texts.of(list(texts))
    for identifier in identifiers().values():
        if identifier.name == "free_text" or identifier.where == "codes":
            continue
        strong = identifier.strong(traits)
        fits = in_labels(traits) if labels and identifier.name == "name" else identifier.detect(traits)
        for at in np.flatnonzero(fits | strong):
            yield int(at), identifier, rules.IDENTIFIER_FOUND if strong[at] else rules.IDENTIFIER_POSSIBLE


def _in_column(sheet: Sheet, place: int, header: str, column: pa.DictionaryArray, known: Column | None) -> Iterator[Finding]:
    codes = column.indices.to_numpy(zero_copy_only=False)
    suspects = np.flatnonzero(_suspect(column.dictionary, known))
    if len(suspects) == 0:
        return
    texts = Texts.of(column.dictionary.take(pa.array(suspects)))
    where = _column_words(sheet, place, known)
    for identifier in identifiers().values():
        if not (_looked_for(identifier, known) if known is not None else identifier.where != "codes"):
            continue
        if known is not None and known.kind == "name" and identifier.name == "name":
            identifier = replace(identifier, detect=in_short_names, sure=in_short_names)
        hits, certain = _judge(identifier, texts)
        doubt = rules.TEXT_POSSIBLE if identifier.name == "free_text" else rules.IDENTIFIER_POSSIBLE
        rule: Rule | None = rules.IDENTIFIER_FOUND if certain else doubt if hits.any() else None
        if known is None and not certain and identifier.by_header and header_gives_away(identifier, header):
            told = bool((texts.letters | texts.digits).any())
            rule, hits = (rules.IDENTIFIER_HEADER if told else doubt), np.ones(len(texts), bool)
        if rule is None or (rule is doubt and known is not None and known.kind not in ("key", "name")):
            continue
        marked = np.zeros(len(column.dictionary), bool)
        marked[suspects[hits]] = True
        rows = marked[codes]
        if rows.any():
            yield Finding(
                rule,
                sheet.file,
                sheet.table,
                (known.name,) if known else (),
                sheet.lines[rows],
                len(sheet.lines),
                {"place": where, "what": identifier.label, "spot": _spot(sheet, place)},
                0 if known else place,
            )


def _column_words(sheet: Sheet, place: int, known: Column | None) -> Words:
    if known:
        return Words(*(f"{article} {label}" for article, label in zip(("de kolom", "the column"), column_words(known))))
    letter = column_letter(place) if sheet.header_line else place
    if sheet.table:
        return Words(f"kolom {letter}", f"column {letter}")
    return Words(f"tabblad {sheet.place}, kolom {letter}", f"sheet {sheet.place}, column {letter}")


def _spot(sheet: Sheet, place: int) -> Words:
    """The column as a spreadsheet refers to it, the row to follow."""
    letter = column_letter(place)
    if sheet.table:
        return Words(*(f"{label}!{letter}" for label in tables()[sheet.table].label))
    return Words(f"tabblad {sheet.place}!{letter}", f"sheet {sheet.place}!{letter}")


def _judge(identifier: Identifier, texts: Texts) -> tuple[np.ndarray, bool]:
    """Which texts fit, and whether the column as a whole leaves no doubt; no texts when chance explains those that fit."""
    fits = identifier.detect(texts)
    strong = identifier.strong(texts)
    if strong.any():
        return fits | strong, True
    if not fits.any():
        return fits, False
    comparable = identifier.comparable(texts)
    of = int(comparable.sum())
    number = int((fits & comparable).sum())
    sure = number if identifier.sure is None else int((identifier.sure(texts) & comparable).sum())
    if sure >= identifier.certain_from and sure > identifier.certain_share * of:
        return fits, True
    return fits & (number > identifier.possible_share * of), False


def _looked_for(identifier: Identifier, known: Column) -> bool:
    """A word is surprising in a code and in a short name; what is wrong in a column with a list has its own rule."""
    if known.kind == "key":
        return identifier.where != "text"
    if identifier.where == "codes":
        return False
    if identifier.name == "date" and known.kind in ("whole", "period", "code"):
        return False  # the cell has its own rule, which says what to fill in
    return not (identifier.name == "free_text" and known.kind == "name") and not (
        identifier.name in ("name", "free_text") and known.kind in ("code", "period")
    )


def _suspect(distinct: pa.Array, known: Column | None) -> np.ndarray:
    """Distinct texts that the contract does not account for."""
    trimmed = pc.utf8_trim_whitespace(distinct)
    allowed = pc.equal(trimmed, "")
    if known is not None and known.kind == "code":
        spellings = pa.array(list(known.codes.code_of()), pa.string())
        allowed = pc.or_(allowed, pc.is_in(pc.utf8_lower(trimmed), value_set=spellings))
    elif known is not None and known.kind == "period":
        allowed = pc.or_(allowed, pc.match_substring_regex(trimmed, f"^{PERIOD_PATTERN}$"))
    elif known is not None and known.kind in ("whole", "number"):
        allowed = pc.or_(allowed, _within(trimmed, known))
    return ~allowed.to_numpy(zero_copy_only=False).astype(bool)


def _within(trimmed: pa.Array, known: Column) -> pa.Array:
    """Numbers within the bounds of their column."""
    numeric = pc.match_substring_regex(trimmed, _NUMBER)
    plain_numbers = pc.replace_substring_regex(pc.replace_substring(pc.if_else(numeric, trimmed, "0"), ",", "."), r"^\+", "")
    numbers = plain_numbers.cast(pa.float64())
    bound = 10.0**MOST_DIGITS
    low, high = (-bound if known.minimum is None else known.minimum), (bound if known.maximum is None else known.maximum)
    return pc.and_(numeric, pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high)))


def header_gives_away(identifier: Identifier, header: str) -> bool:
    """Whether a header says that its column holds this identifier.

    >>> [header_gives_away(identifiers()["name"], header) for header in ("Naam cliënt", "Naam instrument")]
    [True, False]
    """
    words = frozenset(plain(word) for word in re.findall(r"[^\W\d_]+", header))
    return bool((words | {plain(header)}) & _header_words(identifier)) and not words & _THINGS


@cache
def _header_words(identifier: Identifier) -> frozenset[str]:
    return frozenset(plain(word) for word in identifier.headers.split())
