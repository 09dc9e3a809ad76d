"""Six fictional providers with 184 fictional young people: the field's own messiness, calibrated with published figures.

Nobody in it exists. Small and unequal providers (one below ten), few boys, a third who stop early, follow-up that is missing more
often among those who are worse off, another questionnaire from 18 on, events known within a range of weeks or registered twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain

from data_schemas.tables.treatments import TABLE
from data_schemas.words import Words
from evaluation.contract.examples._example import Asked, Example, Row
from evaluation.contract.examples.fiction.answers import measurements
from evaluation.contract.examples.fiction.draws import Draws
from evaluation.contract.examples.fiction.events import events
from evaluation.contract.examples.fiction.outcomes import OUTCOMES, outcomes
from evaluation.contract.examples.fiction.people import PROVIDERS, Person, people

SEED = 2017
_PROGRAMME = "specialised-care"
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
_MEASURED = ("client", "instrument", "informant", "moment", "week", "score")
_HAPPENED = ("client", "event", "week_from", "week_to", "certainty", "source")


@cache
def _rows() -> Mapping[str, Iterable[Row]]:
    """The same every time and everywhere."""
    everyone = people(Draws(SEED))
    answers, happened = Draws(SEED + 1), Draws(SEED + 2)
    found = {
        "measurements": (_MEASURED, chain.from_iterable(measurements(answers, person) for person in everyone)),
        "events": (_HAPPENED, chain.from_iterable(events(happened, person) for person in everyone)),
    }
    tables = {name: [dict(zip(columns, row)) for row in rows] for name, (columns, rows) in found.items()}
    return {"treatments": list(_treatments(everyone))} | tables


def _treatments(everyone: list[Person]) -> Iterator[Row]:
    """In the order of the contract, as a table schema wants it."""
    draws = Draws(SEED + 3)
    for person in everyone:
        row = {"client": person.client, "provider": person.provider, "programme": _PROGRAMME, "arm": person.arm}
        row |= {name: getattr(person, name) for name in _DESCRIBED} | dict(zip(OUTCOMES, outcomes(draws, person)))
        yield {name: row[name] for name in TABLE.names if name in row}


def _providers() -> dict[str, Words]:
    places = ((name, name.removeprefix("fictional-")) for name in PROVIDERS)
    return {
        name: Words(f"Aanbieder {_PLACES[place]} (fictief)", f"Provider {place.title()} (fictional)") for name, place in places
    }


EXAMPLE = Example(
    name="consortium",
    title=Words("Fictief consortium van zes aanbieders", "Fictional consortium of six providers"),
    nature="fictional",
    source="Fictief: door een programma gemaakt. Geen enkele jongere of aanbieder hierin bestaat. / Fictional: made by a program.",
    labels={
        "fictional-programme": Words("het programma (fictief)", "the programme (fictional)"),
        "usual-care": Words("gebruikelijke hulp (fictief)", "usual care (fictional)"),
        _PROGRAMME: Words("gespecialiseerde hulp (fictief)", "specialised care (fictional)"),
        **_providers(),
    },
    programme=_PROGRAMME,
    design="quasi_experimental",
    seed=SEED,
    words=Asked(
        title=Words(
            "Fictief consortium: gaat het na behandeling beter, en gebeurt het opnieuw?",
            "Fictional consortium: do things get better after treatment, and does it happen again?",
        ),
        question=Words(
            "Nemen klachten af tijdens en na het programma, meer dan bij gebruikelijke hulp, en wordt iemand minder vaak opnieuw uitgebuit?",
            "Do symptoms decrease during and after the programme, more than in usual care, and is someone exploited again less often?",
        ),
        population=Words(
            "fictieve jongeren van 13 tot en met 17 jaar, slachtoffer of mogelijk slachtoffer van uitbuiting",
            "fictional young people aged 13 to 17, victims or possible victims of exploitation",
        ),
        treatment=Words(
            "het programma, vergeleken met gebruikelijke hulp bij dezelfde aanbieders, zonder loting",
            "the programme against usual care at the same providers, not by lot",
        ),
        intercurrent_events=Words(
            "eerder stoppen: telt mee zoals begonnen; 18 worden, overlijden of vertrek naar het buitenland sluit verder volgen uit",
            "stopping early: counts as begun; coming of age, death or moving abroad rules out further follow-up",
        ),
        outcome=Words(
            "totaalscore van de CRIES-13 bij de nameting en na zes en twaalf maanden; weken tot nieuwe uitbuiting",
            "CRIES-13 total score at the end and after six and twelve months; weeks until exploited again",
        ),
        summary=Words(
            "gemiddelde verandering per groep en het verschil gecorrigeerd voor de voormeting; aandeel zonder nieuwe uitbuiting",
            "mean change per group and the difference adjusted for baseline; share not exploited again",
        ),
    ),
    more='subgroups = ["mild_intellectual_disability", "gender", "setting"]\nmultiplicity = "holm"\n',
    asks="""\
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
late_entry = false
competing = ["died", "moved_abroad", "came_of_age"]
censoring_covariates = ["setting", "psychiatric_problems"]

[comparison]
arms = ["fictional-programme", "usual-care"]
covariates = ["setting", "psychiatric_problems", "mild_intellectual_disability"]

[missing_data]
approaches = ["complete_cases", "mixed_model", "multiple_imputation", "tipping_point",
  "best_case", "worst_case", "baseline_carried_forward", "locf"]
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
""",
    rows=_rows,
    shown_in_demo=True,
)
