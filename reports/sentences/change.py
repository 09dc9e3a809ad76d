"""A change, and a difference in change, as plain sentences: what the interval allows, never what to think of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.text.cells import hidden, people
from reports.text.groups import Row, by, planned_arms, records
from reports.text.markdown import capital, lower, plain
from reports.text.numbers import digits_of, interval, is_number, number, side_of
from reports.text.providers import by_provider
from reports.text.vocabulary import moment_words, why_not

MOMENT = "*{moment}*: "
MOVED = {
    True: Words(
        "{whose} ging de score gemiddeld {size} punten omhoog", "{whose} the score went up by {size} points on average"
    ),
    False: Words(
        "{whose} ging de score gemiddeld {size} punten omlaag", "{whose} the score went down by {size} points on average"
    ),
}
UNCLEAR = Words("{whose} veranderde de score gemiddeld {size} punten", "{whose} the score changed by {size} points on average")
INTERVAL = Words(" (95%-interval {interval})", " (95% interval {interval})")
CLUSTERED = Words(" (95%-interval {interval}, per aanbieder gerekend)", " (95% interval {interval}, calculated by provider)")
SIDE = {
    1: Words(
        ". Het hele interval wijst op verbetering.",
        ". The whole interval points to improvement.",
    ),
    -1: Words(
        ". Het hele interval wijst op verslechtering.",
        ". The whole interval points to deterioration.",
    ),
    0: Words(
        ". Nul ligt binnen het interval: geen verandering past ook bij deze gegevens.",
        ". Zero lies within the interval: no change also fits these data.",
    ),
    None: Words(
        ". Nul ligt op de rand van het interval: geen verandering past nog net bij deze gegevens.",
        ". Zero lies on the edge of the interval: no change only just fits these data.",
    ),
}
EFFECT = Words(" Effectgrootte g = {g}.", " Effect size g = {g}.")
_NOT_OF = Words("{whose} niet gegeven: {why}.", "{whose} not given: {why}.")
_WITH = Words("Bij {arm}", "With {arm}")
_PER_GROUP = Words("Per groep", "Per group")
_ALL = Words("Bij alle {people} samen", "With all {people} together")
# of treated and controls together: neither the change of the one nor that of the other
_BOTH = Words("Bij beide groepen samen", "With both groups together")
BETWEEN = Words(
    "Gecorrigeerd voor de score bij de start scoorde {a} {size} punten {way} dan {b}",
    "Adjusted for the score at the start, {a} scored {size} points {way} than {b}",
)
EQUAL = Words(
    "Gecorrigeerd voor de score bij de start scoorden {a} en {b}, afgerond, gemiddeld gelijk",
    "Adjusted for the score at the start, {a} and {b} scored the same on average, after rounding",
)
_NO_DIFFERENCE = Words(
    "Een verschil tussen {a} en {b} wordt niet gegeven: {why}.", "No difference between {a} and {b} is given: {why}."
)
_EVERYWHERE = Words("*Op elk moment*: ", "*At every moment*: ")
WAY = {True: Words("hoger", "higher"), False: Words("lager", "lower")}
WHICH = {
    1: Words(
        ". Het hele interval is in het voordeel van {a}.",
        ". The whole interval favours {a}.",
    ),
    -1: Words(
        ". Het hele interval is in het voordeel van {b}.",
        ". The whole interval favours {b}.",
    ),
    0: Words(
        ". Nul ligt binnen het interval: geen verschil past ook bij deze gegevens.",
        ". Zero lies within the interval: no difference also fits these data.",
    ),
    None: Words(
        ". Nul ligt op de rand van het interval: geen verschil past nog net bij deze gegevens.",
        ". Zero lies on the edge of the interval: no difference only just fits these data.",
    ),
}


def change_sentences(evidence: Evidence, lang: Lang, outcome: str, time: str, rows: pd.DataFrame) -> str:
    """What happened to the mean of those with both measurements: of each arm when the plan compares arms, the treated one first."""
    found = by(records(rows), "measure", "arm")
    arms = [arm for arm in planned_arms(evidence) if ("mean_change", arm) in found]
    told = [arm for arm in arms if is_number(found["mean_change", arm]["estimate"])]
    everyone = (_BOTH if arms else _ALL).fill(people=people(evidence))
    if told:
        parts = [_change(evidence, lang, outcome, found, arm, _WITH.fill(arm=plain_label(evidence, arm))) for arm in arms]
    elif arms:
        parts = [_absent(evidence, found["mean_change", arms[0]], _PER_GROUP)[lang]]
        if is_number(found.get(("mean_change", "all"), {}).get("estimate")):
            parts.append(_change(evidence, lang, outcome, found, "all", everyone))
    else:
        parts = [_change(evidence, lang, outcome, found, "all", everyone)]
    return MOMENT.format(moment=plain(capital(moment_words(time)[lang]))) + lower(" ".join(parts))


def differences_sentences(evidence: Evidence, lang: Lang, outcome: str, rows: Sequence[Row]) -> dict[str, list[str]]:
    """By moment what the adjusted differences between two arms allow; what holds at every moment is said once, without one."""
    told: dict[str, list[str]] = {}
    for row in rows:
        told.setdefault(row["time"], []).append(between_sentence(evidence, lang, outcome, row))
    if len(told) > 1 and len(set(map(tuple, told.values()))) == 1:
        return {"": [_EVERYWHERE[lang] + lower(sentence) for sentence in next(iter(told.values()))]}
    return told


def between_sentence(evidence: Evidence, lang: Lang, outcome: str, row: Row) -> str:
    """What the adjusted difference between two arms allows."""
    first, _, second = row["arm"].partition(" - ")
    named = {"a": plain_label(evidence, first), "b": plain_label(evidence, second)}
    if not is_number(row["estimate"]):
        return _NO_DIFFERENCE.fill(**named, why=_why(evidence, row))[lang]
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "score")
    size, way = number(abs(row["estimate"]), "score", lang, digits=digits), WAY[bool(row["estimate"] >= 0)]
    text = (BETWEEN if round(row["estimate"], digits) else EQUAL).fill(**named, size=size, way=way)[lang]
    text += _limits(row, lang, digits, flip=round(row["estimate"], digits) < 0)
    return text + (WHICH[_side(row, _sign(evidence, outcome))].fill(**named)[lang] if is_number(row["ci_low"]) else ".")


def plain_label(evidence: Evidence, arm: str) -> Words:
    """What an arm is called, as Markdown."""
    return Words(*(plain(text) for text in evidence.label(arm)))


def _change(evidence: Evidence, lang: Lang, outcome: str, found: dict[tuple, Row], arm: str, whose: Words) -> str:
    """The change of one group, with what its interval allows and its effect size."""
    row = found.get(("mean_change", arm))
    if row is None or not is_number(row["estimate"]):
        return _absent(evidence, row, whose)[lang]
    side = _side(row, _sign(evidence, outcome))
    moved = MOVED[bool(row["estimate"] > 0)] if side else UNCLEAR
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "score")
    size = abs(row["estimate"]) if side else row["estimate"]
    text = moved.fill(whose=whose, size=number(size, "score", lang, digits=digits))[lang]
    text += _limits(row, lang, digits, flip=bool(side)) + (SIDE[side][lang] if is_number(row["ci_low"]) else ".")
    return text + _effect(lang, found.get(("g", arm)))


def _limits(row: Row, lang: Lang, digits: int, *, flip: bool) -> str:
    """The interval in the direction of the sentence: of a fall, the sizes of the fall."""
    if not is_number(row["ci_low"]):
        return ""
    low, high = row["ci_low"], row["ci_high"]
    if flip and row["estimate"] < 0:
        low, high = -high, -low
    said = CLUSTERED if by_provider(row["method"]) else INTERVAL
    return said.fill(interval=interval(low, high, "score", lang, digits=digits))[lang]


def _effect(lang: Lang, row: Row | None) -> str:
    if row is None or not is_number(row["estimate"]):
        return ""
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "effect")
    limits = f" ({interval(row['ci_low'], row['ci_high'], 'effect', lang, digits=digits)})" if is_number(row["ci_low"]) else ""
    return EFFECT.fill(g=number(row["estimate"], "effect", lang, digits=digits) + limits)[lang]


def _side(row: Row, sign: int) -> int | None:
    """1 when the whole interval is improvement, -1 when it is deterioration, 0 when it holds both, None when it ends at zero."""
    return side_of(sign * row["ci_low"], sign * row["ci_high"])


def _sign(evidence: Evidence, outcome: str) -> int:
    instrument = evidence.record.instruments.get(outcome.partition(":")[0])
    return 1 if instrument is None or instrument.higher_is_better else -1


def _absent(evidence: Evidence, row: Row | None, whose: Words) -> Words:
    return _NOT_OF.fill(whose=whose, why=_why(evidence, row))


def _why(evidence: Evidence, row: Row | None) -> Words:
    """Why a number is not there: the reason in its method, or that too few people stand behind it."""
    reason = why_not(row["method"]) if row is not None and row["status"] == "not_estimable" else None
    return reason or Words(*(plain(text) for text in hidden(evidence)))
