"""The share without an event, and the difference between groups, as plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.text.cells import all_hidden, hidden, share_digits
from reports.text.groups import compared, differences
from reports.text.markdown import capital, plain
from reports.text.numbers import interval, is_number, number
from reports.text.vocabulary import outcome_words, why_not

_AT = Words("**Tot en met week {week}** was {share} zonder {event}.", "**Up to week {week}**, {share} had no {event}.")
_ARM = Words("{arm}: {share}", "{arm}: {share}")
_MORE = {
    True: Words(
        "Dat aandeel is bij {a} {size} procentpunten hoger dan bij {b}",
        "That share is {size} percentage points higher with {a} than with {b}",
    ),
    False: Words(
        "Dat aandeel is bij {a} {size} procentpunten lager dan bij {b}",
        "That share is {size} percentage points lower with {a} than with {b}",
    ),
}
_NO_DIFFERENCE = Words("Een verschil wordt niet gegeven: {why}.", "No difference is given: {why}.")
_INTERVAL = Words("95%-interval {interval}", "95% interval {interval}")
_ALLOWS = {
    1: Words(". Het hele interval is in het voordeel van {a}.", ". The whole interval favours {a}."),
    -1: Words(". Het hele interval is in het voordeel van {b}.", ". The whole interval favours {b}."),
    0: Words(
        ". Nul ligt binnen het interval: geen verschil past ook bij deze gegevens.",
        ". Zero lies within the interval: no difference also fits these data.",
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
    told = {week: [_between(evidence, lang, row) for _, row in apart[apart["time"] == week].iterrows()] for week in weeks}
    once = len(weeks) > 1 and len(set(map(tuple, told.values()))) == 1
    for week in weeks:
        text = _at(evidence, lang, outcome, week, rows[(rows["time"] == week) & (rows["measure"] == "survival")])
        yield " ".join([text, *([] if once and week != weeks[-1] else told[week])])


def _at(evidence: Evidence, lang: Lang, outcome: str, week: str, shares: pd.DataFrame) -> str:
    """The share without an event in one week: of all, and of each group."""
    event = plain(outcome_words(evidence, outcome)[lang])
    text = _AT.fill(week=week, share=_share(evidence, lang, shares[shares["arm"] == "all"]), event=event)[lang]
    groups = compared(evidence, shares)
    if len(groups) < 2:
        return text
    named = [
        _ARM.fill(arm=_name(evidence, arm, lang), share=_share(evidence, lang, shares[shares["arm"] == arm]))[lang]
        for arm in groups
    ]
    return f"{text} {capital('; '.join(named))}."


def _between(evidence: Evidence, lang: Lang, row: pd.Series) -> str:
    first, _, second = row["arm"].partition(" - ")
    named = {"a": _name(evidence, first, lang), "b": _name(evidence, second, lang)}
    if not is_number(row["estimate"]):
        reason = why_not(row["method"]) if row["status"] == "not_estimable" else None
        return _NO_DIFFERENCE.fill(why=reason or Words(*map(plain, hidden(evidence))))[lang]
    digits = share_digits(row, "share")
    size = number(abs(row["estimate"]) * 100, "score", lang, digits=digits)
    text = _MORE[bool(row["estimate"] >= 0)].fill(**named, size=size)[lang]
    if not is_number(row["ci_low"]):
        return text + "."
    low, high = sorted((row["ci_low"], row["ci_high"]))
    if row["estimate"] < 0:
        limits = interval(-high * 100, -low * 100, "score", lang, digits=digits)
    else:
        limits = interval(low * 100, high * 100, "score", lang, digits=digits)
    side = 1 if low > 0 else -1 if high < 0 else 0
    return f"{text} ({_INTERVAL.fill(interval=limits)[lang]})" + _ALLOWS[side].fill(**named)[lang]


def _share(evidence: Evidence, lang: Lang, rows: pd.DataFrame) -> str:
    if rows.empty or not is_number(rows.iloc[0]["estimate"]):
        reason = why_not(rows.iloc[0]["method"]) if len(rows) and rows.iloc[0]["status"] == "not_estimable" else None
        return _NOT.fill(reason=reason)[lang] if reason else plain(hidden(evidence)[lang])
    row = rows.iloc[0]
    digits = share_digits(row, "share")
    text = f"**{number(row['estimate'], 'share', lang, digits=digits)}**"
    if is_number(row["ci_low"]):
        text += f" ({interval(row['ci_low'], row['ci_high'], 'share', lang, digits=digits)})"
    return text


def _name(evidence: Evidence, arm: str, lang: Lang) -> str:
    return plain(evidence.label(arm)[lang])
