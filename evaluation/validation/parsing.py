"""From text to typed values, one column at a time, over its distinct texts only.

Cells are read one by one with codes of our own before pandera sees them, so that one bad cell neither hides nor multiplies
another (pitfall T24). A column of a million rows has few distinct texts; each is read once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.column import Column
from data_schemas.schema import PATTERN_RULES, column_checks

# 3.0 is a whole number; 1.000 may be a thousand, and is not read.
_WHOLE = r"^[+-]?[0-9]{1,9}([.,]0{1,2})?$"
# One or more groups of three behind the sign that is not the decimal sign of the file: thousands, which are not read.
_THOUSANDS = {",": r"^[+-]?[0-9]{1,3}(\.[0-9]{3})+$", ".": r"^[+-]?[0-9]{1,3}(,[0-9]{3})+$"}
_NUMBER = r"^[+-]?([0-9]{1,15}([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,2})?$"
# In a column of percentages 85% is 85; anywhere else it is no number.
_PER_CENT = "per cent"
# Numbers that stand for "unknown" in other programs, by how far below them all other numbers lie.
_FAR = 0.8
_MISSING_CODES = {_FAR: (888, 999), 0.5: (88, 99)}
_ENOUGH_OTHERS = 3
_UNREAD = {"whole": "cell-not-whole", "number": "cell-not-number", "code": "cell-not-in-list", **PATTERN_RULES}


@dataclass(frozen=True, slots=True, eq=False)
class ParsedColumn:
    """One column, read.

    Parameters
    ----------
    codes
        Per row the position of its text in `values`.
    values
        Typed distinct values (text, Int32, float64), missing where empty or wrong.
    empty
        Per distinct text: nothing was filled in.
    wrong
        Per rule code: which distinct texts break it (boolean). A text breaks at most one rule.
    texts
        The distinct texts, without white space around them.
    """

    column: Column
    codes: np.ndarray
    values: pd.Series
    empty: np.ndarray
    wrong: dict[str, np.ndarray]
    texts: pa.Array

    def rows(self, of_values: np.ndarray) -> np.ndarray:
        """The rows (0-based) whose distinct value is marked."""
        return np.flatnonzero(of_values[self.codes]) if of_values.any() else np.empty(0, np.int64)

    def typed(self) -> pd.Series:
        """The column as it stands in a submission."""
        if self.column.kind in ("whole", "number"):
            return pd.Series(self.values.array.take(self.codes), copy=False)
        texts = pa.array(self.values, pa.string())
        if self.column.kind == "code":
            categories = pa.array(self.column.codes.values, pa.string())
        else:
            distinct = pc.drop_null(pc.unique(texts))
            categories = distinct.take(pc.array_sort_indices(distinct))
        return as_categorical(_positions(texts, categories)[self.codes], category_type(categories))

    def among(self, known: pd.CategoricalDtype | None) -> pd.Series:
        """A column of keys over the keys of another table, its own new ones after them; in order of appearance without one."""
        texts = pa.array(self.values, pa.string())
        if known is None:
            first = pd.unique(self.codes[~self.values.isna().to_numpy()[self.codes]])
            in_order = np.array_equal(first, np.arange(len(texts)))
            known = category_type(texts if in_order else pc.unique(texts.take(pa.array(first))))
            if in_order and len(known.categories) == len(texts):
                return as_categorical(self.codes, known)
        keys = pa.array(known.categories, pa.string())
        if texts.equals(keys):
            return as_categorical(self.codes, known)
        place = _positions(texts, keys)
        new = pc.drop_null(pc.unique(texts.filter(pa.array(place < 0))))
        if len(new):
            keys = pa.concat_arrays([keys, new])
            known, place = category_type(keys), _positions(texts, keys)
        return as_categorical(place[self.codes], known)


def _positions(texts: pa.Array, categories: pa.Array) -> np.ndarray:
    """Per distinct text its place in the categories, -1 for missing."""
    return pc.fill_null(pc.index_in(texts, value_set=categories), -1).to_numpy(zero_copy_only=False)


def category_type(categories: pa.Array) -> pd.CategoricalDtype:
    """The pandas type of a column over these distinct texts."""
    return pd.CategoricalDtype(pd.Index(categories.to_pandas(), dtype="str"))


def as_categorical(codes: np.ndarray, kind: pd.CategoricalDtype) -> pd.Series:
    """A column of positions in distinct texts, -1 for missing; nothing is checked again."""
    size = len(kind.categories)
    small = np.int8 if size < 128 else np.int16 if size < 32_768 else np.int32
    return pd.Series(pd.Categorical.from_codes(codes.astype(small, copy=False), dtype=kind, validate=False), copy=False)


def parse_column(
    column: Column, texts: pa.Array | pa.ChunkedArray, spellings: dict[str, str], decimal: str = "."
) -> ParsedColumn:
    """Read one column of text.

    Parameters
    ----------
    texts
        One text per row, "" for an empty cell.
    spellings
        Other accepted spellings (case-folded label -> code) for codes and short names.
    decimal
        The decimal sign of the file. The other sign is read as one too, unless it could separate thousands.
    """
    codes, distinct = _dictionary(texts)
    trimmed = pc.utf8_trim_whitespace(distinct)
    empty = pc.equal(trimmed, "").to_numpy(zero_copy_only=False)
    values, unread = _read(column, trimmed, spellings, decimal)
    wrong = {_UNREAD[column.kind]: unread & ~empty}
    values = values.mask(unread | empty)
    for rule, breaks in _pandera_breaks(column, values).items():
        wrong[rule] = wrong.get(rule, np.zeros(len(values), bool)) | breaks
        values = values.mask(breaks)
    if column.kind == "whole":
        wrong["cell-missing-code"] = _missing_codes(values, np.bincount(codes, minlength=len(values)), trimmed)
        values = values.mask(wrong["cell-missing-code"])
    return ParsedColumn(column, codes, values, empty, {rule: marks for rule, marks in wrong.items() if marks.any()}, trimmed)


def _dictionary(texts) -> tuple[np.ndarray, pa.Array]:
    if isinstance(texts, pa.ChunkedArray):
        if not pa.types.is_dictionary(texts.type):
            texts = texts.dictionary_encode()
        texts = texts.unify_dictionaries().combine_chunks() if texts.num_chunks else pa.array([], pa.string())
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.chunk(0)
    if not pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_encode()
    return texts.indices.to_numpy(zero_copy_only=False), texts.dictionary.cast(pa.string())


def _read(column: Column, trimmed: pa.Array, spellings: dict[str, str], decimal: str) -> tuple[pd.Series, np.ndarray]:
    """Typed values of the distinct texts, and which could not be read."""
    if column.kind in ("whole", "number"):
        if column.unit is not None and column.unit.en == _PER_CENT:
            trimmed = pc.replace_substring_regex(trimmed, r"\s*%$", "")
        pattern = _WHOLE if column.kind == "whole" else _NUMBER
        fits = pc.match_substring_regex(trimmed, pattern)
        if column.kind == "number":
            fits = pc.and_not(fits, pc.match_substring_regex(trimmed, _THOUSANDS[decimal]))
        plain = pc.replace_substring(pc.if_else(fits, trimmed, None), ",", ".")
        numbers = pc.cast(pc.replace_substring_regex(plain, r"^\+", ""), pa.float64()).to_numpy(zero_copy_only=False)
        unread = ~(fits.to_numpy(zero_copy_only=False) & np.isfinite(numbers))
        if column.kind == "number":
            return pd.Series(numbers, dtype="float64"), unread
        whole = np.where(unread, 0, np.nan_to_num(numbers)).astype(np.int64).astype("int32")
        return pd.Series(whole, dtype="Int32"), unread
    if column.kind not in ("code", "name"):
        return pd.Series(trimmed.to_pandas(), dtype="str"), np.zeros(len(trimmed), bool)
    folded = [text.casefold() for text in trimmed.to_pylist()]
    if column.kind == "code":
        known = pd.Series([spellings.get(text) for text in folded], dtype="str")
        return known, known.isna().to_numpy()
    names = [spellings.get(text, text.replace(" ", "-")) for text in folded]
    return pd.Series(names, dtype="str"), np.zeros(len(trimmed), bool)


def _missing_codes(values: pd.Series, rows: np.ndarray, texts: pa.Array) -> np.ndarray:
    """Which distinct texts are a code for "unknown" rather than a number: of the numbers that such codes are, those far from all others.

    999 far above the rest is one; 99 only where there are enough others and all lie below half of it.
    """
    number = values.to_numpy(dtype=float, na_value=np.nan)
    plain = pc.match_substring_regex(texts, r"^-?[0-9]+$").to_numpy(zero_copy_only=False)
    size = np.abs(number)
    code = plain & np.isin(size, [code for codes in _MISSING_CODES.values() for code in codes])
    others = ~code & ~np.isnan(number)
    found = np.zeros(len(number), bool)
    farthest = size[others].max(initial=0.0)
    for share, codes in _MISSING_CODES.items():
        enough = rows[others].sum() >= _ENOUGH_OTHERS or share == _FAR
        for one in codes if enough else ():
            found |= code & (size == one) & (farthest < share * one)
    return found


def _pandera_breaks(column: Column, values: pd.Series) -> dict[str, np.ndarray]:
    """Which distinct values break which check of the contract's schema.

    The checks are called one by one: the type holds by construction, and an exception of pandera carries whole rows, which
    must not be logged, shown or chained (pitfall T24, style 4.4).
    """
    if column.kind == "code":
        return {}  # reading left nothing to check
    filled = values[values.notna()]
    breaks = {}
    for check in column_checks(column) if len(filled) else ():
        fails = ~check(filled).check_output.to_numpy(dtype=bool)
        if fails.any():
            breaks[check.name] = np.zeros(len(values), bool)
            breaks[check.name][filled.index[fails]] = True
    return breaks
