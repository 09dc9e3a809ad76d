"""Drop-out: how many cannot be analysed, and whether that differs between the groups."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang
from reports.others import chosen
from reports.text.markdown import Block

ANALYSES = ("attrition",)
SHOWN = frozenset(("attrition_overall", "attrition_differential", "attrition_boundary"))
PLACE = 15


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: how many count is told with the response."""
    return []


def tables(evidence: Evidence, lang: Lang) -> Block:
    """Overall and differential drop-out for the plan's main outcomes, with the boundary that the plan's gates use."""
    return chosen(evidence, lang, "attrition", SHOWN)
