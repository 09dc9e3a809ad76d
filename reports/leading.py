"""Which figure stands on the first page: that of the plan's main question, when there is enough to draw."""

from __future__ import annotations

from typing import NamedTuple

from data_schemas.evidence import Evidence
from reports.text.groups import compared, main_outcomes


class Leading(NamedTuple):
    """The analysis and the outcome of the figure on the first page."""

    analysis: str
    outcome: str


def leading(evidence: Evidence) -> Leading | None:
    """The first main outcome with numbers to draw; scores before events, unless the plan calls the events primary."""
    events = evidence.record.plan.events
    asked = [("change", "mean_change"), ("revictimisation", "survival")]
    for analysis, measure in reversed(asked) if events is not None and events.primary else asked:
        rows = evidence.select(analysis, subgroup="", measure=measure)
        for outcome in main_outcomes(evidence, rows):
            mine = rows[(rows["outcome"] == outcome) & rows["estimate"].notna()]
            enough = 1 if analysis == "change" else 2
            if any((mine["arm"] == arm).sum() >= enough for arm in compared(evidence, mine)):
                return Leading(analysis, outcome)
    return None


def leads(evidence: Evidence, analysis: str, outcome: str) -> bool:
    """Whether the first page has the figure of this outcome already."""
    return leading(evidence) == (analysis, outcome)
