"""What was pointed at, as plain data: between the helper, the page and what a form sends back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from data_schemas.codelists import code_list
from data_schemas.column import Column
from data_schemas.instruments import registry
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.anonymising.drafting.looks import Looks
from evaluation.anonymising.drafting.pointing import HAPPENED, IDENTITY, OTHERS, SCORE, START, WEEK_OF, Block, Meaning, Pointing
from evaluation.reading.meanings.codes import hinted, proposed

# Columns that are not used stand apart where a table has more than this.
MANY = 30
ORDERS = {
    "dmy": Words("dag eerst: 31-12-2024", "day first: 31-12-2024"),
    "ymd": Words("jaar eerst: 2024-12-31", "year first: 2024-12-31"),
    "mdy": Words("maand eerst: 12/31/2024", "month first: 12/31/2024"),
}
WHICH = {
    "": Words("iedereen staat er één keer in", "everybody is there once"),
    "first": Words("de eerste start", "the earliest start"),
    "last": Words("de laatste start", "the latest start"),
    "filled": Words("per kolom wat is ingevuld", "per column what is filled in"),
}
FOLLOWED = {
    "": Words("dat weet ik niet", "I do not know"),
    "end": Words("tot het einde van de behandeling", "up to the end of treatment"),
}
ASIDE = {SCORE: ("instrument", "informant", "moment"), WEEK_OF: ("moment",), HAPPENED: ("event",)}
_NO_WHO = Words(
    "Wijs in {table} de kolom aan waaraan u iemand herkent.", "Point in {table} at the column by which you know somebody."
)
_NO_START = Words(
    "Wijs de kolom met de startdatum van de behandeling aan.", "Point at the column with the date on which treatment started."
)
_TWO_STARTS = Words("Wijs één kolom met de startdatum aan, niet meer.", "Point at one column with the start, not more.")
_TWICE = Words("In {table} worden twee kolommen {what}. Laat er één over.", "In {table} two columns become {what}. Leave one.")
_CODES = Words("Kies wat de waarden in de kolom {header} betekenen.", "Choose what the values in the column {header} mean.")
_FIXED = Words("Vul in: {what} ({table}).", "Fill in: {what} ({table}).")
_ASIDE = Words("Kies bij de kolom {header} wat erbij hoort.", "Choose what goes with the column {header}.")


def plain(pointing: Pointing) -> dict[str, Any]:
    """As plain data."""
    return asdict(pointing)


def pointing_of(given: Mapping[str, Any]) -> Pointing:
    """From plain data."""
    blocks = tuple(
        Block(
            one["table"],
            {header: tuple(values) for header, values in one["where"].items()},
            {
                header: Looks(**{**look, "codes": tuple((text, count) for text, count in look["codes"])})
                for header, look in one["looks"].items()
            },
            {header: Meaning(**meaning) for header, meaning in one["meanings"].items()},
            one["fixed"],
        )
        for one in given["blocks"]
    )
    rest = {name: given[name] for name in ("name", "key", "order", "k", "which", "followed")}
    return Pointing(blocks, **rest)


def column_of(name: str) -> Column:
    """The column of the contract by `table.column`."""
    table, _, column = name.partition(".")
    return tables()[table].column(column)


def choices() -> list[tuple[Words, list[tuple[str, Words]]]]:
    """What a column can become, in groups for a list to choose from."""
    own = [(what, OTHERS[what]) for what in (IDENTITY, START, SCORE, WEEK_OF, HAPPENED)]
    return [
        (Words("Bijzonder", "Special"), own),
        *(
            (
                table.label,
                [(f"{table.name}.{column.name}", column.label) for column in table.columns if column.name != "client"],
            )
            for table in tables().values()
        ),
    ]


def coded(name: str) -> list[tuple[str, Words]]:
    """From what can be chosen for a column of the contract: its codes, or the questionnaires; nothing for free names."""
    column = column_of(name)
    if column.name == "instrument":
        return [(code, one.words) for code, one in registry().items()]
    return [(code.code, code.label) for code in column.codes.codes] if column.codes else []


def takes_codes(what: str, looks: Looks) -> bool:
    """Whether its own values have to be told in the contract's codes; a birth date or an age has none."""
    if "." not in what or not coded(what):
        return False
    return not (what == "treatments.age_group" and looks.kind in ("date", "number"))


def aside(name: str) -> list[tuple[str, Words]]:
    """From what can be chosen beside a score or a date."""
    if name == "instrument":
        return coded("measurements.instrument")
    return [(code.code, code.label) for code in code_list(name).codes]


