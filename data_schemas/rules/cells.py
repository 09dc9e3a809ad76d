"""What must hold for one cell, one column or one table, whichever it is. The contract fills the placeholders."""

from data_schemas.finding import Rule
from data_schemas.words import Words

_DROPPED = Words(
    "De inzending wordt niet geaccepteerd zolang dit niet klopt.", "The submission is not accepted until this is right."
)

TABLE_MISSING = Rule(
    "table-missing",
    "error",
    Words("Tabel ontbreekt", "Table missing"),
    Words("De tabel {table} hoort bij de inzending.", "The table {table} is part of a submission."),
    Words("Voeg het bestand of tabblad {table} toe.", "Add the file or sheet {table}."),
    _DROPPED,
)

TABLE_TWICE = Rule(
    "table-twice",
    "error",
    Words("Tabel staat er twee keer in", "Table is there twice"),
    Words("De tabel {table} staat in één bestand of tabblad.", "The table {table} is in one file or sheet."),
    Words("Voeg de twee samen, of haal er een weg.", "Merge the two, or remove one."),
    _DROPPED,
)

TABLE_EMPTY = Rule(
    "table-empty",
    "error",
    Words("Tabel is leeg", "Table is empty"),
    Words("De tabel {table} heeft minstens één ingevulde rij.", "The table {table} has at least one filled row."),
    Words("Vul de tabel met ten minste één rij.", "Fill in the table with at least one row."),
    _DROPPED,
)

COLUMN_MISSING = Rule(
    "column-missing",
    "error",
    Words("Kolom ontbreekt", "Column missing"),
    Words("De tabel heeft een kolom {column} ({label}).", "The table has a column {column} ({label})."),
    Words("Voeg de kolom toe, of verbeter de naam in de kopregel.", "Add the column, or correct its name in the header row."),
    _DROPPED,
)

COLUMN_TWICE = Rule(
    "column-twice",
    "error",
    Words("Kolom staat er twee keer in", "Column is there twice"),
    Words("Elke kolom komt één keer voor; {column} vaker.", "Each column occurs once; {column} occurs more often."),
    Words("Haal de overbodige kolom weg.", "Remove the superfluous column."),
    _DROPPED,
)

COLUMN_UNKNOWN = Rule(
    "column-unknown",
    "warning",
    Words("Kolom die niet in de afspraken staat", "Column that is not in the contract"),
    Words(
        "Alle kolommen staan in het codeboek; kolom {place} niet.",
        "All columns are in the codebook; column {place} is not.",
    ),
    Words(
        "Haal de kolom weg, of verbeter de naam in de kopregel.", "Remove the column, or correct its name in the header row."
    ),
    Words("De kolom wordt niet gebruikt en niet bewaard.", "The column is not used and not kept."),
)

CELL_EMPTY = Rule(
    "cell-empty",
    "error",
    Words("Lege cel", "Empty cell"),
    Words("In de kolom {column} is elke cel ingevuld.", "In the column {column} every cell is filled."),
    Words(
        "Vul de cel in; is het niet bekend en kent de lijst die keuze, vul dan 'onbekend' in.",
        "Fill in the cell; when it is not known and the list has that choice, fill in 'unknown'.",
    ),
    _DROPPED,
)

CELL_NOT_WHOLE = Rule(
    "cell-not-whole",
    "error",
    Words("Geen heel getal", "Not a whole number"),
    Words("In de kolom {column} staan alleen hele getallen.", "The column {column} holds whole numbers only."),
    Words(
        "Vul een heel getal in, of laat de cel leeg als het niet bekend is (geen NA, n.v.t. of streepje).",
        "Fill in a whole number, or leave the cell empty when it is not known (no NA, n/a or dash).",
    ),
    _DROPPED,
)

CELL_NOT_NUMBER = Rule(
    "cell-not-number",
    "error",
    Words("Geen getal", "Not a number"),
    Words(
        "In de kolom {column} staan alleen getallen, met een komma of punt voor de decimalen.",
        "The column {column} holds numbers only, with a comma or point for decimals.",
    ),
    Words(
        "Vul een getal in zonder scheiding van duizendtallen, of laat de cel leeg als het niet bekend is "
        "(geen NA, n.v.t. of streepje).",
        "Fill in a number without thousands separators, or leave the cell empty when it is not known (no NA, n/a or dash).",
    ),
    _DROPPED,
)

CELL_OUT_OF_RANGE = Rule(
    "cell-out-of-range",
    "error",
    Words("Getal buiten de grenzen", "Number out of bounds"),
    Words(
        "De waarden in de kolom {column} liggen van {minimum} tot en met {maximum}.",
        "The values in the column {column} lie between {minimum} and {maximum}.",
    ),
    Words(
        "Verbeter het getal; let op een verkeerde kolom, een dubbel getypt cijfer of een vergeten komma.",
        "Correct the number; look for a wrong column, a digit typed twice or a forgotten decimal comma.",
    ),
    _DROPPED,
)

CELL_MISSING_CODE = Rule(
    "cell-missing-code",
    "error",
    Words("Een code voor 'onbekend' als getal", "A code for 'unknown' as a number"),
    Words(
        "In de kolom {column} staat 88, 99, 888 of 999 alleen als het er echt zoveel zijn: het ligt ver van alle andere getallen.",
        "The column {column} holds 88, 99, 888 or 999 only when there really are so many: it lies far from all other numbers.",
    ),
    Words(
        "Laat de cel leeg als het niet bekend is. Is het getal echt zo, schrijf het dan met een nul achter de komma (99,0).",
        "Leave the cell empty when it is not known. If the number really is so, write it with a zero behind the point (99.0).",
    ),
    _DROPPED,
)

