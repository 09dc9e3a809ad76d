"""Codes of people that are written otherwise in one table than in another: zeros that a spreadsheet dropped, capitals, hyphens.

Such rows are linked all the same, so that what else is wrong in them is told in the same round; the finding stays an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.finding import Finding
from data_schemas.rules import cells
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.reading.headers import column_words, match_header
from evaluation.validation.parsing import ParsedColumn

_FEWER = Words(
    "De codes staan hier zonder de nullen die er bij Behandelingen voor staan.",
    "The codes stand here without the zeros that they have in front in Treatments.",
)
_MORE = Words(
    "De codes hebben hier nullen vooraan, en bij Behandelingen niet.",
    "The codes have zeros in front here, and not in Treatments.",
)
_BOTH = Words(
    "Deze code staat er twee keer, met en zonder nullen vooraan.",
    "This code is there twice, with and without zeros in front.",
)
# Numbers that merely count people are of unequal length by nature; they end near the number of people.
_COUNTING = 3
_ZEROS = r"(?<![0-9])0+(?=[0-9])"


def linked(parsed: ParsedColumn, people: pd.CategoricalDtype, sheet: Sheet) -> tuple[ParsedColumn, list[Finding]]:
    """The codes of another table as they stand in treatments, and what is told of those that were written otherwise."""
    known, values = pd.Index(people.categories), parsed.values
    texts, keys = pa.array(values, pa.string()), pa.array(known, pa.string())
    if len(known) == 0 or texts.equals(keys):
        return parsed, []
    # by Arrow: pandas makes an object of each of a million codes
    here = pc.is_in(texts, value_set=keys, skip_nulls=True).to_numpy(zero_copy_only=False)
    strange = np.flatnonzero(values.notna().to_numpy() & ~here)
    if len(strange) == 0:
        return parsed, []
    loose = pd.Series(known, index=_loosely(known)).loc[lambda one: ~one.index.duplicated(keep=False)]
    meant = loose.reindex(_loosely(pd.Index(values.iloc[strange]))).to_numpy(dtype=object)
    found = ~pd.isna(meant)
    strange, meant = strange[found], meant[found]
    if len(strange) == 0:
        return parsed, []
    written = values.iloc[strange].to_numpy(dtype=object)
    zeros = np.array([_bare(one) == _bare(other) for one, other in zip(written, meant)], bool)
    fewer = np.array([len(one) < len(other) for one, other in zip(written, meant)], bool)
    values = values.copy()
    values.iloc[strange] = meant
    findings = []
    for rule, mine, how in (
        (cells.ZEROS_LOST, zeros & fewer, _FEWER),
        (cells.ZEROS_LOST, zeros & ~fewer, _MORE),
        (cells.CLIENT_SPELLED, ~zeros, None),
    ):
        marked = np.zeros(len(values), bool)
        marked[strange[mine]] = True
        rows = parsed.rows(marked)
        if len(rows):
            told = {"how": how} if how else {}
            findings.append(Finding(rule, sheet.file, sheet.table, ("client",), sheet.lines[rows], len(sheet.lines), told))
    return replace(parsed, values=values), findings


def unequal(parsed: ParsedColumn, sheet: Sheet) -> Iterator[Finding]:
    """What the codes of treatments themselves give away of zeros that went: the same number twice, or numbers of unequal length."""
    texts = pc.unique(pc.drop_null(pa.array(parsed.values, pa.string())))
    digits = pc.match_substring_regex(texts, "^[0-9]+$").to_numpy(zero_copy_only=False).astype(bool)
    if not digits.any():
        return
    codes = texts.filter(pa.array(digits))
    bare = pc.utf8_ltrim(codes, characters="0")
    twice = pd.Series(bare.to_pandas()).duplicated(keep=False).to_numpy()
    if twice.any():
        marked = parsed.values.isin(codes.filter(pa.array(twice)).to_pylist()).to_numpy()
        rows = parsed.rows(marked)
        yield Finding(
            cells.ZEROS_LOST, sheet.file, sheet.table, ("client",), sheet.lines[rows], len(sheet.lines), {"how": _BOTH}
        )
        return
    lengths = pc.utf8_length(codes).to_numpy(zero_copy_only=False)
    padded = pc.any(pc.starts_with(codes, "0")).as_py()
    counting = lengths.max() < 10 and pc.max(pc.cast(codes, pa.int64())).as_py() <= _COUNTING * len(codes)
    if digits.all() and lengths.min() < lengths.max() and (padded or not counting):
        told = {"column": column_words(parsed.column)}
        yield Finding(cells.CODES_UNEQUAL, sheet.file, sheet.table, ("client",), checked=len(sheet.lines), values=told)


def _bare(code: str) -> str:
    """A code without the zeros before its numbers."""
    return re.sub(_ZEROS, "", code)


def _loosely(codes: pd.Index) -> pd.Index:
    """Codes without capitals, hyphens and the zeros before their numbers."""
    return codes.str.replace(_ZEROS, "", regex=True).str.replace(r"[-_]", "", regex=True).str.casefold()


def as_in_treatments(sheet: Sheet, people: Sheet, lines: list[int]) -> dict[int, str]:
    """For the rows of a table the codes as they stand in treatments, where those say without doubt who is meant."""
    known = pd.Index(_codes(people)).unique()
    loose = pd.Series(known, index=_loosely(known)).loc[lambda one: ~one.index.duplicated(keep=False)]
    written = pd.Series(_codes(sheet), index=sheet.lines).reindex(lines).fillna("")
    meant = loose.reindex(_loosely(pd.Index(written)))
    return {line: text for line, text in zip(lines, meant) if isinstance(text, str)}


def _codes(sheet: Sheet) -> list[str]:
    """The codes of a table as they are written."""
    named = [match_header(tables()[sheet.table], header) for header in sheet.headers]
    return [text.strip() for text in sheet.columns[named.index("client")].to_pylist()] if "client" in named else []
