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
