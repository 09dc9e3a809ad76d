"""The question of the plan about a score, answered: whether it became better, and more so than with the other group; with what."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import LANGS, Evidence, Lang, Words
from reports.closed import why_not_given
from reports.sentences.change import (
    MOMENT,
    absent_because,
    between_sentence,
    change_sentences,
    plain_label,
    side_of_row,
    sign_of,
)
from reports.text.cells import people
from reports.text.groups import Row, by, moments, planned_arms, records
from reports.text.markdown import capital, lower, plain
from reports.text.numbers import is_number, number
from reports.text.vocabulary import moment_words, outcome_words

_QUESTION = {
    False: Words("Namen de klachten af?", "Did complaints become less?"),
    True: Words("Ging het vooruit?", "Did it improve?"),
}
DIRECTION = {
    False: Words("hoger = meer klachten", "higher = more complaints"),
    True: Words("hoger = beter", "higher = better"),
}
_YES = Words("Ja.", "Yes.")
_YES_AT_FIRST = Words("Ja, bij de {moment}; later is dat niet zeker.", "Yes, at the {moment}; later that is not sure.")
_NO = {
    False: Words("Nee, zij namen toe.", "No, they increased."),
    True: Words("Nee, het ging achteruit.", "No, it became worse."),
}
_PERHAPS = Words(
    "Dat is niet te zeggen: geen verandering past ook bij deze gegevens.",
    "That cannot be told: no change also fits these data.",
)
_UNKNOWN = Words("Dat is niet te zeggen: {why}.", "That cannot be told: {why}.")
_MORE = Words("Meer dan bij {b}?", "More than with {b}?")
_OTHER_ONE = Words("Nee, minder.", "No, less.")
_NO_DIFFERENCE = Words(
    "Dat is niet te zeggen: geen verschil past ook bij deze gegevens.",
    "That cannot be told: no difference also fits these data.",
)
_NOT_AT = Words("niet gegeven: {why}.", "not given: {why}.")
FARED = Words(
    "Van hen herstelde {recovered} en verslechterde {deteriorated}.",
    "Of them {recovered} recovered and {deteriorated} deteriorated.",
)
RECOVERED = Words(
    "Van hen herstelde {recovered}; hoeveel verslechterden is niet getoond.",
    "Of them {recovered} recovered; how many deteriorated is not shown.",
)
DETERIORATED = Words(
    "Van hen verslechterde {deteriorated}; hoeveel herstelden is niet getoond.",
    "Of them {deteriorated} deteriorated; how many recovered is not shown.",
)
_NOT_SHOWN = Words(
    "Hoeveel {people} herstelden of verslechterden, is niet getoond: het zijn er te weinig.",
    "How many {people} recovered or deteriorated is not shown: they are too few.",
)
_NO_CLASSES = Words(
    "Hoeveel {people} herstelden of verslechterden, is niet te schatten: {why}.",
    "How many {people} recovered or deteriorated cannot be estimated: {why}.",
)
_BULLET = "\n    - "


def change_answers(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> list[str]:
    """One entry on whether the score became better, and one on whether more so than in the other group, as Markdown."""
    found = by(records(rows), "measure", "arm", "time")
    arms = [arm for arm in planned_arms(evidence) if any(key[:2] == ("mean_change", arm) for key in found)]
    lead = arms[0] if arms else "all"
    asked = moments(rows.loc[rows["measure"] == "mean_change", "time"])
    whose = lead if any(_told(found, lead, time) for time in asked) else "all"
    told = [time for time in asked if _told(found, whose, time)]
    shown = list(dict.fromkeys([*told[:1], *told[-1:]]))
    better = sign_of(evidence, outcome) > 0
    instrument = evidence.record.instruments.get(outcome.partition(":")[0])
    name = Words(*map(plain, outcome_words(evidence, outcome)))
    if instrument is not None:
        name = Words(*(_with_direction(name[lang], DIRECTION[better][lang]) for lang in LANGS))
    answer = _answer(evidence, lang, outcome, found, whose, shown, better, asked)
    bullets = [
        f"{change_sentences(evidence, lang, outcome, time, rows[rows['time'] == time], lead)} {_fared(lang, found, whose, time)}".strip()
        for time in shown
    ]
    if shown and asked[-1] not in shown:
        row = found.get(("mean_change", lead, asked[-1]), found.get(("mean_change", "all", asked[-1])))
        bullets.append(_at(lang, asked[-1]) + _NOT_AT.fill(why=absent_because(evidence, row))[lang])
    first = f"**{_QUESTION[better][lang]}** {answer} {name[lang]}{'.' if not bullets else ':'}"
    classes = _no_classes(evidence, lang, found, whose, shown)
    entries = [_BULLET.join([first, *bullets, *([classes] if classes else [])])]
    return [*entries, *_compared(evidence, lang, outcome, rows, shown, arms)]


def _with_direction(name: str, direction: str) -> str:
    """A name with what a higher score means, in the brackets that it has already or in its own."""
    return f"{name[:-2]}; {direction})" if name.endswith("\\)") else f"{name} ({direction})"


def _told(found: dict[tuple, Row], arm: str, time: str) -> bool:
    return is_number(found.get(("mean_change", arm, time), {}).get("estimate"))


def _at(lang: Lang, time: str) -> str:
    return MOMENT.format(moment=plain(capital(moment_words(time)[lang])))


def _answer(
    evidence: Evidence,
    lang: Lang,
    outcome: str,
    found: dict[tuple, Row],
    arm: str,
    shown: list[str],
    better: bool,
    asked: list[str],
) -> str:
    if not shown:
        row = next((found[key] for key in found if key[0] == "mean_change" and key[2] in asked), None)
        return _UNKNOWN.fill(why=absent_because(evidence, row))[lang]
    sides = [side_of_row(evidence, outcome, found["mean_change", arm, time]) for time in shown]
    if set(sides) == {1}:
        return _YES[lang]
    if set(sides) == {-1}:
        return _NO[better][lang]
    return _YES_AT_FIRST.fill(moment=moment_words(shown[0]))[lang] if sides[0] == 1 else _PERHAPS[lang]


def _fared(lang: Lang, found: dict[tuple, Row], arm: str, time: str) -> str:
    """Which share recovered and which deteriorated, where at least one of them has a number."""
    told = {}
    for name in ("recovered", "deteriorated"):
        row = found.get((name, arm, time))
        if row is not None and is_number(row["estimate"]):
            told[name] = number(row["estimate"], "share", lang, digits=int(row["status"] == "exact"))
    words = FARED if len(told) == 2 else RECOVERED if "recovered" in told else DETERIORATED
    return words.fill(**told)[lang] if told else ""


def _no_classes(evidence: Evidence, lang: Lang, found: dict[tuple, Row], arm: str, shown: list[str]) -> str:
    """Why it is not told at any moment how many recovered or deteriorated."""
    rows = [found[name, arm, time] for time in shown for name in ("recovered", "deteriorated") if (name, arm, time) in found]
    if not rows or any(is_number(row["estimate"]) for row in rows):
        return ""
    if any(row["status"] == "suppressed" for row in rows):
        return _NOT_SHOWN.fill(people=people(evidence))[lang]
    why = why_not_given(evidence, rows[0])
    return _NO_CLASSES.fill(people=people(evidence), why=why)[lang] if why else ""


def _compared(
    evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame, shown: list[str], arms: list[str]
) -> Iterator[str]:
    """Whether the score changed more than in the other group of the plan."""
    if len(arms) < 2:
        return
    first, second = arms
    found = by(records(rows[rows["arm"] == f"{first} - {second}"]), "measure", "time")
    apart = {time: row for (measure, time), row in found.items() if measure == "adjusted_difference"}
    told = {time: apart[time] for time in shown if time in apart and is_number(apart[time]["estimate"])}
    named = {"a": plain_label(evidence, first), "b": plain_label(evidence, second)}
    sides = {side_of_row(evidence, outcome, row) for row in told.values()}
    if not told:
        row = next((apart[time] for time in [*shown, *apart] if time in apart), None)
        answer = _UNKNOWN.fill(why=absent_because(evidence, row))[lang]
    else:
        answer = {(1,): _YES, (-1,): _OTHER_ONE}.get(tuple(sides), _NO_DIFFERENCE)[lang]
    bullets = [_at(lang, time) + lower(between_sentence(evidence, lang, outcome, row)) for time, row in told.items()]
    yield _BULLET.join([f"**{_MORE.fill(**named)[lang]}** {answer}", *bullets])
