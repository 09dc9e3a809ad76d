"""Where the plan was departed from: what was planned and could not be done, and what was done beyond it, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from data_schemas.evidence import Deviation, Evidence, Lang, Words, code_list
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain
from reports.text.vocabulary import analysis_words, moment_words, short_outcome_words

_NO_DEVIATIONS = Words("Alles wat in het plan staat is uitgevoerd.", "Everything in the plan was carried out.")
_CLOSED = Words(
    "Gepland, maar niet gegeven, omdat niet aan de voorwaarden van het plan is voldaan[; welke, staat in @sec-comparison]{.refers}.",
    "Planned, but not given, because the conditions of the plan were not met[; which, is in @sec-comparison]{.refers}.",
)
_OTHERWISE = Words("Verder is alles uitgevoerd wat in het plan staat.", "For the rest, everything in the plan was carried out.")
_DEVIATION = Words("Waar van het plan is afgeweken, en waarom", "Where the plan was departed from, and why")
_MORE = Words("Wat ook is beschreven, zonder dat het plan het noemt", "What was also described, without the plan naming it")
_WHOLE = Words("Het geheel", "The whole")
_WHY = Words("Waarom", "Why")
_ANALYSIS = Words("Onderdeel", "Part")


def deviations(evidence: Evidence, lang: Lang) -> Block:
    """What was planned and could not be done, and what was done beyond the plan, each with its reason; a line per part and reason."""
    record = evidence.record
    departures = [deviation for deviation in record.deviations if not deviation.extra]
    extras = [deviation for deviation in record.deviations if deviation.extra]
    none = Text((_OTHERWISE if any(not gate.open for gate in record.gates) else _NO_DEVIATIONS)[lang])
    return Blocks(
        [
            _deviations(evidence, lang, "deviations", _DEVIATION, departures) if departures else none,
            *([_deviations(evidence, lang, "extras", _MORE, extras)] if extras else []),
        ]
    )


def brief(evidence: Evidence, lang: Lang) -> Block:
    """What was planned and could not be done: a line per reason, with the parts and outcomes that it concerns."""
    together: dict[Words, dict[str, dict[str, None]]] = {}
    gated = code_list("not_estimable").label("gate_closed")
    for deviation in evidence.record.deviations:
        if not deviation.extra:
            part = analysis_words(deviation.analysis) if deviation.analysis else _WHOLE
            reason = deviation.reason.words
            outcome = deviation.outcome.partition(", ")[0]
            named = short_outcome_words(evidence, outcome)[lang] if outcome else ""
            why = _CLOSED if gated.nl in reason.nl else Words(*map(plain, reason))
            together.setdefault(why, {}).setdefault(part[lang], {})[named] = None
    if not together:
        closed = any(not gate.open for gate in evidence.record.gates)
        return Text((_OTHERWISE if closed else _NO_DEVIATIONS)[lang])
    lines = []
    for reason, parts in together.items():
        named = "; ".join(f"{part}: {', '.join(filter(None, names))}" if any(names) else part for part, names in parts.items())
        lines.append(f"- {reason[lang]} *{plain(named)}.*")
    return Text("\n".join(lines))


def _deviations(evidence: Evidence, lang: Lang, label: str, caption: Words, found: Sequence[Deviation]) -> Block:
    together: dict[tuple[str, str], list[str]] = {}
    for deviation in found:
        part = analysis_words(deviation.analysis) if deviation.analysis else _WHOLE
        named = plain(_deviant(evidence, deviation.outcome)[lang])
        together.setdefault((part[lang], plain(deviation.reason.words[lang])), []).append(named)
    lines = [[part, capital("; ".join(name for name in names if name)), why] for (part, why), names in together.items()]
    heads = [Column(_ANALYSIS[lang], 1.2), Column(Words("Uitkomst", "Outcome")[lang], 2), Column(_WHY[lang], 2.4)]
    return Table(label, caption[lang], heads, lines)


def _deviant(evidence: Evidence, text: str) -> Words:
    """An outcome with its moments or weeks, which stand after commas."""
    outcome, *times = text.split(", ")
    named = [short_outcome_words(evidence, outcome), *map(moment_words, times)] if outcome else []
    return Words(", ".join(one.nl for one in named), ", ".join(one.en for one in named))
