"""What a reader can find before any cell is understood: rows, cells and sheets that are not what they seem."""

from data_schemas.finding import Rule
from data_schemas.words import Words

_REFUSED = Words(
    "De inzending wordt niet geaccepteerd zolang dit niet klopt.", "The submission is not accepted until this is right."
)

ROW_SHORT = Rule(
    "row-short",
    "warning",
    Words("Rij met te weinig cellen", "Row with too few cells"),
    Words(
        "Elke rij heeft {width} cellen, evenveel als de kopregel.", "Every row has {width} cells, as many as the header row."
    ),
    Words(
        "Kijk of er in deze rijen een scheidingsteken ontbreekt. Excel laat lege cellen aan het einde soms weg; dan "
        "is er niets aan de hand.",
        "See whether a separator is missing in these rows. Excel sometimes leaves out empty cells at the end; then "
        "nothing is wrong.",
    ),
    Words("De ontbrekende cellen zijn als leeg gelezen.", "The missing cells were read as empty."),
)

ROW_LONG = Rule(
    "row-long",
    "error",
    Words("Rij met te veel cellen", "Row with too many cells"),
    Words(
        "Elke rij heeft {width} cellen, evenveel als de kopregel.", "Every row has {width} cells, as many as the header row."
    ),
    Words(
        "Haal het overtollige scheidingsteken weg, of zet de cel waarin het hoort tussen aanhalingstekens. Vaak is "
        "het een komma in een getal of in een toelichting.",
        "Remove the superfluous separator, or put the cell that it belongs to in quotation marks. Often it is a "
        "comma in a number or in a remark.",
    ),
    Words(
        "Deze rijen zijn niet gelezen; andere tabellen kunnen daardoor melden dat de cliënt ontbreekt.",
        "These rows were not read; other tables may therefore say that the client is missing.",
    ),
)

ROW_TOTAL = Rule(
    "row-total",
    "error",
    Words("Rij met een totaal of gemiddelde", "Row with a total or mean"),
    Words("Elke rij van de tabel gaat over één jongere.", "Every row of the table is about one young person."),
    Words("Haal de rij weg; totalen worden later berekend.", "Remove the row; totals are calculated later."),
    Words("De rij is niet gelezen.", "The row was not read."),
)

ROW_HEADER = Rule(
    "row-header",
    "error",
    Words("Kopregel die nog eens voorkomt", "Header row that occurs once more"),
    Words(
        "De koppen van de kolommen staan er één keer, boven de tabel.",
        "The headers of the columns stand once, above the table.",
    ),
    Words("Haal de extra kopregel weg.", "Remove the additional header row."),
    Words("De rij is niet gelezen.", "The row was not read."),
)

QUOTE_OPEN = Rule(
    "quote-open",
    "error",
    Words("Aanhalingsteken zonder einde", "Quotation mark without an end"),
    Words(
        "Een cel die met een aanhalingsteken begint, eindigt er ook mee.",
        "A cell that begins with a quotation mark ends with one too.",
    ),
    Words("Sluit het aanhalingsteken in deze rij, of haal het weg.", "Close the quotation mark in this row, or remove it."),
    Words("Alles wat erna komt is als één cel gelezen.", "Everything after it was read as one cell."),
)

CELL_TOO_LONG = Rule(
    "cell-too-long",
    "error",
    Words("Cel met heel veel tekst", "Cell with a great deal of text"),
    Words("Een cel heeft ten hoogste {limit} tekens.", "A cell has at most {limit} characters."),
    Words(
        "Haal de tekst weg; vrije tekst hoort niet in een inzending.",
        "Remove the text; free text does not belong in a submission.",
    ),
    _REFUSED,
)

CELL_ERROR = Rule(
    "cell-error",
    "error",
    Words("Foutwaarde van de spreadsheet", "Error value of the spreadsheet"),
    Words(
        "In de kolom {column} staan geen foutwaarden zoals #DEEL/0! of #N/B.",
        "The column {column} has no error values such as #DIV/0! or #N/A.",
    ),
    Words(
        "Verbeter de formule, of vervang haar door de waarde. Laat de cel leeg als het niet bekend is.",
        "Correct the formula, or replace it with the value. Leave the cell empty when it is not known.",
    ),
    _REFUSED,
)

CELL_DATE = Rule(
    "cell-date",
    "error",
    Words("Datum in een cel", "Date in a cell"),
    Words("In de kolom {column} staan geen datums.", "The column {column} has no dates."),
    Words(
        "Maak de cel op als tekst en typ opnieuw wat er hoort te staan; de spreadsheet maakt van 12-13 of 2024-1 "
        "vanzelf een datum. Was een datum bedoeld: reken die om naar weken vanaf de start (week 1) of naar een "
        "halfjaar.",
        "Format the cell as text and type again what should be there; the spreadsheet turns 12-13 or 2024-1 into a "
        "date of its own accord. If a date was meant: convert it to weeks from the start (week 1) or to a "
        "half-year.",
    ),
    _REFUSED,
)

FORMULA_UNSAVED = Rule(
    "formula-unsaved",
    "error",
    Words("Formule zonder bewaarde uitkomst", "Formula without a stored result"),
    Words(
        "Elke formule in de kolom {column} heeft een bewaarde uitkomst.",
        "Every formula in the column {column} has a stored result.",
    ),
    Words(
        "Open het bestand in Excel of LibreOffice, laat het rekenen en bewaar het opnieuw; of vervang de formules "
        "door hun waarden (kopiëren, plakken als waarden).",
        "Open the file in Excel or LibreOffice, let it calculate and save it again; or replace the formulas with "
        "their values (copy, paste as values).",
    ),
    _REFUSED,
)

