"""Which groups, moments and outcomes the rows of a result have, in the order in which a report shows them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from data_schemas.evidence import Evidence, Lang, code_list
from reports.text.markdown import plain
from reports.text.rows import Row, records
from reports.text.vocabulary import arm_words

__all__ = ["ALL", "Row", "arms", "by", "compared", "differences", "grouped", "heading", "main_outcomes", "moments", "outcomes"]
__all__ += ["planned_arms", "records"]
ALL = "all"


def by(rows: Iterable[Row], *columns: str) -> dict[tuple, Row]:
    """Rows by what stands in the named columns; the first one where several have the same."""
    found: dict[tuple, Row] = {}
    for row in rows:
        found.setdefault(tuple(row[column] for column in columns), row)
    return found


def grouped(rows: Iterable[Row], *columns: str) -> dict[tuple, list[Row]]:
    """All rows by what stands in the named columns, in their order."""
    found: dict[tuple, list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[column] for column in columns), []).append(row)
    return found


def arms(evidence: Evidence, rows: pd.DataFrame) -> list[str]:
    """Everyone first, then the arms in the order of the plan's comparison; differences between arms are left out."""
    planned = planned_arms(evidence)
    found = [arm for arm in dict.fromkeys(rows["arm"]) if " - " not in arm]
    return sorted(found, key=lambda arm: (arm not in ("", ALL), planned.index(arm) if arm in planned else len(planned)))


def compared(evidence: Evidence, rows: pd.DataFrame) -> list[str]:
    """The arms without everyone together; everyone when there is only one group."""
    found = arms(evidence, rows)
    return [arm for arm in found if arm not in ("", ALL)] or found


def planned_arms(evidence: Evidence) -> tuple[str, ...]:
    """The arms that the plan compares, the treated one first; none when it compares none."""
    return tuple(evidence.record.plan.comparison.arms) if evidence.record.plan.comparison else ()


def differences(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that are a difference between two arms."""
    return rows[rows["arm"].str.contains(" - ", regex=False)]


def moments(values: Iterable[str]) -> list[str]:
    """Moments or weeks in the order of time."""
    known = code_list("moment").values
    return sorted(
        dict.fromkeys(values), key=lambda time: (known.index(time) if time in known else len(known), _week(time), time)
    )


def outcomes(evidence: Evidence, rows: pd.DataFrame) -> list[str]:
    """Outcomes, the plan's primary ones first, otherwise in the order of the results."""
    primary = [f"{measure.instrument}:{measure.informant}" for measure in evidence.record.plan.measures if measure.primary]
    found = list(dict.fromkeys(rows["outcome"]))
    return [outcome for outcome in found if outcome in primary] + [outcome for outcome in found if outcome not in primary]


def main_outcomes(evidence: Evidence, rows: pd.DataFrame) -> list[str]:
    """The outcomes that the plan calls primary; where it calls none so the first measure and the events; or the first that there is."""
    plan, found = evidence.record.plan, outcomes(evidence, rows)
    primary = {f"{measure.instrument}:{measure.informant}" for measure in plan.measures if measure.primary}
    none = not primary and not (plan.events is not None and plan.events.primary)
    if none:
        primary = {f"{measure.instrument}:{measure.informant}" for measure in plan.measures[:1]}
    if plan.events is not None and (plan.events.primary or none):
        primary |= {"+".join(plan.events.event)}
    return [outcome for outcome in found if outcome in primary] or found[:1]


def heading(evidence: Evidence, arm: str, lang: Lang) -> str:
    """The name of an arm as a column heading, as Markdown."""
    text = arm_words(evidence, arm)[lang]
    return plain(text[:1].upper() + text[1:])


def _week(time: str) -> float:
    try:
        return float(time)
    except ValueError:
        return float("inf")
