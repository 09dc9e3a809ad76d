"""What each analysis of the annex asks, and how to read its numbers, in a few plain sentences."""

from __future__ import annotations

from data_schemas.evidence import Words

ANALYSES_MEAN = {
    "pooling": Words(
        "Elke aanbieder is apart bekeken, en daarna zijn zij samengenomen. *Aanbieders samen*: het gemiddelde over aanbieders, waarbij zij "
        "echt mogen verschillen. *Te verwachten bij een andere aanbieder*: waartussen de uitkomst elders ligt, als die op deze lijkt. "
        "Dat is breder dan het interval van het gemiddelde, en voor wie het programma wil overnemen het getal dat telt. Bij minder dan drie "
        "aanbieders staan hun uitkomsten alleen naast elkaar.",
        "Each provider was looked at by itself, and then they were taken together. *Providers together*: the mean over providers, which may "
        "truly differ. *To expect of another provider*: between what limits the result lies elsewhere, if that is like these. It is wider "
        "than the interval of the mean, and the figure that counts for who wants to take the programme over. With fewer than three providers "
        "their results stand side by side only.",
    ),
    "hazards": Words(
        "Hoeveel keer zo groot is de kans op de gebeurtenis, elke week opnieuw, in de ene groep vergeleken met de andere? "
        "Een verhouding van 1 betekent: even groot. Onder 1: kleiner. Sluit het interval 1 in, dan kan de kans gelijk zijn. "
        "De verhouding geldt alleen als zij over de weken ongeveer gelijk blijft; een kleine p bij de toets op evenredige risico's "
        "zegt dat dat niet zo is.",
        "How many times as large is the chance of the event, each week anew, in one group compared with the other? A ratio of 1 "
        "means: the same. Below 1: smaller. When the interval holds 1, the chance may be the same. The ratio only holds when it stays "
        "about the same over the weeks; a small p with the test of proportional hazards says that it does not.",
    ),
    "event_rates": Words(
        "Hoeveel gebeurtenissen waren er per jaar dat iemand gevolgd werd? Zo tellen mensen die korter gevolgd zijn minder mee.",
        "How many events were there per year that someone was followed? So people who were followed for less time count for less.",
    ),
    "recurrent_events": Words(
        "De hoofduitkomst telt alleen de eerste keer. Hier tellen alle keren mee: hoeveel gebeurtenissen had een jongere gemiddeld "
        "tot en met die week?",
        "The main result counts the first time only. Here every time counts: how many events did a young person have on average up "
        "to that week?",
    ),
    "interval_censored_events": Words(
        "Van sommige gebeurtenissen is alleen een reeks weken bekend. De hoofduitkomst kiest daaruit een week. Hier is gerekend zonder "
        "te kiezen. Lijken de aandelen op die van de hoofduitkomst, dan maakt de keuze weinig uit.",
        "Of some events only a range of weeks is known. The main result picks a week from it. Here the calculation does not pick. When "
        "the shares resemble those of the main result, the choice matters little.",
    ),
    "parametric_survival": Words(
        "De hoofduitkomst neemt voor de curve geen vorm aan. Hier is hetzelfde berekend met drie vaste, vloeiende vormen. Lijken de "
        "aandelen op die van de hoofduitkomst, dan hangt het beeld niet van die keuze af. *Verhouding van tijden*: hoeveel keer zo lang "
        "duurt het in de ene groep als in de andere? Boven 1 betekent: langer zonder gebeurtenis.",
        "The main result takes no form for the curve. Here the same is calculated with three fixed, smooth forms. When the shares resemble "
        "those of the main result, the picture does not hang on that choice. *Ratio of times*: how many times as long does it take in "
        "one group as in the other? Above 1 means: longer without an event.",
    ),
    "event_sensitivity": Words(
        "Blijft het beeld gelijk bij andere aannames? *Grenzen*: wat als iedereen die uit beeld raakte wel, of juist niets, was "
        "overkomen? *Gewogen*: wie lijkt op mensen die uit beeld raakten, telt zwaarder. *Zekerheid*: tellen vermoedens en signalen "
        "mee? *Gevolgd vanaf*: begint het tellen bij de start of na het einde van de hulp?",
        "Does the picture stay the same under other assumptions? *Bounds*: what if everyone who was no longer followed had the event, "
        "or none of them? *Weighted*: those who resemble people no longer followed count for more. *Certainty*: do presumed events and "
        "signals count? *Followed from*: does counting begin at the start or after the end of treatment?",
    ),
    "over_time": Words(
        "Alle metingen van iedereen samen in één model, ook van wie een meting mist. De uitkomst hoort te lijken op de verandering in "
        "de hoofdtekst.",
        "All measurements of everyone together in one model, also of those who miss one. The result should resemble the change in the "
        "main text.",
    ),
    "benchmark": Words(
        "Naast gepubliceerde cijfers van vergelijkbare hulp, of naast een norm. Die mensen zijn geen controlegroep: een verschil kan "
        "komen doordat het andere mensen zijn.",
        "Beside published figures of comparable care, or a norm. Those people are no control group: a difference may come from their "
        "being other people.",
    ),
    "comparison": Words(
        "Het verschil tussen de groepen op andere manieren berekend. Het hoort te lijken op het verschil in de hoofdtekst.",
        "The difference between the groups calculated in other ways. It should resemble the difference in the main text.",
    ),
    "change": Words(
        "Dezelfde verandering met andere maten en toetsen, en de gegevens waaruit een ander de effectgrootte kan narekenen. Elk getal is "
        "apart afgerond: de latere score min die bij de start hoeft niet precies de verandering te zijn.",
        "The same change with other measures and tests, and the data from which others can recalculate the effect size. Each number was "
        "rounded by itself: the later score minus that at the start need not be exactly the change.",
    ),
    "attrition": Words(
        "Verschilden wie uitviel en wie bleef al bij de start? Het getal is het verschil in standaarddeviaties.",
        "Did those who dropped out and those who stayed differ at the start already? The number is the difference in standard "
        "deviations.",
    ),
    "outcomes": Words(
        "Wonen, dagbesteding en aangifte: hoeveel was dat bij de start en hoeveel na afloop, bij dezelfde mensen?",
        "Housing, daytime activity and reports to the police: how many at the start and how many after treatment, of the same people?",
    ),
    "revictimisation": Words(
        "Dezelfde aandelen in de subgroepen van het plan, en andere toetsen op een verschil.",
        "The same shares in the subgroups of the plan, and other tests of a difference.",
    ),
    "competing_events": Words(
        "Wat er in plaats van de gebeurtenis gebeurde, en toetsen die daar rekening mee houden.",
        "What happened instead of the event, and tests that allow for it.",
    ),
}
