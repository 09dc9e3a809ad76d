"""72 girls treated for anorexia in three arms: weight before and after (Hand et al. 1993)."""

from __future__ import annotations

from data_schemas.words import Words
from evaluation.contract.examples import as_csv, public_rows

NAME = "anorexia"
TITLE = Words("Anorexia: gewicht voor en na", "Anorexia: weight before and after")
SHOWN_IN_DEMO = False
_ARMS = {"CBT": "cbt", "FT": "family-therapy", "Cont": "control"}

MANIFEST = """\
contract = "1"
name = "anorexia"
nature = "public"
source = "Hand et al. (1993), A Handbook of Small Data Sets, data set 285; data set anorexia of the R package MASS"

[title]
nl = "Anorexia: gewicht voor en na"
en = "Anorexia: weight before and after"

[labels]
cbt = { nl = "CGT", en = "CBT" }
family-therapy = { nl = "gezinstherapie", en = "family therapy" }
control = { nl = "controlegroep", en = "control group" }
public-trial = { nl = "openbaar onderzoek", en = "public trial" }
anorexia-treatment = { nl = "behandeling van anorexia", en = "treatment of anorexia" }
"""

_PLAN = """\
contract = "1"
title = "{title}"
question = "{question}"
programme = "anorexia-treatment"
design = "experimental"
seed = 285

[estimand]
population = "{population}"
treatment = "{treatment}"
intercurrent_events = "{intercurrent}"
outcome = "{outcome}"
summary = "{summary}"

[[measures]]
instrument = "body-weight"
informant = "professional"
moments = ["end"]
primary = true

[comparison]
arms = ["family-therapy", "control"]
"""
PLAN = Words(
    _PLAN.format(
        title="Anorexia: gewicht voor en na",
        question="Komen meisjes met anorexia aan tijdens de behandeling, en verschilt dat van geen behandeling?",
        population="meisjes die voor anorexia werden behandeld",
        treatment="gezinstherapie, vergeleken met de controlegroep",
        intercurrent="geen bekend; alleen wie beide metingen heeft staat in het openbare bestand",
        outcome="lichaamsgewicht in ponden na de behandeling",
        summary="gemiddelde verandering per groep, en het verschil gecorrigeerd voor de voormeting",
    ),
    _PLAN.format(
        title="Anorexia: weight before and after",
        question="Do girls with anorexia gain weight during treatment, and does that differ from no treatment?",
        population="girls treated for anorexia",
        treatment="family therapy against the control group",
        intercurrent="none known; the public file holds only those with both measurements",
        outcome="body weight in pounds after treatment",
        summary="mean change per group, and the difference adjusted for baseline",
    ),
)


def tables() -> dict[str, str]:
    """The submission's tables from the public file."""
    girls = [(f"A-{number:02d}", girl) for number, girl in enumerate(public_rows("anorexia.csv"), start=1)]
    return {
        "treatments": as_csv(
            ("client", "provider", "programme", "arm", "gender"),
            [(client, "public-trial", "anorexia-treatment", _ARMS[girl["Treat"]], "girl") for client, girl in girls],
        ),
        "measurements": as_csv(
            ("client", "instrument", "informant", "moment", "score"),
            [
                (client, "body-weight", "professional", moment, girl[column])
                for client, girl in girls
                for moment, column in (("baseline", "Prewt"), ("end", "Postwt"))
            ],
        ),
    }
