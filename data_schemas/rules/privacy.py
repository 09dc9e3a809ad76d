"""What must not be in a submission: anything that points straight at a person."""

from data_schemas.finding import Rule
from data_schemas.words import Words

_REFUSED = Words(
    "De inzending wordt niet geaccepteerd zolang dit erin staat; iemand kan erdoor gevonden worden.",
    "The submission is not accepted while this is in it; someone could be found by it.",
)

IDENTIFIER_FOUND = Rule(
    "identifier-found",
    "error",
    Words("Direct herleidbaar gegeven", "Direct identifier"),
    Words("In {place} staan geen {what}.", "There are no {what} in {place}."),
    Words(
        "Haal de gegevens weg, of vervang ze door een eigen code die niemand buiten de organisatie kan herleiden.",
        "Remove the data, or replace them by a code of your own that nobody outside the organisation can trace.",
    ),
    _REFUSED,
)

IDENTIFIER_POSSIBLE = Rule(
    "identifier-possible",
    "warning",
    Words("Mogelijk een direct herleidbaar gegeven", "Possibly a direct identifier"),
    Words("In {place} staat niets dat lijkt op {what}.", "There is nothing in {place} that looks like {what}."),
    Words(
        "Kijk naar deze rijen en haal weg wat op een persoon wijst. Is het iets anders, dan hoeft u niets te doen.",
        "Look at these rows and remove what points at a person. If it is something else, nothing needs doing.",
    ),
    Words("De inzending kan iemand herleidbaar maken.", "The submission may make someone identifiable."),
)

IDENTIFIER_HEADER = Rule(
    "identifier-header",
    "error",
    Words("Kolom die bij een persoon hoort", "Column that belongs to a person"),
    Words(
        "Geen kolom heeft een kop die wijst op {what}; {place} wel.",
        "No column has a header that points at {what}; {place} has.",
    ),
    Words("Haal de hele kolom weg, ook als zij verborgen is.", "Remove the whole column, even when it is hidden."),
    _REFUSED,
)

_SHARED = Words(
    "Wie een jongere kent, kan haar of zijn rij herkennen. Deel deze gegevens alleen onder een verwerkersovereenkomst.",
    "Who knows a young person can recognise the row. Share these data only under a processing agreement.",
)

GROUPS_LARGE_ENOUGH = Rule(
    "groups-large-enough",
    "warning",
    Words("Kleine groepen met dezelfde kenmerken", "Small groups with the same descriptors"),
    Words(
        "Elke combinatie van {columns} komt bij minstens {wanted} jongeren voor; {groups} combinaties niet (de kleinste "
        "groep telt {k}; telt onbekend als 'kan alles zijn', dan {k_any}).",
        "Every combination of {columns} occurs in at least {wanted} young people; {groups} combinations do not (the "
        "smallest group has {k}; with unknown as 'may be anything', {k_any}).",
    ),
    Words("Maak de indeling grover. {advice}", "Use coarser groups. {advice}"),
    _SHARED,
)

GROUPS_DIVERSE = Rule(
    "groups-diverse",
    "warning",
    Words("Groep waarin iedereen hetzelfde heeft", "Group in which everyone has the same"),
    Words(
        "Binnen elke groep met dezelfde kenmerken verschillen de gevoelige gegevens. Dat is niet overal zo: {columns}.",
        "Within each group with the same descriptors the sensitive facts differ. Not everywhere: {columns}.",
    ),
    Words(
        "Laat kolommen weg die het plan niet nodig heeft. Bredere leeftijdsgroepen of perioden helpen ook.",
        "Leave out columns that the plan does not need. Broader age groups or periods help too.",
    ),
    Words(
        "Wie weet in welke groep een jongere zit, weet dan ook dit gevoelige gegeven.",
        "Who knows a young person's group then knows this sensitive fact as well.",
    ),
)
