"""The codebook as Markdown."""

from __future__ import annotations

from data_schemas.words import Lang
from evaluation.contract.codebook.content import content
from evaluation.output.pages import as_markdown

FORMAT = "md"
ENDING = ".md"


def codebook(lang: Lang) -> str:
    """A page of Markdown."""
    return as_markdown(content(lang))
