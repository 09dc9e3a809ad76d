"""Treatments: one row per treatment trajectory. Time is in whole weeks from the start; the first week is 1."""

from data_schemas.column import Column, Table
from data_schemas.words import Words

_WEEKS = Words("weken", "weeks")


def _yes_no(name: str, nl: str, en: str, about: Words) -> Column:
    return Column(name, Words(nl, en), about, "code", codes_from="yes_no", risk="sensitive")


TABLE = Table(
    name="treatments",
    label=Words("Behandelingen", "Treatments"),
    description=Words(
        "Eén rij per behandeltraject, met wat bij de start bekend was en hoe het afliep.",
        "One row per treatment trajectory: what was known at the start and how it ended.",
    ),
    row=Words("behandeltraject", "treatment trajectory"),
    key=("client",),
    needed=True,
    columns=(
        Column(
            "client",
            Words("Cliënt", "Client"),
            Words(
                "Pseudoniem van de jongere: een eigen code, nooit een naam, geboortedatum of BSN.",
                "Pseudonym of the young person: a code of your own, never a name, birth date or citizen number.",
            ),
            "key",
            needed=True,
            filled=True,
            risk="pseudonym",
        ),
        Column(
            "provider",
            Words("Aanbieder", "Provider"),
            Words("Korte naam van de aanbieder.", "Short name of the provider."),
            "name",
            needed=True,
            filled=True,
        ),
        Column(
            "programme",
            Words("Programma", "Programme"),
            Words("Korte naam van het behandelprogramma.", "Short name of the treatment programme."),
            "name",
            needed=True,
            filled=True,
        ),
        Column(
            "arm",
            Words("Groep", "Arm"),
            Words(
                "Groep binnen de vergelijking; één en dezelfde naam als er niets vergeleken wordt.",
                "Group within the comparison; one and the same name when nothing is compared.",
            ),
            "name",
            needed=True,
            filled=True,
        ),
        Column(
            "start_period",
            Words("Startperiode", "Start period"),
            Words(
                "Halfjaar waarin de behandeling begon, zoals 2024-1; nooit een datum.",
                "Half-year in which treatment began, such as 2024-1; never a date.",
            ),
            "period",
            risk="quasi",
        ),
        Column(
            "age_group",
            Words("Leeftijdsgroep", "Age group"),
            Words("Leeftijdsgroep bij de start.", "Age group at the start."),
            "code",
            codes_from="age_group",
            risk="quasi",
        ),
        Column("gender", Words("Geslacht", "Gender"), Words("Geslacht.", "Gender."), "code", codes_from="gender", risk="quasi"),
        _yes_no(
            "mild_intellectual_disability",
            "LVB",
            "Mild intellectual disability",
            Words("Licht verstandelijke beperking.", "Mild intellectual disability."),
        ),
        _yes_no(
            "psychiatric_problems",
            "GGZ-problematiek",
            "Psychiatric problems",
            Words("Psychiatrische problematiek, vastgesteld.", "Psychiatric problems, diagnosed."),
        ),
        _yes_no(
            "honour_context",
            "Eer en schaamte",
            "Honour context",
            Words(
                "Eer- en schaamtecultuur speelt een rol, naar professioneel oordeel; nooit afgeleid van herkomst.",
                "Honour and shame play a part, by professional judgement; never derived from origin.",
            ),
        ),
        Column(
            "victim_status",
            Words("Slachtofferstatus", "Victim status"),
            Words(
                "Feitelijk, vermoedelijk of potentieel slachtoffer bij de start.",
                "Actual, presumed or potential victim at the start.",
            ),
            "code",
            codes_from="victim_status",
            risk="sensitive",
        ),
        Column(
            "exploitation_type",
            Words("Soort uitbuiting", "Type of exploitation"),
            Words("Soort uitbuiting voor de start.", "Type of exploitation before the start."),
            "code",
            codes_from="exploitation_type",
            risk="sensitive",
        ),
        Column(
            "setting",
            Words("Soort hulp", "Setting"),
            Words("Waar de hulp plaatsvindt.", "Where care is given."),
            "code",
            codes_from="setting",
            risk="quasi",
        ),
        Column(
            "treatment_weeks",
            Words("Behandelduur", "Treatment duration"),
            Words(
                "Aantal weken van start tot einde van de behandeling; leeg als die nog loopt.",
                "Number of weeks from start to end of treatment; empty while it is ongoing.",
            ),
            "whole",
            minimum=0,
            maximum=1040,
            unit=_WEEKS,
        ),
        Column(
            "ending",
            Words("Einde behandeling", "End of treatment"),
            Words("Hoe de behandeling eindigde.", "How treatment ended."),
            "code",
            codes_from="ending",
        ),
        Column(
            "sessions_planned",
            Words("Geplande contacten", "Sessions planned"),
            Words("Aantal geplande contacten.", "Number of sessions planned."),
            "whole",
            minimum=0,
            maximum=2000,
        ),
        Column(
            "sessions_attended",
            Words("Gevolgde contacten", "Sessions attended"),
            Words("Aantal gevolgde contacten.", "Number of sessions attended."),
            "whole",
            minimum=0,
            maximum=2000,
        ),
        Column(
            "modules_attended",
            Words("Gevolgde modules", "Modules attended"),
            Words("Aantal gevolgde modules van het programma.", "Number of modules of the programme that were attended."),
            "whole",
            minimum=0,
            maximum=60,
        ),
        Column(
            "integrity",
            Words("Behandelintegriteit", "Treatment integrity"),
            Words(
                "Deel van de kernelementen dat volgens de handleiding is uitgevoerd.",
                "Share of the core elements delivered as the manual says.",
            ),
            "number",
            minimum=0,
            maximum=100,
            unit=Words("procent", "per cent"),
        ),
        Column(
            "goal_attainment",
            Words("Doelrealisatie", "Goal attainment"),
            Words("Deel van de afgesproken doelen dat is bereikt.", "Share of the agreed goals that was reached."),
            "number",
            minimum=0,
            maximum=100,
            unit=Words("procent", "per cent"),
        ),
        Column(
            "satisfaction",
            Words("Tevredenheid", "Satisfaction"),
            Words(
                "Rapportcijfer van de jongere voor het nut van de hulp.",
                "The young person's mark for the usefulness of the care.",
            ),
            "number",
            minimum=1,
            maximum=10,
            unit=Words("rapportcijfer", "mark out of 10"),
        ),
        Column(
            "continues_without_help",
            Words("Zonder hulp verder", "Continues without help"),
            Words("Kan na afloop zonder hulp verder.", "Can go on without help afterwards."),
            "code",
            codes_from="yes_no",
        ),
        Column(
            "housing_start",
            Words("Wonen bij de start", "Housing at the start"),
            Words("Waar de jongere bij de start woonde.", "Where the young person lived at the start."),
            "code",
            codes_from="housing",
            risk="sensitive",
        ),
        Column(
            "housing_end",
            Words("Wonen na afloop", "Housing afterwards"),
            Words("Waar de jongere na afloop woont.", "Where the young person lives afterwards."),
            "code",
            codes_from="housing",
            risk="sensitive",
        ),
        Column(
            "daytime_start",
            Words("School of werk bij de start", "School or work at the start"),
            Words("Dagbesteding bij de start.", "Daytime activity at the start."),
            "code",
            codes_from="daytime",
        ),
        Column(
            "daytime_end",
            Words("School of werk na afloop", "School or work afterwards"),
            Words("Dagbesteding na afloop.", "Daytime activity afterwards."),
            "code",
            codes_from="daytime",
        ),
        Column(
            "after_care",
            Words("Nazorg ontvangen", "After-care received"),
            Words(
                "Of de jongere na het einde van de behandeling nazorg kreeg.",
                "Whether the young person received after-care when treatment had ended.",
            ),
            "code",
            codes_from="yes_no",
        ),
        Column(
            "after_care_weeks",
            Words("Duur van de nazorg", "Duration of after-care"),
            Words(
                "Aantal weken nazorg na het einde van de behandeling; leeg als er geen nazorg was of als die nog loopt.",
                "Number of weeks of after-care once treatment had ended; empty when there was none or while it is ongoing.",
            ),
            "whole",
            minimum=1,
            maximum=520,
            unit=_WEEKS,
        ),
        Column(
            "after_care_by",
            Words("Nazorg door", "After-care by"),
            Words(
                "Wie de nazorg gaf; bij meer dan één: wie het langst.",
                "Who gave the after-care; of several, who did so longest.",
            ),
            "code",
            codes_from="after_care_by",
        ),
        Column(
            "police_report",
            Words("Aangifte gedaan", "Police report made"),
            Words(
                "Of aangifte is gedaan; alleen ter beschrijving, geen uitkomst van de behandeling.",
                "Whether a police report was made; description only, not an outcome of treatment.",
            ),
            "code",
            codes_from="yes_no",
            risk="sensitive",
        ),
        Column(
            "follow_up_from_week",
            Words("Gevolgd vanaf week", "Followed from week"),
            Words(
                "Laatste week vóór het volgen begon, geteld vanaf de start; leeg of 0 als het volgen bij de start begon.",
                "Last week before follow-up began, counted from the start; empty or 0 when it began at the start.",
            ),
            "whole",
            minimum=0,
            maximum=1040,
            unit=_WEEKS,
        ),
        Column(
            "follow_up_weeks",
            Words("Gevolgd tot en met week", "Followed up to week"),
            Words(
                "Laatste week waarvan bekend is of er iets gebeurde, geteld vanaf de start; leeg als gebeurtenissen niet "
                "zijn gevolgd.",
                "Last week for which it is known whether anything happened, counted from the start; empty when events "
                "were not followed.",
            ),
            "whole",
            minimum=0,
            maximum=1040,
            unit=_WEEKS,
        ),
        Column(
            "follow_up_end",
            Words("Waarom het volgen stopte", "Why follow-up ended"),
            Words("Reden waarom het volgen eindigde.", "Reason why follow-up ended."),
            "code",
            codes_from="follow_up_end",
        ),
    ),
)
