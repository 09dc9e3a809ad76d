"""What headers are called: words by which a column of an export is known, in Dutch and English, the most telling first.

A pattern is looked for in the header in lower case with its words apart (`DatumEinde` is `datum einde`). `(?!...)` keeps others out.
"""

# ruff: noqa: E501  a pattern is read better whole
from __future__ import annotations

import re
from functools import cache

from data_schemas.tables import tables
from evaluation.reading.headers import match_header, plain

IDENTITY = (
    r"^bsn\b|burgerservice",
    r"^(record|study|subject|participant|case|person|respondent|deelnemer|client|cliënt|patient|patiënt|pat|jeugdige|jongere|kind)s? ?(id|nr|no|nummer|number|code|key)?$",
    r"\b(cl|client|cliënt|patient|patiënt|pat|jeugdige|jongere|respondent|deelnemer|kind|subject|persoon)s? ?(id|nr|no|nummer|number|code|key)\b",
    r"^(id|nr|nummer|pp|ppn|respnr|resp|pid|uid|key|dossier ?(nr|nummer)|sleutel|volg ?(nr|nummer))$",
)
BIRTH = r"geboor|geboren|\bgeb\b|gebdat|birth|\bdob\b"
AGE = r"^(leeftijd|leeft|age|lft)\b(?!.*groep|.*group|.*cat)|leeftijd.*(jaar|start|intake)|\bage (at|years)"
AGE_GROUP = r"leeftijd.*(groep|cat|klasse)|age ?(group|cat|band)"
START = (
    r"\b(start|begin)\b.*\b(behandel|zorg|traject|hulp|programma|interventie|treatment|care)|\b(behandel|zorg|traject|hulp|treatment|care)\w*\W*(start|begin)",
    r"start|begin|ingang|aanvang",
    r"instroom|opname|plaatsing|in ?zorg|admission|enrol|inclusi|t0",
    r"intake|aanmeld|referral",
)
END = (
    r"\b(eind\w*|end|afgesloten|afsluit\w*)\b.*\b(behandel|zorg|traject|hulp|treatment|care)|\b(behandel|zorg|traject|hulp|treatment|care)\w*\W*(eind|end)",
    r"\beind|einde|\bend\b|uitstroom|ontslag|afsluit|afgesloten|beëindig|beeindig|discharge|\bstop|uit ?zorg",
)
FOLLOWED = (
    r"gevolgd|laatste (contact|bekend|info|peil)|last (contact|known|seen|follow)|follow ?up.*(tot|until|dat)|peildatum|censor"
)
MEASURED = r"afname|meet|ingevuld|invul|datum|date|\bdt\b|dat\b|completed|administ"
HAPPENED = r"datum|date|wanneer|when|\bdt\b|dat\b|week"
COLUMNS: dict[str, dict[str, str]] = {
    "treatments": {
        "ending": r"\breden|uitstroomreden|afloop|(wijze|soort|type|aard).*(eind|afsluit|beëindig|beeindig)|(eind|ontslag|afsluit|uitstroom)\w* ?(reden|status|soort|type|wijze)|reason|ending|outcome of treatment|beëindigingsgrond|status (traject|behandel)",
        "gender": r"geslacht|sekse|gender|\bsex\b|^m ?v$|^mv$",
        "provider": r"aanbieder|organisatie|instelling|provider|organi[sz]ation",
        "programme": r"programma|interventie|behandelvorm|behandelmethod|methodiek|programme|intervention|^program$",
        "arm": r"^arm$|conditie|condition|onderzoeksgroep|^groep$|treatment ?group|randomi",
        "setting": r"setting|zorgvorm|soort (hulp|zorg|verblijf)|verblijf|woonvorm|hulpvorm|type (care|hulp|zorg)",
        "mild_intellectual_disability": r"\blvb\b|verstandelijk|\bmid\b|intellectual|\blvg\b",
        "psychiatric_problems": r"psychiatr|\bggz\b|mental health",
        "honour_context": r"\beer\b|eergerelateerd|honou?r",
        "victim_status": r"slachtoffer|victim",
        "exploitation_type": r"uitbuiting|exploitation",
        "sessions_planned": r"(gepland|planned|afgesproken).*(sessie|gesprek|contact|session|afspra)|(sessie|gesprek|contact|session)\w*.*(gepland|planned|afgesproken)",
        "sessions_attended": r"(gevolgd|bijgewoond|attended|gehad|aantal|n|nr) ?(sessie|gesprek|contact|session)|(sessie|gesprek|contact|session)\w*.*(gevolgd|bijgewoond|attended|gehad|aantal)",
        "satisfaction": r"tevreden|satisfaction|rapportcijfer|waardering",
        "goal_attainment": r"doelrealisatie|doelen.*(behaald|bereikt)|goal",
        "integrity": r"integriteit|integrity|fidelity|behandeltrouw",
        "police_report": r"aangifte|police report",
        "after_care": r"^nazorg( ontvangen| ja nee)?$|after ?care (received|yes no)",
        "after_care_weeks": r"nazorg.*(weken|duur)|(weken|duur).*nazorg|after ?care.*weeks",
        "after_care_by": r"nazorg (door|bij|gever|aanbieder)|after ?care by",
        "housing_start": r"(wonen|woon\w*|housing)\W.*(start|begin|voor|t0)",
        "housing_end": r"(wonen|woon\w*|housing)\W.*(eind|end|na\b|afloop|t1)",
        "daytime_start": r"(school|werk|dagbesteding|daytime)\W.*(start|begin|voor|t0)",
        "daytime_end": r"(school|werk|dagbesteding|daytime)\W.*(eind|end|na\b|afloop|t1)",
        "follow_up_end": r"(reden|waarom|reason).*(volgen|follow|uitval)",
    },
    "measurements": {
        "instrument": r"instrument|^measure$|^tool$|^meetlijst|vragenlijst|meetinstrument|questionnaire|^(rom)?lijst$|lijst ?(naam|code)|test ?naam|^test$|repeat instrument|^schaal$|^scale$",
        "moment": r"moment|meting|^wave$|time ?point|tijdstip|\bfase\b|phase|occasion|event name|^t$|meetnr|volgnr meting",
        "informant": r"informant|ingevuld door|invuller|respondent ?(type|soort)|rater|beoordelaar|filled in by|perspectief",
        "score": r"totaal|totale|total|\bsom\b|\bsum\b|score|\btot\b|^uitslag$|^resultaat$|^waarde$|^result$",
    },
    "events": {
        "event": r"incident|gebeurtenis|soort|type|aard|\bwat\b|^event$|melding|categorie|category|what",
        "certainty": r"zeker|certain|bevestigd|confirmed|status",
        "source": r"bron|melder|gemeld door|source|reported by",
    },
}
# What people write above columns of a table that they fill in, beside the words of COLUMNS.
FILLED: dict[str, dict[str, str]] = {
    "treatments": {
        "client": "|".join(IDENTITY),
        "start_period": r"^start ?(periode|jaar|datum)?$|half ?jaar|half ?year|^instroom|start period",
        "age_group": rf"{AGE_GROUP}|{AGE}|^leeftijd",
        "treatment_weeks": r"behandel ?duur|^duur\b|^duration|duur (behandel|traject|zorg|hulp)|(weken|weeks)\b.*\b(zorg|behandel|treatment)|(zorg|behandel|treatment)\w* (weken|weeks)",
        "follow_up_weeks": r"gevolgd (tot|t m)|follow(ed)? ?up (to|until|weeks)|^follow up$",
        "follow_up_from_week": r"gevolgd vanaf|followed from",
    },
    "measurements": {
        "client": "|".join(IDENTITY),
        "week": r"^(afname|meet)?week ?(nr|nummer|number)?$|^weken( na start)?$|^weeks?$",
    },
    "events": {
        "client": "|".join(IDENTITY),
        "week_from": r"^week ?(nr|nummer)?$|^(van|vanaf|start|begin|eerste) ?week|^week (van|vanaf|from|begin|start)|^from week",
        "week_to": r"^(tot|t m|tot en met|eind|laatste) ?week|^week (tot|t m|to|eind)|^(to|until) week",
    },
}
# A table by its name.
TABLES = {
    "measurements": r"meting|lijst|vragen|rom\b|score|test|measure|questionnaire|outcome|afname",
    "events": r"incident|gebeurtenis|melding|event|calamiteit|misi|mic\b",
    "treatments": r"cli[eë]nt|patient|patiënt|traject|zorg|behandel|dossier|jeugdig|jongere|deelnemer|treatment|case|person|kind",
}
# Columns that nobody needs, whatever else their header says.
NEVER = r"opmerking|toelichting|notitie|remark|comment|memo|omschrijving|verslag|naam (cl|client|cliënt|jeugdige|moeder|vader|ouder)|medewerker|behandelaar|gezinsvoogd|gemaakt|gewijzigd|created|modified|complete$"


