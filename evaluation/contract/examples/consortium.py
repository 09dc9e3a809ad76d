"""Six fictional providers with 184 fictional young people: the field's own messiness, calibrated with published figures.

Nobody in it exists. Small and unequal providers (one below ten), few boys, a third who stop early, follow-up that is missing more
often among those who are worse off, another questionnaire from 18 on, events known within a range of weeks or registered twice.
"""

from __future__ import annotations

from functools import cache
from itertools import chain

from data_schemas.tables.treatments import TABLE
from data_schemas.words import Words
from evaluation.contract.examples import as_csv
from evaluation.contract.examples.fiction.answers import measurements
from evaluation.contract.examples.fiction.draws import Draws
from evaluation.contract.examples.fiction.events import events
from evaluation.contract.examples.fiction.outcomes import OUTCOMES, outcomes
from evaluation.contract.examples.fiction.people import PROVIDERS, Person, people

NAME = "consortium"
TITLE = Words("Fictief consortium van zes aanbieders", "Fictional consortium of six providers")
SHOWN_IN_DEMO = True
SEED = 2017
_PLACES = {"north": "Noord", "east": "Oost", "south": "Zuid", "west": "West", "middle": "Midden", "coast": "Kust"}
_DESCRIBED = (
    "start_period",
    "age_group",
    "gender",
    "mild_intellectual_disability",
    "psychiatric_problems",
    "honour_context",
    "victim_status",
    "exploitation_type",
    "setting",
    "treatment_weeks",
    "ending",
    "follow_up_from_week",
    "follow_up_weeks",
    "follow_up_end",
)


def _provider_labels() -> str:
    places = ((name, name.removeprefix("fictional-")) for name in PROVIDERS)
    return "".join(
        f'{name} = {{ nl = "Aanbieder {_PLACES[place]} (fictief)", en = "Provider {place.title()} (fictional)" }}\n'
        for name, place in places
    )


MANIFEST = """\
contract = "1"
name = "consortium"
nature = "fictional"
source = "Fictief: door een programma gemaakt. Geen enkele jongere of aanbieder hierin bestaat. / Fictional: made by a program."

[title]
nl = "Fictief consortium van zes aanbieders"
en = "Fictional consortium of six providers"

[labels]
fictional-programme = { nl = "het programma (fictief)", en = "the programme (fictional)" }
usual-care = { nl = "gebruikelijke hulp (fictief)", en = "usual care (fictional)" }
specialised-care = { nl = "gespecialiseerde hulp (fictief)", en = "specialised care (fictional)" }
""" + _provider_labels()

_PLAN = """\
contract = "1"
title = "{title}"
question = "{question}"
programme = "specialised-care"
design = "quasi_experimental"
subgroups = ["mild_intellectual_disability", "gender", "setting"]
multiplicity = "holm"
seed = 2017

[estimand]
population = "{population}"
treatment = "{treatment}"
intercurrent_events = "{intercurrent}"
outcome = "{outcome}"
summary = "{summary}"

[[measures]]
instrument = "cries-13"
informant = "self"
moments = ["end", "follow_up_6m", "follow_up_12m"]
primary = true

[[measures]]
instrument = "sdq-internalising"
informant = "self"
moments = ["end", "follow_up_6m"]
benchmark = "residential-internalising"

[[measures]]
instrument = "sdq-externalising"
informant = "parent"
moments = ["end", "follow_up_6m"]
benchmark = "residential-externalising"

[[measures]]
instrument = "rses"
informant = "self"
moments = ["end", "follow_up_6m"]
non_inferiority_margin = 2.0

[events]
event = ["sexual_exploitation", "criminal_exploitation"]
certainty = ["actual", "presumed"]
time_zero = "start"
horizons_weeks = [26, 52, 104]
restricted_mean_weeks = 104
competing = ["died", "moved_abroad", "came_of_age"]
censoring_covariates = ["setting", "psychiatric_problems"]

[comparison]
arms = ["fictional-programme", "usual-care"]
covariates = ["setting", "psychiatric_problems", "mild_intellectual_disability"]

[missing_data]
approaches = ["complete_cases", "mixed_model", "multiple_imputation", "tipping_point", "locf"]
imputations = 20

[over_time]
slope = "random"
dose = ["treatment_weeks", "sessions_attended"]

[single_case]
instrument = "ors"
informant = "self"
minimum_baseline = 3
minimum_treatment = 5

[gates]
attrition = "optimistic"
largest_baseline_difference = 0.25
smallest_overlap = 0.8
smallest_measured = 0.4
"""
PLAN = Words(
    _PLAN.format(
        title="Fictief consortium: gaat het na behandeling beter, en gebeurt het opnieuw?",
        question="Nemen klachten af tijdens en na het programma, meer dan bij gebruikelijke hulp, en wordt iemand minder vaak "
        "opnieuw uitgebuit?",
        population="fictieve jongeren van 13 tot en met 17 jaar, slachtoffer of mogelijk slachtoffer van uitbuiting",
        treatment="het programma, vergeleken met gebruikelijke hulp bij dezelfde aanbieders, zonder loting",
        intercurrent="eerder stoppen: telt mee zoals begonnen; 18 worden, overlijden of vertrek naar het buitenland sluit "
        "verder volgen uit",
        outcome="totaalscore van de CRIES-13 bij de nameting en na zes en twaalf maanden; weken tot nieuwe uitbuiting",
        summary="gemiddelde verandering per groep en het verschil gecorrigeerd voor de voormeting; aandeel zonder nieuwe "
        "uitbuiting",
    ),
    _PLAN.format(
        title="Fictional consortium: do things get better after treatment, and does it happen again?",
        question="Do symptoms decrease during and after the programme, more than in usual care, and is someone exploited again "
        "less often?",
        population="fictional young people aged 13 to 17, victims or possible victims of exploitation",
        treatment="the programme against usual care at the same providers, not by lot",
        intercurrent="stopping early: counts as begun; coming of age, death or moving abroad rules out further follow-up",
        outcome="CRIES-13 total score at the end and after six and twelve months; weeks until exploited again",
        summary="mean change per group and the difference adjusted for baseline; share not exploited again",
    ),
)


@cache
def tables() -> dict[str, str]:
    """The submission's tables, the same text every time and everywhere."""
    everyone = people(Draws(SEED))
    answers, happened = Draws(SEED + 1), Draws(SEED + 2)
    return {
        "treatments": _treatments(everyone),
        "measurements": as_csv(
            ("client", "instrument", "informant", "moment", "week", "score"),
            chain.from_iterable(measurements(answers, person) for person in everyone),
        ),
        "events": as_csv(
            ("client", "event", "week_from", "week_to", "certainty", "source"),
            chain.from_iterable(events(happened, person) for person in everyone),
        ),
    }


def _treatments(everyone: list[Person]) -> str:
    """In the order of the contract, as a table schema wants it."""
    draws = Draws(SEED + 3)
    rows = [
        {"client": person.client, "provider": person.provider, "programme": "specialised-care", "arm": person.arm}
        | {name: getattr(person, name) for name in _DESCRIBED}
        | dict(zip(OUTCOMES, outcomes(draws, person)))
        for person in everyone
    ]
    header = [name for name in TABLE.names if name in rows[0]]
    return as_csv(header, [["" if row[name] is None else row[name] for name in header] for row in rows])
