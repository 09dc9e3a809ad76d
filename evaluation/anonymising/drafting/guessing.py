"""The first proposal: from headers and from what stands in the columns, for any export in Dutch or English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from evaluation.anonymising.drafting.assigning import put, with_columns
from evaluation.anonymising.drafting.looks import LOOKED_AT, looks_of, order_of_dates
from evaluation.anonymising.drafting.moments import instrument_said
from evaluation.anonymising.drafting.pointing import IDENTITY, START, Block, Meaning, Pointing
from evaluation.anonymising.gathering import chosen
from evaluation.anonymising.raw import RawTable
from evaluation.anonymising.telling import tells_who
from evaluation.reading.meanings import headings as words
from evaluation.reading.meanings.headings import says, table_said

MAX_KINDS = 30
# A name that only counts: v12, VAR00003, q7.
_NUMBERED = re.compile(r"[a-z]{0,4}_?\d+[a-z]?", re.IGNORECASE)
_REPEATS = r"repeat instrument"
_ITEM = re.compile(r"\b(item|vraag|vr|q|v|i)\W?\d+\b|\d+[a-z]?\b.*\bitem\b")
_TOTAL = r"tot|som|sum|score|schaal"
_INFORMANTS = (
    ("parent", r"\b(ouder|parent|moeder|vader|verzorger|p)\b"),
    ("professional", r"\b(mentor|leerkracht|teacher|hulpverlener|prof)\b"),
)


def guessed(raw: Mapping[str, RawTable]) -> Pointing:
    """What every column of an export probably means. A column with a label (SPSS) is known by that too."""
    told = {name: {header: _told(table, header) for header in table.frame.columns} for name, table in raw.items()}
    called = {name: replace(table, frame=table.frame.rename(columns=told[name])) for name, table in raw.items()}
    pointing = _guessed(called)
    return replace(pointing, blocks=tuple(_by_header(block, told[block.table], raw[block.table]) for block in pointing.blocks))


def _told(table: RawTable, header: str) -> str:
    """By what a column is known: its label with its name, or one of them where the other says nothing."""
    label = table.labels.get(header, "")
    if not label or label.casefold() == header.casefold():
        return header
    alone = list(table.labels.values()).count(label) == 1 and label not in table.frame.columns
    return label if alone and _NUMBERED.fullmatch(header) else f"{label} {header}"


def _by_header(block: Block, told: Mapping[str, str], table: RawTable) -> Block:
    """The block with the headers as they stand in the file."""
    own = {text: header for header, text in told.items()}
    looks = {
        own[text]: replace(look, header=own[text], label=table.labels.get(own[text], "")) for text, look in block.looks.items()
    }
    where = {own[text]: values for text, values in block.where.items()}
    return replace(block, where=where, looks=looks, meanings={own[text]: meaning for text, meaning in block.meanings.items()})


def _guessed(raw: Mapping[str, RawTable]) -> Pointing:
    order = order_of_dates(dict(raw))
    blocks = _with_identities([block for table in raw.values() for block in _blocks(table, order)], raw)
    base = _base(blocks)
    made = []
    for place, block in enumerate(blocks):
        role = _role(block, place == base)
        made.append(with_columns(block, role, starts_of(block)[:1] if place == base else []))
    ended = any(block.looks[header].kind == "date" for block in made for header in block.headers("treatments.treatment_weeks"))
    return Pointing(
        tuple(made), order=order, followed="end" if ended else "", which=_which(made[base], raw) if base is not None else ""
    )


def _blocks(table: RawTable, order) -> list[Block]:
    """The table as it is, or one block per kind of row where a column says that rows are of several kinds."""
    kinds = next((header for header in table.frame.columns if says(_REPEATS, header)), None)
    values = list(dict.fromkeys(table.frame[kinds].str.strip())) if kinds else []
    if not kinds or not 1 < len(values) <= MAX_KINDS:
        return [_block(table, {}, order)]
    parts = sorted(values, key=lambda value: (value != "", values.index(value)))
    return [_block(chosen(table, {kinds: (value,)}), {kinds: (value,)}, order) for value in parts]


def _block(table: RawTable, where: Mapping[str, tuple[str, ...]], order) -> Block:
    looks = {header: look for header, look in looks_of(table, order).items() if look.kind != "empty" and header not in where}
    return Block(table.name, where, looks, dict.fromkeys(looks, Meaning()))


def _with_identities(blocks: list[Block], raw: Mapping[str, RawTable]) -> list[Block]:
    """In each block the column that tells people apart: the one whose values most other tables have too, and then the one whose
    header says so best."""
    people = [
        {header: _values(raw, block, header) for header in block.looks if _ranks(block, header) is not None} for block in blocks
    ]
    made = []
    for block, mine in zip(blocks, people):
        shared = {
            header: sum(any(_same(values, others) for others in theirs.values()) for theirs in people if theirs is not mine)
            for header, values in mine.items()
        }
        ranked = [(-shared[header], _ranks(block, header), at, header) for at, header in enumerate(mine)]
        header = min(ranked)[-1] if ranked else _telling_apart(block)
        made.append(put(block, header, Meaning(IDENTITY)) if header else block)
    return made


def _ranks(block: Block, header: str) -> int | None:
    """How well a header says that its column tells people apart; None when it does not."""
    if block.looks[header].kind == "date":
        return None
    return next((rank for rank, pattern in enumerate(words.IDENTITY) if says(pattern, header)), None)


def _values(raw: Mapping[str, RawTable], block: Block, header: str) -> frozenset[str]:
    frame = chosen(raw[block.table], block.where).frame
    return frozenset(frame[header].head(LOOKED_AT).str.strip().str.lstrip("0")) - {""}


def _same(mine: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two columns are about the same people: half of the fewer."""
    return 2 * len(mine & others) >= min(len(mine), len(others)) > 0


