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
    Words("Hier staat iets over een persoon", "Something about a person stands here"),
    Words("In {place} staan {what}.", "In {place} there are {what}."),
    Words(
        "Haal ze weg. Moet u de jongere kunnen terugvinden, gebruik dan een eigen code zoals K-001 en bewaar de lijst met wie dat is "
        "bij u zelf.",
        "Remove them. If you must be able to find the young person again, use a code of your own such as K-001 and keep the list of "
        "who that is with you.",
    ),
    _REFUSED,
)

IDENTIFIER_POSSIBLE = Rule(
    "identifier-possible",
    "error",
    Words("Hier staat misschien iets over een persoon", "Something about a person may stand here"),
    Words("In {place} lijkt iets op {what}.", "Something in {place} looks like {what}."),
    Words(
        "Wijst het op een persoon, haal het dan weg. Is het iets anders, zet dan 'ja' in de kolom 'Gezien, geen persoon' op het "
        "tabblad Bevindingen van de nagekeken werkmap. Controleert u een map met bestanden: gebruik --seen.",
        "If it points at a person, remove it. If it is something else, put 'yes' in the column 'Seen, no person' on the sheet Findings "
        "of the checked workbook. When you check a folder of files: use --seen.",
    ),
    _REFUSED,
)

IDENTIFIER_PROPERTIES = Rule(
    "identifier-properties",
    "error",
    Words("Naam in de eigenschappen van de werkmap", "Name in the properties of the workbook"),
    Words(
        "In {place} lijkt iets op {what}. Excel zet daar vanzelf neer wie de werkmap maakte of bewaarde.",
        "Something in {place} looks like {what}. Excel itself puts there who made or saved the workbook.",
    ),
    Words(
        "Werk verder in de nagekeken werkmap: daarin is het weg. Of kies in Excel: Bestand, Info, Controleren op problemen, Document "
        "controleren, en verwijder 'Documenteigenschappen en persoonlijke gegevens'.",
        "Go on in the checked workbook: there it is gone. Or choose in Excel: File, Info, Check for Issues, Inspect Document, and "
        "remove 'Document Properties and Personal Information'.",
    ),
    _REFUSED,
)

IDENTIFIER_SEEN = Rule(
    "identifier-seen",
    "notice",
    Words("Gezien door u: geen persoon", "Seen by you: no person"),
    Words(
        "In {place} lijkt iets op {what}. U heeft aangegeven dat het geen persoon is.",
        "Something in {place} looks like {what}. You said that it is no person.",
    ),
    Words("U hoeft niets te doen.", "Nothing needs doing."),
    Words(
        "De onderzoeker ziet dat dit is gezien, en waar het staat; niet wat er staat.",
        "The researcher sees that this was seen, and where it stands; not what stands there.",
    ),
)

TEXT_POSSIBLE = Rule(
    "text-possible",
    "warning",
    Words("Hele zinnen in een kolom", "Whole sentences in a column"),
    Words("In {place} staan hele zinnen.", "In {place} there are whole sentences."),
    Words(
        "Haal ze weg: niemand kan nagaan wat een zin over iemand verraadt.",
        "Remove them: nobody can tell what a sentence gives away about someone.",
    ),
    Words("De inzending kan iemand herleidbaar maken.", "The submission may make someone identifiable."),
)

IDENTIFIER_HEADER = Rule(
    "identifier-header",
    "error",
    Words("Kolom over een persoon", "Column about a person"),
    Words("De kop van {place} zegt dat hier {what} staan.", "The header of {place} says that {what} stand here."),
    Words(
        "Haal de hele kolom weg, ook als zij verborgen is. Staat er iets anders in, geef haar dan een andere kop.",
        "Remove the whole column, even when it is hidden. If it holds something else, give it another header.",
    ),
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
        "Van {columns} komen {groups} combinaties bij minder dan {wanted} jongeren voor; de kleinste bij {k} (telt "
        "onbekend als 'kan alles zijn': {k_any}).",
        "Of {columns}, {groups} combinations occur in fewer than {wanted} young people; the rarest in {k} (with "
        "unknown as 'may be anything': {k_any}).",
    ),
    Words("Maak de indeling grover. {advice}", "Use coarser groups. {advice}"),
    _SHARED,
)

ROWS_UNIQUE = Rule(
    "rows-unique",
    "warning",
    Words("Bijna iedereen is herkenbaar aan de weken", "Almost everyone can be recognised by the weeks"),
    Words(
        "Van de {people} jongeren zijn er {unique} de enige met hun combinatie van {columns}.",
        "Of the {people} young people, {unique} are the only one with their combination of {columns}.",
    ),
    Words(
        "Laat kolommen weg die het plan niet nodig heeft. De weken zijn nodig voor de berekening: deel deze gegevens alleen onder een "
        "verwerkersovereenkomst, en met niemand anders.",
        "Leave out columns that the plan does not need. The weeks are needed for the calculation: share these data only under a "
        "processing agreement, and with nobody else.",
    ),
    Words(
        "Wie van een jongere weet hoe lang de behandeling duurde en hoe zij eindigde, vindt haar of zijn rij.",
        "Who knows how long a young person's treatment took and how it ended finds the row.",
    ),
)

GROUPS_DIVERSE = Rule(
    "groups-diverse",
    "warning",
    Words("Groep waarin iedereen hetzelfde heeft", "Group in which everyone has the same"),
    Words(
        "In sommige groepen met dezelfde kenmerken heeft iedereen hetzelfde: {columns}.",
        "In some groups with the same descriptors everyone has the same: {columns}.",
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
