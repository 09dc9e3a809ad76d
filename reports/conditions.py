"""The conditions that a plan sets before an effect is shown: which held, which did not, and what stayed closed."""

from __future__ import annotations

from data_schemas.evidence import Evidence, GateOutcome, Lang, Words
from reports.closed import LEAST, found, in_words
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain
from reports.text.vocabulary import moment_words, short_outcome_words

_NAMES = {
    "attrition": Words("verschil in uitval tussen de groepen", "difference in drop-out between the groups"),
    "largest_baseline_difference": Words(
        "grootste verschil tussen de groepen bij de start, in standaarddeviaties",
        "largest difference between the groups at the start, in standard deviations",
    ),
    "smallest_overlap": Words(
        "deel dat bij de start op iemand in de andere groep lijkt",
        "share that resembles someone in the other group at the start",
    ),
    "smallest_measured": Words("deel met beide metingen, of gevolgd", "share with both measurements, or followed"),
    "largest_warning_share": Words("deel van de rijen met een waarschuwing", "share of the rows with a warning"),
}
# a condition is checked for every outcome and moment: what is counted are the checks
ALL_HELD = Words(
    "Het plan stelt voorwaarden aan wat getoond mag worden. Zij zijn {n} keer nagegaan, voor elke uitkomst en elk moment apart, en elke "
    "keer gehaald.",
    "The plan sets conditions for what may be shown. They were checked {n} times, for each outcome and moment apart, and held each time.",
)
SOME = Words(
    "Het plan stelt voorwaarden aan wat getoond mag worden. Zij zijn {n} keer nagegaan, voor elke uitkomst en elk moment apart, en "
    "**{k} keer niet gehaald{untold}.** Wat ervan afhangt is niet gegeven.",
    "The plan sets conditions for what may be shown. They were checked {n} times, for each outcome and moment apart, and **did not hold{untold} "
    "{k} times.** What depends on them is not given.",
)
_UNTOLD = {True: Words(", of niet vast te stellen", ", or could not be told,"), False: Words("", "")}
_CAPTION = Words("Voorwaarden uit het plan die niet zijn gehaald", "Conditions of the plan that did not hold")
_HEADS = (
    Words("Uitkomst", "Outcome"),
    Words("Voorwaarde", "Condition"),
    Words("Gevonden", "Found"),
    Words("Toegestaan", "Allowed"),
)
_MOST, _AT_LEAST = Words("hoogstens {x}", "at most {x}"), Words("minstens {x}", "at least {x}")
_BOUNDARY = Words("hangt af van de uitval zelf", "depends on the drop-out itself")
_NOT_GIVEN = Words("niet vast te stellen", "cannot be told")
_ABOUT = Words(
    "Een voorwaarde is beslist op de cijfers die naar buiten mogen. Niet vast te stellen: die cijfers zeggen er niet genoeg over; wat ervan "
    "afhangt blijft dan ook weg.",
    "A condition was decided on the figures that may be published. Cannot be told: these do not say enough about it; what depends on it "
    "is left out then as well.",
)


def conditions(evidence: Evidence, lang: Lang) -> Block:
    """What the conditions left closed, with what was found and allowed; an empty block when the plan sets none."""
    gates = evidence.record.gates
    closed = [gate for gate in gates if not gate.open]
    if not gates:
        return Text("")
    if not closed:
        return Text(ALL_HELD.fill(n=len(gates))[lang])
    together: dict[tuple[str, str, str], list[str]] = {}
    for gate in closed:
        key = (_outcome(evidence, gate, lang), _NAMES.get(gate.name, gate.reason.words)[lang], _allowed(gate, lang))
        together.setdefault(key, []).append(_found(evidence, gate, lang))
    lines = [
        [capital(plain(name)), plain(condition), plain("; ".join(found)), allowed]
        for (name, condition, allowed), found in together.items()
    ]
    heads = [Column(words[lang], width) for words, width in zip(_HEADS, (1.8, 2.0, 1.8, 1.1))]
    said = Text(SOME.fill(n=len(gates), k=len(closed), untold=_untold(evidence))[lang])
    notes = [_ABOUT[lang]] if evidence.record.edition == "released" else []
    return Blocks([said, Table("conditions", _CAPTION[lang], heads, lines, notes)])


def brief(evidence: Evidence, lang: Lang) -> Block:
    """How many conditions held, without which."""
    gates = evidence.record.gates
    closed = sum(not gate.open for gate in gates)
    return Text((SOME if closed else ALL_HELD).fill(n=len(gates), k=closed, untold=_untold(evidence))[lang] if gates else "")


def _untold(evidence: Evidence) -> Words:
    """Whether there are conditions of which it cannot be told whether they held: these stay closed as well."""
    return _UNTOLD[any(not gate.open and found(evidence, gate) is None for gate in evidence.record.gates)]


def _outcome(evidence: Evidence, gate: GateOutcome, lang: Lang) -> str:
    """What the outcome of a condition is called, as briefly as can be."""
    return short_outcome_words(evidence, gate.outcome)[lang]


def _found(evidence: Evidence, gate: GateOutcome, lang: Lang) -> str:
    value = found(evidence, gate)
    told = _NOT_GIVEN[lang] if value is None else in_words(gate, value, lang)
    return f"{moment_words(gate.time)[lang]} {told}" if gate.time else told


def _allowed(gate: GateOutcome, lang: Lang) -> str:
    if gate.allowed is None:
        return _BOUNDARY[lang]
    return (_AT_LEAST if gate.name in LEAST else _MOST)[lang].format(x=in_words(gate, gate.allowed, lang))
