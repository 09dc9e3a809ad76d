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
    Words(
        "De tabel {table} is er niet.",
        "The table {table} is not there.",
    ),
    Words(
        "Voeg een tabblad toe dat {table} heet, of een bestand met die naam.",
        "Add a sheet called {table}, or a file of that name.",
    ),
    _DROPPED,
)

TABLE_TWICE = Rule(
    "table-twice",
    "error",
    Words("Tabel staat er twee keer in", "Table is there twice"),
    Words(
        "De tabel {table} staat op twee tabbladen of in twee bestanden.",
        "The table {table} is on two sheets or in two files.",
    ),
    Words(
        "Zet alle rijen op één tabblad en haal het andere weg.",
        "Put all rows on one sheet and remove the other.",
    ),
    _DROPPED,
)

TABLE_EMPTY = Rule(
    "table-empty",
    "error",
    Words("Tabel is leeg", "Table is empty"),
    Words(
        "In de tabel {table} staat nog geen enkele rij.",
        "The table {table} has no row yet.",
    ),
    Words(
        "Vul ten minste één rij in, onder de kopregel.",
        "Fill in at least one row, below the header row.",
    ),
    _DROPPED,
)

HEADERS_MISSING = Rule(
    "headers-missing",
    "error",
    Words("Geen kopregel", "No header row"),
    Words("Boven deze tabel staat geen enkele kop die bekend is.", "Above this table stands not one header that is known."),
    Words(
        "Zet boven de eerste rij een rij met de koppen. Nodig zijn: {headers}. U kunt ze overnemen uit de lege invulwerkmap.",
        "Put a row of headers above the first row. Needed are: {headers}. You can take them from the empty fill-in workbook.",
    ),
    _DROPPED,
)

COLUMNS_SWAPPED = Rule(
    "columns-swapped",
    "error",
    Words("Twee kolommen verwisseld", "Two columns swapped"),
    Words(
        "Wat in de kolom {one} staat hoort in {other}, en andersom.",
        "What stands in the column {one} belongs in {other}, and the other way round.",
    ),
    Words("Verwissel de twee kolommen, of hun koppen.", "Swap the two columns, or their headers."),
    _DROPPED,
)

BESIDE_TABLE = Rule(
    "beside-table",
    "warning",
    Words("Iets naast de tabel", "Something beside the table"),
    Words(
        "Naast de tabel staat nog iets, in kolom {first} tot en met {last}.",
        "Beside the table stands something else, in columns {first} to {last}.",
    ),
    Words(
        "Haal het weg, of zet het op een ander tabblad buiten deze werkmap.",
        "Remove it, or put it on another sheet outside this workbook.",
    ),
    Words("Het wordt niet gebruikt, maar gaat mee met het bestand.", "It is not used, but travels with the file."),
)

TABLE_BESIDE = Rule(
    "table-beside",
    "warning",
    Words("Twee tabellen naast elkaar", "Two tables side by side"),
    Words(
        "Naast de tabel {other} staat de tabel {table}, in kolom {first} tot en met {last}.",
        "Beside the table {other} stands the table {table}, in columns {first} to {last}.",
    ),
    Words(
        "Knip deze kolommen uit en plak ze op een eigen tabblad met de naam {table}, vanaf cel A1.",
        "Cut these columns and paste them on a sheet of their own called {table}, from cell A1.",
    ),
    Words(
        "Zij is gelezen alsof zij op een eigen tabblad staat; wie de werkmap leest ziet dat niet.",
        "It was read as if it stood on a sheet of its own; who reads the workbook does not see that.",
    ),
)

COLUMN_MISNAMED = Rule(
    "column-misnamed",
    "error",
    Words("Kop die anders is geschreven", "Header written otherwise"),
    Words(
        "Kolom {place} lijkt de kolom '{label}', maar heeft een andere kop. Verander de kop in '{label}'.",
        "Column {place} looks like the column '{label}', but has another header. Change the header to '{label}'.",
    ),
    Words(
        "Neem de kop precies zo over. Staat er iets anders in de kolom, haal de kolom dan weg.",
        "Copy the header exactly so. If the column holds something else, remove the column.",
    ),
    Words("Met deze kop wordt de kolom niet gebruikt.", "With this header the column is not used."),
)

