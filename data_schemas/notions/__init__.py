"""Notions explained: what a word in a message or report means, with an example that can be followed by hand.

One TOML file each in `data_schemas/notions/`; the code is the file's name.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from data_schemas.words import Words


@dataclass(frozen=True, slots=True)
class Notion:
    """One notion: its name, what it is, an example, codes of what is near to it, and the source of the method if it has one."""

    code: str
    title: Words
    text: Words
    example: Words
    see: tuple[str, ...] = ()
    source: str = ""


@cache
def notions() -> dict[str, Notion]:
    """All notions by code, in alphabetical order.

    >>> notions()["threshold"].title.nl
    'Drempel'
    """
    files = (f for f in resources.files("data_schemas.notions").iterdir() if f.name.endswith(".toml"))
    found = (_read(f.name.removesuffix(".toml"), f.read_text(encoding="utf-8")) for f in files)
    return dict(sorted((notion.code, notion) for notion in found))


def _read(code: str, text: str) -> Notion:
    raw = tomllib.loads(text)
    text, example = (Words(raw[name]["nl"], raw[name]["en"]) for name in ("text", "example"))
    return Notion(code, Words(raw["nl"], raw["en"]), text, example, tuple(raw.get("see", ())), raw.get("source", ""))
