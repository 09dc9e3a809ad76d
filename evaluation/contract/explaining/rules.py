"""Validation rules: what should hold, what to do, what happens otherwise, and small tables that keep and break it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from data_schemas.finding import Rule, TableRule
from data_schemas.rules import rules
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.contract.explaining.entry import Entry
from evaluation.output.pages import Block, Code, Items, Text

KIND = Words("Regels voor een inzending", "Rules for a submission")
PLACE = 10

SEVERITY = {
    "error": Words("fout: niet geaccepteerd", "error: not accepted"),
    "warning": Words("let op: geaccepteerd, staat in het rapport", "warning: accepted, appears in the report"),
    "notice": Words("ter info", "notice"),
}
_EXPECTATION = Words("Melding", "Message")
_REPAIR = Words("Wat te doen", "What to do")
_EFFECT = Words("Gevolg", "Effect")
_HOLDS = Words("Zo klopt het", "This is right")
_FAILS = Words("Zo klopt het niet", "This is wrong")
# what a finding fills in, for a reader who sees the rule without a finding
_FILLED = {
    "arm": Words("groep", "arm"),
    "advice": Words("advies", "advice"),
    "client": Words("cliënt", "client"),
    "column": Words("kolom", "column"),
    "columns": Words("kolommen", "columns"),
    "codes": Words("keuzes", "choices"),
    "first": Words("kolom", "column"),
    "guess": Words("wat het waarschijnlijk is", "what it probably is"),
    "groups": Words("aantal", "number"),
    "headers": Words("koppen", "headers"),
    "how": Words("wat er in deze kolom hoort", "what belongs in this column"),
    "key": Words("kolommen", "columns"),
    "label": Words("naam", "label"),
    "last": Words("kolom", "column"),
    "limit": Words("grens", "limit"),
    "moment": Words("meetmoment", "moment"),
    "name": Words("naam", "name"),
    "near": Words("welke kolom erop lijkt", "which column looks like it"),
    "needed": Words("aantal", "number"),
    "number": Words("aantal", "number"),
    "one": Words("kolom", "column"),
    "other": Words("kolom", "column"),
    "people": Words("aantal", "number"),
    "percent": Words("percentage", "percentage"),
    "place": Words("plaats", "place"),
    "programme": Words("programma", "programme"),
    "range": Words("welke scores wel kunnen", "which scores can be"),
    "table": Words("tabel", "table"),
    "tables": Words("tabellen", "tables"),
    "unique": Words("aantal", "number"),
    "wanted": Words("aantal", "number"),
    "week": Words("week", "week"),
    "what": Words("soort gegeven", "kind of data"),
    "width": Words("aantal", "number"),
}


def entries() -> Iterator[Entry]:
    """One per rule."""
    return (Entry(code, rule.title, lambda lang, rule=rule: list(_body(rule, lang))) for code, rule in sorted(rules().items()))


def _body(rule: Rule, lang: Lang) -> Iterator[Block]:
    yield Text(f"`{rule.code}` ({SEVERITY[rule.severity][lang]})")
    yield Items(
        [
            f"{head[lang]}: {_open(words[lang], lang)}"
            for head, words in ((_EXPECTATION, rule.expectation), (_REPAIR, rule.repair), (_EFFECT, rule.effect))
        ]
    )
    if isinstance(rule, TableRule):
        for head, case in ((_HOLDS, rule.holds), (_FAILS, rule.fails)):
            yield Text(f"{head[lang]}:")
            yield Code(_case(case, lang))


def _case(case: Mapping[str, str], lang: Lang) -> str:
    """The tables of a case; named when there is more than one."""
    if len(case) == 1:
        return next(iter(case.values()))
    return "\n\n".join(
        f"{tables()[name].label[lang] if name in tables() else name}:\n{text.strip()}" for name, text in case.items()
    )


def _open(text: str, lang: Lang) -> str:
    """Placeholders shown as such.

    >>> _open("In {column} staat iets.", "nl")
    'In <kolom> staat iets.'
    """
    return re.sub(r"\{(\w+)\}", lambda found: f"<{_FILLED[found[1]][lang] if found[1] in _FILLED else found[1]}>", text)
