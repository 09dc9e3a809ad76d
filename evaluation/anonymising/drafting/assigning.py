"""Column by column: what becomes what, once it is known what the rows of a table are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from data_schemas.column import Column
from data_schemas.instruments import registry
from data_schemas.tables import tables
from evaluation.anonymising.drafting.looks import Looks
from evaluation.anonymising.drafting.moments import instrument_said, moment_token, moments_of
from evaluation.anonymising.drafting.pointing import HAPPENED, SCORE, START, WEEK_OF, Block, Meaning
from evaluation.anonymising.telling import tells_who
from evaluation.reading.meanings import headings as words
from evaluation.reading.meanings.codes import code_for, hinted, proposed
from evaluation.reading.meanings.headings import says, spoken

_ITEM = re.compile(r"\b(item|vraag|vr|q|v|i)\W?\d+\b")
# As many columns alike but for a number are the questions of a questionnaire, not its scores.
_QUESTIONS = 4
_TOTAL = r"tot|som|sum|score|schaal"
_INFORMANTS = (
    ("parent", r"\b(ouder|parent|moeder|vader|verzorger|p)\b"),
    ("professional", r"\b(mentor|leerkracht|teacher|hulpverlener|prof)\b"),
)


def with_columns(block: Block, role: str, starts: list[tuple[str, int]]) -> Block:
    """The block with a proposal for each of its columns; `starts` are the columns with everybody's start, where it has them."""
    for header, _ in starts:
        block = put(block, header, Meaning(START))
    return _wide(_treatments(block) if role == "treatments" else _rows(block, role))


def _treatments(block: Block) -> Block:
    """Columns about people and their treatment; the first that fits each."""
    dated: tuple[tuple[str, str], ...] = (
        ("treatments.age_group", words.BIRTH),
        ("treatments.treatment_weeks", words.END[0]),
        ("treatments.treatment_weeks", words.END[1]),
        ("treatments.follow_up_weeks", words.FOLLOWED),
    )
    for what, pattern in dated:
        block = _first(block, what, pattern, lambda look: look.kind == "date")
    block = _first(block, "treatments.age_group", words.AGE, lambda look: look.kind == "number" and look.high < 100)
    block = _first(block, "treatments.age_group", words.AGE_GROUP, lambda look: bool(look.codes))
    for header, look in block.looks.items():
        name = words.column_said("treatments", header)
        if name and not block.meanings[header].what and not block.headers(f"treatments.{name}") and not _left_out(header):
            meaning = _as_column("treatments", name, look)
            block = put(block, header, meaning) if meaning else block
    return block


def _rows(block: Block, target: str) -> Block:
    """Columns of questionnaires or events, one row each."""
    dates = words.MEASURED if target == "measurements" else words.HAPPENED
    week = "week" if target == "measurements" else "week_from"
    block = _first(block, f"{target}.{week}", dates, lambda look: look.kind == "date")
    block = _first(block, f"{target}.{week}", r"", lambda look: look.kind == "date")
    for name in dict.fromkeys((*tables()[target].names, *words.COLUMNS[target])):
        fitting = [header for header in block.looks if not block.meanings[header].what and _fits(target, name, header)]
        known = [(header, meaning) for header in fitting if (meaning := _as_column(target, name, block.looks[header]))]
        if not known and name == "event":  # no code of it is known: its owner will say
            known = [
                (header, Meaning("events.event", codes={text: "" for text, _ in look.codes}))
                for header in fitting
                if (look := block.looks[header]).codes and look.kind == "text"
            ]
        if known and name != "client" and not block.headers(f"{target}.{name}"):
            block = put(block, *known[0])
    return _fixed_informant(_fixed_instrument(block)) if target == "measurements" else block


def _fits(target: str, name: str, header: str) -> bool:
    """Whether a header can be what a column of the contract is called."""
    pattern = words.COLUMNS[target].get(name)
    return not _left_out(header) and (
        words.column_said(target, header) == name or (pattern is not None and says(pattern, header))
    )


def _fixed_instrument(block: Block) -> Block:
    """Rows of one questionnaire: which, by what they are called."""
    said = next(
        (name for text in (*(v for of in block.where.values() for v in of), block.table) if (name := instrument_said(text))), ""
    )
    if not said or block.headers("measurements.instrument"):
        return block
    if not block.headers("measurements.score"):
        scores = [
            header
            for header, look in block.looks.items()
            if look.kind == "number" and not block.meanings[header].what and says(_TOTAL, header)
        ]
        block = put(block, scores[0], Meaning("measurements.score")) if scores else block
    return replace(block, fixed={**block.fixed, "measurements.instrument": said})


def _fixed_informant(block: Block) -> Block:
    """Who filled it in, where no column says it: whom the questionnaire is for."""
    if block.headers("measurements.informant") or not block.headers("measurements.score"):
        return block
    pointed = [block.meanings[header].codes for header in block.headers("measurements.instrument")]
    coded = [code for codes in pointed for code in codes.values() if code]
    name = block.fixed.get("measurements.instrument") or next(iter(coded), "")
    return replace(block, fixed={**block.fixed, "measurements.informant": _informant(name, "")}) if name else block


