"""100 adults with depression: computerised therapy or usual care, five moments, much drop-out (Proudfoot et al. 2003)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data_schemas.words import Words
from evaluation.contract.examples._example import Asked, Example, Row, public_rows, scores

_ARMS = {"BtheB": "beat-the-blues", "TAU": "usual-care"}
_MOMENTS = {
    "bdi.pre": "baseline",
    "bdi.2m": "end",
    "bdi.3m": "follow_up_1m",
    "bdi.5m": "follow_up_3m",
    "bdi.8m": "follow_up_6m",
}


def _rows() -> Mapping[str, Iterable[Row]]:
    """The end of treatment is at two months."""
    people = [(f"B-{person['subject']}", person) for person in public_rows("beat_the_blues.csv")]
    return {
        "treatments": [{"client": client, "arm": _ARMS[person["treatment"]]} for client, person in people],
        "measurements": scores(people, {column: ("bdi-ii", "self", moment) for column, moment in _MOMENTS.items()}),
    }


EXAMPLE = Example(
    name="beat-the-blues",
    title=Words("Beat the Blues: depressie op vijf momenten", "Beat the Blues: depression at five moments"),
    source="Proudfoot et al. (2003), Psychological Medicine 33:217-227; data set BtheB of the R package HSAUR3",
    labels={
        "beat-the-blues": Words("Beat the Blues", "Beat the Blues"),
        "usual-care": Words("gebruikelijke zorg", "usual care"),
        "public-trial": Words("openbaar onderzoek", "public trial"),
        "computerised-therapy": Words("therapie met de computer", "computerised therapy"),
    },
    programme="computerised-therapy",
    seed=2003,
    words=Asked(
        question=Words(
            "Nemen klachten van depressie af na therapie met de computer, en meer dan na gebruikelijke zorg?",
            "Do symptoms of depression decrease after computerised therapy, and more than after usual care?",
        ),
        population=Words(
            "volwassenen met depressieve klachten in de huisartsenzorg", "adults with depressive symptoms in general practice"
        ),
        treatment=Words(
            "therapie met de computer, vergeleken met gebruikelijke zorg, door loting",
            "computerised therapy against usual care, by lot",
        ),
        intercurrent_events=Words(
            "uitval: ontbrekende metingen vallen weg; medicijngebruik mocht doorgaan",
            "drop-out: missing measurements are left out; medication could go on",
        ),
        outcome=Words("totaalscore van de BDI-II na twee maanden en later", "BDI-II total score after two months and later"),
        summary=Words(
            "gemiddelde verandering per groep, en het verschil gecorrigeerd voor de voormeting",
            "mean change per group, and the difference adjusted for baseline",
        ),
    ),
    asks="""\
[[measures]]
instrument = "bdi-ii"
informant = "self"
moments = ["end", "follow_up_1m", "follow_up_3m", "follow_up_6m"]
primary = true

[comparison]
arms = ["beat-the-blues", "usual-care"]
""",
    rows=_rows,
)
