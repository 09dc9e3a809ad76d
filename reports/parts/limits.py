"""What the data cannot carry, from the plan and from what was released."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, Words
from reports.text.cells import people
from reports.text.markdown import Block, Blocks, Text, plain
from reports.text.vocabulary import outcome_words

_CAN = Words("**Dit laten deze gegevens zien.**", "**This is what these data show.**")
_CANNOT = Words("**Dit kunnen zij niet zeggen.**", "**This they cannot say.**")
_ONLY_CANNOT = Words("**Dit kunnen deze gegevens niet zeggen.**", "**This is what these data cannot say.**")
_CARRIED = {
    "change": Words(
        "Hoe de scores veranderden van wie twee keer is gemeten.", "How the scores changed of those who were measured twice."
    ),
    "classes": Words(
        "Welk deel van hen duidelijk vooruit of achteruit ging.", "Which share of them clearly improved or deteriorated."
    ),
    "events": Words(
        "Welk deel zonder gebeurtenis bleef, zolang zij gevolgd zijn.",
        "Which share had no event, for as long as they were followed.",
    ),
    "between": Words(
        "Hoeveel de scores van de groepen verschilden, gecorrigeerd voor de start.",
        "How much the scores of the groups differed, adjusted for the start.",
    ),
    "events_between": Words("Hoeveel de groepen verschilden in gebeurtenissen.", "How much the groups differed in events."),
    "later": Words(
        "Hoe zij woonden en hun dagen vulden, bij de start en na afloop.",
        "How they lived and spent their days, at the start and afterwards.",
    ),
}
_COMPARED = Words(
    "Of een verschil tussen groepen door de behandeling komt. Dat hangt af van hoe de groepen zijn gemaakt en van wie er uitviel.",
    "Whether a difference between groups comes from the treatment. That depends on how the groups were made and on who dropped out.",
)
_ALONE = Words(
    "Of de verandering door de behandeling komt. Er is geen groep die deze behandeling niet kreeg.",
    "Whether the change comes from the treatment. There is no group that did not receive it.",
)
_OTHERS = Words(
    "Hoe het ging met wie ontbreekt. Wie niet opnieuw is gemeten of niet is gevolgd, kan anders zijn dan wie er wel is.",
    "How those who are missing fared. People who were not measured again or not followed may differ from those who were.",
)
_SMALL = Words(
    "Hoe het gaat in groepen van minder dan {threshold} {people}. Die zijn niet getoond, om niemand herkenbaar te maken.",
    "How things are in groups of fewer than {threshold} {people}. They are not shown, so that nobody can be recognised.",
)
_LOCAL = Words(
    "Of het elders net zo gaat. Dit zijn de gegevens van deze aanbieders, in deze jaren.",
    "Whether it goes the same elsewhere. These are the data of these providers, in these years.",
)
_MANY = Words(
    "Of elk klein verschil telt. Er zijn veel getallen berekend; een paar daarvan lijken altijd bijzonder, ook als er niets is.",
    "Whether every small difference counts. Many numbers were calculated; a few always look special, even when there is nothing.",
)
_NO_CLASSES = Words(
    "Hoeveel {people} duidelijk vooruitgingen op: {names}. Van deze vragenlijsten is geen betrouwbaarheid met gecontroleerde bron bekend.",
    "How many {people} clearly improved on: {names}. No reliability with a verified source is known for these questionnaires.",
)
_EVENTS = Words(
    "Wat niemand heeft gemeld. Een gebeurtenis telt alleen als een bron haar kende.",
    "What nobody reported. An event only counts when a source knew of it.",
)


def limits(evidence: Evidence, lang: Lang) -> Block:
    """What the results can say, and what must not be read into them: a list each."""
    can = [words[lang] for words in _carried(evidence)]
    carried = [Text(_CAN[lang]), Text("\n".join(f"- {sentence}" for sentence in can))] if can else []
    return Blocks(
        [
            *carried,
            Text((_CANNOT if can else _ONLY_CANNOT)[lang]),
            Text("\n".join(f"- {sentence[lang]}" for sentence in _limits(evidence))),
        ]
    )


def _carried(evidence: Evidence) -> Iterator[Words]:
    """What has a number."""
    told = {
        "change": evidence.select("change", subgroup="", measure="mean_change"),
        "classes": evidence.select("change", subgroup="", measure=("recovered", "deteriorated")),
        "events": evidence.select("revictimisation", subgroup="", measure="survival"),
        "between": evidence.select("change", subgroup="", measure="adjusted_difference"),
        "events_between": evidence.select("revictimisation", subgroup="", measure="survival_difference"),
        "later": evidence.select("outcomes", measure="share_end"),
    }
    for name, words in _CARRIED.items():
        if told[name]["estimate"].notna().any():
            yield words


def _limits(evidence: Evidence) -> Iterator[Words]:
    plan = evidence.record.plan
    yield _COMPARED if plan.comparison is not None else _ALONE
    yield _OTHERS
    if plan.events is not None:
        yield _EVENTS
    if evidence.record.edition != "internal":
        yield _SMALL.fill(threshold=evidence.record.release.threshold, people=people(evidence))
    names = [outcome_words(evidence, f"{m.instrument}:{m.informant}") for m in plan.measures if _unverified(evidence, m)]
    if names:
        listed = Words("; ".join(plain(name.nl) for name in names), "; ".join(plain(name.en) for name in names))
        yield _NO_CLASSES.fill(names=listed, people=people(evidence))
    yield _LOCAL
    yield _MANY


def _unverified(evidence: Evidence, measure) -> bool:
    known = evidence.record.instruments.get(measure.instrument)
    return known is None or known.reliability(measure.informant) is None
