"""Rules of disclosure control, which every result meets before it leaves."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.release_rules import ReleaseRule, release_rules
from data_schemas.words import Lang, Words
from evaluation.contract.explaining.entry import Entry
from evaluation.output.pages import Block, Items, Text

KIND = Words("Regels voor wat naar buiten gaat", "Rules for what leaves")
PLACE = 20

_PARTS = {
    "expectation": Words("Zo hoort het", "What should hold"),
    "reason": Words("Waarom", "Why"),
    "effect": Words("Wat er anders gebeurt", "What happens otherwise"),
    "repair": Words("Wat te doen", "What to do"),
}
_SOURCE = Words("Bron", "Source")
_UNREAD = Words("niet nagelezen", "not read")


def entries() -> Iterator[Entry]:
    """One per rule."""
    return (Entry(code, rule.title, lambda lang, rule=rule: list(_body(rule, lang))) for code, rule in release_rules().items())


def _body(rule: ReleaseRule, lang: Lang) -> Iterator[Block]:
    yield Text(f"`{rule.code}`")
    source = f"{_SOURCE[lang]}: {rule.source}" + ("" if rule.verified else f" ({_UNREAD[lang]})")
    yield Items([*(f"{words[lang]}: {getattr(rule, name)[lang]}" for name, words in _PARTS.items()), source])
