"""Notions: what a word in a message or report means."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.notions import Notion, notions
from data_schemas.words import Lang, Words
from evaluation.contract.explaining.entry import Entry
from evaluation.output.pages import Block, Text

KIND = Words("Begrippen", "Notions")
PLACE = 30

_EXAMPLE = Words("Voorbeeld", "Example")
_SEE = Words("Zie ook", "See also")
_SOURCE = Words("Bron", "Source")


def entries() -> Iterator[Entry]:
    """One per notion."""
    return (
        Entry(code, notion.title, lambda lang, notion=notion: list(_body(notion, lang))) for code, notion in notions().items()
    )


def _body(notion: Notion, lang: Lang) -> Iterator[Block]:
    yield Text(notion.text[lang])
    yield Text(f"{_EXAMPLE[lang]}: {notion.example[lang]}")
    if notion.source:
        yield Text(f"{_SOURCE[lang]}: {notion.source}.")
    if notion.see:
        yield Text(f"{_SEE[lang]}: " + ", ".join(f"`{code}`" for code in notion.see) + ".")
