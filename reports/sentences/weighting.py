"""Sentences of a weighted comparison: the difference of the plan's comparison, and what something unmeasured would have to be to explain it."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, Words
from reports.text.cells import people
from reports.text.groups import Row, by, records
from reports.text.markdown import capital, plain
from reports.text.numbers import interval, is_number, number
from reports.text.vocabulary import arm_words, moment_words, short_outcome_words

_FEWER, _MORE = Words("minder", "fewer"), Words("meer", "more")
_RISK = Words(
    "{outcome}, week {week}: na weging had in {a} {size} procentpunt {which} {people} de gebeurtenis dan in {b} (95%-interval {interval}).",
    "{outcome}, week {week}: after weighting {size} percentage points {which} {people} had the event in {a} than in {b} (95% interval {interval}).",
)
_SAME_RISK = Words(
    "{outcome}, week {week}: na weging is er in de getoonde cijfers geen verschil tussen {a} en {b} (95%-interval {interval} procentpunt).",
    "{outcome}, week {week}: after weighting there is no difference between {a} and {b} in the figures shown (95% interval {interval} percentage "
    "points).",
)
_SCORE = Words(
    "{outcome}, {moment}: na weging is de score in {a} gemiddeld {size} punten {which} dan in {b} (95%-interval {interval}).",
    "{outcome}, {moment}: after weighting the score in {a} is on average {size} points {which} than in {b} (95% interval {interval}).",
)
_LOWER, _HIGHER = Words("lager", "lower"), Words("hoger", "higher")
_E = Words(
    "Een kenmerk dat niet is gemeten zou dit verschil alleen verklaren als het {e} keer zo vaak samengaat met de groep én met de uitkomst; om het "
    "hele interval tot aan geen verschil te brengen is {limit} keer genoeg.",
    "Something that was not measured would explain this difference only if it went {e} times as often with the group and with the result; to bring "
    "the whole interval to no difference {limit} times is enough.",
)
_E_ONE = Words(
    "Ook geen enkel verschil past in het interval: daar is geen niet gemeten kenmerk voor nodig.",
    "The interval has no difference in it already: nothing unmeasured is needed for that.",
)


def answer(evidence: Evidence, lang: Lang, outcome: str) -> list[str]:
    """The difference of the plan's comparison, and what would explain it."""
    shown = [row for row in of_the_plan(evidence, outcome) if is_number(row["estimate"])]
    if not shown:
        return []
    arm = shown[0]["arm"]
    rows = records(evidence.select("weighted_comparison", outcome=outcome, arm=arm))
    row = next(row for row in shown if row["time"] == last_time(shown))
    a, b = (plain(arm_words(evidence, name)[lang]) for name in arm.split(" - "))
    named = {"outcome": capital(plain(short_outcome_words(evidence, outcome)[lang])), "a": a, "b": b}
    if row["measure"] == "risk_difference":
        size = abs(row["estimate"]) * 100
        limits = interval(row["ci_low"] * 100, row["ci_high"] * 100, "score", lang, digits=_points(row, evidence))
        which = (_FEWER if row["estimate"] < 0 else _MORE)[lang]
        text = _RISK if row["estimate"] else _SAME_RISK
        size = number(size, "score", lang, digits=_points(row, evidence))
        more = {"week": row["time"], "people": people(evidence)[lang], "which": which}
    else:
        size, limits = number(abs(row["estimate"]), "score", lang), interval(row["ci_low"], row["ci_high"], "score", lang)
        text, more = (
            _SCORE,
            {"moment": moment_words(row["time"])[lang], "which": (_LOWER if row["estimate"] < 0 else _HIGHER)[lang]},
        )
    return [text[lang].format(size=size, interval=limits, **named, **more), *_unmeasured(lang, rows, row)]


def of_the_plan(evidence: Evidence, outcome: str) -> list[Row]:
    """The weighted difference of an outcome between the arms of the plan's comparison, at every week or moment."""
    comparison = evidence.record.plan.comparison
    if comparison is None:
        return []
    arm = " - ".join(comparison.arms)
    rows = records(evidence.select("weighted_comparison", outcome=outcome, arm=arm, subgroup=""))
    return [row for row in rows if row["measure"] in ("risk_difference", "weighted_mean_difference")]


def _points(row: Row, evidence: Evidence) -> int:
    return 0 if evidence.record.edition == "released" else 1


def _unmeasured(lang: Lang, rows: list[Row], row: Row) -> Iterator[str]:
    of = "of=weighted_risk_ratio" if row["measure"] == "risk_difference" else "of=weighted_g"
    told = by([one for one in rows if one["subgroup"] == of and one["time"] == row["time"]], "measure")
    e, limit = (told.get((name,), {}).get("estimate") for name in ("e_value", "e_value_limit"))
    if is_number(limit) and limit <= 1:
        yield _E_ONE[lang]
    elif is_number(e) and is_number(limit):
        yield _E[lang].format(e=number(e, "score", lang, digits=1), limit=number(limit, "score", lang, digits=1))


def last_time(rows: list[Row]) -> str:
    """The last week, or the first moment of the plan."""
    times = list(dict.fromkeys(row["time"] for row in rows))
    weeks = [time for time in times if time.isdigit()]
    return max(weeks, key=int) if weeks else times[0] if times else ""