def _telling_apart(block: Block) -> str | None:
    """A column of single words that is different in every row and no name."""
    for header, look in block.looks.items():
        spaced = any(" " in text for text, _ in look.codes)
        if look.tells_rows_apart and look.kind == "text" and not spaced and not tells_who(header):
            return header
    return None


def _base(blocks: list[Block]) -> int | None:
    """The block with everybody's start."""
    found = []
    for place, block in enumerate(blocks):
        people = [block.looks[header].tells_rows_apart for header in block.headers(IDENTITY)]
        for header, rank in starts_of(block):
            found.append((_kind(block) not in ("", "treatments"), rank, not any(people), place, header))
    return min(found)[3] if found else None


def starts_of(block: Block) -> list[tuple[str, int]]:
    dated = [header for header, look in block.looks.items() if look.kind == "date" and not says(words.BIRTH, header)]
    found = [
        (header, rank)
        for header in dated
        for rank, pattern in enumerate(words.START)
        if says(pattern, header) and not says(words.END[1], header)
    ]
    alone = [(dated[0], len(words.START))] if len(dated) == 1 and not found and _kind(block) != "events" else []
    return sorted(found, key=lambda one: one[1]) or alone


def _kind(block: Block) -> str:
    """What a block's name says: of a kind of row first, then of the table."""
    values = [value for of in block.where.values() for value in of]
    if values:
        return next(
            (kind for value in values if (kind := "measurements" if instrument_said(value) else table_said(value) or "")), ""
        )
    return "measurements" if instrument_said(block.table) else table_said(block.table) or ""


def _role(block: Block, base: bool) -> str:
    """What its rows are: the name decides, or else what its columns are called."""
    if base:
        return "treatments"
    said = _kind(block)
    if said in ("measurements", "events"):
        return said
    fits = {
        target: sum(words.column_said(target, header) is not None for header in block.looks)
        for target in ("measurements", "events")
    }
    unique = any(block.looks[header].tells_rows_apart for header in block.headers(IDENTITY))
    if unique or max(fits.values()) == 0:
        return "treatments"
    return max(fits, key=lambda target: fits[target])


def _which(block: Block, raw: Mapping[str, RawTable]) -> str:
    """Which row of a person counts, where there are several: the filled ones when most start dates are there once."""
    identity, start = block.headers(IDENTITY), block.headers(START)
    if not identity or not start:
        return ""
    frame = chosen(raw[block.table], block.where).frame
    people = frame[identity[0]].str.strip()
    if not people[people != ""].duplicated().any():
        return ""
    started = people[(frame[start[0]].str.strip() != "") & (people != "")]
    return "first" if started.duplicated().any() else "filled"
