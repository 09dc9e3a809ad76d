"""Measurements: one row per filled-in questionnaire."""

from data_schemas.column import Column, Table
from data_schemas.words import Words

TABLE = Table(
    name="measurements",
    label=Words("Metingen", "Measurements"),
    description=Words(
        "Eén rij per ingevulde vragenlijst, met de totaalscore.", "One row per filled-in questionnaire, with its total score."
    ),
    row=Words("ingevulde vragenlijst", "filled-in questionnaire"),
    key=("client", "instrument", "informant", "moment", "week"),
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
            "instrument",
            Words("Instrument", "Instrument"),
            Words(
                "Korte naam van de vragenlijst uit het register, of een die in submission.toml is beschreven.",
                "Short name of the questionnaire from the registry, or one described in submission.toml.",
            ),
            "name",
            needed=True,
            filled=True,
        ),
        Column(
            "informant",
            Words("Informant", "Informant"),
            Words("Wie de lijst invulde.", "Who filled it in."),
            "code",
            needed=True,
            filled=True,
            codes_from="informant",
        ),
        Column(
            "moment",
            Words("Meetmoment", "Moment"),
            Words("Het meetmoment.", "The moment of measurement."),
            "code",
            needed=True,
            filled=True,
            codes_from="moment",
        ),
        Column(
            "week",
            Words("Week", "Week"),
            Words(
                "Week van de meting, geteld vanaf de start (week 1); 0 of negatief ervoor.",
                "Week of the measurement, counted from the start (week 1); 0 or negative before it.",
            ),
            "whole",
            minimum=-520,
            maximum=1040,
            unit=Words("weken", "weeks"),
        ),
        Column(
            "score",
            Words("Score", "Score"),
            Words(
                "Totaalscore; leeg als de lijst niet (voldoende) is ingevuld.",
                "Total score; empty when the questionnaire was not (sufficiently) filled in.",
            ),
            "number",
            needed=True,
            risk="sensitive",
        ),
    ),
)
