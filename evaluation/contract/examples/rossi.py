"""432 men followed for 52 weeks after release, half with financial aid by lot: the Rossi re-arrest trial."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from data_schemas.words import Words
from evaluation.contract.examples._example import Asked, Example, Row, age_group

_ARMS = {"1": "aid", "0": "no-aid"}


def _rows() -> Mapping[str, Iterable[Row]]:
    """From the file in lifelines, which need not be imported for it."""
    folder = Path(find_spec("lifelines").origin).parent / "datasets"
    with (folder / "rossi.csv").open(encoding="utf-8", newline="") as file:
        men = [(f"R-{number:03d}", man) for number, man in enumerate(csv.DictReader(file), start=1)]
    return {
        "treatments": [
            {
                "client": client,
                "arm": _ARMS[man["fin"]],
                "age_group": age_group(man["age"]),
                "follow_up_weeks": 52,
                "follow_up_end": "end_of_study",
            }
            for client, man in men
        ],
        "events": [
            {
                "client": client,
                "event": "arrest",
                "week_from": man["week"],
                "week_to": man["week"],
                "certainty": "actual",
                "source": "police",
            }
            for client, man in men
            if man["arrest"] == "1"
        ],
    }


EXAMPLE = Example(
    name="rossi",
    title=Words("Nieuwe aanhouding na vrijlating", "Re-arrest after release"),
    source="Rossi, Berk & Lenihan (1980), Money, Work and Crime; data set rossi of the Python package lifelines",
    labels={
        "aid": Words("financiële hulp", "financial aid"),
        "no-aid": Words("geen hulp", "no aid"),
        "public-trial": Words("openbaar onderzoek", "public trial"),
        "financial-aid": Words("financiële hulp na vrijlating", "financial aid after release"),
    },
    programme="financial-aid",
    seed=1980,
    words=Asked(
        question=Words(
            "Duurt het met financiële hulp langer voordat iemand opnieuw wordt aangehouden?",
            "Does it take longer until someone is arrested again when they receive financial aid?",
        ),
        population=Words("mannen die vrijkwamen uit gevangenissen in Maryland", "men released from prisons in Maryland"),
        treatment=Words(
            "financiële hulp in de eerste weken, vergeleken met geen hulp, door loting",
            "financial aid in the first weeks against no aid, by lot",
        ),
        intercurrent_events=Words("geen: iedereen is 52 weken gevolgd", "none: everyone was followed for 52 weeks"),
        outcome=Words("aantal weken tot de eerste aanhouding", "number of weeks until the first arrest"),
        summary=Words(
            "verschil in aandeel zonder aanhouding en in gemiddelde tijd zonder aanhouding, tot en met week 52",
            "difference in the share without an arrest, and in mean time without an arrest, up to week 52",
        ),
    ),
    asks="""\
[events]
event = ["arrest"]
certainty = ["actual"]
time_zero = "start"
horizons_weeks = [26, 52]
restricted_mean_weeks = 52
primary = true

[comparison]
arms = ["aid", "no-aid"]
""",
    rows=_rows,
    shown_in_demo=True,
)
