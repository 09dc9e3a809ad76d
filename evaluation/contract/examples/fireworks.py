"""52 Dutch children after the Enschede fireworks disaster: EMDR or CBT, three moments (De Roos et al. 2011)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data_schemas.words import Words
from evaluation.contract.examples._example import Asked, Example, Row, age_group, public_rows, scores

_ARMS = {"E": "emdr", "C": "cbt"}
_GENDERS = {"F": "girl", "M": "boy"}
_QUESTIONNAIRES = {
    "prop": ("props", "parent"),
    "crop": ("crops", "self"),
    "yp": ("ucla-ptsd-ri", "parent"),
    "yc": ("ucla-ptsd-ri", "self"),
}
_MOMENTS = {"1": "baseline", "2": "end", "3": "follow_up_3m"}


def _rows() -> Mapping[str, Iterable[Row]]:
    children = [(f"F-{child['id']}", child) for child in public_rows("fireworks.csv")]
    return {
        "treatments": [
            {
                "client": client,
                "arm": _ARMS[child["trt"]],
                "age_group": age_group(child["age"]),
                "gender": _GENDERS[child["sex"]],
            }
            for client, child in children
        ],
        "measurements": scores(
            children,
            {
                f"{name}{number}": (*questionnaire, moment)
                for name, questionnaire in _QUESTIONNAIRES.items()
                for number, moment in _MOMENTS.items()
            },
        ),
    }


EXAMPLE = Example(
    name="fireworks",
    title=Words("Vuurwerkramp: EMDR of CGT", "Fireworks disaster: EMDR or CBT"),
    source="De Roos et al. (2011), European Journal of Psychotraumatology 2:5694; data set fdd of the R package mice",
    labels={
        "emdr": Words("EMDR", "EMDR"),
        "cbt": Words("CGT", "CBT"),
        "public-trial": Words("openbaar onderzoek", "public trial"),
        "trauma-treatment": Words("traumabehandeling", "trauma treatment"),
    },
    programme="trauma-treatment",
    seed=2011,
    words=Asked(
        question=Words(
            "Nemen klachten van posttraumatische stress af na EMDR en na CGT, en verschilt dat?",
            "Do symptoms of post-traumatic stress decrease after EMDR and after CBT, and does that differ?",
        ),
        population=Words(
            "kinderen en jongeren van 4 tot en met 18 jaar met klachten na de vuurwerkramp in Enschede",
            "children and young people aged 4 to 18 with symptoms after the fireworks disaster in Enschede",
        ),
        treatment=Words("EMDR, vergeleken met CGT, zoals toegewezen door loting", "EMDR against CBT, as assigned at random"),
        intercurrent_events=Words(
            "eerder stoppen: de meting telt mee als zij er is; ontbrekende metingen vallen weg",
            "stopping early: a measurement counts when it is there; missing measurements are left out",
        ),
        outcome=Words(
            "totaalscore van de PROPS (ouder) na de behandeling en drie maanden later",
            "PROPS total score (parent) after treatment and three months later",
        ),
        summary=Words(
            "gemiddelde verandering per groep, en het verschil tussen de groepen gecorrigeerd voor de voormeting",
            "mean change per group, and the difference between the groups adjusted for baseline",
        ),
    ),
    asks="""\
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
""",
    rows=_rows,
    shown_in_demo=True,
)
