"""Why an effect is not given, in words: the conditions of the plan that did not hold for it, with what was found and allowed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

from data_schemas.evidence import Evidence, GateOutcome, Lang, NumberKind, Words
from reports.answers.flow import lost
from reports.text.cells import Cells, people
from reports.text.groups import Row, records
from reports.text.markdown import plain
from reports.text.numbers import is_number, number
from reports.text.vocabulary import short_outcome_words, subgroup_words, why_not

LEAST = ("smallest_overlap", "smallest_measured", "smallest_preference_overlap")
_IN_SHARES = ("attrition", "largest_warning_share", *LEAST)
# what closes an effect within one group; all others close a difference between groups
_WITHIN = ("smallest_measured", "largest_warning_share")
_CLOSED = "gate_closed"
FAILS = {
    "attrition": Words(
        "het deel dat uitviel verschilde te veel tussen de groepen (verschil {found}; hoogstens {allowed} mag)",
        "the share that dropped out differed too much between the groups (difference {found}; {allowed} at most is allowed)",
    ),
    "attrition_alone": Words(
        "het deel dat uitviel verschilde te veel tussen de groepen (verschil {found})",
        "the share that dropped out differed too much between the groups (difference {found})",
    ),
    "largest_baseline_difference": Words(
        "de groepen verschilden bij de start te veel{on} ({found} standaarddeviatie; het plan staat hoogstens {allowed} toe)",
        "the groups differed too much at the start{on} ({found} standard deviation; the plan allows {allowed} at most)",
    ),
    "smallest_overlap": Words(
        "te weinig {people} leken bij de start op iemand in de andere groep ({found}; het plan vraagt minstens {allowed})",
        "too few {people} resembled someone in the other group at the start ({found}; the plan asks for at least {allowed})",
    ),
    "smallest_measured": Words(
        "van te weinig {people} zijn de gegevens er ({found}; het plan vraagt minstens {allowed})",
        "there are data on too few {people} ({found}; the plan asks for at least {allowed})",
    ),
    "largest_weighted_difference": Words(
        "ook na weging verschilden de groepen bij de start te veel ({found} standaarddeviatie; hoogstens {allowed} mag)",
        "after weighting as well the groups differed too much at the start ({found} standard deviation; {allowed} at most is allowed)",
    ),
    "smallest_preference_overlap": Words(
        "te weinig {people} hadden evengoed in een andere groep kunnen komen ({found}; het plan vraagt minstens {allowed})",
        "too few {people} could as well have come into another group ({found}; the plan asks for at least {allowed})",
    ),
    "largest_warning_share": Words(
        "te veel regels hebben een waarschuwing ({found}; het plan staat hoogstens {allowed} toe)",
        "too many rows have a warning ({found}; the plan allows {allowed} at most)",
    ),
}
_WHETHER = {
    "attrition": Words(
        "of de groepen weinig genoeg verschilden in uitval", "whether the groups differed little enough in drop-out"
    ),
    "largest_baseline_difference": Words(
        "of zij bij de start genoeg op elkaar leken", "whether they resembled each other enough at the start"
    ),
    "smallest_overlap": Words(
        "of genoeg {people} bij de start op iemand in de andere groep leken",
        "whether enough {people} resembled someone in the other group at the start",
    ),
    "largest_weighted_difference": Words(
        "of zij na weging genoeg op elkaar lijken", "whether they resemble each other enough after weighting"
    ),
    "smallest_preference_overlap": Words(
        "of genoeg {people} evengoed in een andere groep hadden kunnen komen",
        "whether enough {people} could as well have come into another group",
    ),
    "smallest_measured": Words("of er van genoeg {people} gegevens zijn", "whether there are data on enough {people}"),
    "largest_warning_share": Words("of weinig genoeg regels een waarschuwing hebben", "whether few enough rows have a warning"),
}
_UNTOLD = Words("uit wat getoond mag worden is niet vast te stellen {whether}", "what may be shown does not tell {whether}")
_AND, _COMMA, _ON = Words(" en ", " and "), Words(", ", ", "), Words(" op {what}", " on {what}")


def why_not_given(evidence: Evidence, row: Row) -> Words | None:
    """The reason why a row has no number: named in words when a condition of the plan closed it."""
    if row["method"].partition(":")[0] == _CLOSED:
        named = named_conditions(evidence, row["outcome"], row["time"], between=" - " in row["arm"])
        if named is not None:
            return named
    return why_not(row["method"])


def cells(evidence: Evidence, lang: Lang) -> Cells:
    """Cells of a table whose notes name the conditions that did not hold."""
    return Cells(evidence, lang, why=partial(why_not_given, evidence))


# asked for every row of a table; the evidence of a report does not change
@lru_cache(maxsize=1024)
def named_conditions(evidence: Evidence, outcome: str, time: str, *, between: bool) -> Words | None:
    """Which conditions did not hold for an outcome at a moment: those that failed first, then those that cannot be told."""
    gates = [gate for gate in evidence.record.gates if not gate.open and gate.outcome == outcome and gate.time in ("", time)]
    asked = [gate for gate in gates if between or gate.name in _WITHIN]
    failed = [text for gate in asked for text in _failed(evidence, gate)]
    untold = [_WHETHER[gate.name] for gate in asked if gate.name in _WHETHER and found(evidence, gate) is None]
    untold = [words.fill(people=people(evidence)) for words in dict.fromkeys(untold)]
    parts = [*failed, *([_UNTOLD.fill(whether=_joined(untold))] if untold else [])]
    return _joined(parts) if parts else None


def _failed(evidence: Evidence, gate: GateOutcome) -> Iterator[Words]:
    value = found(evidence, gate)
    if value is None or gate.name not in FAILS:
        return
    numbers = {"found": value, "allowed": gate.allowed}
    told = {name: Words(*(in_words(gate, one, lang) for lang in ("nl", "en"))) for name, one in numbers.items()}
    largest = _largest(evidence, gate, value) if gate.name == "largest_baseline_difference" else None
    # so many are lost that there is no boundary
    name = "attrition_alone" if gate.name == "attrition" and gate.allowed is None else gate.name
    yield FAILS[name].fill(**told, people=people(evidence), on=_ON.fill(what=largest) if largest else Words("", ""))


def _largest(evidence: Evidence, gate: GateOutcome, value: float) -> Words | None:
    """The characteristic that differs so much, where the results say which one that is."""
    for row in records(evidence.select("baseline", measure="smd_baseline")):
        if is_number(row["estimate"]) and round(abs(row["estimate"]), 2) == round(value, 2):
            name = short_outcome_words(evidence, row["outcome"])
            part = subgroup_words(row["outcome"], row["subgroup"], evidence) if row["subgroup"] else None
            named = Words("{a} ({b})", "{a} ({b})").fill(a=name, b=part) if part else name
            return Words(plain(named.nl), plain(named.en))
    return None


def _joined(parts: list[Words]) -> Words:
    if not parts:
        return Words("", "")
    *first, last = parts
    texts = []
    for lang in ("nl", "en"):
        before = _COMMA[lang].join(part[lang] for part in first)
        texts.append(f"{before}{_AND[lang]}{last[lang]}" if first else last[lang])
    return Words(*texts)


def found(evidence: Evidence, gate: GateOutcome) -> float | None:
    """What was found for a condition that did not hold; None when it is not known, or does not show that the condition fails."""
    missing = lost(evidence, gate.outcome, gate.time) if gate.name == "smallest_measured" and gate.found is not None else None
    value = gate.found if missing is None else 1 - missing
    if value is None or gate.open:
        return value
    if gate.allowed is None:
        return value if evidence.record.edition == "internal" and round(value, 2) > 0 else None
    fails = value < gate.allowed if gate.name in LEAST else value > gate.allowed
    return value if fails and in_words(gate, value, "en") != in_words(gate, gate.allowed, "en") else None


def in_words(gate: GateOutcome, value: float | None, lang: Lang) -> str:
    """What was found or allowed, as its kind of number is written."""
    kind: NumberKind = "share" if gate.name in _IN_SHARES else "effect"
    # an allowed share is fixed and can be less than one per cent; a found one is as coarse as it was released
    whole = value is not None and (abs(value * 100 - round(value * 100)) < 1e-9)
    return "" if value is None else number(value, kind, lang, digits=2 if kind == "effect" else int(not whole))
