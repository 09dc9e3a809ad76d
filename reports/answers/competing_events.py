"""The share with the event when something else can come first: death, moving abroad, coming of age."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang
from reports.markdown import Block
from reports.others import chosen

ANALYSES = ("competing_events",)
SHOWN = frozenset(("cumulative_incidence", "one_minus_survival", "cumulative_incidence_difference"))
PLACE = 45


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: the first page tells the share without an event already."""
    return []


def tables(evidence: Evidence, lang: Lang) -> Block:
    """Cumulative incidence beside one minus the Kaplan-Meier curve, at the weeks of the plan."""
    return chosen(evidence, lang, "competing_events", SHOWN)
