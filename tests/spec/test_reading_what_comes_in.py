"""What comes in, as people's programs write it: the same table, or a finding that says what is not what it seems."""

from __future__ import annotations

import datetime

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from evaluation.failures import CannotRead
from evaluation.validation.validating import validate

MANIFEST = 'contract = "1"\nname = "proef"\n'
HEADER = ("client", "provider", "programme", "arm", "age_group", "satisfaction", "treatment_weeks")
ROWS = [("K-1", "a", "p", "x", "16_17", "7.5", "12"), ("K-2", "a", "p", "x", "unknown", "", "30")]


def text(sign=",", end="\n", decimal=".", header=HEADER, rows=ROWS) -> str:
    return "".join(sign.join(row).replace("7.5", f"7{decimal}5") + end for row in (header, *rows))


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "inzending"
    place.mkdir()
    (place / "submission.toml").write_text(MANIFEST)
    return place


def check(folder, content: str | bytes, name="treatments.csv"):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return validate(folder)


def found(validation) -> dict[str, list[int]]:
    return {finding.rule.code: finding.lines.tolist() for finding in validation.findings}


SAME = {
    "as anyone": text(),
    "as Dutch Excel": text(";", "\r\n", ",").encode("cp1252"),
    "UTF-8 with a mark": text(";", "\r\n", ",").encode("utf-8-sig"),
    "UTF-16": text("\t", "\r\n").encode("utf-16"),
    "old Mac line ends": text(end="\r"),
    "Excel's own hint": "sep=;\r\n" + text(";", "\r\n"),
    "blank rows at the end": text() + "\n\n,,,,,,\n",
    "empty columns at the end": text(header=(*HEADER, "", ""), rows=[(*row, "", "") for row in ROWS]),
    "headers in Dutch, with spaces": text(
        ";", header=("Cliënt ", " aanbieder", "PROGRAMMA", "Groep", "Leeftijds groep", "tevredenheid", "Behandelduur")
    ),
    "labels in Dutch": text().replace("16_17", "16 of 17").replace("unknown", "Onbekend"),
    "everything quoted": "\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEADER, *ROWS)),
}


@pytest.mark.parametrize("content", SAME.values(), ids=SAME)
def test_the_same_table_however_it_is_written(folder, content):
    validation = check(folder, content)
    assert validation.accepted, validation.markdown("en")
    frame = validation.submission.tables["treatments"]
    assert frame["client"].tolist() == ["K-1", "K-2"]
    assert frame["age_group"].tolist() == ["16_17", "unknown"]
    assert frame["satisfaction"].tolist()[0] == 7.5 and np.isnan(frame["satisfaction"].tolist()[1])
    assert frame["treatment_weeks"].tolist() == [12, 30]


def test_what_was_guessed_is_said(folder):
    said = check(folder, text(";", "\r\n", ",").encode("cp1252").replace(b"a;p", b"a;p")).notes[0]
    assert "puntkomma" in said.nl and "komma" in said.nl and "UTF-8" in said.nl
    assert "semicolon" in said.en


@pytest.mark.parametrize(
    ("rows", "code", "lines"),
    [
        (["K-1,a,p,x,16_17,7.5,1.000"], "cell-not-whole", [2]),
        (['K-1,a,p,x,16_17,"7,5",12', 'K-2,a,p,x,16_17,"1.234",12'], "cell-not-number", [3]),
        (["K-1,a,p,x,16_17,NA,12"], "cell-not-number", [2]),
        (["K-1,a,p,x,16_17,7.5,12", "", "K-2,a,p,x,zestien,7.5,12"], "cell-not-in-list", [4]),
        (['K-1,a,p,"x', 'y",16_17,7.5,12', "K-2,a,p,x,zestien,7.5,12"], "cell-not-in-list", [3]),
        (["K-1,a,p,x"], "row-short", [2]),
        (["K-1,a,p,x,16_17,7,5,12"], "row-long", [2]),
        (["K-1,a,p,x,16_17,7.5,12", 'K-2,a,p,x,16_17,7.5,"12'], "quote-open", [3]),
        (["K-1,a,p,x,16_17,7.5,12", "K-1,a,p,x,16_17,7.5,12"], "key-twice", [2, 3]),
        (["K-1,a,p,x,16_17,7.5,12", ",a,p,x,16_17,7.5,12"], "cell-empty", [3]),
    ],
)
def test_a_finding_stands_where_the_program_shows_it(folder, rows, code, lines):
    assert found(check(folder, ",".join(HEADER) + "\n" + "\n".join(rows) + "\n"))[code] == lines


def book(path, rows, header=HEADER, change=None):
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Behandelingen"
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    about = made.create_sheet("Inzending")
    for line in (("Contract", "1"), ("Naam", "proef")):
        about.append(line)
    if change:
        change(made, sheet)
    made.save(path)
    return validate(path)


PEOPLE = [["K-1", "a", "p", "x", "16_17", 7.5, 12], ["K-2", "a", "p", "x", "14_15", None, 30]]


