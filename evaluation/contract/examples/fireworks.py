"""52 Dutch children after the Enschede fireworks disaster: EMDR or CBT, three moments (De Roos et al. 2011)."""

from __future__ import annotations

from data_schemas.words import Words
from evaluation.contract.examples import age_group, as_csv, public_rows

NAME = "fireworks"
TITLE = Words("Vuurwerkramp: EMDR of CGT", "Fireworks disaster: EMDR or CBT")
SHOWN_IN_DEMO = True
_ARMS = {"E": "emdr", "C": "cbt"}
_GENDERS = {"F": "girl", "M": "boy"}
_QUESTIONNAIRES = {
    "prop": ("props", "parent"),
    "crop": ("crops", "self"),
    "yp": ("ucla-ptsd-ri", "parent"),
    "yc": ("ucla-ptsd-ri", "self"),
}
_MOMENTS = {"1": "baseline", "2": "end", "3": "follow_up_3m"}

MANIFEST = """\
contract = "1"
name = "fireworks"
nature = "public"
source = "De Roos et al. (2011), European Journal of Psychotraumatology 2:5694; data set fdd of the R package mice"

[title]
nl = "Vuurwerkramp: EMDR of CGT"
en = "Fireworks disaster: EMDR or CBT"

[labels]
emdr = { nl = "EMDR", en = "EMDR" }
cbt = { nl = "CGT", en = "CBT" }
public-trial = { nl = "openbaar onderzoek", en = "public trial" }
trauma-treatment = { nl = "traumabehandeling", en = "trauma treatment" }
"""

_PLAN = """\
contract = "1"
title = "{title}"
question = "{question}"
programme = "trauma-treatment"
design = "experimental"
seed = 2011

[estimand]
population = "{population}"
treatment = "{treatment}"
intercurrent_events = "{intercurrent}"
outcome = "{outcome}"
summary = "{summary}"

[[measures]]
instrument = "props"
informant = "parent"
moments = ["end", "follow_up_3m"]
primary = true

[[measures]]
instrument = "crops"
informant = "self"
moments = ["end", "follow_up_3m"]

[[measures]]
instrument = "ucla-ptsd-ri"
informant = "parent"
moments = ["end", "follow_up_3m"]

[[measures]]
instrument = "ucla-ptsd-ri"
informant = "self"
moments = ["end", "follow_up_3m"]

[comparison]
arms = ["emdr", "cbt"]
"""
PLAN = Words(
    _PLAN.format(
        title="Vuurwerkramp: EMDR of CGT",
        question="Nemen klachten van posttraumatische stress af na EMDR en na CGT, en verschilt dat?",
        population="kinderen en jongeren van 4 tot en met 18 jaar met klachten na de vuurwerkramp in Enschede",
        treatment="EMDR, vergeleken met CGT, zoals toegewezen door loting",
        intercurrent="eerder stoppen: de meting telt mee als zij er is; ontbrekende metingen vallen weg",
        outcome="totaalscore van de PROPS (ouder) na de behandeling en drie maanden later",
        summary="gemiddelde verandering per groep, en het verschil tussen de groepen gecorrigeerd voor de voormeting",
    ),
    _PLAN.format(
        title="Fireworks disaster: EMDR or CBT",
        question="Do symptoms of post-traumatic stress decrease after EMDR and after CBT, and does that differ?",
        population="children and young people aged 4 to 18 with symptoms after the fireworks disaster in Enschede",
        treatment="EMDR against CBT, as assigned at random",
        intercurrent="stopping early: a measurement counts when it is there; missing measurements are left out",
        outcome="PROPS total score (parent) after treatment and three months later",
        summary="mean change per group, and the difference between the groups adjusted for baseline",
    ),
)


def tables() -> dict[str, str]:
    """The submission's tables from the public file."""
    children = public_rows("fireworks.csv")
    treatments = [
        (
            f"F-{child['id']}",
            "public-trial",
            "trauma-treatment",
            _ARMS[child["trt"]],
            age_group(child["age"]),
            _GENDERS[child["sex"]],
        )
        for child in children
    ]
    measurements = [
        (f"F-{child['id']}", instrument, informant, moment, child[f"{name}{number}"])
        for child in children
        for name, (instrument, informant) in _QUESTIONNAIRES.items()
        for number, moment in _MOMENTS.items()
        if child[f"{name}{number}"]
    ]
    return {
        "treatments": as_csv(("client", "provider", "programme", "arm", "age_group", "gender"), treatments),
        "measurements": as_csv(("client", "instrument", "informant", "moment", "score"), measurements),
    }
