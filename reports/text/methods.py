"""What a method of the results is called in the reader's language, part by part; a part without Dutch words stays English, marked so.

Results name their methods in English, for whoever repeats the calculation. The Dutch of each part is in `methods_nl.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from data_schemas.evidence import Lang, code_list, column_words
from reports.text.markdown import lower_word, plain

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_HERE = re.compile(r" \[([^\[\]]*)\]$")
_CODES = ("follow_up_end", "certainty", "event", "not_estimable")
_SEPARATORS = ("; ", ", ", ": ")


def method_markdown(text: str, lang: Lang) -> str:
    """A method as Markdown."""
    if lang == "en":
        return plain(text)
    return _dutch(text, _SEPARATORS)


def untranslated(text: str) -> list[str]:
    """The parts of a method that have no Dutch words."""
    return re.findall(r"\[(.*?)\]\{lang=en\}", _dutch(text, _SEPARATORS))


def _dutch(text: str, separators: tuple[str, ...]) -> str:
    """The whole when it is known, otherwise its parts; what stands in brackets belongs to its part."""
    known = _known(text)
    if known is not None:
        return plain(known)
    here = _HERE.search(text)
    if here:
        return f"{_dutch(text[: here.start()], separators)} {plain('[')}{_dutch(here.group(1), ())}{plain(']')}"
    if not separators:
        return f"[{plain(text)}]{{lang=en}}"
    first, *rest = separators
    parts = list(_split(text, first))
    return first.join(_dutch(part, tuple(rest)) for part in parts)


def _known(text: str) -> str | None:
    numbers = _NUMBER.findall(text)
    pattern = _NUMBER.sub("#", text)
    found = _parts().get(pattern)
    if found is None:
        words = column_words(text)
        return lower_word(words.nl) if words.en != text else _code(text)
    if found.count("#") != len(numbers):
        return None
    given = iter(numbers)
    return re.sub("#", lambda _: next(given).replace(".", ","), found)


def _code(text: str) -> str | None:
    return next((code_list(name).label(text).nl for name in _CODES if text in code_list(name)), None)


@cache
def _parts() -> Mapping[str, str]:
    file = resources.files(__package__) / "methods_nl.toml"
    known = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: name for name in known["same"]} | known["parts"]


def _split(text: str, separator: str) -> Iterator[str]:
    """The parts of a text, where the separator does not stand in brackets."""
    depth, start = 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]" and depth > 0)
        if depth == 0 and place >= start and text.startswith(separator, place):
            yield text[start:place]
            start = place + len(separator)
    yield text[start:]
