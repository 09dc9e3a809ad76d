"""Everything that `evaluation explain` knows, a page per kind and language."""

from __future__ import annotations

from types import ModuleType

from data_schemas.words import LANGS, Lang, Words
from evaluation.contract.documenting import made
from evaluation.contract.explaining import kinds
from evaluation.output.pages import Block, Grid, Heading, as_markdown

_HEAD = Words("Code|Titel", "Code|Title")


def pages() -> dict[str, str]:
    """One page per kind and language, with an index of codes above."""
    return {
        f"{kind.__name__.rpartition('.')[2]}.{lang}.md": as_markdown(_page(kind, lang)) for kind in kinds() for lang in LANGS
    }


def _page(kind: ModuleType, lang: Lang) -> list[Block]:
    entries = list(kind.entries())
    index = Grid("", _HEAD[lang].split("|"), [(f"`{entry.code}`", entry.title[lang]) for entry in entries])
    body = [block for entry in entries for block in entry.page(lang)]
    return [Heading(1, kind.KIND[lang]), index, *body, made(lang)]