def _wide(block: Block) -> Block:
    """Scores, dates and incidents that have a column each."""
    scores: dict[tuple[str, str, str], list[str]] = {}
    alike = Counter(_without_numbers(header) for header in block.looks)
    for header, look in block.looks.items():
        name = instrument_said(header)
        free = not block.meanings[header].what or (
            block.meanings[header].what == "measurements.score" and not block.headers("measurements.instrument")
        )
        if name and free and look.kind == "number" and not _left_out(header) and not _question(header, alike):
            scores.setdefault((name, _informant(name, header), moment_token(header)), []).append(header)
    several = len(scores) > 1 or any(token for _, _, token in scores)
    dated = [token for header, look in block.looks.items() if look.kind == "date" and (token := moment_token(header))]
    moments = moments_of([*(token for _, _, token in scores if token), *dated])
    for (name, informant, token), headers in scores.items() if several or not block.headers("measurements.score") else ():
        best = [header for header in headers if says(_TOTAL, header)] or (headers if len(headers) == 1 else [])
        if best:
            block = put(block, best[0], Meaning(SCORE, name, informant, moments.get(token, "")))
    if not block.headers(SCORE):
        return _incidents(block)
    for header, look in block.looks.items():
        token = moment_token(header)
        if look.kind == "date" and token in moments and not block.meanings[header].what:
            block = put(block, header, Meaning(WEEK_OF, moment=moments[token]))
    return _incidents(_of_rows(block))


def _of_rows(block: Block) -> Block:
    """Scores whose moment another column of the row says, as in an export with a row per person and moment."""
    if all(block.meanings[header].moment for header in block.headers(SCORE)):
        return block
    for header, look in block.looks.items():
        if (
            not block.meanings[header].what
            and not block.headers("measurements.moment")
            and _fits("measurements", "moment", header)
        ):
            meaning = _as_column("measurements", "moment", look)
            block = put(block, header, meaning) if meaning else block
    if block.headers("measurements.moment"):
        block = _first(block, "measurements.week", words.MEASURED, lambda look: look.kind == "date")
    return block


def _without_numbers(header: str) -> str:
    token = moment_token(header)
    return re.sub(r"\d+", "#", spoken(header).replace(token, token and "@", 1))


def _question(header: str, alike: Counter[str]) -> bool:
    """Whether a column holds the answers to one question."""
    own = _without_numbers(header)
    return _ITEM.search(spoken(header)) is not None or ("#" in own and alike[own] >= _QUESTIONS)


def _incidents(block: Block) -> Block:
    """A date whose header names one kind of event, where rows are people."""
    if block.makes("events"):
        return block
    for header, look in block.looks.items():
        event = code_for("event", re.sub(r"\b(datum|date|dat|eerste|first|laatste)\b", " ", spoken(header)))
        if look.kind == "date" and event and not block.meanings[header].what and look.filled < look.rows:
            block = put(block, header, Meaning(HAPPENED, event=event))
    return block


def _first(block: Block, what: str, pattern: str, fits: Callable[[Looks], bool]) -> Block:
    """The first free column that fits, when nothing became this yet."""
    if block.headers(what):
        return block
    found = [
        header
        for header, look in block.looks.items()
        if not block.meanings[header].what and fits(look) and says(pattern, header)
    ]
    birth = what.endswith("age_group")
    found = [header for header in found if birth or not says(words.BIRTH, header)]
    return put(block, found[0], Meaning(what)) if found else block


def _as_column(target: str, name: str, look: Looks) -> Meaning | None:
    """The column of the contract, when what stands in it can be that."""
    column: Column = tables()[target].column(name)
    what = f"{target}.{name}"
    if column.kind == "code" and look.codes and look.kind != "date":
        texts = [text for text, _ in look.codes]
        codes = _moment_codes(texts) if name == "moment" else proposed(column, texts)
        return Meaning(what, codes=codes) if any(codes.values()) or any(hinted(column, text) for text in texts) else None
    if name == "instrument":
        codes = {text: instrument_said(text) for text, _ in look.codes}
        return Meaning(what, codes=codes) if any(codes.values()) else None
    if column.kind == "name":
        return Meaning(what) if look.kind == "text" and look.codes else None
    if column.kind in ("whole", "number"):
        low = -np.inf if column.minimum is None else column.minimum
        high = np.inf if column.maximum is None else column.maximum
        fits = look.kind == "number" and low <= look.low and look.high <= high
        return (
            Meaning(what) if fits or (look.kind == "date" and column.unit is not None and column.unit.en == "weeks") else None
        )
    return Meaning(what) if column.kind == "period" and look.kind in ("date", "text") else None


def _moment_codes(texts: list[str]) -> dict[str, str]:
    tokens = {text: moment_token(text) or text for text in texts}
    found = moments_of(tokens.values())
    return {text: found[token] or code_for("moment", text) for text, token in tokens.items()}


def _informant(instrument: str, header: str) -> str:
    """Who filled it in: as the header says, or else the first that the questionnaire is for."""
    said = next((code for code, pattern in _INFORMANTS if header and says(pattern, header)), "")
    return said or next(iter(registry()[instrument].informants), "self")


def _left_out(header: str) -> bool:
    return tells_who(header) or says(words.NEVER, header)


def put(block: Block, header: str, meaning: Meaning) -> Block:
    """The block with another meaning for one column."""
    return replace(block, meanings={**block.meanings, header: meaning})
