"""The codebook as one HTML file."""

from __future__ import annotations

from data_schemas.words import Lang
from evaluation.contract.codebook.content import content
from evaluation.output.pages import as_html

FORMAT = "html"
ENDING = ".html"


def codebook(lang: Lang) -> str:
    """A self-contained page."""
    return as_html(content(lang), lang)
