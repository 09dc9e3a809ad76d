"""A text to copy into the committee's worksheet: the study in short, from the same sentences as the report, within its length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_schemas.evidence import DESIGN_NAMES, Evidence, Lang, Words
from reports import first_page
from reports.parts.absent import absences
from reports.text.markdown import Block, Text, plain

# the length of a summary in the joint worksheet of the knowledge institutes (May 2015): one sheet of A4, at most 600 words
MOST_WORDS = 600
_TITLE = Words("{title}. Het is een {design}.", "{title}. It is a {design}.")
_QUESTION = Words("De vraag: {question}", "The question: {question}")
_WHO = Words("Voor wie: {population}. Uitkomst: {outcome}.", "For whom: {population}. Outcome: {outcome}.")
_NOT = Words("Wat deze gegevens niet laten zien: {parts}", "What these data do not show: {parts}")
_NO_VERDICT = Words("Of dit genoeg is, beslist de commissie.", "Whether this is enough is for the committee to decide.")


def worksheet(evidence: Evidence, lang: Lang) -> Block:
    """The text, in a box of its own; its last sentences go when it would be too long."""
    parts: list[str] = []
    for part in _parts(evidence, lang):
        if _length([*parts, part, _NO_VERDICT[lang]]) <= MOST_WORDS:
            parts.append(part)
    return Text("::: {.worksheet}\n" + "\n\n".join([*parts, _NO_VERDICT[lang]]) + "\n:::")


def _parts(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """The most needed first."""
    plan = evidence.record.plan
    yield _TITLE[lang].format(title=plain(plan.title.rstrip(".?!")), design=DESIGN_NAMES[plan.design][lang])
    yield _QUESTION[lang].format(question=plain(plan.question))
    estimand = plan.estimand
    yield _WHO[lang].format(population=plain(estimand.population.rstrip(".")), outcome=plain(estimand.outcome.rstrip(".")))
    for sentence in first_page.findings(evidence, lang):
        first, *more = _as_prose(sentence)
        yield "\n\n".join([first, *(["\n".join(f"- {part}" for part in more)] if more else [])])
    yield " ".join(part for sentence in first_page.sure(evidence, lang) for part in _as_prose(sentence))
    missing = " ".join(part for sentence in absences(evidence, lang) for part in _as_prose(sentence))
    if missing:
        yield _NOT[lang].format(parts=missing)


def _as_prose(sentence: str) -> list[str]:
    """An entry of the first page without emphasis and references: what it says first, and its parts."""
    text = re.sub(r"\[[^\[\]]*\]\{+\.refers[^}]*\}+", "", sentence)
    return [" ".join(part.split()) for part in re.sub(r"(?<!\\)\*+", "", text).split("\n    - ")]


def _length(parts: list[str]) -> int:
    return sum(len(part.split()) for part in parts)
