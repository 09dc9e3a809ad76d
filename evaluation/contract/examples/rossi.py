"""432 men followed for 52 weeks after release, half with financial aid by lot: the Rossi re-arrest trial."""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path

from data_schemas.words import Words
from evaluation.contract.examples import age_group, as_csv

NAME = "rossi"
TITLE = Words("Nieuwe aanhouding na vrijlating", "Re-arrest after release")
SHOWN_IN_DEMO = True
_ARMS = {"1": "aid", "0": "no-aid"}

MANIFEST = """\
contract = "1"
name = "rossi"
nature = "public"
source = "Rossi, Berk & Lenihan (1980), Money, Work and Crime; data set rossi of the Python package lifelines"

[title]
nl = "Nieuwe aanhouding na vrijlating"
en = "Re-arrest after release"

[labels]
aid = { nl = "financiële hulp", en = "financial aid" }
no-aid = { nl = "geen hulp", en = "no aid" }
public-trial = { nl = "openbaar onderzoek", en = "public trial" }
financial-aid = { nl = "financiële hulp na vrijlating", en = "financial aid after release" }
"""

_PLAN = """\
contract = "1"
title = "{title}"
question = "{question}"
programme = "financial-aid"
design = "experimental"
seed = 1980

[estimand]
population = "{population}"
treatment = "{treatment}"
intercurrent_events = "{intercurrent}"
outcome = "{outcome}"
summary = "{summary}"

[events]
event = ["arrest"]
certainty = ["actual"]
time_zero = "start"
horizons_weeks = [26, 52]
restricted_mean_weeks = 52
primary = true

[comparison]
arms = ["aid", "no-aid"]
"""
PLAN = Words(
    _PLAN.format(
        title="Nieuwe aanhouding na vrijlating",
        question="Duurt het met financiële hulp langer voordat iemand opnieuw wordt aangehouden?",
        population="mannen die vrijkwamen uit gevangenissen in Maryland",
        treatment="financiële hulp in de eerste weken, vergeleken met geen hulp, door loting",
        intercurrent="geen: iedereen is 52 weken gevolgd",
        outcome="aantal weken tot de eerste aanhouding",
        summary="verschil in aandeel zonder aanhouding en in gemiddelde tijd zonder aanhouding, tot en met week 52",
    ),
    _PLAN.format(
        title="Re-arrest after release",
        question="Does it take longer until someone is arrested again when they receive financial aid?",
        population="men released from prisons in Maryland",
        treatment="financial aid in the first weeks against no aid, by lot",
        intercurrent="none: everyone was followed for 52 weeks",
        outcome="number of weeks until the first arrest",
        summary="difference in the share without an arrest, and in mean time without an arrest, up to week 52",
    ),
)


def tables() -> dict[str, str]:
    """The submission's tables from the file in lifelines, which need not be imported for it."""
    folder = Path(find_spec("lifelines").origin).parent / "datasets"
    with (folder / "rossi.csv").open(encoding="utf-8", newline="") as file:
        men = list(csv.DictReader(file))
    treatments = [
        (f"R-{number:03d}", "public-trial", "financial-aid", _ARMS[man["fin"]], age_group(man["age"]), 52, "end_of_study")
        for number, man in enumerate(men, start=1)
    ]
    events = [
        (f"R-{number:03d}", "arrest", man["week"], man["week"], "actual", "police")
        for number, man in enumerate(men, start=1)
        if man["arrest"] == "1"
    ]
    return {
        "treatments": as_csv(
            ("client", "provider", "programme", "arm", "age_group", "follow_up_weeks", "follow_up_end"), treatments
        ),
        "events": as_csv(("client", "event", "week_from", "week_to", "certainty", "source"), events),
    }
