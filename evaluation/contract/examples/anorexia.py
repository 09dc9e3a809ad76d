"""72 girls treated for anorexia in three arms: weight before and after (Hand et al. 1993)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data_schemas.words import Words
from evaluation.contract.examples._example import Asked, Example, Row, public_rows, scores

_ARMS = {"CBT": "cbt", "FT": "family-therapy", "Cont": "control"}
_WEIGHTS = {column: ("body-weight", "professional", moment) for column, moment in (("Prewt", "baseline"), ("Postwt", "end"))}


def _rows() -> Mapping[str, Iterable[Row]]:
    girls = [(f"A-{number:02d}", girl) for number, girl in enumerate(public_rows("anorexia.csv"), start=1)]
    return {
        "treatments": [{"client": client, "arm": _ARMS[girl["Treat"]], "gender": "girl"} for client, girl in girls],
        "measurements": scores(girls, _WEIGHTS),
    }


EXAMPLE = Example(
    name="anorexia",
    title=Words("Anorexia: gewicht voor en na", "Anorexia: weight before and after"),
    source="Hand et al. (1993), A Handbook of Small Data Sets, data set 285; data set anorexia of the R package MASS",
    labels={
        "cbt": Words("CGT", "CBT"),
        "family-therapy": Words("gezinstherapie", "family therapy"),
        "control": Words("controlegroep", "control group"),
        "public-trial": Words("openbaar onderzoek", "public trial"),
        "anorexia-treatment": Words("behandeling van anorexia", "treatment of anorexia"),
    },
    programme="anorexia-treatment",
    seed=285,
    words=Asked(
        question=Words(
            "Komen meisjes met anorexia aan tijdens de behandeling, en verschilt dat van geen behandeling?",
            "Do girls with anorexia gain weight during treatment, and does that differ from no treatment?",
        ),
        population=Words("meisjes die voor anorexia werden behandeld", "girls treated for anorexia"),
        treatment=Words("gezinstherapie, vergeleken met de controlegroep", "family therapy against the control group"),
        intercurrent_events=Words(
            "geen bekend; alleen wie beide metingen heeft staat in het openbare bestand",
            "none known; the public file holds only those with both measurements",
        ),
        outcome=Words("lichaamsgewicht in ponden na de behandeling", "body weight in pounds after treatment"),
        summary=Words(
            "gemiddelde verandering per groep, en het verschil gecorrigeerd voor de voormeting",
            "mean change per group, and the difference adjusted for baseline",
        ),
    ),
    asks="""\
[[measures]]
instrument = "body-weight"
informant = "professional"
moments = ["end"]
primary = true

[comparison]
arms = ["family-therapy", "control"]
""",
    rows=_rows,
)
