"""Questionnaires: range, direction, and every number with its source and whether that source was read."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.codelists import code_list
from data_schemas.instruments import Cutoff, Instrument, Norm, Reliability, registry
from data_schemas.words import Lang, Words
from evaluation.contract.codebook.content import score_range
from evaluation.contract.description import decimal
from evaluation.contract.explaining.entry import Entry
from evaluation.output.pages import Block, Grid, Items

KIND = Words("Vragenlijsten", "Questionnaires")
PLACE = 50

_FACTS = {
    "range": Words("Bereik", "Range"),
    "direction": Words("Richting", "Direction"),
    "items": Words("Aantal vragen", "Number of items"),
    "ages": Words("Leeftijd", "Ages"),
    "informants": Words("Ingevuld door", "Filled in by"),
    "licence": Words("Licentie", "Licence"),
    "source": Words("Bron", "Source"),
    "notes": Words("Opmerking", "Note"),
}
_BETTER = Words("hoger is beter", "higher is better")
_WORSE = Words("hoger is slechter", "higher is worse")
_HEAD = Words("Getal|Waarde|Voor wie|Bron|Nagelezen?", "Number|Value|For whom|Source|Read?")
_RELIABILITY = {
    "alpha": Words("betrouwbaarheid (alfa)", "reliability (alpha)"),
    "omega": Words("betrouwbaarheid (omega)", "reliability (omega)"),
    "test_retest": Words("betrouwbaarheid (hertest)", "reliability (retest)"),
    "icc": Words("betrouwbaarheid (ICC)", "reliability (ICC)"),
}
_NORM, _CUTOFF = Words("norm: gemiddelde (SD)", "norm: mean (SD)"), Words("afkapwaarde", "cut-off")
READ = {True: Words("ja", "yes"), False: Words("nee: er wordt niets mee berekend", "no: nothing is computed from it")}


def entries() -> Iterator[Entry]:
    """One per questionnaire."""
    return (Entry(name, found.words, lambda lang, found=found: list(_body(found, lang))) for name, found in registry().items())


def _body(found: Instrument, lang: Lang) -> Iterator[Block]:
    informants = code_list("informant")
    facts = {
        "range": score_range(found, lang),
        "direction": (_BETTER if found.higher_is_better else _WORSE)[lang],
        "items": str(found.items or ""),
        "ages": found.ages,
        "informants": ", ".join(informants.label(who)[lang] for who in found.informants),
        "licence": found.terms[lang],
        "source": found.source,
        "notes": found.remarks[lang],
    }
    yield Items([f"{_FACTS[name][lang]}: {text}" for name, text in facts.items() if text])
    numbers = (*found.reliabilities, *found.norms, *found.cutoffs)
    if numbers:
        yield Grid("", _HEAD[lang].split("|"), [_number(number, lang) for number in numbers])


def _number(number: Reliability | Norm | Cutoff, lang: Lang) -> tuple[str, ...]:
    match number:
        case Reliability():
            what, value, about = _RELIABILITY[number.kind][lang], decimal(number.value, lang), number.sample
        case Norm():
            what, value, about = _NORM[lang], f"{decimal(number.mean, lang)} ({decimal(number.sd, lang)})", number.group
        case Cutoff():
            what, value, about = _CUTOFF[lang], decimal(number.value, lang), number.meaning
    who = code_list("informant").label(number.informant)[lang] if number.informant else ""
    return what, value, "; ".join(part for part in (who, about) if part), number.source, READ[number.verified][lang]
