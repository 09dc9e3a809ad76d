"""The fill-in workbook, as a data manager meets it: empty, filled with labels, checked by the program."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from data_schemas.instruments import registry
from data_schemas.tables import tables
from data_schemas.words import LANGS
from evaluation.contract.synthesising import synthetic
from evaluation.contract.template import template
from evaluation.contract.template.instruction import NEVER, STEPS, WEEKS
from evaluation.contract.template.table_sheet import HEADER, ROWS
from evaluation.reading.headers import match_header, match_table
from evaluation.validation.validating import validate

HEADER_ROW = HEADER + 1  # as a person counts
MANIFEST = {"nl": "Inzending", "en": "Submission"}
NAME = {"nl": "Korte naam", "en": "Short name"}


@pytest.fixture(scope="module", params=LANGS)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def empty(lang):
    return template(lang)


def _headers(sheet) -> dict[str, int]:
    return {sheet.cell(HEADER_ROW, place).value: place for place in range(1, sheet.max_column + 1)}


def _filled(content: bytes, lang: str, path: Path, clients: int, only: tuple[str, ...] = tuple(tables())) -> Path:
    """The workbook filled as a person would: labels from the lists, a name, nothing else."""
    book = load_workbook(io.BytesIO(content))
    for name, frame in synthetic(clients, seed=4).items():
        if name not in only:
            continue
        table, sheet = tables()[name], book[tables()[name].label[lang]]
        where = _headers(sheet)
        for line, row in enumerate(frame.astype(object).to_dict("records"), start=HEADER_ROW + 1):
            for column in table.columns:
                value = row[column.name]
                if value is None or value != value or str(value) == "<NA>":
                    continue
                if column.codes:
                    value = column.codes.label(value)[lang]
                elif column.name == "instrument":
                    value = registry()[value].words[lang]
                sheet.cell(line, where[column.label[lang]]).value = value
    sheet = book[MANIFEST[lang]]
    row = next(line for line in range(1, 20) if sheet.cell(line, 1).value == NAME[lang])
    sheet.cell(row, 2).value = "proef"
    book.save(path)
    return path


def test_the_same_contract_gives_the_same_bytes(lang, empty):
    assert template(lang) == empty


def test_every_table_has_its_sheet_with_every_column(lang, empty):
    book = load_workbook(io.BytesIO(empty))
    assert {match_table(name) for name in book.sheetnames} - {None} == set(tables())
    for table in tables().values():
        headers = _headers(book[table.label[lang]])
        assert [match_header(table, header) for header in headers] == list(table.names)


def test_every_header_explains_itself_and_says_whether_it_is_required(lang, empty):
    book = load_workbook(io.BytesIO(empty))
    required = {"nl": "verplicht", "en": "required"}[lang]
    for table in tables().values():
        sheet = book[table.label[lang]]
        for place, column in enumerate(table.columns, start=1):
            note = sheet.cell(HEADER_ROW, place).comment.text
            assert column.description[lang] in note and column.name in note
            assert (sheet.cell(HEADER_ROW - 1, place).value == required) == column.filled
        assert sheet.freeze_panes == f"B{HEADER_ROW + 1}"
        assert sheet.page_setup.orientation == "landscape" and f"${HEADER_ROW}" in sheet.print_title_rows


def test_every_cell_checks_what_is_typed(lang, empty):
    book = load_workbook(io.BytesIO(empty))
    for table in tables().values():
        checks = {
            next(iter(check.sqref.ranges)).min_col: check for check in book[table.label[lang]].data_validations.dataValidation
        }
        for place, column in enumerate(table.columns, start=1):
            check = checks[place]
            assert next(iter(check.sqref.ranges)).size["rows"] == ROWS and check.error and check.prompt
            assert len(check.error) <= 255 and len(check.prompt) <= 255
            if column.codes:
                assert check.type == "list" and check.formula1 == f"codes_{column.codes_from}"
            elif column.kind in ("whole", "number"):
                assert check.type == {"whole": "whole", "number": "decimal"}[column.kind]
                assert column.minimum is None or float(check.formula1) == column.minimum


def test_lists_hold_the_labels_of_the_contract(lang, empty):
    book = load_workbook(io.BytesIO(empty))
    for table in tables().values():
        for column in table.columns:
            if column.codes:
                sheet, cells = next(iter(book.defined_names[f"codes_{column.codes_from}"].destinations))
                found = [row[0].value for row in book[sheet][cells.replace("$", "")]]
                assert found == [entry.label[lang] for entry in column.codes.codes]


def test_no_formula_no_macro_no_date_no_outside_link(empty):
    parts = zipfile.ZipFile(io.BytesIO(empty))
    names = parts.namelist()
    assert not [name for name in names if "vba" in name.lower() or "external" in name.lower()]
    assert not [name for name in names if name.startswith("xl/worksheets/sheet") and b"<f>" in parts.read(name)]
    assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_empty_it_is_not_accepted_and_says_what_to_fill_in(empty, tmp_path):
    path = tmp_path / "leeg.xlsx"
    path.write_bytes(empty)
    validation = validate(path)
    assert validation.submission is None
    codes = {finding.rule.code for finding in validation.findings}
    assert {"manifest-wrong", "table-empty"} <= codes
    assert not codes & {"column-missing", "column-unknown", "sheet-unused", "cells-merged", "rows-hidden"}


def test_filled_with_labels_it_is_accepted(lang, empty, tmp_path):
    validation = validate(_filled(empty, lang, tmp_path / "gevuld.xlsx", clients=25))
    assert [finding.rule.code for finding in validation.findings if finding.rule.severity == "error"] == []
    treatments = validation.submission.tables["treatments"]
    assert len(treatments) == 25 and set(treatments["gender"].dropna()) <= {"girl", "boy", "other", "unknown"}
    assert validation.submission.name == "proef"


def test_a_sheet_that_is_not_needed_may_stay_empty(empty, lang, tmp_path):
    """Who registers no events, or saw none, leaves that sheet as it is."""
    validation = validate(_filled(empty, lang, tmp_path / "deels.xlsx", clients=12, only=("treatments",)))
    assert [finding.rule.code for finding in validation.findings if finding.rule.severity == "error"] == []
    assert len(validation.submission.tables["events"]) == len(validation.submission.tables["measurements"]) == 0


def test_own_words_and_an_own_questionnaire_go_below_on_the_sheet(empty, lang, tmp_path):
    path = _filled(empty, lang, tmp_path / "eigen.xlsx", clients=10)
    book = load_workbook(path)
    sheet = book[MANIFEST[lang]]
    told = {
        "labels.provider-1.nl": "Aanbieder Een",
        "labels.provider-1.en": "Provider One",
        "instruments.eigen-lijst.nl": "Eigen lijst",
        "instruments.eigen-lijst.en": "Own list",
        "instruments.eigen-lijst.source": "Handleiding, blz. 12",
        "instruments.eigen-lijst.higher_is_better": "false",
        "instruments.eigen-lijst.minimum": "0",
        "instruments.eigen-lijst.maximum": "40",
    }
    for row, (key, value) in enumerate(told.items(), start=sheet.max_row - len(told) + 1):
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = key, value
    measurements = book[tables()["measurements"].label[lang]]
    where = _headers(measurements)
    instrument, score = (where[tables()["measurements"].column(name).label[lang]] for name in ("instrument", "score"))
    measurements.cell(HEADER_ROW + 1, instrument).value = told[f"instruments.eigen-lijst.{lang}"]
    measurements.cell(HEADER_ROW + 1, score).value = 40
    book.save(path)
    submission = validate(path).submission
    assert submission.manifest.labels["provider-1"].en == "Provider One"
    assert submission.manifest.instruments["eigen-lijst"].maximum == 40
    assert submission.tables["measurements"]["instrument"].iloc[0] == "eigen-lijst"


def test_both_languages_give_the_same_submission(tmp_path):
    found = [validate(_filled(template(lang), lang, tmp_path / f"{lang}.xlsx", clients=12)).submission.sha256 for lang in LANGS]
    assert found[0] == found[1]


def test_the_instruction_says_how_weeks_count_and_what_never_to_enter(lang, empty):
    sheet = load_workbook(io.BytesIO(empty)).worksheets[0]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    for left, right in (*STEPS, *NEVER, *WEEKS):
        assert left[lang] in text and right[lang] in text
    assert 50 // 7 + 1 == 8  # the example of the sheet


def test_the_command_writes_it_and_never_overwrites(tmp_path, command):
    path = tmp_path / "werkmap.xlsx"
    assert command("template", path).code == 0
    assert path.read_bytes() == template("nl")
    path.write_bytes(path.read_bytes() + b" ")
    again = command("template", path)
    assert again.code == 2 and "bestaat al" in again.err
    assert command("template", tmp_path / "werkmap.csv").code == 2
