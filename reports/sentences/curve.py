"""The share without an event, and the difference between groups, as plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.closed import why_not_given
from reports.text.cells import about, hidden, people, share_digits
from reports.text.groups import Row, differences, planned_arms, records
from reports.text.markdown import capital, lower, plain
from reports.text.numbers import interval, is_number, number, side_of
from reports.text.vocabulary import outcome_words

AT = Words("**Tot en met week {week}** was {share} zonder {event}.", "**Up to week {week}**, {share} had no {event}.")
AT_OF_ARMS = Words("**Tot en met week {week}** zonder {event}: {arms}.", "**Up to week {week}** without {event}: {arms}.")
BOTH = Words(
    "**Tot en met week {week}** was, bij beide groepen samen, {share} zonder {event}. Per groep niet gegeven: {why}.",
    "**Up to week {week}**, with both groups together, {share} had no {event}. Per group not given: {why}.",
)
ARM = Words("bij {arm} {share}", "with {arm} {share}")
MORE = {
    True: Words(
        "Dat aandeel is bij {a} {size} procentpunten hoger dan bij {b}",
        "That share is {size} percentage points higher with {a} than with {b}",
    ),
    False: Words(
        "Dat aandeel is bij {a} {size} procentpunten lager dan bij {b}",
        "That share is {size} percentage points lower with {a} than with {b}",
    ),
}
EQUAL = Words("Dat aandeel is bij {a} en {b}, afgerond, gelijk", "That share is the same with {a} and {b}, after rounding")
INTERVAL = Words("95%-interval {interval}", "95% interval {interval}")
ALLOWS = {
    1: Words(". Het hele interval is in het voordeel van {a}.", ". The whole interval favours {a}."),
    -1: Words(". Het hele interval is in het voordeel van {b}.", ". The whole interval favours {b}."),
    0: Words(
        ". Nul ligt binnen het interval.",
        ". Zero lies within the interval.",
    ),
    None: Words(
        ". Nul ligt op de rand van het interval.",
        ". Zero lies on the edge of the interval.",
    ),
}
FOLLOWED = Words("Gevolgd: {about}{n} {people}.", "Followed: {about}{n} {people}.")
_QUESTION = Words("Gebeurde het opnieuw?", "Did it happen again?")
_LESS = Words("Minder vaak dan bij {b}?", "Less often than with {b}?")
_UNKNOWN = Words("Dat is niet te zeggen: {why}.", "That cannot be told: {why}.")
_PERHAPS = Words("Dat is niet te zeggen.", "That cannot be told.")
_ANSWERS = {1: Words("Ja.", "Yes."), -1: Words("Nee, vaker.", "No, more often."), 0: _PERHAPS, None: _PERHAPS}
_NOT = Words("niet te schatten ({reason})", "not estimable ({reason})")


def curve_answers(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Iterator[str]:
    """Whether it happened again, up to the last week of the plan with a number, and whether less often than in the other group."""
    weeks = [str(week) for week in evidence.record.plan.events.horizons_weeks] if evidence.record.plan.events else []
    asked = rows[(rows["measure"] == "survival") & rows["time"].isin(weeks)]
    if asked.empty:
        return
    question = _QUESTION[lang]
    told = set(asked.loc[asked["estimate"].notna(), "time"])
    if not told:
        event = capital(plain(outcome_words(evidence, outcome)[lang]))
        yield f"**{question}** {event}: {lower(_UNKNOWN.fill(why=_why(evidence, records(asked)[0]))[lang])}"
        return
    week = [week for week in weeks if week in told][-1]
    text = (
        f"**{question}** {_at(evidence, lang, outcome, week, asked[asked['time'] == week])}{_followed(evidence, lang, outcome)}"
    )
    apart = differences(rows[(rows["measure"] == "survival_difference") & (rows["time"] == week)])
    yield " ".join([text, *(_compared(evidence, lang, row) for row in records(apart) if _planned(evidence, row))])


def _planned(evidence: Evidence, row: Row) -> bool:
    return row["arm"] == " - ".join(planned_arms(evidence))


def _followed(evidence: Evidence, lang: Lang, outcome: str) -> str:
    """How many people were followed."""
    rows = evidence.select("flow", outcome=outcome, arm="all", measure="analysed")
    told = [row for row in records(rows) if is_number(row["estimate"])]
    n = number(told[0]["estimate"], "count", lang) if told else ""
    return f" {FOLLOWED.fill(about=about(evidence), n=n, people=people(evidence))[lang]}" if told else ""


def _compared(evidence: Evidence, lang: Lang, row: Row) -> str:
    """Whether less often than in the other group, and by how much."""
    _, _, second = row["arm"].partition(" - ")
    question = f"**{_LESS.fill(b=_name(evidence, second, lang))[lang]}**"
    if not is_number(row["estimate"]):
        return f"{question} {_UNKNOWN.fill(why=_why(evidence, row))[lang]}"
    side = side_of(row["ci_low"], row["ci_high"]) if is_number(row["ci_low"]) else 0
    return f"{question} {_ANSWERS[side][lang]} {_between(evidence, lang, row)}"


def _at(evidence: Evidence, lang: Lang, outcome: str, week: str, shares: pd.DataFrame) -> str:
    """The share without an event in one week: of each arm when the plan compares arms, the treated one first; of all otherwise."""
    event = plain(outcome_words(evidence, outcome)[lang])
    found = {row["arm"]: row for row in records(shares)}
    arms = [arm for arm in planned_arms(evidence) if arm in found]
    everyone = _share(evidence, lang, found.get("all"))
    if any(is_number(found[arm]["estimate"]) for arm in arms):
        named = "; ".join(
            ARM.fill(arm=_name(evidence, arm, lang), share=_share(evidence, lang, found[arm]))[lang] for arm in arms
        )
        return AT_OF_ARMS.fill(week=week, arms=named, event=event)[lang]
    if arms and is_number(found.get("all", {}).get("estimate")):
        return BOTH.fill(week=week, share=everyone, event=event, why=_why(evidence, found[arms[0]]))[lang]
    return AT.fill(week=week, share=everyone, event=event)[lang]


def _between(evidence: Evidence, lang: Lang, row: Row) -> str:
    first, _, second = row["arm"].partition(" - ")
    named = {"a": _name(evidence, first, lang), "b": _name(evidence, second, lang)}
    digits = share_digits(row, "share")
    size = number(abs(row["estimate"]) * 100, "score", lang, digits=digits)
    apart = round(row["estimate"] * 100, digits or 0)
    text = (MORE[bool(apart > 0)] if apart else EQUAL).fill(**named, size=size)[lang]
    if not is_number(row["ci_low"]):
        return text + "."
    low, high = sorted((row["ci_low"], row["ci_high"]))
    if row["estimate"] < 0:
        limits = interval(-high * 100, -low * 100, "score", lang, digits=digits)
    else:
        limits = interval(low * 100, high * 100, "score", lang, digits=digits)
    return f"{text} ({INTERVAL.fill(interval=limits)[lang]})" + ALLOWS[side_of(low, high)].fill(**named)[lang]


def _share(evidence: Evidence, lang: Lang, row: Row | None) -> str:
    if row is None or not is_number(row["estimate"]):
        reason = why_not_given(evidence, row) if row is not None and row["status"] == "not_estimable" else None
        return _NOT.fill(reason=reason)[lang] if reason else plain(hidden(evidence)[lang])
    digits = share_digits(row, "share")
    text = f"**{number(row['estimate'], 'share', lang, digits=digits)}**"
    if is_number(row["ci_low"]):
        text += f" ({interval(row['ci_low'], row['ci_high'], 'share', lang, digits=digits)})"
    return text


def _why(evidence: Evidence, row: Row) -> Words:
    """Why a number is not there, as Markdown: the reason in its method, or that too few people stand behind it."""
    reason = why_not_given(evidence, row) if row["status"] == "not_estimable" else None
    return reason or Words(*map(plain, hidden(evidence)))


def _name(evidence: Evidence, arm: str, lang: Lang) -> str:
    return plain(evidence.label(arm)[lang])
