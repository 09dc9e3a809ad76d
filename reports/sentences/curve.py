"""The share without an event, and the difference between groups, as plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.text.cells import all_hidden, hidden, share_digits
from reports.text.groups import Row, differences, planned_arms, records
from reports.text.markdown import capital, plain
from reports.text.numbers import interval, is_number, number, side_of
from reports.text.vocabulary import outcome_words, why_not

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
_NO_DIFFERENCE = Words("Een verschil wordt niet gegeven: {why}.", "No difference is given: {why}.")
INTERVAL = Words("95%-interval {interval}", "95% interval {interval}")
ALLOWS = {
    1: Words(". Het hele interval is in het voordeel van {a}.", ". The whole interval favours {a}."),
    -1: Words(". Het hele interval is in het voordeel van {b}.", ". The whole interval favours {b}."),
    0: Words(
        ". Nul ligt binnen het interval: geen verschil past ook bij deze gegevens.",
        ". Zero lies within the interval: no difference also fits these data.",
    ),
    None: Words(
        ". Nul ligt op de rand van het interval: geen verschil past nog net bij deze gegevens.",
        ". Zero lies on the edge of the interval: no difference only just fits these data.",
    ),
}
_NOT_GIVEN = Words("Niet gegeven: {why}.", "Not given: {why}.")
_NOT = Words("niet te schatten ({reason})", "not estimable ({reason})")


def curve_sentences(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Iterator[str]:
    """A sentence per horizon of the plan, followed by one per difference there; what holds at each of them is said once, last."""
    weeks = [str(week) for week in evidence.record.plan.events.horizons_weeks] if evidence.record.plan.events else []
    asked = rows[(rows["measure"] == "survival") & rows["time"].isin(weeks)]
    if all_hidden(asked):
        event = capital(plain(outcome_words(evidence, outcome)[lang]))
        yield f"**{event}.** {_NOT_GIVEN.fill(why=Words(*map(plain, hidden(evidence))))[lang]}"
        return
    apart = differences(rows[rows["measure"] == "survival_difference"])
    told = {week: [_between(evidence, lang, row) for row in records(apart[apart["time"] == week])] for week in weeks}
    once = len(weeks) > 1 and len(set(map(tuple, told.values()))) == 1
    for week in weeks:
        text = _at(evidence, lang, outcome, week, rows[(rows["time"] == week) & (rows["measure"] == "survival")])
        yield " ".join([text, *([] if once and week != weeks[-1] else told[week])])


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
    if not is_number(row["estimate"]):
        return _NO_DIFFERENCE.fill(why=_why(evidence, row))[lang]
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
        reason = why_not(row["method"]) if row is not None and row["status"] == "not_estimable" else None
        return _NOT.fill(reason=reason)[lang] if reason else plain(hidden(evidence)[lang])
    digits = share_digits(row, "share")
    text = f"**{number(row['estimate'], 'share', lang, digits=digits)}**"
    if is_number(row["ci_low"]):
        text += f" ({interval(row['ci_low'], row['ci_high'], 'share', lang, digits=digits)})"
    return text


def _why(evidence: Evidence, row: Row) -> Words:
    """Why a number is not there, as Markdown: the reason in its method, or that too few people stand behind it."""
    reason = why_not(row["method"]) if row["status"] == "not_estimable" else None
    return reason or Words(*map(plain, hidden(evidence)))


def _name(evidence: Evidence, arm: str, lang: Lang) -> str:
    return plain(evidence.label(arm)[lang])
