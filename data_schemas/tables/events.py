"""Events: one row per thing that happened during follow-up."""

from data_schemas.column import Column, Table
from data_schemas.words import Words

TABLE = Table(
    name="events",
    label=Words("Gebeurtenissen", "Events"),
    description=Words(
        "Eén rij per gebeurtenis tijdens het volgen, zoals opnieuw slachtoffer worden.",
        "One row per event during follow-up, such as becoming a victim again.",
    ),
    row=Words("gebeurtenis", "event"),
    key=("client", "event", "week_from", "week_to", "source"),
    columns=(
        Column(
            "client",
            Words("Cliënt", "Client"),
            Words("Hetzelfde pseudoniem als in de tabel behandelingen.", "The same pseudonym as in the table treatments."),
            "key",
            needed=True,
            filled=True,
            risk="pseudonym",
        ),
        Column(
            "event",
            Words("Gebeurtenis", "Event"),
            Words("Wat er gebeurde.", "What happened."),
            "code",
            needed=True,
            filled=True,
            codes_from="event",
            risk="sensitive",
        ),
        Column(
            "week_from",
            Words("Van week", "From week"),
            Words(
                "Eerste week waarin het gebeurd kan zijn, geteld vanaf de start (week 1).",
                "First week in which it can have happened, counted from the start (week 1).",
            ),
            "whole",
            needed=True,
            filled=True,
            minimum=0,
            maximum=1040,
            unit=Words("weken", "weeks"),
            risk="sensitive",
        ),
        Column(
            "week_to",
            Words("Tot en met week", "To week"),
            Words(
                "Laatste week waarin het gebeurd kan zijn; gelijk aan 'van week' als de week bekend is.",
                "Last week in which it can have happened; equal to 'from week' when the week is known.",
            ),
            "whole",
            needed=True,
            filled=True,
            minimum=0,
            maximum=1040,
            unit=Words("weken", "weeks"),
            risk="sensitive",
        ),
        Column(
            "certainty",
            Words("Zekerheid", "Certainty"),
            Words("Hoe zeker het is.", "How certain it is."),
            "code",
            needed=True,
            filled=True,
            codes_from="certainty",
        ),
        Column(
            "source",
            Words("Bron", "Source"),
            Words("Waar de melding vandaan komt.", "Where the report comes from."),
            "code",
            codes_from="source",
        ),
    ),
)
