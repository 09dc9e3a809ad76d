"""Raw exports as providers have them, of made-up people: an electronic record, SPSS wide, REDCap with repeated instruments."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

NAMES = ("Sanne de Vries", "Fatima el Amrani", "Naomi Pinas", "Elif Yilmaz", "Zuzanna Kowalska", "Selam Tesfay")


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up young person."""

    number: int
    name: str
    born: date
    girl: bool
    start: date
    end: date
    before: int
    after: int
    ended: str


def people(count: int = 24) -> Iterator[Person]:
    """As many made-up people, always the same."""
    rng = np.random.default_rng(20262)
    for at in range(count):
        start = date(2024, 1, 8) + timedelta(days=int(rng.integers(0, 150)))
        yield Person(
            at,
            NAMES[at % len(NAMES)],
            date(2008 + at % 2, 1 + at % 12, 1 + at % 28),
            at % 8 != 0,
            start,
            start + timedelta(weeks=int(rng.integers(12, 30))),
            int(rng.integers(25, 55)),
            int(rng.integers(5, 40)),
            "Behandeling volgens plan afgerond" if at % 4 else "Cliënt eenzijdig gestopt",
        )


def write_csv(path: Path, rows: Sequence[dict], separator: str = ";", encoding: str = "utf-8") -> None:
    """Rows as a file; every key that some row has is a column."""
    headers = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, headers, restval="", delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)


def electronic_record(folder: Path) -> Path:
    """Four tables: people, trajectories, questionnaires row by row, incidents."""
    folder.mkdir()
    everyone = list(people())
    day = "{:%d-%m-%Y}".format
    write_csv(
        folder / "Clienten.csv",
        [
            {
                "Cliëntnummer": 70400 + p.number,
                "Naam cliënt": p.name,
                "BSN": f"{111222000 + p.number * 7}",
                "Geboortedatum": day(p.born),
                "Geslacht": "V" if p.girl else "M",
                "Postcode": "1016 AA",
            }
            for p in everyone
        ],
        encoding="cp1252",
    )
    write_csv(
        folder / "Trajecten.csv",
        [
            {
                "TrajectID": 900 + p.number,
                "Cliëntnummer": 70400 + p.number,
                "Startdatum zorg": day(p.start),
                "Einddatum zorg": day(p.end),
                "Reden einde zorg": p.ended,
                "Zorgvorm": "Verblijf open groep" if p.number % 2 else "Ambulante begeleiding",
                "Regiebehandelaar": "J. de Boer",
            }
            for p in everyone
        ],
        encoding="cp1252",
    )
    lists = []
    for p in everyone:
        lists.append({"p": p, "Meetmoment": "T0", "when": p.start + timedelta(days=3), "score": p.before})
        if p.number % 5:
            lists.append({"p": p, "Meetmoment": "T1", "when": p.end - timedelta(days=2), "score": p.after})
    write_csv(
        folder / "ROM.csv",
        [
            {
                "ROM-id": at,
                "Cliëntnummer": 70400 + one["p"].number,
                "Vragenlijst": "CRIES-13",
                "Ingevuld door": "jeugdige",
                "Meetmoment": one["Meetmoment"],
                "Afnamedatum": day(one["when"]),
                "Totaalscore": one["score"],
            }
            for at, one in enumerate(lists)
        ],
        encoding="cp1252",
    )
    write_csv(
        folder / "Incidenten.csv",
        [
            {
                "Cliëntnummer": 70400 + p.number,
                "Datum incident": day(p.start + timedelta(weeks=5)),
                "Soort incident": "Weggelopen" if p.number % 6 else "Seksuele uitbuiting",
                "Toelichting": f"{p.name} werd gezien op station",
            }
            for p in everyone
            if p.number % 3 == 0
        ],
        encoding="cp1252",
    )
    return folder


def spss_wide(path: Path) -> Path:
    """One row per person, codes with value labels, a score and a date per moment."""
    import pyreadstat

    everyone = list(people())
    frame = pd.DataFrame(
        {
            "respnr": [float(p.number + 1) for p in everyone],
            "sekse": [2.0 if p.girl else 1.0 for p in everyone],
            "gebdat": [p.born for p in everyone],
            "startbeh": [p.start for p in everyone],
            "eindbeh": [p.end for p in everyone],
            "redeneind": [1.0 if "plan" in p.ended else 2.0 for p in everyone],
            "lvb": [float(p.number % 2) for p in everyone],
            "cries13_t0": [float(p.before) for p in everyone],
            "datum_t0": [p.start + timedelta(days=2) for p in everyone],
            "cries13_t1": [float(p.after) if p.number % 5 else np.nan for p in everyone],
            "datum_t1": [p.end if p.number % 5 else None for p in everyone],
            "dat_weglopen": [p.start + timedelta(weeks=4) if p.number % 6 == 1 else None for p in everyone],
            "opm": [f"{p.name} belde" for p in everyone],
        }
    )
    pyreadstat.write_sav(
        frame,
        path,
        variable_value_labels={
            "sekse": {1.0: "jongen", 2.0: "meisje"},
            "redeneind": {1.0: "volgens plan", 2.0: "drop-out"},
            "lvb": {0.0: "nee", 1.0: "ja"},
        },
        column_labels={"sekse": "Geslacht", "redeneind": "Reden einde behandeling"},
    )
    return path


def redcap_repeated(path: Path) -> Path:
    """One file: a row with who it is, rows of questionnaires and rows of incidents, told apart by `redcap_repeat_instrument`."""
    rows = []
    for p in people():
        record = f"{p.number + 1}"
        rows.append(
            {
                "record_id": record,
                "redcap_repeat_instrument": "",
                "redcap_repeat_instance": "",
                "first_name": p.name.split()[0],
                "date_of_birth": f"{p.born:%Y-%m-%d}",
                "sex": "2" if p.girl else "1",
                "start_date": f"{p.start:%Y-%m-%d}",
                "end_date": f"{p.end:%Y-%m-%d}",
                "reason_end": "completed as planned" if "plan" in p.ended else "client withdrew",
                "demographics_complete": "2",
            }
        )
        for instance, (moment, when, score) in enumerate(
            [("baseline", p.start, p.before), ("end", p.end, p.after)][: 2 if p.number % 5 else 1], start=1
        ):
            rows.append(
                {
                    "record_id": record,
                    "redcap_repeat_instrument": "cries13",
                    "redcap_repeat_instance": instance,
                    "cries_moment": moment,
                    "cries_date": f"{when:%Y-%m-%d}",
                    "cries_total": score,
                    "cries13_complete": "2",
                }
            )
        if p.number % 3 == 0:
            rows.append(
                {
                    "record_id": record,
                    "redcap_repeat_instrument": "incidents",
                    "redcap_repeat_instance": 1,
                    "incident_date": f"{p.start + timedelta(weeks=5):%Y-%m-%d}",
                    "incident_type": "ran away",
                    "incident_source": "staff",
                }
            )
    write_csv(path, rows, ",")
    return path
