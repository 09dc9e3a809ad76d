"""Drop-out: how many cannot be analysed, and whether that differs between the groups."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.others import chosen
from reports.text.markdown import Block, Blocks, Text

ANALYSES = ("attrition",)
SHOWN = frozenset(("attrition_overall", "attrition_differential", "attrition_boundary"))
PLACE = 15

_MIDDLE = Words(
    "Aantallen zijn bekend als klassen. De uitval is het midden van wat die klassen toelaten, en hoeft niet precies te volgen uit de "
    "afgeronde aantallen bij de respons.",
    "Counts are known as bands. Drop-out is the middle of what these bands allow, and need not follow exactly from the rounded counts in "
    "the response.",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: how many count is told with the response."""
    return []


def tables(evidence: Evidence, lang: Lang) -> Block:
    """Overall and differential drop-out for the plan's main outcomes, with the boundary that the plan's gates use."""
    note = Text(_MIDDLE[lang] if evidence.record.edition == "released" else "")
    return Blocks([chosen(evidence, lang, "attrition", SHOWN), note])
