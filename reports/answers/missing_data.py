"""Whether another way of dealing with missing measurements gives the same picture."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, Words
from reports.others import chosen
from reports.text.cells import all_hidden, hidden
from reports.text.groups import grouped, main_outcomes, moments, outcomes, records
from reports.text.markdown import Block, Text, capital, plain
from reports.text.numbers import digits_of, is_number, number
from reports.text.vocabulary import arm_words, moment_words, outcome_words

ANALYSES = ("missing_data",)
SHOWN: frozenset[str] = frozenset()
PLACE = 60

_APPROACHES = ("complete cases", "mixed model", "multiple imputation")
_COMPLETE = Words(
    "Van de hoofduitkomsten ontbreken geen metingen. De manieren van rekenen hieronder kunnen dus alleen door de rekenwijze verschillen.",
    "No measurements of the main outcomes are missing. The ways of calculating below can differ only by how they calculate.",
)
_WHY = Words(
    "Ontbreken er metingen, dan kan dat het beeld vertekenen, bijvoorbeeld als juist wie het slecht gaat niet meer "
    "invult. Daarom is op meer manieren gerekend. Liggen de antwoorden dicht bij elkaar, dan hangt de uitkomst weinig af van wat "
    "ontbreekt. Het **omslagpunt** zegt hoeveel slechter de ontbrekende scores zouden moeten zijn voordat de verandering niet meer van "
    "nul te onderscheiden is. [De getallen staan in @sec-missing-annex.]{.refers}",
    "When measurements are missing, that can distort the picture, for instance when those who do badly are the ones who "
    "stop filling in. So there were several ways of calculating. When the answers are close together, the result depends little on "
    "what is missing. The **tipping point** says how much worse the missing scores would have to be before the change can no longer "
    "be told from zero. [The numbers are in @sec-missing-annex.]{.refers}",
)
RANGE = Words(
    "Met {n} manieren om met ontbrekende metingen om te gaan ligt {what} op {outcome} ({moment}) tussen {low} en {high} punten.",
    "With {n} ways of dealing with missing measurements, {what} on {outcome} ({moment}) lies between {low} and {high} points.",
)
SAME = Words(
    "Met {n} manieren om met ontbrekende metingen om te gaan is {what} op {outcome} ({moment}) steeds {low} punten.",
    "With {n} ways of dealing with missing measurements, {what} on {outcome} ({moment}) is {low} points each time.",
)
_NOTHING = Words(
    "Een andere manier van rekenen is voor de hoofduitkomsten niet te geven.",
    "Another way of calculating cannot be given for the main outcomes.",
)
_DIFFERENCE = Words("het verschil in verandering ({arms})", "the difference in change ({arms})")
_CHANGE = Words("de gemiddelde verandering", "the mean change")


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: this is about how sure, not about what was found."""
    return []


def certainty(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """How far the answers of the approaches lie apart, for the first outcome at its last moment."""
    rows = evidence.select("missing_data", subgroup=_APPROACHES)
    if rows.empty or nothing_missing(evidence):
        return
    outcome = outcomes(evidence, rows)[0]
    rows = rows[(rows["outcome"] == outcome) & rows["measure"].str.endswith("_change")]
    for time in moments(rows["time"])[-1:]:
        by_arm = grouped(records(rows[rows["time"] == time]), "arm")
        arm = next((arm for (arm,) in by_arm if " - " in arm), "all")
        found = [row["estimate"] for row in by_arm.get((arm,), []) if is_number(row["estimate"])]
        if len(found) > 1:
            yield _sentence(evidence, lang, outcome, time, arm, found)


def nothing_missing(evidence: Evidence) -> bool:
    """Whether no measurement of a main outcome is missing: every tipping point then has that as its reason."""
    rows = evidence.select("missing_data", measure="tipping_delta", arm="all")
    rows = rows[rows["outcome"].isin(main_outcomes(evidence, rows))]
    return len(rows) > 0 and bool(rows["method"].str.startswith("nothing_missing").all())


def introduction(evidence: Evidence, lang: Lang) -> Block:
    """What the reader must know to read the tables."""
    if nothing_missing(evidence):
        return Text(_COMPLETE[lang])
    rows = evidence.select("missing_data")
    if not rows.loc[rows["outcome"].isin(main_outcomes(evidence, rows)), "estimate"].notna().any():
        return Text(f"{plain(capital(hidden(evidence)[lang]))}." if all_hidden(rows) else _NOTHING[lang])
    return Text(" ".join([*certainty(evidence, lang), _WHY[lang]]))


def tables(evidence: Evidence, lang: Lang) -> Block:
    """The answers of all approaches side by side, for the plan's main outcomes."""
    return chosen(evidence, lang, "missing_data", SHOWN)


def _sentence(evidence: Evidence, lang: Lang, outcome: str, time: str, arm: str, found: list[float]) -> str:
    digits = digits_of(found, "score")
    low, high = (number(value, "score", lang, digits=digits) for value in (min(found), max(found)))
    what = _DIFFERENCE.fill(arms=arm_words(evidence, arm)) if " - " in arm else _CHANGE
    named = {
        "what": plain(what[lang]),
        "outcome": plain(outcome_words(evidence, outcome)[lang]),
        "moment": moment_words(time)[lang],
    }
    return (SAME if low == high else RANGE).fill(n=len(found), low=low, high=high, **named)[lang]
