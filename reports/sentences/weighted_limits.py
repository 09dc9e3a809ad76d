"""Sentences about what a weighted difference cannot say: what was not measured, how much these people could show, and what providers add to it."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, NumberKind, Words
from reports.closed import why_not_given
from reports.sentences.weighting import last_time, of_the_plan
from reports.text.cells import people
from reports.text.groups import Row, records
from reports.text.markdown import capital, plain
from reports.text.numbers import interval, is_number, number
from reports.text.vocabulary import arm_words, outcome_words, short_outcome_words

_NOT_GIVEN = Words(
    "{outcome}: het gewogen verschil wordt niet gegeven. De reden: {reason}.",
    "{outcome}: the weighted difference is not given. The reason: {reason}.",
)
_HELD_BACK = Words(
    "{outcome}: het gewogen verschil wordt niet getoond. Er zou iets over enkele {people} uit af te leiden zijn. Met meer jaren of meer aanbieders "
    "samen kan het wel.",
    "{outcome}: the weighted difference is not shown. Something about a few {people} could be worked out from it. Taking more years or more "
    "providers together can change that.",
)
_UNIT = {"score": Words("{x} punten", "{x} points"), "share": Words("{x} procentpunt", "{x} percentage points")}
_SMALLEST = Words(
    "Een echt verschil van {size} of meer zou in 80 van de 100 zulke onderzoeken zijn gezien. Een kleiner verschil kan er zijn zonder dat dit het "
    "laat zien.",
    "A true difference of {size} or more would have been seen in 80 of 100 such studies. A smaller one can be there without this showing it.",
)
_TIPPING = Words(
    "Stel dat iets dat niet is gemeten in de ene groep bij 25 van de 100 {people} meer voorkomt dan in de andere. Dan moet het de uitkomst {size} "
    "verschuiven om dit verschil weg te nemen{limit}.",
    "Suppose that something that was not measured is there in 25 of 100 {people} more in one group than in the other. It would then have to shift the "
    "result by {size} to take this difference away{limit}.",
)
_LIMIT = Words(
    ", en {size} om het interval tot aan geen verschil te brengen", ", and by {size} to bring the interval to no difference"
)
_WITHIN = Words(
    "Bij dezelfde aanbieder is het verschil {within}; tussen aanbieders is het {between}. Lopen die uiteen, dan zit in het verschil ook iets van "
    "de aanbieders.",
    "At the same provider the difference is {within}; between providers it is {between}. Where these are far apart, the difference has something "
    "of the providers in it.",
)
_INTERVAL = Words("{x} (95%-interval {interval})", "{x} (95% interval {interval})")
_SHARED = Words(
    "Van de groep {arm} is {share} bij een aanbieder waar elke groep voorkomt; alleen daar wordt bij dezelfde aanbieder vergeleken.",
    "Of the group {arm}, {share} is at a provider that has every group; only there like is compared with like at one provider.",
)
_WITHOUT = Words(
    "Zonder één van de aanbieders, telkens een andere, ligt het verschil tussen {low} en {high}.",
    "Without one of the providers, each in turn, the difference lies between {low} and {high}.",
)
_CONTROL = Words(
    "Ter controle: op {event} kan de hulp geen invloed hebben. Na weging verschillen de groepen daarin toch{size} (95%-interval {interval}). {reading}",
    "As a check: the treatment cannot change {event}. After weighting the groups differ in it nevertheless{size} (95% interval {interval}). {reading}",
)
_ALIKE = Words(
    "Geen enkel verschil past in het interval, zoals het hoort bij groepen die gelijk zijn.",
    "The interval has no difference in it, as it should where groups are alike.",
)
_UNLIKE = Words(
    "Geen enkel verschil past niet in het interval: de groepen zijn niet gelijk in iets dat niet is gemeten.",
    "The interval leaves no difference out: the groups are not alike in something that was not measured.",
)


def not_given(evidence: Evidence, lang: Lang, outcome: str) -> list[str]:
    """Why there is no weighted difference of an outcome; nothing when there is one."""
    rows = of_the_plan(evidence, outcome)
    if not rows or any(is_number(row["estimate"]) for row in rows):
        return []
    name = capital(plain(short_outcome_words(evidence, outcome)[lang]))
    reason = next((why for row in rows if row["status"] != "suppressed" and (why := why_not_given(evidence, row))), None)
    if reason is None:
        return [_HELD_BACK[lang].format(outcome=name, people=people(evidence)[lang])]
    return [_NOT_GIVEN[lang].format(outcome=name, reason=reason[lang])]


def limits(evidence: Evidence, lang: Lang, outcome: str) -> list[str]:
    """What something unmeasured would have to shift, the smallest difference that could be seen, and what providers add."""
    told = [row for row in of_the_plan(evidence, outcome) if is_number(row["estimate"])]
    if not told:
        return []
    row = next(row for row in told if row["time"] == last_time(told))
    unit = "score" if row["measure"] == "weighted_mean_difference" else "share"
    rows = records(evidence.select("weighted_comparison", outcome=outcome, arm=row["arm"], time=row["time"]))

    def one(measure: str, subgroup: str = "") -> Row:
        return next((row for row in rows if row["measure"] == measure and row["subgroup"] == subgroup), {})

    of = row["measure"]
    shifts = (one(name, f"of={of};more_common=0.25").get("estimate") for name in ("tipping_effect", "tipping_effect_limit"))
    left = [each for each in rows if each["measure"] == "leave_one_provider_out" and f"of={of};" in each["subgroup"]]
    parts = [
        _tipping(evidence, lang, unit, *shifts),
        _smallest(lang, unit, one("smallest_detectable", f"of={of}").get("estimate")),
        *_shared(evidence, lang, outcome, row["time"]),
        _within(lang, unit, one("within_provider_difference"), one("between_provider_difference")),
        _without(lang, unit, left),
    ]
    return [part for part in parts if part]


def control(evidence: Evidence, lang: Lang) -> list[str]:
    """The comparison of an event that no arm can change."""
    weighting = evidence.record.plan.weighting
    if weighting is None or weighting.negative_control is None:
        return []
    rows = records(evidence.select("weighted_comparison", outcome=weighting.negative_control, measure="risk_difference"))
    told = [row for row in rows if is_number(row["estimate"]) and is_number(row["ci_low"])]
    if not told:
        return []
    row = next(row for row in told if row["time"] == last_time(told))
    reading = _ALIKE if row["ci_low"] <= 0 <= row["ci_high"] else _UNLIKE
    event = outcome_words(evidence, weighting.negative_control)[lang]
    size = f" {_sized(lang, 'share', abs(row['estimate']))}"
    shown = interval(row["ci_low"] * 100, row["ci_high"] * 100, "score", lang)
    return [_CONTROL[lang].format(event=plain(event[:1].lower() + event[1:]), size=size, interval=shown, reading=reading[lang])]


def _sized(lang: Lang, unit: str, value: float) -> str:
    return _UNIT[unit][lang].format(x=_shown(lang, unit, value))


def _shown(lang: Lang, unit: str, value: float) -> str:
    kind: NumberKind = "score"
    return number(value * 100 if unit == "share" else value, kind, lang)


def _tipping(evidence: Evidence, lang: Lang, unit: str, size: float | None, limit: float | None) -> str:
    if not is_number(size) or not size:
        return ""
    more = _LIMIT[lang].format(size=_sized(lang, unit, limit)) if is_number(limit) and limit else ""
    return _TIPPING[lang].format(people=people(evidence)[lang], size=_sized(lang, unit, size), limit=more)


def _smallest(lang: Lang, unit: str, size: float | None) -> str:
    return _SMALLEST[lang].format(size=_sized(lang, unit, size)) if is_number(size) else ""


def _shared(evidence: Evidence, lang: Lang, outcome: str, time: str) -> Iterator[str]:
    rows = records(evidence.select("weighted_comparison", outcome=outcome, measure="shared_provider_share"))
    # balance of events is told once, and not for every week
    mine = [row for row in rows if row["time"] in (time, "")]
    shares = [row for row in mine if is_number(row["estimate"])]
    if any(row["estimate"] < 1 for row in shares):
        for row in shares:
            arm = plain(arm_words(evidence, row["arm"])[lang])
            yield _SHARED[lang].format(arm=arm, share=number(row["estimate"], "share", lang, digits=0))


def _within(lang: Lang, unit: str, *rows: Row) -> str:
    if not all(is_number(row.get("estimate")) and is_number(row.get("ci_low")) for row in rows):
        return ""
    times = 100 if unit == "share" else 1
    told = [
        _INTERVAL[lang].format(
            x=_sized(lang, unit, row["estimate"]),
            interval=interval(row["ci_low"] * times, row["ci_high"] * times, "score", lang),
        )
        for row in rows
    ]
    return _WITHIN[lang].format(within=told[0], between=told[1])


def _without(lang: Lang, unit: str, rows: list[Row]) -> str:
    values = [row["estimate"] for row in rows if is_number(row["estimate"])]
    if len(values) < 2:
        return ""
    return _WITHOUT[lang].format(low=_shown(lang, unit, min(values)), high=_sized(lang, unit, max(values)))


__all__ = ["control", "limits", "not_given"]
