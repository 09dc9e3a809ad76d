"""100 adults with depression: computerised therapy or usual care, five moments, much drop-out (Proudfoot et al. 2003)."""

from __future__ import annotations

from data_schemas.words import Words
from evaluation.contract.examples import as_csv, public_rows

NAME = "beat-the-blues"
TITLE = Words("Beat the Blues: depressie op vijf momenten", "Beat the Blues: depression at five moments")
SHOWN_IN_DEMO = False
_ARMS = {"BtheB": "beat-the-blues", "TAU": "usual-care"}
_MOMENTS = {
    "bdi.pre": "baseline",
    "bdi.2m": "end",
    "bdi.3m": "follow_up_1m",
    "bdi.5m": "follow_up_3m",
    "bdi.8m": "follow_up_6m",
}

MANIFEST = """\
contract = "1"
name = "beat-the-blues"
nature = "public"
source = "Proudfoot et al. (2003), Psychological Medicine 33:217-227; data set BtheB of the R package HSAUR3"

[title]
nl = "Beat the Blues: depressie op vijf momenten"
en = "Beat the Blues: depression at five moments"

[labels]
beat-the-blues = { nl = "Beat the Blues", en = "Beat the Blues" }
usual-care = { nl = "gebruikelijke zorg", en = "usual care" }
public-trial = { nl = "openbaar onderzoek", en = "public trial" }
computerised-therapy = { nl = "therapie met de computer", en = "computerised therapy" }
"""

_PLAN = """\
contract = "1"
title = "{title}"
question = "{question}"
programme = "computerised-therapy"
design = "experimental"
seed = 2003

[estimand]
population = "{population}"
treatment = "{treatment}"
intercurrent_events = "{intercurrent}"
outcome = "{outcome}"
summary = "{summary}"

[[measures]]
instrument = "bdi-ii"
informant = "self"
moments = ["end", "follow_up_1m", "follow_up_3m", "follow_up_6m"]
primary = true

[comparison]
arms = ["beat-the-blues", "usual-care"]
"""
PLAN = Words(
    _PLAN.format(
        title="Beat the Blues: depressie op vijf momenten",
        question="Nemen klachten van depressie af na therapie met de computer, en meer dan na gebruikelijke zorg?",
        population="volwassenen met depressieve klachten in de huisartsenzorg",
        treatment="therapie met de computer, vergeleken met gebruikelijke zorg, door loting",
        intercurrent="uitval: ontbrekende metingen vallen weg; medicijngebruik mocht doorgaan",
        outcome="totaalscore van de BDI-II na twee maanden en later",
        summary="gemiddelde verandering per groep, en het verschil gecorrigeerd voor de voormeting",
    ),
    _PLAN.format(
        title="Beat the Blues: depression at five moments",
        question="Do symptoms of depression decrease after computerised therapy, and more than after usual care?",
        population="adults with depressive symptoms in general practice",
        treatment="computerised therapy against usual care, by lot",
        intercurrent="drop-out: missing measurements are left out; medication could go on",
        outcome="BDI-II total score after two months and later",
        summary="mean change per group, and the difference adjusted for baseline",
    ),
)


def tables() -> dict[str, str]:
    """The submission's tables from the public file; the end of treatment is at two months."""
    people = public_rows("beat_the_blues.csv")
    return {
        "treatments": as_csv(
            ("client", "provider", "programme", "arm"),
            [
                (f"B-{person['subject']}", "public-trial", "computerised-therapy", _ARMS[person["treatment"]])
                for person in people
            ],
        ),
        "measurements": as_csv(
            ("client", "instrument", "informant", "moment", "score"),
            [
                (f"B-{person['subject']}", "bdi-ii", "self", moment, person[column])
                for person in people
                for column, moment in _MOMENTS.items()
                if person[column]
            ],
        ),
    }
