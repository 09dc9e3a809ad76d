"""What the data cannot carry, from the plan and from what was released."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, Words
from reports.text.cells import people
from reports.text.markdown import Block, Text, plain
from reports.text.vocabulary import outcome_words

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
    """A list of what must not be read into the results."""
    return Text("\n".join(f"- {sentence[lang]}" for sentence in _limits(evidence)))


def _limits(evidence: Evidence) -> Iterator[Words]:
    plan = evidence.record.plan
    yield _COMPARED if plan.comparison is not None else _ALONE
    yield _OTHERS
    if plan.events is not None:
        yield _EVENTS
    if evidence.record.edition == "released":
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
