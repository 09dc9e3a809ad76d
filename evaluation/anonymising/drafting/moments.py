"""Which questionnaire and which moment a header is about: cries_t0, CRIES voormeting, SDQ-totaal nameting, post_bdi."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from data_schemas.instruments import registry
from evaluation.reading.meanings.codes import code_for
from evaluation.reading.meanings.headings import spoken

_NUMBERED = re.compile(r"\b(?:t|m|meting|moment|wave|w|tijd|time|tp)\W?(\d)\b|(?<=[a-z])t(\d)\b|\b(\d)e meting")
_WORDS = re.compile(
    r"\b(voor ?meting|na ?meting|tussen ?meting|nul ?meting|voor|na|begin|start|intake|eind(?:e|meting)?|pre|post|baseline|end|"
    r"follow ?up(?: ?\d+ ?\w*)?|"
    r"fu ?\d*|vm|nm|tussen|midden|interim|ontslag|\d+ ?(?:mnd|maanden|maand|months?))\b"
)


def moment_token(header: str) -> str:
    """What in a header says the moment: t0, voormeting; nothing when nothing does.

    >>> [moment_token(text) for text in ("cries_t0", "CRIES voor", "sdq_totaal_T2", "Geslacht", "bdiPost")]
    ['t0', 'voor', 't2', '', 'post']
    """
    text = spoken(re.sub(r"(?<=[a-z])(?=(Pre|Post|Voor|Na|T\d)\b)", " ", header))
    if found := _NUMBERED.search(text):
        return f"t{next(group for group in found.groups() if group)}"
    found = _WORDS.search(text)
    return found[1] if found else ""


def moments_of(tokens: Iterable[str]) -> dict[str, str]:
    """The contract's moment for each token of one export. Numbered ones by their order: first, between, last, and then those afterwards.

    >>> moments_of(["t0", "t1"]), moments_of(["t1", "t2", "t3"]), moments_of(["voor", "na"])
    ({'t0': 'baseline', 't1': 'end'}, {'t1': 'baseline', 't2': 'end', 't3': 'follow_up_6m'}, {'voor': 'baseline', 'na': 'end'})
    """
    tokens = list(dict.fromkeys(tokens))
    numbered = sorted(token for token in tokens if re.fullmatch(r"t\d", token))
    order = ["baseline", "end", "follow_up_6m", "follow_up_12m"] if len(numbered) < 5 else ["baseline"]
    found = {token: order[at] if at < len(order) else "repeated" for at, token in enumerate(numbered)}
    return {token: found.get(token) or code_for("moment", token) for token in tokens}


def instrument_said(header: str) -> str:
    """The questionnaire of the registry that a text names; the longest name that fits.

    >>> [instrument_said(text) for text in ("cries13_t0", "CRIES totaal", "SDQ internaliserend na", "sessies")]
    ['cries-13', 'cries-13', 'sdq-internalising', '']
    """
    text = spoken(header)
    tight = text.replace(" ", "")
    found = [(len(alias), name) for alias, name in _aliases() if _named(alias, text, tight)]
    if not found:
        return ""
    name = max(found, key=lambda one: (one[0], -len(one[1])))[1]
    for part, words in (("internalising", r"intern"), ("externalising", r"extern"), ("prosocial", r"prosoc")):
        if re.search(words, text) and f"{name}-{part}" in registry():
            return f"{name}-{part}"
    return name


def _named(alias: str, text: str, tight: str) -> bool:
    if len(alias) <= 3 or not any(sign.isdigit() for sign in alias):
        return re.search(rf"(?<![a-zà-ÿ]){re.escape(alias)}(?![a-zà-ÿ])", text) is not None
    return alias in tight


@cache
def _aliases() -> tuple[tuple[str, str], ...]:
    """Names by which a questionnaire goes: its own, without its punctuation, and without the number of its items."""
    found: dict[str, str] = {}
    for name in sorted(registry(), key=lambda name: (name.count("-"), -len(name), name)):
        tight = re.sub(r"[\W_]+", "", name)
        found.setdefault(tight, name)
        short = re.sub(r"(-\d.*|-ii|-r)$", "", name)
        if len(short) >= 3 and not re.search(r"-(internalising|externalising|prosocial|youth|parent|brief)$", name):
            found.setdefault(re.sub(r"[\W_]+", "", short), name)
        words = re.match(r"[A-Z][A-Z0-9-]{2,}\b", registry()[name].nl)
        if words:
            found.setdefault(re.sub(r"[\W_]+", "", words[0]).casefold(), name)
    return tuple(found.items())