COLUMN_MISSING = Rule(
    "column-missing",
    "error",
    Words("Kolom ontbreekt", "Column missing"),
    Words(
        "De kolom {label} ontbreekt. {near}",
        "The column {label} is missing. {near}",
    ),
    Words(
        "Zet deze kop boven de kolom waarin dit staat, of voeg de kolom toe. In de lege invulwerkmap staan alle koppen goed.",
        "Put this header above the column that holds this, or add the column. The empty fill-in workbook has all headers right.",
    ),
    _DROPPED,
)

COLUMN_TWICE = Rule(
    "column-twice",
    "error",
    Words("Kolom staat er twee keer in", "Column is there twice"),
    Words(
        "De kolom {column} staat er twee keer in.",
        "The column {column} is there twice.",
    ),
    Words(
        "Haal de kolom weg die te veel is, of geef haar de goede kop.",
        "Remove the column that is too many, or give it the right header.",
    ),
    _DROPPED,
)

COLUMN_UNKNOWN = Rule(
    "column-unknown",
    "warning",
    Words("Kolom die niet in de afspraken staat", "Column that is not in the contract"),
    Words(
        "Kolom {place} heeft een kop die de invulwerkmap niet kent. {near}",
        "Column {place} has a header that the fill-in workbook does not know. {near}",
    ),
    Words(
        "Hoort zij niet in de inzending, haal de kolom dan weg. Hoort zij er wel in, neem dan de kop over uit de invulwerkmap.",
        "If it does not belong in the submission, remove the column. If it does, take its header from the fill-in workbook.",
    ),
    Words("De kolom wordt niet gebruikt en niet bewaard.", "The column is not used and not kept."),
)

CELL_EMPTY = Rule(
    "cell-empty",
    "error",
    Words("Lege cel", "Empty cell"),
    Words(
        "In de kolom {column} is deze cel leeg, en zij is verplicht.",
        "In the column {column} this cell is empty, and it is required.",
    ),
    Words(
        "Vul de cel in. Kent de lijst 'onbekend', dan mag u dat kiezen.",
        "Fill in the cell. Where the list knows 'unknown', you may choose that.",
    ),
    _DROPPED,
)

CELL_NOT_WHOLE = Rule(
    "cell-not-whole",
    "error",
    Words("Geen heel getal", "Not a whole number"),
    Words(
        "In de kolom {column} staat iets dat geen heel getal is. {guess}",
        "In the column {column} stands something that is no whole number. {guess}",
    ),
    Words(
        "Vul alleen een getal in, zonder komma en zonder woorden erbij. Is het niet bekend, laat de cel dan leeg.",
        "Fill in a number only, without a decimal comma and without words. If it is not known, leave the cell empty.",
    ),
    _DROPPED,
)

CELL_NOT_NUMBER = Rule(
    "cell-not-number",
    "error",
    Words("Geen getal", "Not a number"),
    Words(
        "In de kolom {column} staat iets dat geen getal is. {guess}",
        "In the column {column} stands something that is no number. {guess}",
    ),
    Words(
        "Vul alleen een getal in, met een komma voor cijfers achter de komma. Is het niet bekend, laat de cel dan leeg.",
        "Fill in a number only, with a point for decimals. If it is not known, leave the cell empty.",
    ),
    _DROPPED,
)

CELL_OUT_OF_RANGE = Rule(
    "cell-out-of-range",
    "error",
    Words("Getal buiten de grenzen", "Number out of bounds"),
    Words(
        "In de kolom {column} staat een getal dat er niet kan staan. Het mag van {minimum} tot en met {maximum} zijn. {guess}",
        "In the column {column} stands a number that cannot be there. It may be from {minimum} to {maximum}. {guess}",
    ),
    Words(
        "Verbeter het getal. Staat het in de verkeerde kolom, is een cijfer dubbel getypt, of is een komma vergeten?",
        "Correct the number. Is it in the wrong column, was a digit typed twice, or a decimal comma forgotten?",
    ),
    _DROPPED,
)

CELL_MISSING_CODE = Rule(
    "cell-missing-code",
    "error",
    Words("Een code voor 'onbekend' als getal", "A code for 'unknown' as a number"),
    Words(
        "In de kolom {column} staat 88, 99, 888 of 999, ver van alle andere getallen. Dat lijkt een teken voor 'onbekend'.",
        "In the column {column} stands 88, 99, 888 or 999, far from all other numbers. That looks like a sign for 'unknown'.",
    ),
    Words(
        "Is het niet bekend, maak de cel dan leeg. Is het getal echt zo hoog, typ dan 99,0 (met komma nul).",
        "If it is not known, empty the cell. If the number really is that high, type 99.0.",
    ),
    _DROPPED,
)

