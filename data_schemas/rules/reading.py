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
        "Deze rij heeft minder cellen dan de kopregel ({width}).",
        "This row has fewer cells than the header row ({width}).",
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
        "Deze rij heeft meer cellen dan de kopregel ({width}).",
        "This row has more cells than the header row ({width}).",
    ),
    Words(
        "Vaak staat er een komma in een getal of in een tekst. Haal die weg, of zet de tekst tussen aanhalingstekens.",
        "Often there is a comma in a number or in a text. Remove it, or put the text in quotation marks.",
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
    Words(
        "Deze rij is een totaal of gemiddelde, en gaat niet over één jongere.",
        "This row is a total or mean, and not about one young person.",
    ),
    Words("Haal de rij weg; totalen worden later berekend.", "Remove the row; totals are calculated later."),
    Words("De rij is niet gelezen.", "The row was not read."),
)

ROW_HEADER = Rule(
    "row-header",
    "error",
    Words("Kopregel die nog eens voorkomt", "Header row that occurs once more"),
    Words(
        "Hier staat de kopregel nog een keer.",
        "Here the header row stands once more.",
    ),
    Words(
        "Haal deze rij weg.",
        "Remove this row.",
    ),
    Words("De rij is niet gelezen.", "The row was not read."),
)

QUOTE_OPEN = Rule(
    "quote-open",
    "error",
    Words("Aanhalingsteken zonder einde", "Quotation mark without an end"),
    Words(
        "In deze rij staat een aanhalingsteken zonder tweede erbij.",
        "In this row stands a quotation mark without a second one.",
    ),
    Words(
        "Haal het aanhalingsteken weg, of zet er een achter.",
        "Remove the quotation mark, or add one behind it.",
    ),
    Words("Alles wat erna komt is als één cel gelezen.", "Everything after it was read as one cell."),
)

CELL_TOO_LONG = Rule(
    "cell-too-long",
    "error",
    Words("Cel met heel veel tekst", "Cell with a great deal of text"),
    Words(
        "In deze cel staat heel veel tekst, meer dan {limit} tekens.",
        "In this cell stands a great deal of text, more than {limit} signs.",
    ),
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
        "In de kolom {column} staat een fout van Excel, zoals #DEEL/0! of #N/B.",
        "In the column {column} stands an error of the spreadsheet, such as #DIV/0! or #N/A.",
    ),
    Words(
        "Typ het getal zelf in de cel. Is het niet bekend, maak de cel dan leeg.",
        "Type the number itself into the cell. If it is not known, empty the cell.",
    ),
    _REFUSED,
)

CELL_DATE = Rule(
    "cell-date",
    "error",
    Words("Datum in een cel", "Date in a cell"),
    Words(
        "In de kolom {column} staat een datum.",
        "In the column {column} stands a date.",
    ),
    Words(
        "{how} Maakt Excel er weer een datum van? Maak de cel dan eerst op als tekst.",
        "{how} Does the spreadsheet make a date of it again? Format the cell as text first.",
    ),
    _REFUSED,
)

FORMULA_UNSAVED = Rule(
    "formula-unsaved",
    "error",
    Words("Formule zonder bewaarde uitkomst", "Formula without a stored result"),
    Words(
        "In de kolom {column} staat een formule waarvan de uitkomst niet bewaard is.",
        "In the column {column} stands a formula whose result was not saved.",
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
    Words(
        "Deze cellen zijn samengevoegd.",
        "These cells are merged.",
    ),
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
    Words(
        "Deze rijen zijn verborgen of weggefilterd.",
        "These rows are hidden or filtered out.",
    ),
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
    Words(
        "Er zijn verborgen kolommen.",
        "There are hidden columns.",
    ),
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
        "Tabblad {place} is verborgen.",
        "Sheet {place} is hidden.",
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
    Words(
        "Tabblad {place} is niet te lezen.",
        "Sheet {place} cannot be read.",
    ),
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
        "In de werkmap zit ook: {what}. Dat is niet doorzocht.",
        "The workbook also has: {what}. That was not searched.",
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
        "Tabblad {place} wordt niet gebruikt.",
        "Sheet {place} is not used.",
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
        "Dit bestand wordt niet gebruikt.",
        "This file is not used.",
    ),
    Words(
        "Haal het uit de map. Is het een tabel, geef het dan een van deze namen: {tables}.",
        "Take it out of the folder. If it is a table, give it one of these names: {tables}.",
    ),
    Words("Wat erin staat is niet gelezen.", "What it holds was not read."),
)
