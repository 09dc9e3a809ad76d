"""On which line of a recipe something stands: the reader of TOML does not tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from data_schemas.words import Words

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_HEAD = re.compile(rf"\s*(\[\[?)\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*\]\]?\s*(?:#.*)?$")
_SET = re.compile(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=")


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line of a path, or of the longest beginning of it that stands in the text; None when nothing of it does.

    >>> recipe = 'name = "x"\\n[[measurements]]\\nfrom = "a"\\n[[measurements]]\\nfrom = "b"\\n[measurements.columns]\\nscore = { from = "c" }'
    >>> line_of(recipe, ("measurements", 1, "columns", "score", "from")), line_of(recipe, ("measurements", 0, "identity"))
    (7, 2)
    """
    lines = dict(_lines(text))
    parts = tuple(place)
    while parts:
        if parts in lines:
            return lines[parts]
        parts = parts[:-1]
    return None


def line_words(line: int | None) -> Words:
    """The line as part of a sentence."""
    return Words("", "") if line is None else Words(f" (regel {line} van het recept)", f" (line {line} of the recipe)")


def _lines(text: str) -> Iterator[tuple[tuple[str | int, ...], int]]:
    counted: Counter[str] = Counter()
    under: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _HEAD.match(line):
            keys = _keys(head[2])
            if head[1] == "[[":
                counted[keys[0]] += 1
            several = (counted[keys[0]] - 1,) if counted[keys[0]] else ()
            under = (keys[0], *several, *keys[1:])
            yield under, number
        elif found := _SET.match(line):
            yield (*under, *_keys(found[1])), number


def _keys(dotted: str) -> list[str]:
    return [key.strip("\"'") for key in re.findall(_KEY, dotted)]