CELL_NOT_IN_LIST = Rule(
    "cell-not-in-list",
    "error",
    Words("Waarde staat niet in de lijst", "Value is not in the list"),
    Words("In de kolom {column} staat een van: {codes}.", "The column {column} holds one of: {codes}."),
    Words("Kies een waarde uit de lijst, als code of als label.", "Choose a value from the list, as code or as label."),
    _DROPPED,
)

CELL_NOT_KEY = Rule(
    "cell-not-key",
    "error",
    Words("Geen bruikbaar pseudoniem", "Not a usable pseudonym"),
    Words(
        "Een pseudoniem in de kolom {column} bestaat uit ten hoogste 40 letters, cijfers, - en _, zonder spaties.",
        "A pseudonym in the column {column} has at most 40 letters, digits, - and _, without spaces.",
    ),
    Words(
        "Gebruik een eigen code, zoals K-014. Nooit een naam, geboortedatum of BSN.",
        "Use a code of your own, such as K-014. Never a name, birth date or citizen number.",
    ),
    _DROPPED,
)

CELL_NOT_NAME = Rule(
    "cell-not-name",
    "error",
    Words("Geen bruikbare korte naam", "Not a usable short name"),
    Words(
        "Een korte naam in de kolom {column} bestaat uit ten hoogste 40 letters zonder accent, cijfers, - en _.",
        "A short name in the column {column} has at most 40 letters without accents, digits, - and _.",
    ),
    Words(
        "Maak er een korte naam van. De volledige naam kan op het tabblad Inzending (labels), of in submission.toml onder [labels].",
        "Make it a short name. The full name can go on the sheet Submission (labels), or into submission.toml under [labels].",
    ),
    _DROPPED,
)

CELL_NOT_PERIOD = Rule(
    "cell-not-period",
    "error",
    Words("Geen halfjaar", "Not a half-year"),
    Words(
        "In de kolom {column} staat een halfjaar, zoals 2024-1 (januari tot en met juni) of 2024-2.",
        "The column {column} holds a half-year, such as 2024-1 (January to June) or 2024-2.",
    ),
    Words(
        "Maak van de datum een halfjaar: een datum is herleidbaar en hoort niet in de inzending.",
        "Turn the date into a half-year: a date can identify someone and does not belong in a submission.",
    ),
    _DROPPED,
)

KEY_TWICE = Rule(
    "key-twice",
    "error",
    Words("Rij staat er vaker in", "Row is there more than once"),
    Words("Elke combinatie van {key} komt één keer voor.", "Each combination of {key} occurs once."),
    Words(
        "Haal de dubbele rij weg, of verbeter wat er verwisseld is. Is het een tweede traject van dezelfde jongere, "
        "geef dat dan een eigen pseudoniem.",
        "Remove the duplicate row, or correct what was mixed up. If it is a second trajectory of the same young person, "
        "give it a pseudonym of its own.",
    ),
    Words("Iemand zou dubbel tellen.", "Someone would count twice."),
)

CLIENT_UNKNOWN = Rule(
    "client-unknown",
    "error",
    Words("Cliënt zonder behandeling", "Client without a treatment"),
    Words(
        "Elke cliënt in de tabel {table} staat ook in de tabel behandelingen.",
        "Every client in the table {table} is in the table treatments too.",
    ),
    Words(
        "Verbeter het pseudoniem, of voeg het behandeltraject toe. Is bij behandelingen een pseudoniem als fout gemeld, verbeter dat "
        "dan eerst.",
        "Correct the pseudonym, or add the trajectory. When a pseudonym in treatments is reported as wrong, correct that first.",
    ),
    Words("De rij kan niet aan iemand worden gekoppeld.", "The row cannot be linked to anyone."),
)

MANIFEST_MISSING = Rule(
    "manifest-missing",
    "error",
    Words("submission.toml ontbreekt", "submission.toml is missing"),
    Words(
        "Bij de tabellen hoort submission.toml, met het contract en de naam van de inzending.",
        "The tables come with submission.toml, with the contract and the name of the submission.",
    ),
    Words(
        'Maak het bestand met ten minste twee regels: contract = "1" en name = "korte-naam". In een werkmap is het het tabblad '
        "Inzending, met Contract en Korte naam.",
        'Make the file with at least two lines: contract = "1" and name = "short-name". In a workbook it is the sheet '
        "Submission, with Contract and Short name.",
    ),
    _DROPPED,
)

MANIFEST_WRONG = Rule(
    "manifest-wrong",
    "error",
    Words("Over deze inzending: er klopt iets niet", "About this submission: something is not right"),
    Words(
        "Wat over de inzending zelf is ingevuld, klopt met het codeboek. Nog niet: {place}.",
        "What was said of the submission itself is as the codebook says. Not yet: {place}.",
    ),
    Words(
        "{advice} Dit staat op het tabblad Inzending, of in submission.toml.",
        "{advice} This is on the sheet Submission, or in submission.toml.",
    ),
    _DROPPED,
)
