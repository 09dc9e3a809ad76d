"""The codebook as a page of the manual."""

from __future__ import annotations

from data_schemas.words import LANGS
from evaluation.contract.codebook.content import content
from evaluation.contract.documenting import made
from evaluation.output.pages import as_markdown


def pages() -> dict[str, str]:
    """One page per language."""
    return {f"codebook.{lang}.md": as_markdown([*content(lang), made(lang)]) for lang in LANGS}