CELL_NOT_IN_LIST = Rule(
    "cell-not-in-list",
    "error",
    Words("Waarde staat niet in de lijst", "Value is not in the list"),
    Words(
        "In de kolom {column} staat iets dat niet in de lijst voorkomt. {guess}Kies uit: {codes}.",
        "In the column {column} stands something that is not in the list. {guess}Choose from: {codes}.",
    ),
    Words(
        "Klik op de cel en kies uit de lijst, of typ een van deze woorden precies zo.",
        "Click on the cell and choose from the list, or type one of these words exactly so.",
    ),
    _DROPPED,
)

CELL_NOT_KEY = Rule(
    "cell-not-key",
    "error",
    Words("Code met tekens die niet mogen", "Code with signs that are not allowed"),
    Words(
        "In de kolom {column} staat een code met tekens die niet mogen, zoals een spatie, een punt of een schuine streep.",
        "In the column {column} stands a code with signs that are not allowed, such as a space, a point or a slash.",
    ),
    Words(
        "Gebruik letters, cijfers, - en _, ten hoogste 40 bij elkaar. Bijvoorbeeld K-014. Nooit een naam, "
        "geboortedatum of BSN.",
        "Use letters, digits, - and _, at most 40 together. For example K-014. Never a name, birth date or citizen number.",
    ),
    _DROPPED,
)

CELL_NOT_NAME = Rule(
    "cell-not-name",
    "error",
    Words("Naam met tekens die niet mogen", "Name with signs that are not allowed"),
    Words(
        "In de kolom {column} staat een naam met tekens die niet mogen, zoals een punt, een haakje of een letter "
        "met een accent.",
        "In the column {column} stands a name with signs that are not allowed, such as a point, a bracket or a "
        "letter with an accent.",
    ),
    Words(
        "Maak er een korte naam van met gewone letters, cijfers en streepjes, ten hoogste 40 bij elkaar. "
        "Bijvoorbeeld zorg-noord.",
        "Make it a short name of plain letters, digits and hyphens, at most 40 together. For example care-north.",
    ),
    _DROPPED,
)

CELL_NOT_PERIOD = Rule(
    "cell-not-period",
    "error",
    Words("Geen halfjaar", "Not a half-year"),
    Words(
        "In de kolom {column} staat geen halfjaar. {guess}",
        "In the column {column} stands no half-year. {guess}",
    ),
    Words(
        "Vul het jaar in met -1 (januari tot en met juni) of -2 (juli tot en met december). Bijvoorbeeld 2024-1.",
        "Fill in the year with -1 (January to June) or -2 (July to December). For example 2024-1.",
    ),
    _DROPPED,
)

KEY_TWICE = Rule(
    "key-twice",
    "error",
    Words("Rij staat er vaker in", "Row is there more than once"),
    Words(
        "Deze rij staat er vaker in: {key} is hetzelfde.",
        "This row is there more than once: {key} is the same.",
    ),
    Words(
        "Haal de dubbele rij weg, of verbeter wat er verwisseld is. Is het een tweede behandeling van dezelfde "
        "jongere, geef die dan een eigen code.",
        "Remove the duplicate row, or correct what was mixed up. If it is a second treatment of the same young "
        "person, give it a code of its own.",
    ),
    Words("Iemand zou dubbel tellen.", "Someone would count twice."),
)

ROW_UNFINISHED = Rule(
    "row-unfinished",
    "error",
    Words("Rij die maar half is ingevuld", "Row that is only half filled in"),
    Words(
        "In deze rij zijn verplichte cellen leeg: {columns}.",
        "In this row required cells are empty: {columns}.",
    ),
    Words(
        "Vul de rij aan. Hoort zij niet in de tabel, haal dan de hele rij weg.",
        "Complete the row. If it does not belong in the table, remove the whole row.",
    ),
    _DROPPED,
)

