"""What these data do not show: the parts of a report that would be empty, in one list with the reason of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.answers import placed
from reports.closed import why_not_given
from reports.text.agreeing import CLASSES
from reports.text.cells import hidden
from reports.text.groups import records
from reports.text.markdown import Block, Text, plain
from reports.text.providers import several_providers

_LINE = Words("**{part}**: {why}.", "**{part}**: {why}.")
_NOT_MEASURED = Words("niet in de gegevens", "not in the data")
_NOT_PLANNED = Words("het plan vraagt er niet naar", "the plan does not ask for it")
_TOGETHER = Words("de aanbieders zijn samen genomen", "the providers were taken together")
_ALONE = Words(
    "er is één aanbieder, of het is niet bekend hoeveel er zijn", "there is one provider, or it is not known how many there are"
)
_NONE = Words("Alle onderdelen van dit rapport hebben cijfers.", "All parts of this report have figures.")


class _Part(NamedTuple):
    """A part of the report, the rows that it shows, and whether the plan asks for it."""

    name: Words
    rows: Callable[[Evidence], pd.DataFrame]
    asked: Callable[[Evidence], bool] = lambda evidence: True


def _rows(analysis: str, **where: object) -> Callable[[Evidence], pd.DataFrame]:
    return lambda evidence: evidence.select(analysis, **where)


def _differences(evidence: Evidence) -> pd.DataFrame:
    change = evidence.select("change", measure="adjusted_difference", subgroup="")
    return pd.concat([change, evidence.select("revictimisation", measure="survival_difference", subgroup="")])


_PARTS = (
    _Part(
        Words("Verandering in scores", "Change in scores"),
        _rows("change", measure="mean_change"),
        lambda e: bool(e.record.plan.measures),
    ),
    _Part(
        Words("Hersteld, verbeterd, verslechterd", "Recovered, improved, deteriorated"),
        _rows("change", measure=CLASSES),
        lambda e: bool(e.record.plan.measures),
    ),
    _Part(
        Words("Gebeurtenissen in de tijd", "Events over time"),
        _rows("revictimisation", measure="survival"),
        lambda e: e.record.plan.events is not None,
    ),
    _Part(
        Words("Woonsituatie, school of werk", "Housing, school or work"),
        _rows("outcomes", measure=("share_start", "share_end")),
    ),
    _Part(
        Words("Verschil tussen de groepen", "Difference between the groups"),
        _differences,
        lambda e: e.record.plan.comparison is not None,
    ),
    _Part(Words("Subgroepen", "Subgroups"), _rows("subgroups", measure="g"), lambda e: bool(e.record.plan.subgroups)),
    _Part(Words("Tevredenheid", "Satisfaction"), _rows("indicators", measure="satisfaction")),
    _Part(Words("Doelrealisatie", "Goal attainment"), _rows("indicators", measure="goal_attainment")),
    _Part(Words("Behandelintegriteit", "Treatment integrity"), _rows("indicators", measure="integrity")),
)
_PROVIDERS = Words("Aanbieders naast elkaar", "Providers side by side")


def absent(evidence: Evidence, lang: Lang) -> Block:
    """A line per part without any figure, with why; one sentence when there is none."""
    return Text("\n".join(f"- {sentence}" for sentence in absences(evidence, lang)) or _NONE[lang])


def absences(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """The lines of `absent`."""
    for part in _PARTS:
        rows = part.rows(evidence)
        if not rows["estimate"].notna().any():
            why = _why(evidence, rows) if part.asked(evidence) else _NOT_PLANNED
            yield _LINE.fill(part=part.name, why=why)[lang]
    if not placed(evidence, lang, "providers").markdown():
        yield _LINE.fill(part=_PROVIDERS, why=_TOGETHER if several_providers(evidence) else _ALONE)[lang]


def _why(evidence: Evidence, rows: pd.DataFrame) -> Words:
    """Why no row has a number: too few people, or the first reason that an analysis gives."""
    if rows.empty:
        return _NOT_MEASURED
    reasons = (why_not_given(evidence, row) for row in records(rows) if row["status"] == "not_estimable")
    found = next((reason for reason in reasons if reason is not None), None)
    if found is None or (rows["status"] == "suppressed").any():
        return Words(*map(plain, hidden(evidence)))
    return found
