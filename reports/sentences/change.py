"""A change, and a difference in change, as plain sentences: what the interval allows, never what to think of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.text.cells import hidden
from reports.text.groups import Row
from reports.text.markdown import capital, lower, plain
from reports.text.numbers import digits_of, interval, is_number, number
from reports.text.vocabulary import moment_words, why_not

_MOMENT = "*{moment}*: "
_MOVED = {
    True: Words("De score ging gemiddeld {size} punten omhoog", "The score went up by {size} points on average"),
    False: Words("De score ging gemiddeld {size} punten omlaag", "The score went down by {size} points on average"),
}
_UNCLEAR = Words("De score veranderde gemiddeld {size} punten", "The score changed by {size} points on average")
_INTERVAL = Words(" (95%-interval {interval})", " (95% interval {interval})")
_SIDE = {
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
}
_EFFECT = Words(" Effectgrootte g = {g}.", " Effect size g = {g}.")
_NOT = Words("Niet gegeven: {why}.", "Not given: {why}.")
_BETWEEN = Words(
    "Gecorrigeerd voor de score bij de start scoorde {a} {size} punten {way} dan {b}",
    "Adjusted for the score at the start, {a} scored {size} points {way} than {b}",
)
_EQUAL = Words(
    "Gecorrigeerd voor de score bij de start scoorden {a} en {b} gemiddeld gelijk",
    "Adjusted for the score at the start, {a} and {b} scored the same on average",
)
_NO_DIFFERENCE = Words(
    "Een verschil tussen {a} en {b} wordt niet gegeven: {why}.", "No difference between {a} and {b} is given: {why}."
)
_EVERYWHERE = Words("*Op elk moment*: ", "*At every moment*: ")
_WAY = {True: Words("hoger", "higher"), False: Words("lager", "lower")}
_WHICH = {
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
}


def change_sentence(evidence: Evidence, lang: Lang, outcome: str, time: str, rows: pd.DataFrame) -> str:
    """What happened to the mean of all participants with both measurements."""
    when = _MOMENT.format(moment=plain(capital(moment_words(time)[lang])))
    found = rows[(rows["measure"] == "mean_change") & (rows["arm"] == "all")]
    if found.empty or not is_number(found.iloc[0]["estimate"]):
        return when + lower(_absent(evidence, found)[lang])
    row, sign = found.iloc[0], _sign(evidence, outcome)
    side = _side(row, sign)
    moved = _UNCLEAR if side == 0 else _MOVED[bool(row["estimate"] > 0)]
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "score")
    size = row["estimate"] if side == 0 else abs(row["estimate"])
    text = moved.fill(size=number(size, "score", lang, digits=digits))[lang] + _limits(row, lang, digits, flip=side != 0)
    text += _SIDE[side][lang] if is_number(row["ci_low"]) else "."
    return when + lower(text) + _effect(lang, rows)


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
    named = {"a": plain(evidence.label(first)[lang]), "b": plain(evidence.label(second)[lang])}
    if not is_number(row["estimate"]):
        return _NO_DIFFERENCE.fill(**named, why=_why(evidence, row))[lang]
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "score")
    size, way = number(abs(row["estimate"]), "score", lang, digits=digits), _WAY[bool(row["estimate"] >= 0)]
    text = (_BETWEEN if round(row["estimate"], digits) else _EQUAL).fill(**named, size=size, way=way)[lang]
    text += _limits(row, lang, digits, flip=row["estimate"] < 0)
    return text + (_WHICH[_side(row, _sign(evidence, outcome))].fill(**named)[lang] if is_number(row["ci_low"]) else ".")


def _limits(row: Row | pd.Series, lang: Lang, digits: int, *, flip: bool) -> str:
    """The interval in the direction of the sentence: of a fall, the sizes of the fall."""
    if not is_number(row["ci_low"]):
        return ""
    low, high = row["ci_low"], row["ci_high"]
    if flip and row["estimate"] < 0:
        low, high = -high, -low
    return _INTERVAL.fill(interval=interval(low, high, "score", lang, digits=digits))[lang]


def _effect(lang: Lang, rows: pd.DataFrame) -> str:
    found = rows[(rows["measure"] == "g") & (rows["arm"] == "all")]
    if found.empty or not is_number(found.iloc[0]["estimate"]):
        return ""
    row = found.iloc[0]
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "effect")
    return _EFFECT.fill(g=number(row["estimate"], "effect", lang, digits=digits))[lang].rstrip(".") + (
        f" ({interval(row['ci_low'], row['ci_high'], 'effect', lang, digits=digits)})." if is_number(row["ci_low"]) else "."
    )


def _side(row: Row | pd.Series, sign: int) -> int:
    """1 when the whole interval is improvement, -1 when it is deterioration, 0 when it holds both."""
    low, high = sorted((sign * row["ci_low"], sign * row["ci_high"]))
    return 1 if low > 0 else -1 if high < 0 else 0


def _sign(evidence: Evidence, outcome: str) -> int:
    instrument = evidence.record.instruments.get(outcome.partition(":")[0])
    return 1 if instrument is None or instrument.higher_is_better else -1


def _absent(evidence: Evidence, rows: pd.DataFrame) -> Words:
    return _NOT.fill(why=_why(evidence, rows.iloc[0] if len(rows) else None))


def _why(evidence: Evidence, row: Row | pd.Series | None) -> Words:
    """Why a number is not there: the reason in its method, or that too few people stand behind it."""
    reason = why_not(row["method"]) if row is not None and row["status"] == "not_estimable" else None
    return reason or Words(*(plain(text) for text in hidden(evidence)))
