"""`evaluation demo`."""

from __future__ import annotations

from pathlib import Path

from evaluation.commands._options import Lang, LangChoice, Out
from evaluation.installation.extras import needs

PLACE = 10


def command(out: Out = Path("demo"), lang: Lang = LangChoice.nl) -> None:
    """The whole road on examples: validate, plan, run, release, report."""
    needs("analyses", "reports")
    from evaluation.demonstration import demonstrate

    demonstrate(out, lang.value)
