"""A change, and a difference in change, as plain sentences: what the interval allows, never what to think of it."""

from __future__ import annotations

import pandas as pd

from data_schemas.evidence import LANGS, Evidence, Lang, Words
from reports.closed import why_not_given
from reports.text.bands import SOURCE, band
from reports.text.cells import about, hidden, people
from reports.text.groups import Row, by, planned_arms, records
from reports.text.markdown import capital, lower, plain
from reports.text.numbers import digits_of, interval, is_number, number, side_of
from reports.text.providers import by_provider
from reports.text.vocabulary import moment_words

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
INTERVAL = Words(" (95%-interval {interval}{counted})", " (95% interval {interval}{counted})")
CLUSTERED = Words(
    " (95%-interval {interval}, per aanbieder gerekend{counted})", " (95% interval {interval}, calculated by provider{counted})"
)
_UNCOUNTED = Words("", "")
COUNTED = Words("; {about}{n} {people}", "; {about}{n} {people}")
SIDE = {
    1: Words(", een verbetering.", ", an improvement."),
    -1: Words(", een verslechtering.", ", a deterioration."),
    0: Words(
        ". Nul ligt binnen het interval.",
        ". Zero lies within the interval.",
    ),
    None: Words(
        ". Nul ligt op de rand van het interval.",
        ". Zero lies on the edge of the interval.",
    ),
}
EFFECT = Words(" Effectgrootte g = {g}{band}.", " Effect size g = {g}{band}.")
_BAND = Words(", volgens {source} {band}", ", according to {source} {band}")
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
        ". Nul ligt binnen het interval.",
        ". Zero lies within the interval.",
    ),
    None: Words(
        ". Nul ligt op de rand van het interval.",
        ". Zero lies on the edge of the interval.",
    ),
}


def change_sentences(evidence: Evidence, lang: Lang, outcome: str, time: str, rows: pd.DataFrame, arm: str) -> str:
    """What happened to the mean of those of an arm with both measurements; to both arms together where none may be told apart."""
    found = by(records(rows), "measure", "arm")
    arms = [name for name in planned_arms(evidence) if ("mean_change", name) in found]
    if any(is_number(found["mean_change", name]["estimate"]) for name in arms):
        told = _change(evidence, lang, outcome, found, arm, _WITH.fill(arm=plain_label(evidence, arm)))
    elif arms:
        told = _absent(evidence, found["mean_change", arms[0]], _PER_GROUP)[lang]
        if is_number(found.get(("mean_change", "all"), {}).get("estimate")):
            told += " " + _change(evidence, lang, outcome, found, "all", _BOTH)
    else:
        told = _change(evidence, lang, outcome, found, "all", _ALL.fill(people=people(evidence)))
    return MOMENT.format(moment=plain(capital(moment_words(time)[lang]))) + lower(told)


def between_sentence(evidence: Evidence, lang: Lang, outcome: str, row: Row) -> str:
    """What the adjusted difference between two arms allows."""
    first, _, second = row["arm"].partition(" - ")
    named = {"a": plain_label(evidence, first), "b": plain_label(evidence, second)}
    if not is_number(row["estimate"]):
        return _NO_DIFFERENCE.fill(**named, why=absent_because(evidence, row))[lang]
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "score")
    size, way = number(abs(row["estimate"]), "score", lang, digits=digits), WAY[bool(row["estimate"] >= 0)]
    text = (BETWEEN if round(row["estimate"], digits) else EQUAL).fill(**named, size=size, way=way)[lang]
    text += _limits(row, lang, digits, flip=round(row["estimate"], digits) < 0)
    return text + (WHICH[side_of_row(evidence, outcome, row)].fill(**named)[lang] if is_number(row["ci_low"]) else ".")


def plain_label(evidence: Evidence, arm: str) -> Words:
    """What an arm is called, as Markdown."""
    return Words(*(plain(text) for text in evidence.label(arm)))


def _change(evidence: Evidence, lang: Lang, outcome: str, found: dict[tuple, Row], arm: str, whose: Words) -> str:
    """The change of one group, with what its interval allows and its effect size."""
    row = found.get(("mean_change", arm))
    if row is None or not is_number(row["estimate"]):
        return _absent(evidence, row, whose)[lang]
    side = side_of_row(evidence, outcome, row)
    moved = MOVED[bool(row["estimate"] > 0)] if side else UNCLEAR
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "score")
    size = abs(row["estimate"]) if side else row["estimate"]
    text = moved.fill(whose=whose, size=number(size, "score", lang, digits=digits))[lang]
    text += _limits(row, lang, digits, flip=bool(side), counted=_counted(evidence, found.get(("n_pairs", arm))))
    return text + (SIDE[side][lang] if is_number(row["ci_low"]) else ".") + _effect(lang, found.get(("g", arm)))


def _counted(evidence: Evidence, row: Row | None) -> Words:
    """How many people a change is about."""
    if row is None or not is_number(row["estimate"]):
        return _UNCOUNTED
    n = Words(*(number(row["estimate"], "count", lang) for lang in LANGS))
    return COUNTED.fill(about=about(evidence), n=n, people=people(evidence))


def _limits(row: Row, lang: Lang, digits: int, *, flip: bool, counted: Words = _UNCOUNTED) -> str:
    """The interval in the direction of the sentence: of a fall, the sizes of the fall."""
    if not is_number(row["ci_low"]):
        return ""
    low, high = row["ci_low"], row["ci_high"]
    if flip and row["estimate"] < 0:
        low, high = -high, -low
    said = CLUSTERED if by_provider(row["method"]) else INTERVAL
    return said.fill(interval=interval(low, high, "score", lang, digits=digits), counted=counted)[lang]


def _effect(lang: Lang, row: Row | None) -> str:
    if row is None or not is_number(row["estimate"]):
        return ""
    digits = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], "effect")
    limits = f" ({interval(row['ci_low'], row['ci_high'], 'effect', lang, digits=digits)})" if is_number(row["ci_low"]) else ""
    said = _BAND.fill(source=SOURCE, band=band(row["ci_low"], row["ci_high"])) if is_number(row["ci_low"]) else Words("", "")
    return EFFECT.fill(g=number(row["estimate"], "effect", lang, digits=digits) + limits, band=said)[lang]


def side_of_row(evidence: Evidence, outcome: str, row: Row) -> int | None:
    """1 when the whole interval is improvement, -1 when it is deterioration, 0 when it holds both, None when it ends at zero."""
    sign = sign_of(evidence, outcome)
    return side_of(sign * row["ci_low"], sign * row["ci_high"])


def sign_of(evidence: Evidence, outcome: str) -> int:
    """1 when a higher score is better, -1 when a lower one is."""
    instrument = evidence.record.instruments.get(outcome.partition(":")[0])
    return 1 if instrument is None or instrument.higher_is_better else -1


def _absent(evidence: Evidence, row: Row | None, whose: Words) -> Words:
    return _NOT_OF.fill(whose=whose, why=absent_because(evidence, row))


def absent_because(evidence: Evidence, row: Row | None) -> Words:
    """Why a number is not there: a condition of the plan, the reason in its method, or that too few people stand behind it."""
    reason = why_not_given(evidence, row) if row is not None and row["status"] == "not_estimable" else None
    return reason or Words(*(plain(text) for text in hidden(evidence)))