def _put(place, value):
    return lambda made, sheet: sheet.__setitem__(place, value)


def _hide_row(made, sheet):
    sheet.row_dimensions[3].hidden = True


def _hide_column(made, sheet):
    sheet.column_dimensions["F"].hidden = True


def _hide_sheet(made, sheet):
    made.create_sheet("Oud").sheet_state = "hidden"


def _error(made, sheet):
    sheet["F3"].value, sheet["F3"].data_type = "#DIV/0!", "e"


@pytest.mark.parametrize(
    ("change", "code", "lines"),
    [
        (_put("F3", datetime.date(2024, 3, 1)), "cell-date", [3]),
        (_put("G2", "=6*2"), "formula-unsaved", [2]),
        (_error, "cell-error", [3]),
        (lambda made, sheet: sheet.merge_cells("D2:D3"), "cells-merged", [2, 3]),
        (_hide_row, "rows-hidden", [3]),
        (_hide_column, "columns-hidden", []),
        (_hide_sheet, "sheet-hidden", []),
        (_put("E2", "zestien"), "cell-not-in-list", [2]),
    ],
)
def test_a_workbook_is_not_what_it_seems(tmp_path, change, code, lines):
    validation = book(tmp_path / "boek.xlsx", PEOPLE, change=change)
    assert found(validation)[code] == lines


def test_a_title_above_the_header_and_blank_rows_below_do_no_harm(tmp_path):
    def change(made, sheet):
        sheet.insert_rows(1)
        sheet["A1"] = "Onze jongeren"
        sheet["A40"].font = openpyxl.styles.Font(bold=True)

    validation = book(tmp_path / "boek.xlsx", PEOPLE, change=change)
    assert validation.accepted and validation.rows == {"treatments": 2}
    assert "rij 2" in validation.notes[0].nl


def test_spss_labels_are_as_good_as_codes(folder):
    frame = pd.DataFrame({"client": ["K-1", "K-2"], "provider": "a", "programme": "p", "arm": "x", "leeftijd": [1.0, 2.0]})
    pyreadstat.write_sav(
        frame,
        str(folder / "treatments.sav"),
        column_labels=["", "", "", "", "Leeftijdsgroep"],
        variable_value_labels={"leeftijd": {1: "14 of 15", 2: "16 of 17"}},
    )
    validation = validate(folder)
    assert validation.accepted and validation.submission.tables["treatments"]["age_group"].tolist() == ["14_15", "16_17"]


def test_parquet_is_read_as_the_text_that_its_owner_sees(folder):
    columns = {
        "client": ["K-1"],
        "provider": ["a"],
        "programme": ["p"],
        "arm": ["x"],
        "satisfaction": [7.5],
        "treatment_weeks": [12],
    }
    pq.write_table(pa.table(columns), folder / "treatments.parquet")
    validation = validate(folder)
    assert validation.accepted and validation.submission.tables["treatments"]["treatment_weeks"].tolist() == [12]


def test_the_same_data_in_another_form_have_the_same_hash(folder, tmp_path):
    plain = check(folder, text(rows=[("K-1", "a", "p", "x", "16_17", "7.5", "12"), ("K-2", "a", "p", "x", "14_15", "", "30")]))
    assert plain.submission.sha256 == book(tmp_path / "proef.xlsx", PEOPLE).submission.sha256


def test_a_single_file_is_not_a_submission(folder):
    (folder / "treatments.csv").write_text(text())
    with pytest.raises(CannotRead):
        validate(folder / "treatments.csv")


@pytest.mark.parametrize(
    ("header", "content", "code"),
    [
        ("BSN", ["12345"], "identifier-header"),
        ("Naam cliënt", ["K-1"], "identifier-possible"),
        ("extra", ["111222333", "123456782", "100000009", "111222333"], "identifier-found"),
        ("extra", ["sanne@voorbeeld.nl"], "identifier-found"),
        ("extra", ["06-12345678"], "identifier-found"),
        ("extra", ["NL91ABNA0417164300"], "identifier-found"),
        ("extra", ["3511 LX"], "identifier-found"),
        ("extra", ["3 mei 2008"], "identifier-found"),
        ("extra", ["Sanne de Vries", "Piet Jansen", "Fatima El Amrani"], "identifier-found"),
        ("sanne@voorbeeld.nl", ["x"], "identifier-found"),
    ],
)
def test_what_points_at_a_person_is_found_and_not_repeated(folder, header, content, code):
    rows = [(f"K-{number}", "a", "p", "x", "16_17", "7.5", "12", cell) for number, cell in enumerate(content)]
    validation = check(folder, text(header=(*HEADER, header), rows=rows))
    codes = [finding.rule.code for finding in validation.findings]
    assert code in codes or (code == "identifier-possible" and "identifier-header" in codes)
    shown = validation.markdown("nl") + validation.markdown("en") + str(validation.as_json())
    assert not any(cell in shown for cell in (*content, header) if len(cell) > 5)