ZEROS_LOST = Rule(
    "zeros-lost",
    "error",
    Words("Codes met en zonder nullen vooraan", "Codes with and without zeros in front"),
    Words(
        "Codes van dezelfde jongere hebben niet overal nullen vooraan. {how}",
        "Codes of one young person do not have zeros in front everywhere. {how}",
    ),
    Words(
        "Schrijf de code overal gelijk, het liefst met de nullen. Excel laat nullen weg voor een getal. Selecteer de codes zonder nullen, "
        "kies rechtsklikken, Celeigenschappen, Aangepast, en vul bij Type zo veel nullen in als de code cijfers heeft (bijvoorbeeld 0000). "
        "In een CSV-bestand typt u de nullen zelf.",
        "Write the code the same everywhere, best with its zeros. A spreadsheet drops zeros before a number. Select the codes without "
        "zeros, right-click, choose Format Cells, Custom, and enter as many zeros as the code has digits (for example 0000). In a CSV "
        "file type the zeros yourself.",
    ),
    Words("De rijen van één jongere worden niet aan elkaar gekoppeld.", "The rows of one young person are not linked."),
)

CLIENT_SPELLED = Rule(
    "client-spelled-otherwise",
    "error",
    Words("Code anders geschreven dan bij Behandelingen", "Code spelled otherwise than in Treatments"),
    Words(
        "De code van deze jongere staat bij Behandelingen met andere hoofdletters of streepjes.",
        "The code of this young person is in Treatments with other capitals or hyphens.",
    ),
    Words("Schrijf de code precies zoals bij Behandelingen.", "Write the code exactly as in Treatments."),
    Words("De rijen van één jongere worden niet aan elkaar gekoppeld.", "The rows of one young person are not linked."),
)

CODES_UNEQUAL = Rule(
    "codes-of-unequal-length",
    "notice",
    Words("Codes van ongelijke lengte", "Codes of unequal length"),
    Words(
        "De codes in de kolom {column} zijn getallen, en niet even lang. Misschien zijn nullen vooraan weggevallen.",
        "The codes in the column {column} are numbers, and not equally long. Zeros in front may have been dropped.",
    ),
    Words(
        "Waren de codes even lang? Selecteer ze dan op elk tabblad, kies rechtsklikken, Celeigenschappen, Aangepast, en vul bij Type zo veel "
        "nullen in als een code cijfers heeft (bijvoorbeeld 0000).",
        "Were the codes equally long? Then select them on every sheet, right-click, choose Format Cells, Custom, and enter as many zeros "
        "as a code has digits (for example 0000).",
    ),
    Words(
        "Bij een volgende inzending met nullen zou niemand meer herkend worden.",
        "In a next submission with its zeros nobody would be known again.",
    ),
)

CLIENT_UNKNOWN = Rule(
    "client-unknown",
    "error",
    Words("Cliënt zonder behandeling", "Client without a treatment"),
    Words(
        "De code van deze jongere staat niet bij Behandelingen.",
        "The code of this young person is not in Treatments.",
    ),
    Words(
        "Schrijf de code precies zoals op het tabblad Behandelingen, of voeg daar een rij toe. Is daar een code als fout gemeld, "
        "verbeter die dan eerst.",
        "Write the code exactly as on the sheet Treatments, or add a row there. If a code there is reported as wrong, correct that "
        "one first.",
    ),
    Words("De rij kan niet aan iemand worden gekoppeld.", "The row cannot be linked to anyone."),
)

MANIFEST_MISSING = Rule(
    "manifest-missing",
    "error",
    Words("Niets over de inzending zelf", "Nothing about the submission itself"),
    Words(
        "Er is niets ingevuld over de inzending zelf.",
        "Nothing was filled in about the submission itself.",
    ),
    Words(
        "Vul op het tabblad Inzending bij Contract een 1 in, en bij Korte naam een naam zonder spaties. Levert u "
        'losse bestanden aan: zet er een bestand submission.toml bij met de regels contract = "1" en name = '
        '"korte-naam".',
        "On the sheet Submission fill in 1 at Contract, and a name without spaces at Short name. If you hand in "
        'separate files: add a file submission.toml with the lines contract = "1" and name = "short-name".',
    ),
    _DROPPED,
)

MANIFEST_WRONG = Rule(
    "manifest-wrong",
    "error",
    Words("Over deze inzending: er klopt iets niet", "About this submission: something is not right"),
    Words(
        "Wat over de inzending zelf is ingevuld klopt nog niet: {place}.",
        "What was filled in about the submission itself is not right yet: {place}.",
    ),
    Words(
        "{advice} U vindt het op het tabblad Inzending.",
        "{advice} You find it on the sheet Submission.",
    ),
    _DROPPED,
)
