"""What deviations say, in Dutch and English."""

from __future__ import annotations

from data_schemas.submission import Label
from data_schemas.words import Words

PLANNED = Words("Gepland: {part}. {why}", "Planned: {part}. {why}")
OUTCOME = Words("Gepland. {why}", "Planned. {why}")
TOO_FEW = Words(
    "Niet te berekenen of niet te tonen, meestal omdat te weinig jongeren deze gegevens hebben.",
    "It cannot be calculated or shown, mostly because too few young people have these data.",
)
ONE_CATEGORY = Words(
    "Te weinig jongeren hebben deze gegevens, of zij vallen bijna allen in één categorie.",
    "Too few young people have these data, or nearly all of them are in one category.",
)
CLOSED = Words("Niet gegeven: een voorwaarde uit het plan is niet gehaald.", "Closed: a condition of the plan was not met.")
NOT_ESTIMABLE = Words("Niet te berekenen: {reasons}.", "Cannot be calculated: {reasons}.")
IMPOSSIBLE = Words("Niet uit te voeren: {reason}.", "Cannot be run: {reason}.")
OR_EARLIER = Words(
    "Te weinig jongeren hebben deze gegevens, of de groep verschilt te weinig van een eerdere uitgave.",
    "Too few young people have these data, or the group differs too little from an earlier edition.",
)
INTERCEPT = Words(
    "Gepland: een eigen verloop per jongere. Daarvoor zijn er te weinig metingen per jongere; gerekend is met alleen een eigen beginniveau.",
    "Planned: a course per young person. There are too few measurements per young person for that; only a starting level was modelled.",
)
BEYOND = {
    "unlocked": Label(
        nl="Meer dan het plan: verkennend uitgevoerd, zonder vergrendeld plan.",
        en="Beyond the plan: run as exploratory, without a locked plan.",
    ),
    "changed": Label(
        nl="Meer dan het plan: verkennend uitgevoerd, met een plan dat na het vergrendelen is veranderd.",
        en="Beyond the plan: run as exploratory, with a plan that was changed after it was locked.",
    ),
    "locked": Label(
        nl="Verkennend uitgevoerd, hoewel het plan was vergrendeld.", en="Run as exploratory, although the plan was locked."
    ),
}
EXTRA = Label(
    nl="Meer dan het plan: dit wordt bij elke aanbieder beschreven. Het plan noemt het niet; lees het als verkennend.",
    en="Beyond the plan: this is described for every provider. The plan does not name it; read it as exploratory.",
)
NO_SUCH_DESIGN = {
    "comparison": Words(
        "Het plan noemt een ontwerp met een vergelijkingsgroep, maar geen vergelijking. Over een effect zegt dit niets.",
        "The plan names a design with a comparison group, but no comparison. This says nothing about an effect.",
    ),
    "norms": Words(
        "Het plan noemt een vergelijking met normen, maar er is geen norm of gepubliceerd cijfer om mee te vergelijken.",
        "The plan names a comparison with norms, but there is no norm or published figure to compare with.",
    ),
    "single_case": Words(
        "Het plan noemt n = 1-studies, maar geen herhaalde metingen.",
        "The plan names single-case studies, but no repeated measurements.",
    ),
}
UNCHECKED = {
    "arms": Words(
        "Een voorwaarde over verschil tussen groepen is niet nagegaan: het plan noemt geen vergelijking.",
        "A condition on differences between groups was not checked: the plan names no comparison.",
    ),
    "overlap": Words(
        "De voorwaarde over overlap is niet nagegaan: bij gebeurtenissen is er geen score bij de start.",
        "The condition on overlap was not checked: events have no score at the start.",
    ),
    "repeated": Words(
        "De voorwaarde over volledigheid is niet nagegaan: bij herhaalde metingen telt wie genoeg metingen heeft.",
        "The condition on completeness was not checked: with repeated measurements those with enough of them count.",
    ),
}
TOO_CLOSE = Label(
    nl="Achtergehouden: deze groep verschilt te weinig van een eerdere uitgave. De eerder vrijgegeven uitkomst blijft geldig.",
    en="Held back: this group differs too little from an earlier edition. The result that was released earlier remains valid.",
)
OTHER_PLAN = Label(
    nl="Er is eerder een uitgave onder een ander plan verschenen. Gaat die over een deel van dezelfde jongeren, leg dan beide naast elkaar voordat "
    "deze uitgaat.",
    en="A release under another plan has appeared before. If it is about some of the same young people, lay both side by side before this one leaves.",
)
NO_LEDGER = Label(
    nl="Met opzet zonder register gemaakt: niet nagegaan is of eerder over (bijna) dezelfde jongeren een uitgave verscheen. Samen kunnen zulke "
    "uitgaven iemand aanwijzen.",
    en="Made without a ledger, on purpose: it was not checked whether a release about (nearly) the same young people appeared before. Together such "
    "releases can point at someone.",
)
NEEDS_PEOPLE = Words(
    "Niet gegeven: dit is niet te berekenen uit deze tellingen van aanbieders. Elke aanbieder kan het van de eigen jongeren geven.",
    "Not given: this cannot be calculated from these aggregates of providers. Each provider can give it of their own young people.",
)
NOT_FILLED_IN = Words(
    "Gepland: correctie voor {name}. Bij niemand of bijna niemand in de vergeleken groepen is dit ingevuld; er is niet voor gecorrigeerd.",
    "Planned: adjustment for {name}. Nobody or hardly anybody in the compared groups has it filled in; nothing was adjusted for it.",
)
NOT_RECORDED = Words(
    "Er is geen of bijna geen gebeurtenis van deze soort vastgelegd. Is zij wel bijgehouden? Zo niet, dan zegt deze uitkomst niets.",
    "No event of this kind was recorded, or almost none. Was it kept track of? If not, this result says nothing.",
)
