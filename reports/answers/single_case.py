"""Repeated measurements of single cases, taken together per group; no series of one person is ever drawn."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.forest import Axis, Line, forest
from reports.others import analysis
from reports.text.groups import compared, records
from reports.text.markdown import Block, Blocks, slug
from reports.text.vocabulary import arm_words, measure_words, short_outcome_words, subgroup_words

ANALYSES = ("single_case",)
SHOWN: frozenset[str] = frozenset()
PLACE = 75

_DRAWN = ("tau_u", "tau_baseline_corrected")
_CAPTION = Words(
    "{outcome}: hoe vaak metingen tijdens de behandeling beter zijn dan die ervoor, min hoe vaak slechter (Tau), met 95%-interval",
    "{outcome}: how often measurements during treatment are better than those before, minus how often worse (Tau), with 95% interval",
)
_TAU = Words("Tau: 0 is geen verschil, 1 is altijd beter", "Tau: 0 is no difference, 1 is always better")


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: single cases support the main question, they do not answer it."""
    return []


def parts(evidence: Evidence, lang: Lang) -> Block:
    """A figure of the averages over cases per group, and the numbers."""
    return Blocks([*_figures(evidence, lang), analysis(evidence, lang, "single_case")])


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """The averages over cases of one outcome."""
    return Blocks(_figures(evidence, lang))


def _figures(evidence: Evidence, lang: Lang) -> list[Block]:
    rows = evidence.select("single_case", measure=_DRAWN)
    groups = compared(evidence, rows)
    return [
        forest(
            f"single-case-{slug(outcome)}",
            _CAPTION.fill(outcome=short_outcome_words(evidence, outcome))[lang],
            [
                Line(_named(evidence, lang, row), row, arm_words(evidence, row["arm"])[lang], groups.index(row["arm"]))
                for row in records(mine)
                if row["arm"] in groups
            ],
            Axis(_TAU[lang], "effect"),
            lang,
        )
        for outcome, mine in rows.groupby("outcome", sort=False)
    ]


def _named(evidence: Evidence, lang: Lang, row) -> str:
    name = measure_words(evidence, row["measure"])[lang]
    return f"{name}, {subgroup_words('', row['subgroup'])[lang]}" if row["subgroup"] else name
