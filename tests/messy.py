"""Workbooks as strangers fill them in: each with many mistakes, and what somebody types who does literally what each message says."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from datetime import datetime

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from evaluation.contract.template import template

TREATMENTS, MEASUREMENTS, EVENTS = "Behandelingen", "Metingen", "Gebeurtenissen"
CRIES = "CRIES-13, Schokverwerkingslijst voor kinderen"
FIRST = 5  # the first row below the headers of the template
Rows = list[dict[str, object]]


def people(count: int = 24) -> tuple[Rows, Rows, Rows]:
    """What is right: treatments, measurements and events."""
    draws = random.Random(3)
    treated, measured, happened = [], [], []
    for number in range(1, count + 1):
        code, weeks = f"{number:04d}", draws.randrange(12, 40)
        until, before = weeks + draws.randrange(10, 50), draws.randrange(28, 60)
        treated.append(
            {
                "Cliënt": code,
                "Aanbieder": "zorg-oost",
                "Programma": "spoor",
                "Groep": "spoor",
                "Startperiode": draws.choice(["2023-1", "2023-2", "2024-1"]),
                "Leeftijdsgroep": draws.choice(["14 of 15", "16 of 17"]),
                "Geslacht": draws.choice(["meisje", "jongen"]),
                "LVB": draws.choice(["ja", "nee", "onbekend"]),
                "Behandelduur": weeks,
                "Einde behandeling": draws.choice(["volgens plan afgerond", "eenzijdig gestopt door de jongere"]),
                "Geplande contacten": weeks,
                "Gevolgde contacten": weeks - draws.randrange(1, 6),
                "Behandelintegriteit": draws.randrange(60, 100),
                "Doelrealisatie": draws.randrange(40, 100),
                "Tevredenheid": round(draws.uniform(5, 9.5), 1),
                "Gevolgd vanaf week": 0,
                "Gevolgd tot en met week": until,
                "Waarom het volgen stopte": "einde van het onderzoek",
            }
        )
        about = {"Cliënt": code, "Instrument": CRIES, "Informant": "jongere zelf"}
        measured.append({**about, "Meetmoment": "voormeting", "Week": 0, "Score": before})
        measured.append({**about, "Meetmoment": "nameting", "Week": weeks, "Score": max(0, before - draws.randrange(2, 20))})
        if number % 4 == 0:
            week = draws.randrange(2, until)
            about = {"Cliënt": code, "Gebeurtenis": "weglopen", "Van week": week, "Tot en met week": week}
            happened.append({**about, "Zekerheid": "feitelijk", "Bron": "jongere zelf"})
    return treated, measured, happened


# Sheet, header, row: what a stranger has there, and what the message says to put there (None: nothing).
IN_CELLS: dict[tuple[str, str, int], tuple[object, object]] = {
    (TREATMENTS, "Behandelduur", 6): ("12 wk", 12),
    (TREATMENTS, "Behandelduur", 9): ("3 mnd", 13),
    (TREATMENTS, "Behandelduur", 7): (datetime(2024, 3, 11), 20),
    (TREATMENTS, "Startperiode", 8): (202411, "2024-2"),
    (TREATMENTS, "Startperiode", 11): ("nov 2023", "2023-2"),
    (TREATMENTS, "Startperiode", 12): ("Q3 2023", "2023-2"),
    (TREATMENTS, "LVB", 5): ("J", "ja"),
    (TREATMENTS, "LVB", 6): ("N", "nee"),
    (TREATMENTS, "LVB", 7): (1, "ja"),
    (TREATMENTS, "LVB", 8): (0, "nee"),
    (TREATMENTS, "LVB", 9): ("x", "ja"),
    (TREATMENTS, "Geslacht", 5): ("V", "meisje"),
    (TREATMENTS, "Geslacht", 6): ("M", "jongen"),
    (TREATMENTS, "Geslacht", 7): ("vrouw", "meisje"),
    (TREATMENTS, "Leeftijdsgroep", 5): (16, "16 of 17"),
    (TREATMENTS, "Leeftijdsgroep", 6): ("15 jaar", "14 of 15"),
    (TREATMENTS, "Leeftijdsgroep", 7): ("16-17", "16 of 17"),
    (TREATMENTS, "Tevredenheid", 6): ("n.v.t.", None),
    (TREATMENTS, "Tevredenheid", 7): ("-", None),
    (TREATMENTS, "Tevredenheid", 9): (75, 7.5),
    (TREATMENTS, "Doelrealisatie", 11): ("onbekend", None),
    (TREATMENTS, "Doelrealisatie", 12): ("120", 100),
    (TREATMENTS, "Behandelintegriteit", 9): ("#DEEL/0!", None),
    (TREATMENTS, "Einde behandeling", 9): ("afgerond", "volgens plan afgerond"),
    (TREATMENTS, "Einde behandeling", 10): ("gestopt", "voortijdig in overleg"),
    (TREATMENTS, "Gevolgd vanaf week", 14): (95, 0),
    (MEASUREMENTS, "Score", 7): ("n.v.t.", None),
    (MEASUREMENTS, "Score", 9): ("?", None),
    (MEASUREMENTS, "Score", 11): ("niet afgenomen", None),
    (MEASUREMENTS, "Score", 12): (170, 17),
    (MEASUREMENTS, "Score", 13): (-3, 3),
    (MEASUREMENTS, "Week", 16): (datetime(2024, 5, 6), 26),
    (MEASUREMENTS, "Week", 18): ("wk 30", 30),
    (MEASUREMENTS, "Week", 20): (45418, 28),
    (MEASUREMENTS, "Meetmoment", 21): ("T0", "voormeting"),
    (MEASUREMENTS, "Meetmoment", 22): ("T1", "nameting"),
    (MEASUREMENTS, "Instrument", 24): ("CRIES", CRIES),
    (MEASUREMENTS, "Instrument", 25): (CRIES[:21], CRIES),
    (MEASUREMENTS, "Informant", 26): ("zelf", "jongere zelf"),
    (EVENTS, "Gebeurtenis", 5): ("weggelopen", "weglopen"),
    (EVENTS, "Zekerheid", 6): ("100%", "feitelijk"),
    (EVENTS, "Bron", 6): ("mevr. Jansen", "hulpverlener"),
}


def in_the_template() -> bytes:
    """The template, filled in with forty mistakes and more: cells, totals, rows that were begun, codes that lost their zeros."""
    book = load_workbook(io.BytesIO(template("nl")))
    book["Inzending"]["B5"] = "Zorg Oost 2026"
    treated, measured, happened = people()
    for row in measured:
        row["Cliënt"] = int(str(row["Cliënt"]))
    for name, rows in ((TREATMENTS, treated), (MEASUREMENTS, measured), (EVENTS, happened)):
        for at, row in enumerate(rows):
            for header, value in row.items():
                book[name].cell(FIRST + at, place(book[name], header)).value = value
    for (name, header, row), (wrong, _) in IN_CELLS.items():
        book[name].cell(row, place(book[name], header)).value = wrong
    sheet = book[TREATMENTS]
    sheet.cell(29, 1).value = "0025"
    sheet.cell(30, 2).value, sheet.cell(30, place(sheet, "Behandelduur")).value = "Gemiddelde", 24.3
    total = book[MEASUREMENTS].max_row + 1
    book[MEASUREMENTS].cell(total, 1).value, book[MEASUREMENTS].cell(total, 6).value = "Totaal aantal lijsten", 48
    return written(book)


def of_their_own() -> bytes:
    """No template: titles above, headers of their own, sheets called otherwise, columns swapped, two tables side by side, totals."""
    book = Workbook()
    sheet, other, about = book.active, book.create_sheet("Vragenlijsten"), book.create_sheet("Inzending")
    sheet.title = "Deelnemers 2024"
    about.append(["Contract", 1])
    about.append(["Naam", "zorg oost"])
    sheet["A1"], sheet["A2"] = "Overzicht uitstroom 2024", "bijgewerkt tot en met Q3"
    sheet.merge_cells("A1:H1")
    treated, measured, happened = people()
    called = {
        "Cliënt": "Client code",
        "Behandelduur": "Duration (weeks)",
        "Einde behandeling": "Reden uitstroom",
        "Groep": "arm",
    }
    kept = [name for name in treated[0] if name not in ("LVB", "Tevredenheid", "Gevolgd vanaf week", "Doelrealisatie")]
    for place_, name in enumerate(kept, start=1):
        sheet.cell(4, place_).value = called.get(name, name)
    swapped = {"Leeftijdsgroep": "Geslacht", "Geslacht": "Leeftijdsgroep"}
    for at, row in enumerate(treated):
        for place_, name in enumerate(kept, start=1):
            sheet.cell(5 + at, place_).value = row[swapped.get(name, name)]
    aside = len(kept) + 2
    for at, row in enumerate([dict(zip(happened[0], happened[0])), *happened]):
        for place_, value in enumerate(row.values(), start=aside):
            sheet.cell(4 + at, place_).value = value
    sheet.cell(30, 1).value, sheet.cell(30, 8).value = "gem.", 25
    other.append(["Client", "Vragenlijst", "Ingevuld door", "Moment", "Weeknr", "Totaalscore"])
    for row in measured:
        other.append(
            [row["Cliënt"], "CRIES-13", "client", "T0" if row["Week"] == 0 else "T1", row["Week"], f"{row['Score']},0"]
        )
    return written(book)


def place(sheet: Worksheet, header: str, row: int = FIRST - 1) -> int:
    """Position of a column from 1."""
    return [cell.value for cell in sheet[row]].index(header) + 1


def mended_in_the_template(content: bytes) -> bytes:
    """What somebody does in the marked workbook of `in_the_template`, message by message."""
    book = load_workbook(io.BytesIO(content))
    type_in(book, {where: right for where, (_, right) in IN_CELLS.items()})
    for cell in book[MEASUREMENTS]["A"][FIRST - 1 :]:
        cell.number_format = "0000"
    book[TREATMENTS].delete_rows(29, 2)
    book[MEASUREMENTS].delete_rows(FIRST + 48)
    return written(book)


def mended_of_their_own(content: bytes, round_: int) -> bytes:
    """What somebody does in the marked workbook of `of_their_own`."""
    book = load_workbook(io.BytesIO(content))
    sheet, other = book["Deelnemers 2024"], book["Vragenlijsten"]
    if round_ == 2:
        first, second = place(sheet, "Leeftijdsgroep"), place(sheet, "Geslacht")
        sheet.cell(4, first).value, sheet.cell(4, second).value = "Geslacht", "Leeftijdsgroep"
        return written(book)
    sheet.delete_rows(30)
    for cell in sheet[4]:
        cell.value = {
            "Client code": "Cliënt",
            "Duration (weeks)": "Behandelduur",
            "Reden uitstroom": "Einde behandeling",
        }.get(cell.value, cell.value)
    aside, events = place(sheet, "Waarom het volgen stopte") + 2, book.create_sheet(EVENTS)
    for row in sheet.iter_rows(min_row=4, min_col=aside):
        if any(cell.value is not None for cell in row):
            events.append([cell.value for cell in row])
        for cell in row:
            cell.value = None
    for cell, header in zip(other[1], ("Cliënt", "Instrument", "Informant", "Meetmoment", "Week", "Score")):
        cell.value = header
    for row in other.iter_rows(min_row=2):
        row[2].value, row[3].value = "jongere zelf", {"T0": "voormeting", "T1": "nameting"}[row[3].value]
    return written(book)


def type_in(book: Workbook, answers: Mapping[tuple[str, str, int], object]) -> None:
    """Values into cells, by sheet, header and row."""
    for (name, header, row), value in answers.items():
        cell = book[name].cell(row, place(book[name], header))
        cell.value = value
        if cell.is_date and not isinstance(value, datetime):
            cell.number_format = "General"


def written(book: Workbook) -> bytes:
    """The workbook as it is kept."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
