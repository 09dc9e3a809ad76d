"""One rule in words, as `evaluation explain` and the manual print it."""

from __future__ import annotations

from difflib import get_close_matches

from data_schemas.finding import Rule, TableRule
from data_schemas.rules import rules
from data_schemas.words import Lang, Words
from evaluation.failures import WrongUse

_HEADS = {
    "repair": Words("Wat te doen", "What to do"),
    "effect": Words("Gevolg", "Effect"),
    "holds": Words("Zo klopt het", "This is right"),
    "fails": Words("Zo klopt het niet", "This is wrong"),
}
_SEVERITY = {
    "error": Words("fout: niet geaccepteerd", "error: not accepted"),
    "warning": Words("let op: geaccepteerd, staat in het rapport", "warning: accepted, appears in the report"),
    "notice": Words("ter info", "notice"),
}


def explanation(code: str, lang: Lang) -> str:
    """Markdown text for a rule.

    Raises
    ------
    WrongUse
        There is no rule of that code; the nearest ones are named.
    """
    if code not in rules():
        near = ", ".join(get_close_matches(code, rules(), n=3, cutoff=0.3)) or ", ".join(sorted(rules())[:5])
        raise WrongUse(
            Words(f"Er is geen regel met die code. Lijkt op: {near}.", f"There is no rule of that code. Close: {near}.")
        )
    return rule_page(rules()[code], lang)


def rule_page(rule: Rule, lang: Lang) -> str:
    """What the rule expects, what to do, what happens otherwise, and small tables that keep and break it."""
    parts = [
        f"## {rule.title[lang]}",
        f"`{rule.code}` ({_SEVERITY[rule.severity][lang]})",
        _open(rule.expectation[lang]),
        f"**{_HEADS['repair'][lang]}.** {_open(rule.repair[lang])}",
        f"**{_HEADS['effect'][lang]}.** {rule.effect[lang]}",
    ]
    if isinstance(rule, TableRule):
        for name, case in (("holds", rule.holds), ("fails", rule.fails)):
            parts.append(f"{_HEADS[name][lang]}:\n\n```\n{case[rule.table].strip()}\n```")
    return "\n\n".join(parts) + "\n"


def _open(text: str) -> str:
    """Placeholders shown as such."""
    return text.replace("{", "<").replace("}", ">")