def spoken(header: str) -> str:
    """A header with its words apart, in lower case.

    >>> spoken("DatumEinde_Behandeling"), spoken("cries13_T0.totaal")
    ('datum einde behandeling', 'cries13 t0 totaal')
    """
    apart = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ][a-zà-ÿ])", " ", header)
    return " ".join(re.sub(r"[\W_]+", " ", apart).casefold().split())


def says(pattern: str, header: str) -> bool:
    """Whether a header has what a pattern looks for."""
    return re.search(pattern, spoken(header)) is not None


def column_said(target: str, header: str) -> str | None:
    """The contract's column that a header names: exactly, or by what it is commonly called."""
    exact = match_header(tables()[target], header)
    if exact and exact != "client":
        return exact
    return next((name for name, pattern in COLUMNS[target].items() if says(pattern, header)), None)


@cache
def filled_said(target: str, header: str) -> tuple[str, ...]:
    """The contract's columns that a header in a table that was filled in may stand for; none for remarks and names.

    >>> filled_said("measurements", "Totaalscore"), filled_said("treatments", "Duration (weeks)"), filled_said("events", "Opmerking")
    (('score',), ('treatment_weeks',), ())
    """
    if says(NEVER, header):
        return ()
    patterns = (*FILLED[target].items(), *COLUMNS[target].items())
    return tuple(dict.fromkeys(name for name, pattern in patterns if says(pattern, header)))


@cache
def table_said(name: str) -> str | None:
    """The contract's table that the name of a file or sheet suggests."""
    return next((target for target, pattern in TABLES.items() if says(pattern, name) or re.search(pattern, plain(name))), None)
