"""Satisfaction, treatment integrity and the indicators that providers agreed on."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang
from reports.markdown import Block
from reports.others import analysis

ANALYSES = ("satisfaction", "integrity", "indicators")
SHOWN: frozenset[str] = frozenset()
PLACE = 50


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing on the first page: how care went is not an outcome."""
    return []


def tables(evidence: Evidence, lang: Lang, name: str) -> Block:
    """The tables of one of these analyses."""
    return analysis(evidence, lang, name)
