"""The words of the instruction sheet, in plain Dutch and English (B1)."""

from __future__ import annotations

from data_schemas.words import Words

TITLE = Words("Zo vult u deze werkmap in", "How to fill in this workbook")

STEPS = (
    (
        Words("1. Begin met oefenen", "1. Practise first"),
        Words(
            "Vul eerst twee of drie verzonnen jongeren in en controleer de werkmap (stap 5). Zo ziet u snel of het goed gaat.",
            "Fill in two or three made-up young people first and check the workbook (step 5). You will soon see whether it works.",
        ),
    ),
    (
        Words("2. Blad Inzending", "2. Sheet Submission"),
        Words(
            "Geef de inzending een korte naam. De rest mag leeg blijven.",
            "Give the submission a short name. The rest may be empty.",
        ),
    ),
    (
        Words("3. Blad Behandelingen", "3. Sheet Treatments"),
        Words(
            "Eén rij voor elke jongere, onder de koppen. Boven de koppen staat een voorbeeld; dat telt niet mee. Boven elke "
            "kolom staat of u die moet invullen. Ga met de muis op een kop staan voor uitleg. "
            "Klik op een cel: vaak verschijnt een lijst om uit te kiezen. Weet u iets niet? Kies dan 'onbekend' of laat de cel leeg.",
            "One row for each young person, below the headers. Above them stands an example, which does not count. Above "
            "each column it says whether you must fill it in. Point at a header for an "
            "explanation. Click on a cell: often a list appears. Something is not known? Choose 'unknown' or leave the cell empty.",
        ),
    ),
    (
        Words("4. Bladen Metingen en Gebeurtenissen", "4. Sheets Measurements and Events"),
        Words(
            "Metingen: één rij voor elke ingevulde vragenlijst, met de totaalscore. Gebeurtenissen: één rij voor alles wat er "
            "gebeurde terwijl u de jongere volgde. Gebruik dezelfde code voor de jongere als op het blad Behandelingen.",
            "Measurements: one row for each filled-in questionnaire, with its total score. Events: one row for everything that "
            "happened while you followed the young person. Use the same code for the young person as on the sheet Treatments.",
        ),
    ),
    (
        Words("5. Controleren", "5. Check"),
        Words(
            "Sla de werkmap op en typ:  evaluation validate werkmap.xlsx --annotate nagekeken.xlsx  U krijgt uw eigen werkmap terug, "
            "met een opmerking bij elke cel die niet klopt. Er gaat niets naar buiten: alles gebeurt op uw eigen computer.",
            "Save the workbook and type:  evaluation validate workbook.xlsx --annotate checked.xlsx  You get your own workbook back, "
            "with a note on each cell that is wrong. Nothing leaves your computer.",
        ),
    ),
    (
        Words("6. Verbeteren en insturen", "6. Correct and hand in"),
        Words(
            "Verbeter de cellen en controleer opnieuw, tot er 'Geaccepteerd' staat. Stuur de werkmap dan op zoals u heeft afgesproken.",
            "Correct the cells and check again, until it says 'Accepted'. Then hand in the workbook as agreed.",
        ),
    ),
)

NEVER = (
    (
        Words("Wie het is", "Who it is"),
        Words(
            "Namen, initialen, BSN, onderwijsnummer, V-nummer, dossiernummer, adres, postcode, telefoon, e-mail, accountnamen.",
            "Names, initials, citizen, education, foreigner or file numbers, address, postcode, telephone, e-mail, account names.",
        ),
    ),
    (
        Words("Datums", "Dates"),
        Words(
            "Geen geboortedatum, geen startdatum, geen enkele andere datum. Gebruik de leeftijdsgroep, het halfjaar en weken.",
            "No birth date, no start date, no other date. Use the age group, the half-year and weeks.",
        ),
    ),
    (
        Words("Vrije tekst", "Free text"),
        Words(
            "Geen verhalen of opmerkingen, ook niet in een extra kolom.", "No stories or remarks, not even in an extra column."
        ),
    ),
)

WEEKS_TITLE = Words("Zo tellen de weken", "How weeks count")
WEEKS = (
    (
        Words("Week 1", "Week 1"),
        Words(
            "De dag waarop de behandeling begint en de zes dagen erna.",
            "The day on which treatment begins and the six days after it.",
        ),
    ),
    (
        Words("Week 2", "Week 2"),
        Words("De zeven dagen daarna, en zo verder.", "The seven days after that, and so on."),
    ),
    (
        Words("Week 0 en lager", "Week 0 and below"),
        Words(
            "Voor de start: de zeven dagen ervoor zijn week 0, de zeven dagen daarvoor week -1.",
            "Before the start: the seven days before it are week 0, the seven days before those are week -1.",
        ),
    ),
    (
        Words("Zelf rekenen", "To calculate"),
        Words(
            "Tel de dagen sinds de start. Deel door 7, rond naar beneden af en tel er 1 bij op. Voorbeeld: 50 dagen na de start. "
            "50 gedeeld door 7 is 7 en een beetje, dus 7. Plus 1 is week 8.",
            "Count the days since the start. Divide by 7, round down and add 1. Example: 50 days after the start. 50 divided by 7 is "
            "7 and a bit, so 7. Plus 1 makes week 8.",
        ),
    ),
    (
        Words("In Excel", "In Excel"),
        Words(
            "In uw eigen bestand kan een formule dit doen:  =INTEGER((datum - startdatum)/7)+1  Neem alleen de uitkomst over in deze "
            "werkmap (plakken als waarden), nooit de datums.",
            "In your own file a formula can do this:  =INT((date - start)/7)+1  Copy only the result into this workbook (paste as "
            "values), never the dates.",
        ),
    ),
    (
        Words("Weet u alleen ongeveer wanneer?", "Known only roughly?"),
        Words(
            "Vul bij gebeurtenissen de eerste en de laatste week in waarin het gebeurd kan zijn. Weet u de week precies? Vul dan twee "
            "keer dezelfde week in.",
            "With events, fill in the first and the last week in which it can have happened. The week is known? Fill it in twice.",
        ),
    ),
)
