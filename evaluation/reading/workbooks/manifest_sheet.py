"""The sheet that stands for `submission.toml` in a workbook: what in the first column, the answer in the second."""

from __future__ import annotations

import tomlkit

from evaluation.reading.headers import plain

# Dutch words for the keys and answers that a person fills in; any other key is passed on as it stands.
_KEYS = {
    "contract": "contract",
    "naam": "name",
    "name": "name",
    "kortenaam": "name",
    "shortname": "name",
    "bron": "source",
    "source": "source",
    "aard": "nature",
    "nature": "nature",
    "titelnl": "title.nl",
    "titelen": "title.en",
    "title.nl": "title.nl",
    "title.en": "title.en",
}
_NATURES = {"praktijk": "practice", "openbaar": "public", "fictief": "fictional"}
MAX_KEYS = 1_000
MAX_DEPTH = 5


def manifest_toml(rows: list[list[str]]) -> str:
    """TOML text from rows of key and value; rows without a value are left out. Keys may be dotted.

    >>> print(manifest_toml([["Naam", "voorbeeld"], ["labels.usual.nl", "gewone hulp"], ["Bron", ""]]).strip())
    name = "voorbeeld"
    <BLANKLINE>
    [labels.usual]
    nl = "gewone hulp"
    """
    content: dict = {}
    for row in rows[:MAX_KEYS]:
        written, value = (*(text.strip() for text in row[:2]), "", "")[:2]
        if not written or not value or plain(value) in ("waarde", "value", "antwoord", "answer"):
            continue
        key = manifest_key(written)
        value = _NATURES.get(plain(value), value) if key == "nature" else value
        value = plain_name(value) if key == "name" else value
        _put(content, key.split(".")[:MAX_DEPTH], value)
    return tomlkit.dumps(content)


def manifest_key(written: str) -> str:
    """The key that a person means by what stands in the first column.

    >>> manifest_key("Korte naam"), manifest_key("labels.usual.nl")
    ('name', 'labels.usual.nl')
    """
    return _KEYS.get(plain(written), written)


def plain_name(text: str) -> str:
    """A short name as the contract has it, from the way a person writes it.

    >>> plain_name("Zorg Noord 2026")
    'zorg-noord-2026'
    """
    return "-".join(text.casefold().split())


def _put(content: dict, keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        inner = content.setdefault(key.strip(), {})
        if not isinstance(inner, dict):
            return
        content = inner
    content.setdefault(keys[-1].strip(), value)