CELLS_MERGED = Rule(
    "cells-merged",
    "error",
    Words("Samengevoegde cellen", "Merged cells"),
    Words("Elke cel van de tabel staat op zichzelf.", "Every cell of the table stands by itself."),
    Words("Hef de samenvoeging op en vul elke cel in.", "Unmerge the cells and fill in each of them."),
    Words(
        "Alleen de eerste cel van een samenvoeging heeft een waarde; de andere zijn leeg gelezen.",
        "Only the first cell of a merged range has a value; the others were read as empty.",
    ),
)

ROWS_HIDDEN = Rule(
    "rows-hidden",
    "warning",
    Words("Verborgen of weggefilterde rijen", "Hidden or filtered rows"),
    Words("Alle rijen van de tabel zijn zichtbaar.", "All rows of the table are visible."),
    Words(
        "Zet het filter uit en maak de rijen zichtbaar; haal weg wat niet in de inzending hoort.",
        "Turn the filter off and unhide the rows; remove what does not belong in the submission.",
    ),
    Words("De rijen zijn gewoon gelezen en tellen mee.", "The rows were read like the others and count."),
)

COLUMNS_HIDDEN = Rule(
    "columns-hidden",
    "warning",
    Words("Verborgen kolommen", "Hidden columns"),
    Words("Alle kolommen van de tabel zijn zichtbaar.", "All columns of the table are visible."),
    Words(
        "Maak de kolommen zichtbaar; haal weg wat niet in de inzending hoort, zoals namen.",
        "Unhide the columns; remove what does not belong in the submission, such as names.",
    ),
    Words(
        "De kolommen zijn gewoon gelezen; wat erin staat gaat mee met het bestand.",
        "The columns were read like the others; what they hold travels with the file.",
    ),
)

SHEET_HIDDEN = Rule(
    "sheet-hidden",
    "warning",
    Words("Verborgen tabblad", "Hidden sheet"),
    Words(
        "De werkmap heeft geen verborgen tabbladen; tabblad {place} is verborgen.",
        "The workbook has no hidden sheets; sheet {place} is hidden.",
    ),
    Words(
        "Maak het tabblad zichtbaar (rechtsklikken op een tabblad) en haal het weg als het niet in de inzending hoort.",
        "Unhide the sheet (right-click a sheet tab) and remove it if it does not belong in the submission.",
    ),
    Words(
        "Wat erin staat gaat mee met het bestand, ook als het niet wordt gebruikt.",
        "What it holds travels with the file, even when it is not used.",
    ),
)

SHEET_UNREAD = Rule(
    "sheet-unread",
    "error",
    Words("Tabblad dat niet te lezen is", "Sheet that cannot be read"),
    Words("Elk tabblad is te doorzoeken; tabblad {place} niet.", "Every sheet can be searched; sheet {place} cannot."),
    Words(
        "Haal het tabblad weg als het niet in de inzending hoort.", "Remove the sheet if it does not belong in the submission."
    ),
    Words(
        "Niemand kan zeggen of er iets in staat dat op een persoon wijst.",
        "Nobody can tell whether it holds anything that points at a person.",
    ),
)

PART_UNSEARCHED = Rule(
    "part-unsearched",
    "warning",
    Words("Iets in de werkmap dat niet doorzocht is", "Something in the workbook that was not searched"),
    Words(
        "De werkmap heeft alleen tabbladen met cellen; deze heeft ook {what}.",
        "The workbook has sheets of cells alone; this one also has {what}.",
    ),
    Words(
        "Haal het weg als het niet in de inzending hoort. Of kopieer de tabellen als waarden naar een lege invulwerkmap.",
        "Remove it if it does not belong in the submission. Or copy the tables as values into an empty fill-in workbook.",
    ),
    Words(
        "Het gaat mee met het bestand; niemand heeft gekeken of er iets in staat dat op een persoon wijst.",
        "It travels with the file; nobody looked whether it holds anything that points at a person.",
    ),
)

SHEET_UNUSED = Rule(
    "sheet-unused",
    "notice",
    Words("Tabblad dat niet wordt gebruikt", "Sheet that is not used"),
    Words(
        "Elk tabblad is een tabel van de inzending; tabblad {place} niet.",
        "Every sheet is a table of the submission; sheet {place} is not.",
    ),
    Words(
        "Haal het tabblad weg, of geef het de naam van een tabel: {tables}.",
        "Remove the sheet, or give it the name of a table: {tables}.",
    ),
    Words(
        "Wat erin staat is niet gelezen, maar gaat wel mee met het bestand.",
        "What it holds was not read, but it travels with the file.",
    ),
)

FILE_UNUSED = Rule(
    "file-unused",
    "warning",
    Words("Bestand dat niet wordt gebruikt", "File that is not used"),
    Words(
        "Elk bestand in de map is een tabel van de inzending: {tables}.",
        "Every file in the folder is a table of the submission: {tables}.",
    ),
    Words(
        "Geef het bestand de naam van een tabel, of haal het uit de map.",
        "Give the file the name of a table, or take it out of the folder.",
    ),
    Words("Wat erin staat is niet gelezen.", "What it holds was not read."),
)
