"""What points straight at a person: how one kind of direct identifier is known by its content and by its header."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.words import Words


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Distinct texts of a column with a few traits, so that patterns run only over texts that could fit.

    A column of 200,000 pseudonyms has no text with eight digits in a row or with an @: seven patterns need not look.

    Parameters
    ----------
    array
        The texts, without white space around them.
    digits, long_digits
        Per text: four and eight digits in a row.
    letters
        Per text: two letters in a row.
    space, at_sign
        Per text: holds a space; an @.
    digit_letter
        Per text: a digit followed by a letter, at once or after a space.
    marked_digits
        Per text: two digits with a hyphen, slash, point or space between them.
    """

    array: pa.Array
    digits: np.ndarray
    long_digits: np.ndarray
    letters: np.ndarray
    space: np.ndarray
    at_sign: np.ndarray
    digit_letter: np.ndarray
    marked_digits: np.ndarray

    @classmethod
    def of(cls, values: pa.Array | list[str]) -> Texts:
        """The texts with their traits.

        >>> Texts.of(["K-0014", "06 12345678"]).long_digits.tolist()
        [False, True]
        """
        if isinstance(values, list):  # a file's name can hold what is no text
            values = pa.array([text.encode("utf-8", "replace").decode("utf-8") for text in values], pa.string())
        array = pc.utf8_trim_whitespace(values)
        starts, signs, more = _signs(array)
        digit = signs - np.uint8(48) < 10
        # every byte of a letter with an accent counts as a letter
        letter = ((signs | 32) - np.uint8(97) < 26) | (signs >= 128)
        mark = (signs == ord("-")) | (signs == ord("/")) | (signs == ord(".")) | (signs == ord(" "))
        two = digit[:-1] & digit[1:] & more
        four = two[:-2] & two[2:] & more[1:-1]
        eight = four[:-4] & four[4:] & more[3:-3]
        pair = more[:-1] & more[1:]
        spaced = digit[:-2] & (signs[1:-1] == ord(" ")) & letter[2:] & pair
        close = (digit[:-1] & letter[1:] & more)[:-1]

        def each(trait: np.ndarray) -> np.ndarray:
            """Per text, whether any of its signs has the trait."""
            if not len(starts) or not trait.any():
                return np.zeros(len(starts), bool)
            padded = np.zeros(len(signs) + 1, bool)
            padded[: len(trait)] = trait
            lengths = np.diff(np.append(starts, len(signs) - _TAIL))
            return np.logical_or.reduceat(padded, starts) & (lengths > 0)

        return cls(
            array,
            each(four),
            each(eight),
            each(letter[:-1] & letter[1:] & more),
            each(signs == ord(" ")),
            each(signs == ord("@")),
            each(spaced | close),
            each(digit[:-2] & mark[1:-1] & digit[2:] & pair),
        )

    def __len__(self) -> int:
        return len(self.array)

    def holding(self, sign: str) -> np.ndarray:
        """Which texts hold this sign: far quicker to see than a pattern that cannot do without it."""
        return _as_mask(pc.match_substring(self.array, sign))

    def matching(self, pattern: str, among: np.ndarray | None = None) -> np.ndarray:
        """Which texts hold the pattern; only those in `among` are looked at."""
        if among is None:
            return _as_mask(pc.match_substring_regex(self.array, pattern))
        found = np.zeros(len(self), bool)
        if among.any():
            found[among] = _as_mask(pc.match_substring_regex(self.array.filter(pa.array(among)), pattern))
        return found

    def extracted(self, pattern: str, among: np.ndarray) -> tuple[np.ndarray, pa.Array]:
        """Positions of the texts in `among` that hold the pattern, and what its group `found` matched in each."""
        places = np.flatnonzero(self.matching(pattern, among))
        if len(places) == 0:
            return places, pa.array([], pa.string())
        group = pc.extract_regex(self.array.take(pa.array(places)), pattern)
        return places, pc.struct_field(group, "found")

    def marked(self, places: np.ndarray) -> np.ndarray:
        """A mask over the texts, true at these positions."""
        mask = np.zeros(len(self), bool)
        mask[places] = True
        return mask


# signs behind the last text, so that looking at neighbours never runs off the end
_TAIL = 8


def _signs(array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each text starts in the bytes of all; the bytes; and whether the next byte belongs to the same text."""
    if len(array) == 0:
        return np.zeros(0, np.int64), np.zeros(_TAIL, np.uint8), np.zeros(_TAIL - 1, bool)
    offsets = np.frombuffer(array.buffers()[1], np.int32, array.offset + len(array) + 1)[array.offset :]
    first, last = int(offsets[0]), int(offsets[-1])
    signs = np.zeros(last - first + _TAIL, np.uint8)
    if last > first:
        signs[: last - first] = np.frombuffer(array.buffers()[2], np.uint8, last)[first:]
    starts = offsets[:-1].astype(np.int64) - first
    more = np.ones(len(signs) - 1, bool)
    more[starts[starts > 0] - 1] = False
    more[last - first - 1 if last > first else 0 :] = False
    return starts, signs, more


def _as_mask(values: pa.Array) -> np.ndarray:
    return values.to_numpy(zero_copy_only=False).astype(bool)


def number_table(digits: pa.Array, width: int) -> np.ndarray:
    """Texts of digits as a table of numbers, one row per text, shorter ones with zeros in front.

    >>> number_table(pa.array(["12", "345"]), 3).tolist()
    [[0, 1, 2], [3, 4, 5]]
    """
    padded = pc.utf8_lpad(digits, width, padding="0")
    text = "".join(padded.to_pylist()).encode("ascii")
    return np.frombuffer(text, np.uint8).reshape(len(digits), width).astype(np.int64) - ord("0")


def anything(texts: Texts) -> np.ndarray:
    """Every text."""
    return np.ones(len(texts), bool)


def nothing(texts: Texts) -> np.ndarray:
    """No text."""
    return np.zeros(len(texts), bool)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One kind of direct identifier.

    A column is judged as a whole, for a single value can look like anything. It certainly holds the identifier when a
    value of `strong` form is there, or when at least `certain_from` distinct values fit and more than `certain_share`
    of the comparable ones do. It possibly does when any value fits and more than `possible_share` of those do.

    Parameters
    ----------
    name, label
        Slug, and what it is called within a sentence (plural).
    source
        Where the rule is laid down.
    detect
        Distinct texts in, boolean per text out: which ones fit.
    comparable
        Which texts have the shape at all, and so count for the shares.
    strong
        Which fitting texts can be nothing else.
    headers
        Words in a header that give the column away, in lower case, with spaces between them.
    by_header
        Whether such a header settles it.
    sure
        Which texts count for certainty; all that fit when there is no such function.
    where
        `text`: anywhere but in codes of clients. `codes`: only in those. `both`.
    """

    name: str
    label: Words
    source: Words
    detect: Callable[[Texts], np.ndarray]
    comparable: Callable[[Texts], np.ndarray] = anything
    strong: Callable[[Texts], np.ndarray] = nothing
    certain_from: int = 3
    certain_share: float = 0.5
    possible_share: float = 0.0
    headers: str = ""
    by_header: bool = True
    sure: Callable[[Texts], np.ndarray] | None = None
    where: Literal["both", "text", "codes"] = "both"
