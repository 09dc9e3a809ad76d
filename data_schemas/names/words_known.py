"""Which words a dictionary knows: as they stand, as a compound, in parts, or with one slip of the pen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data_schemas.names import things, words

# More unknown words than a table of people's remarks has; beyond it the slow look is left out.
MOST = 20_000
_SHORTEST_PART = 4
# No name is longer; looking for parts of a word takes time.
_LONGEST = 40
_SHORTEST_SLIP = 9
_LINKS = ("", "s", "en", "e", "n", "-")
_LETTERS = "abcdefghijklmnopqrstuvwxyzéëïöüè"


def known(tokens: Sequence[str]) -> np.ndarray:
    """Per word in small letters whether it is one of the language, or the name of a thing.

    >>> known(["afgerond", "ouderbegeleiding", "zwolle", "selamawit", "wmo-aanvraag"]).tolist()
    [True, True, True, False, True]
    """
    listed, named = words(), things()
    found = np.array([token in listed or token in named for token in tokens], bool)
    for at in np.flatnonzero(~found)[:MOST]:
        found[at] = len(tokens[at]) > _LONGEST or _in_parts(tokens[at], listed, named)
    return found


def slips(tokens: Sequence[str]) -> np.ndarray:
    """Per unknown word of some length whether one letter more, less or other makes it a word.

    >>> slips(["afgerondd", "begleiding", "selamawit"]).tolist()
    [True, True, False]
    """
    listed = words()
    found = np.zeros(len(tokens), bool)
    for at, token in enumerate(tokens[:MOST]):
        found[at] = len(token) >= _SHORTEST_SLIP and any(near in listed for near in _near(token))
    return found


def _in_parts(token: str, listed: frozenset[str], named: frozenset[str]) -> bool:
    if "-" in token:
        return all(
            len(part) < _SHORTEST_PART or part in listed or part in named or _compound(part, listed)
            for part in token.split("-")
        )
    return _compound(token, listed)


def _compound(token: str, listed: frozenset[str]) -> bool:
    """Two or three words in one, with or without a letter between them."""
    for at in range(_SHORTEST_PART, len(token) - _SHORTEST_PART + 1):
        if token[:at] not in listed:
            continue
        for link in _LINKS:
            rest = token[at + len(link) :]
            if token[at:].startswith(link) and len(rest) >= _SHORTEST_PART and (rest in listed or _compound(rest, listed)):
                return True
    return False


def _near(token: str):
    for at in range(len(token) + 1):
        head, tail = token[:at], token[at:]
        if tail:
            yield head + tail[1:]
            if len(tail) > 1:
                yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
