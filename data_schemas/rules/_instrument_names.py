"""Which questionnaire somebody probably means: a name cut off, without its number, or with a slip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from data_schemas.instruments import Instrument
from data_schemas.words import LANGS, Words

_MEANT = Words("Bedoelt u {labels}?", "Did you mean {labels}?")
_OR = Words(" of ", " or ")
_LIKE, _SHORTEST, _MOST = 0.75, 3, 3


def meant(text: str, instruments: Mapping[str, Instrument]) -> Words:
    """A question with the names of those that it may be, in words of the registry alone; empty where nothing is near.

    >>> from data_schemas.instruments import registry
    >>> meant("cries", registry()).nl
    "Bedoelt u 'CRIES-13, Schokverwerkingslijst voor kinderen' of 'CRIES-8, korte schokverwerkingslijst voor kinderen'?"
    """
    written = _plain(text)
    names = {name: {_plain(name), *(_plain(words) for words in one.words)} for name, one in instruments.items()}
    found: Iterable[str] = [
        name
        for name, called in names.items()
        if len(written) >= _SHORTEST
        and any(one.startswith(written) or (len(one) > 4 and written.startswith(one)) for one in called)
    ]
    if not found:
        near = get_close_matches(written, [one for called in names.values() for one in called], n=1, cutoff=_LIKE)
        found = [name for name, called in names.items() if near and near[0] in called]
    words = [instruments[name].words for name in sorted(found)[:_MOST]]
    if not words:
        return Words("", "")
    return _MEANT.fill(labels=Words(*(_OR[lang].join(f"'{one[lang]}'" for one in words) for lang in LANGS)))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