def answered(pointing: Pointing, fields: Mapping[str, str]) -> Pointing:
    """What a form says, over what was pointed at before. A column that becomes something else gets new codes proposed."""
    meanings: dict[tuple[int, str], Meaning] = {}
    fixed: dict[tuple[int, str], str] = {}
    known = {what for _, group in choices() for what, _ in group} | {""}
    for place, block in enumerate(pointing.blocks):
        for at, (header, before) in enumerate(block.meanings.items()):
            what = fields.get(f"what:{place}:{at}", before.what)
            if what in known:
                meanings[place, header] = _meaning(block.looks[header], before, what, f"{place}:{at}", fields)
        for name in {*block.asked(), *block.fixed}:
            text = fields.get(f"fixed:{place}:{name}", block.fixed.get(name, "")).strip()[:60]
            fixed[place, name] = _as_fixed(name, text)
    made = pointing.with_meanings(meanings, fixed)
    order, which, k = fields.get("order", made.order), fields.get("which", made.which), fields.get("k", "")
    followed = fields.get("followed", made.followed)
    return Pointing(
        made.blocks,
        _short(fields.get("name", "")) or made.name,
        made.key,
        order if order in ORDERS else made.order,
        int(k) if k.isascii() and k.isdigit() and 2 <= int(k[:4]) <= 100 else made.k,
        which if which in WHICH else made.which,
        followed if followed in FOLLOWED else made.followed,
    )


def _meaning(looks: Looks, before: Meaning, what: str, place: str, fields: Mapping[str, str]) -> Meaning:
    said = {name: fields.get(f"{name}:{place}", getattr(before, name)) for name in ASIDE.get(what, ())}
    said = {name: text for name, text in said.items() if not text or text in dict(aside(name))}
    codes: dict[str, str] = {}
    if takes_codes(what, looks):
        allowed = dict(coded(what))
        fresh = what != before.what
        proposal = (
            proposed(column_of(what), [text for text, _ in looks.codes]) if fresh and column_of(what).codes else before.codes
        )
        for at, (text, _) in enumerate(looks.codes):
            code = fields.get(f"code:{place}:{at}") if not fresh else None
            codes[text] = code if code is not None and (code in allowed or not code) else proposal.get(text, "")
    return Meaning(what, codes=codes, **said)


def missing(pointing: Pointing) -> list[Words]:
    """What still has to be pointed at or filled in; nothing when a recipe can be made."""
    starts = [block for block in pointing.blocks for _ in block.headers(START)]
    found = [_NO_START] if not starts else [_TWO_STARTS] if len(starts) > 1 else []
    for block in pointing.blocks:
        found += _missing_in(block)
    return list(dict.fromkeys(found))


def _missing_in(block: Block) -> list[Words]:
    used = [meaning for meaning in block.meanings.values() if meaning.what]
    if not used or all(meaning.what == IDENTITY for meaning in used):
        return []
    found = [] if block.headers(IDENTITY) else [_NO_WHO.fill(table=block.title)]
    for what in dict.fromkeys(meaning.what for meaning in used):
        if what not in (IDENTITY, *ASIDE) and len(block.headers(what)) > 1:
            label = OTHERS[what] if what in OTHERS else column_of(what).label
            found.append(_TWICE.fill(table=block.title, what=label))
    for header, meaning in block.meanings.items():
        own = {name: getattr(meaning, name) for name in ASIDE.get(meaning.what, ()) if name != "moment"}
        if not all(own.values()):
            found.append(_ASIDE.fill(header=header))
        if takes_codes(meaning.what, block.looks[header]) and any(not code for code in meaning.codes.values()):
            found.append(_CODES.fill(header=header))
    asked = [name for name in block.asked() if not block.fixed.get(name)]
    return found + [_FIXED.fill(what=column_of(name).label, table=block.title) for name in asked]


def hint(what: str, text: str) -> Words | None:
    """What a bare number usually means, to be said beside it."""
    column = column_of(what)
    code = hinted(column, text)
    return column.codes.label(code) if code and column.codes else None


def _as_fixed(name: str, text: str) -> str:
    allowed = dict(coded(name))
    return (text if text in allowed else "") if allowed else _short(text)


def _short(text: str) -> str:
    """A short name as the contract has it.

    >>> _short("Zorg Noord B.V.")
    'zorg-noord-b-v'
    """
    signs: Sequence[str] = [
        "-" if not (sign.isascii() and sign.isalnum()) and sign != "_" else sign for sign in text.casefold()
    ]
    return "-".join(part for part in "".join(signs).split("-") if part)[:40]
