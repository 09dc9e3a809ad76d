"""`evaluation validate` as a data manager meets it: exit codes, files out, the own workbook back, and files that hope is lost for."""

from __future__ import annotations

import json
import os
import zipfile

import jsonschema
import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from evaluation.reading.meanings.codes import code_for
from evaluation.validation.annotation import AUTHOR
from evaluation.validation.as_json import json_schema

MANIFEST = 'contract = "1"\nname = "proef"\n'
GOOD = "client,provider,programme,arm,age_group,satisfaction\nK-1,a,p,x,16_17,7\nK-2,a,p,x,16_17,8\n"
WRONG = (
    "Cliënt;Aanbieder;Programma;Groep;Leeftijdsgroep;Tevredenheid;Opmerking\r\n"
    "K-1;a;p;x;16 of 17;7,5;=1+1\r\n"
    'K-2;a;p;x;zestien;11;"twee\r\nregels"\r\n'
    "\r\n"
    "K-3;a;p;x;14 of 15;1.234;@sanne_03\r\n"
)


@pytest.fixture
def folder(tmp_path):
    def make(content: str | bytes, manifest: str | None = MANIFEST, name: str = "treatments.csv"):
        place = tmp_path / "inzending"
        place.mkdir()
        if manifest is not None:
            (place / "submission.toml").write_text(manifest)
        (place / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return place

    return make


def test_an_accepted_submission_ends_with_0(command, folder):
    done = command("validate", folder(GOOD))
    assert done.code == 0
    assert "Geaccepteerd" in done.out and "scheidingsteken: komma" in done.out
    assert "Niet nagegaan: " in done.out


def test_findings_end_with_1_and_say_where_and_what_to_do(command, folder):
    done = command("validate", folder(WRONG.encode("cp1252"), name="behandelingen.csv"))
    assert done.code == 1
    assert "behandelingen.csv, kolom E Leeftijdsgroep, rij 3" in done.out
    assert "behandelingen.csv, kolom F Tevredenheid, rij 3" in done.out
    # the blank row counts as a row, the line break within a cell does not: as a spreadsheet shows it
    assert "behandelingen.csv, kolom F Tevredenheid, rij 5" in done.out
    assert "Windows-1252" in done.out and "puntkomma" in done.out and "decimaalteken: komma" in done.out
    assert "Wat te doen" in done.out
    for cell in ("zestien", "@sanne_03", "1.234"):
        assert cell not in done.text


def test_the_json_is_what_its_schema_says(command, folder, tmp_path):
    done = command("validate", folder(WRONG, name="behandelingen.csv"), "--json", tmp_path / "findings.json")
    assert done.code == 1
    form = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.validate(form, json_schema())
    found = {(finding["rule"], *finding["columns"]): finding for finding in form["findings"]}
    assert found["cell-not-in-list", "age_group"]["lines"] == [3]
    assert found["cell-not-number", "satisfaction"]["lines"] == [5]
    assert found["identifier-found",]["place"] == 7 and found["identifier-found",]["lines"] == [5]
    assert form["privacy"]["anonymity"]["missing_as_own_value"]["k"] == 1


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_stands_by_itself_and_has_a_privacy_page(command, folder, tmp_path, lang):
    command("validate", folder(WRONG, name="behandelingen.csv"), "--html", tmp_path / "page.html", "--lang", lang)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in page
    assert "src=" not in page and "http" not in page and "<script" not in page
    for words in {"nl": ("Privacycontrole", "Handtekening", "burgerservicenummers"), "en": ("Privacy check", "Signature")}[
        lang
    ]:
        assert words in page
    assert "zestien" not in page and "sanne" not in page


def test_a_made_workbook_has_the_rows_where_they_stood_and_no_formula(command, folder, tmp_path):
    command("validate", folder(WRONG, name="behandelingen.csv"), "--annotate", tmp_path / "terug.xlsx")
    book = openpyxl.load_workbook(tmp_path / "terug.xlsx")
    assert book.sheetnames == ["Bevindingen", "treatments"]
    sheet = book["treatments"]
    assert sheet["E3"].fill.fgColor.rgb == "FFF4B6B5" and "Waarde staat niet in de lijst" in sheet["E3"].comment.text
    assert sheet["F2"].value == 7.5 and sheet["F5"].value == "1.234"
    assert sheet["G2"].value == "=1+1" and sheet["G2"].data_type == "s" and sheet["G2"].quotePrefix
    assert sheet["A4"].value is None
    assert sheet["B3"].comment is None and sheet["B3"].fill.fill_type is None
    with zipfile.ZipFile(tmp_path / "terug.xlsx") as parts:
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist() if "worksheets" in name)


def test_what_is_too_large_for_a_workbook_is_told_all_the_same(command, folder, tmp_path, monkeypatch):
    """Before: the findings sent the person to a workbook that was not made."""
    monkeypatch.setattr("evaluation.validation.made_workbook.MAX_MADE_ROWS", 2)
    found = command(
        "validate",
        folder(WRONG, name="behandelingen.csv"),
        "--annotate",
        tmp_path / "terug.xlsx",
        "--html",
        tmp_path / "a.html",
    )
    assert found.code == 2 and "te veel rijen" in found.err and "Niet geaccepteerd" in found.out
    assert "terug.xlsx" not in found.out and not (tmp_path / "terug.xlsx").exists() and (tmp_path / "a.html").exists()


def _workbook(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Behandelingen"
    for row in (
        ["Overzicht van onze jongeren"],
        ["Cliënt", "Aanbieder", "Programma", "Groep", "Leeftijdsgroep", "Behandelduur"],
        ["K-1", "a", "p", "x", "16 of 17", 12],
        ["K-2", "a", "p", "x", "zestien", "=6*2"],
        ["K-3", "a", "p", "x", "14 of 15", "=cmd|' /C calc'!A0"],
    ):
        sheet.append(row)
    sheet["A2"].font = Font(bold=True, color="FF123456")
    sheet["B3"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["E4"].comment = Comment("nog navragen", "Jan")
    sheet["C3"].value, sheet["C3"].data_type = "p", "s"
    sheet.column_dimensions["B"].width = 33
    about = book.create_sheet("Inzending")
    about.append(["Contract", "1"])
    about.append(["Naam", "proef"])
    book.create_sheet("Aantekeningen").append(["los blad"])
    book.save(path)
    return path


def test_the_own_workbook_comes_back_with_nothing_else_changed(command, tmp_path):
    done = command("validate", _workbook(tmp_path / "eigen.xlsx"), "--annotate", tmp_path / "terug.xlsx")
    assert done.code == 1 and "eigen.xlsx, tabblad Behandelingen, kolom E Leeftijdsgroep, rij 4" in done.out
    before, after = (openpyxl.load_workbook(tmp_path / name) for name in ("eigen.xlsx", "terug.xlsx"))
    assert after.sheetnames == ["Bevindingen", *before.sheetnames]
    marked = {"E4", "F4", "F5"}
    for own, back in zip(before["Behandelingen"].iter_rows(), after["Behandelingen"].iter_rows()):
        for one, other in zip(own, back):
            assert one.value == other.value and repr(one.font) == repr(other.font)
            if one.coordinate not in marked and one.row > 2:
                assert repr(one.fill) == repr(other.fill) and other.comment is None
    sheet = after["Behandelingen"]
    assert sheet["E4"].comment.text.endswith("nog navragen") and sheet["E4"].comment.author == AUTHOR
    assert sheet.column_dimensions["B"].width == 33
    assert sheet["F4"].data_type == "f", "an own formula stays"
    assert sheet["F5"].data_type == "s", "a formula that calls another program does not"
    assert "los blad" in str([cell.value for cell in after["Aantekeningen"][1]])


def test_a_second_round_leaves_no_old_marks(command, tmp_path):
    command("validate", _workbook(tmp_path / "eigen.xlsx"), "--annotate", tmp_path / "een.xlsx")
    book = openpyxl.load_workbook(tmp_path / "een.xlsx")
    book["Behandelingen"]["E4"].value = "16 of 17"
    book["Behandelingen"]["F4"].value = book["Behandelingen"]["F5"].value = 12
    book.save(tmp_path / "twee.xlsx")
    done = command("validate", tmp_path / "twee.xlsx", "--annotate", tmp_path / "drie.xlsx")
    assert done.code == 0
    last = openpyxl.load_workbook(tmp_path / "drie.xlsx")
    assert last.sheetnames.count("Bevindingen") == 1
    assert last["Behandelingen"]["E4"].fill.fill_type is None and last["Behandelingen"]["E4"].comment.text == "nog navragen"


def test_a_round_through_libreoffice_leaves_no_old_marks_and_gives_own_notes_back(command, tmp_path):
    """It forgets who wrote a note; what stood in a cell before our note comes back."""
    command("validate", _workbook(tmp_path / "eigen.xlsx"), "--annotate", tmp_path / "een.xlsx")
    book = openpyxl.load_workbook(tmp_path / "een.xlsx")
    sheet = book["Behandelingen"]
    assert sheet["E4"].comment.text.endswith("nog navragen") and "Stond er al" in sheet["E4"].comment.text
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment:
                cell.comment.author = ""
    sheet["E4"].value, sheet["F4"].value, sheet["F5"].value = "16 of 17", 12, 12
    book.save(tmp_path / "twee.xlsx")
    command("validate", tmp_path / "twee.xlsx", "--annotate", tmp_path / "drie.xlsx")
    last = openpyxl.load_workbook(tmp_path / "drie.xlsx")["Behandelingen"]
    assert last["E4"].comment.text == "nog navragen" and last["E4"].fill.fill_type is None
    assert last["F4"].comment is None and last["B3"].fill.fgColor.rgb == "FF00FF00"


def test_the_summary_links_to_the_first_cell(command, tmp_path):
    command("validate", _workbook(tmp_path / "eigen.xlsx"), "--annotate", tmp_path / "een.xlsx")
    page = openpyxl.load_workbook(tmp_path / "een.xlsx")["Bevindingen"]
    links = {cell.value: cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink}
    assert links["E4"] == "'Behandelingen'!E4"


def _book(path, *rows, title="Behandelingen", about=(["Contract", "1"], ["Korte naam", "proef"])):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if about:
        sheet = book.create_sheet("Inzending")
        for row in about:
            sheet.append(row)
    book.save(path)
    return path


_HEAD = ["Cliënt", "Aanbieder", "Programma", "Groep", "Behandelintegriteit", "Tevredenheid"]
_ROWS = [[f"K-{n}", "a", "p", "x", 80 + n, 7.125] for n in range(1, 4)]


def test_a_sheet_of_another_name_is_known_by_its_columns(command, tmp_path):
    done = command("validate", _book(tmp_path / "a.xlsx", _HEAD, *_ROWS, title="Blad1"))
    assert done.code == 0 and "tabblad 1 gelezen als Behandelingen" in done.out


def test_a_folder_of_csv_files_with_longer_names_is_read(command, folder):
    done = command("validate", folder(GOOD, name="zorg-noord-Behandelingen 2026.csv"))
    assert done.code == 0, done.text


def test_a_workbook_saved_as_csv_sheet_by_sheet_is_a_submission(command, folder):
    about = "Over deze inzending;;\nWat;Antwoord;Toelichting\nContract;1;\nKorte naam;Zorg Noord;Verplicht\n"
    place = folder(GOOD, manifest=None, name="2026-Behandelingen.csv")
    (place / "2026-Inzending.csv").write_text(about)
    (place / "2026-Behandelingen.csv").write_text(
        "Eén rij per traject,,,,,\nverplicht,verplicht,,,,\n" + GOOD.replace("16_17", "x", 1)
    )
    done = command("validate", place)
    assert done.code == 1 and "kopregel in rij 3" in done.out and "kolom E Leeftijdsgroep, rij 4" in done.out
    (place / "2026-Behandelingen.csv").write_text("Eén rij per traject,,,,,\nverplicht,verplicht,,,,\n" + GOOD)
    assert command("validate", place).code == 0


def test_a_total_and_a_second_header_are_named_and_nothing_else_is(command, tmp_path):
    total = ["Totaal", None, None, None, "=SUM(E2:E4)", None]
    done = command("validate", _book(tmp_path / "a.xlsx", _HEAD, _HEAD, *_ROWS, total), "--json", tmp_path / "f.json")
    found = {one["rule"]: one["lines"] for one in json.loads((tmp_path / "f.json").read_text())["findings"]}
    assert done.code == 1 and found["row-total"] == [6] and found["row-header"] == [2]
    assert not {"formula-unsaved", "cell-empty", "cell-not-key", "cell-not-number"} & set(found)


def test_a_percentage_is_what_it_shows(command, tmp_path):
    path = _book(tmp_path / "a.xlsx", _HEAD, *_ROWS, ["K-9", "a", "p", "x", 0.85, "7,5"], ["K-8", "a", "p", "x", "85 %", 0.5])
    book = openpyxl.load_workbook(path)
    book.active["E5"].number_format = book.active["F6"].number_format = "0%"
    book.save(path)
    done = command("validate", path)
    assert done.code == 1 and "kolom F Tevredenheid, rij 6" in done.out and "kolom E" not in done.out


def test_one_bad_cell_is_told_once(command, folder):
    """A code that is not in the list is no missing reason, and a wrong week no late baseline."""
    head = "client,provider,programme,arm,treatment_weeks,ending,follow_up_weeks,follow_up_end\n"
    rows = "".join(f"K-{n},a,p,x,{10 + n},klaar,{50 + n},weg\n" for n in range(12))
    done = command("validate", folder(head + rows))
    assert done.out.count("FOUT ") == 1 + 1 and "LET OP" not in done.out


@pytest.mark.parametrize("place", ["comment", "text in the manifest", "own sheet"])
def test_what_travels_beside_the_tables_is_searched(command, tmp_path, place):
    path = _book(tmp_path / "a.xlsx", _HEAD, *_ROWS)
    book = openpyxl.load_workbook(path)
    if place == "comment":
        book.active["A2"].comment = Comment("dit is s.jansen@voorbeeld.nl", "ik")
    elif place == "own sheet":
        book.create_sheet("Lijsten").append(["s.jansen@voorbeeld.nl"])
    else:
        book["Inzending"].append(["Bron", "vraag s.jansen@voorbeeld.nl"])
    book.save(path)
    done = command("validate", path)
    assert done.code == 1 and "e-mailadressen" in done.out and "jansen" not in done.text


def test_what_is_no_person_is_said_in_the_workbook_and_kept_in_the_receipt(command, tmp_path):
    """By answering yes on our own sheet; a cell that was not seen stays an error, and nothing of it is repeated."""
    path = _book(tmp_path / "a.xlsx", (*_HEAD, "Extra"), *((*row, "ziek") for row in _ROWS))
    book = openpyxl.load_workbook(path)
    column = len(_HEAD) + 1
    book.active.cell(2, column, "Verhuisd Xandorra")
    book.active.cell(3, column, "gesprek met Xandorra")
    book.save(path)
    assert command("validate", path, "--annotate", tmp_path / "b.xlsx").code == 1
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    page = book["Bevindingen"]
    heads = next(row for row in page.iter_rows() if "Plaatsen" in [cell.value for cell in row])
    at = {cell.value: cell.column for cell in heads}
    row = next(
        row for row in range(heads[0].row, page.max_row + 1) if page.cell(row, at["Plaatsen"]).value not in (None, "Plaatsen")
    )
    letter = openpyxl.utils.get_column_letter(column)
    assert page.cell(row, at["Plaatsen"]).value == f"Behandelingen!{letter}2:{letter}3"
    page.cell(row, at["Gezien, geen persoon"], "ja")
    book.save(tmp_path / "b.xlsx")
    done = command("validate", tmp_path / "b.xlsx", "--json", tmp_path / "f.json")
    assert done.code == 0 and "Gezien door u" in done.out and "Xandorra" not in done.text
    (seen,) = [one for one in json.loads((tmp_path / "f.json").read_text())["findings"] if one["rule"] == "identifier-seen"]
    assert seen["lines"] == [2, 3] and seen["letters"] == [letter]
    partly = command("validate", path, "--seen", f"Behandelingen!{letter}2")
    assert partly.code == 1 and "rij 3" in partly.out and "Gezien door u" in partly.out


@pytest.mark.parametrize("where", ["creator", "note", "author", "source", "title"])
def test_a_name_around_the_cells_is_an_error_that_says_where(command, tmp_path, where):
    path = _book(tmp_path / "a.xlsx", _HEAD, *_ROWS)
    book = openpyxl.load_workbook(path)
    match where:
        case "creator":
            book.properties.creator = "Xandra Kwakkestein"
        case "note":
            book.active["A2"].comment = Comment("zusje van Xandorra", "evaluation")
        case "author":
            book.active["A2"].comment = Comment("nakijken", "xkwakkestein")
        case "source":
            book["Inzending"].append(["Bron", "opgevraagd bij Xandra Kwakkestein"])
        case "title":
            book.properties.title = "Lijst van Xandra Kwakkestein"
    book.save(path)
    done = command("validate", path)
    assert done.code == 1 and "andra" not in done.text and "kwakk" not in done.text.lower() and "xando" not in done.text.lower()
    said = {
        "note": "de opmerking bij cel A2 van tabblad Behandelingen",
        "author": "de schrijver van een opmerking",
        "source": "Bron",
    }
    assert said.get(where, "eigenschappen van de werkmap") in done.out


def test_pictures_and_pivot_data_are_named(command, tmp_path):
    path = _book(tmp_path / "a.xlsx", _HEAD, *_ROWS)
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("xl/pivotCache/pivotCacheRecords1.xml", "<x/>")
        parts.writestr("xl/media/image1.png", b"x")
    done = command("validate", path)
    assert done.code == 0 and "gegevens achter een draaitabel" in done.out and "afbeeldingen" in done.out


def test_what_is_wrong_about_the_submission_says_sheet_and_form(command, tmp_path):
    done = command("validate", _book(tmp_path / "a.xlsx", _HEAD, *_ROWS, about=(["Contract", "1"], ["Korte naam", "proef!"])))
    assert (
        done.code == 1
        and "a.xlsx, tabblad Inzending" in done.out
        and "zonder spaties" in done.out
        and "proef!" not in done.text
    )
    done = command(
        "validate", _book(tmp_path / "b.xlsx", _HEAD, *_ROWS, about=(["Contract", "1"], ["Korte naam", "Zorg Noord"]))
    )
    assert done.code == 0, done.text


def test_the_next_step_is_named(command, folder):
    good = command("validate", folder(GOOD))
    assert "U kunt inzending insturen" in good.out


def test_a_hidden_sheet_of_names_is_found(command, tmp_path):
    path = _workbook(tmp_path / "eigen.xlsx")
    book = openpyxl.load_workbook(path)
    secret = book.create_sheet("Lijst")
    for row in (["nummer"], ["111222333"], ["123456782"], ["100000009"], ["sanne@voorbeeld.nl"]):
        secret.append(row)
    secret.sheet_state = "hidden"
    book.save(path)
    done = command("validate", path, "--lang", "en", "--json", tmp_path / "f.json")
    assert done.code == 1
    found = [
        finding
        for finding in json.loads((tmp_path / "f.json").read_text())["findings"]
        if finding["rule"] == "identifier-found"
    ]
    kinds = {finding["expectation"]["en"] for finding in found}
    assert any("e-mail" in words for words in kinds) and any("BSN" in words for words in kinds)
    assert "voorbeeld.nl" not in done.text and "111222333" not in done.text


def test_a_plan_and_a_previous_delivery_add_findings(command, folder, tmp_path):
    place = folder(GOOD)
    before = tmp_path / "vorig"
    before.mkdir()
    (before / "treatments.csv").write_text(GOOD + "K-3,a,p,x,16_17,8\n")
    done = command("validate", place, "--previous", before, "--lang", "en")
    assert done.code == 0 and "Young people gone since last time" in done.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("treatments.csv", b"client,provider\0\0"),
        ("treatments.csv", bytes(range(1, 256)) * 40),
        ("treatments.csv", ("c," * 1_000_000).encode()),
        ("treatments.csv", b"client,provider,programme,arm\nK-1," + b"a" * 10_000_000 + b",p,x\n"),
        ("treatments.csv", b'client,provider\n"' + b"K-1,a\n" * 400_000),
        ("treatments.parquet", b"PAR1 not really"),
        ("treatments.sav", b"$FL2 not really"),
        ("inzending.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 500),
        ("inzending.xlsx", b""),
        ("inzending.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 500),
        ("foto.png", b"\x89PNG"),
    ],
)
def test_hopeless_files_end_with_3_and_one_clear_line(command, folder, name, content):
    done = command("validate", folder(content, name=name))
    assert done.code == 3
    assert done.out == "" and len(done.err.strip().splitlines()) == 1
    assert "Traceback" not in done.err and "fout in het programma" not in done.err


def test_what_is_not_a_file_ends_with_3(command, tmp_path):
    assert command("validate", tmp_path / "weg").code == 3
    (tmp_path / "leeg").mkdir()
    assert command("validate", tmp_path / "leeg").code == 3
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "treatments.csv").mkdir()
    assert command("validate", tmp_path / "map").code == 3
    (tmp_path / "pijp").mkdir()
    os.mkfifo(tmp_path / "pijp" / "treatments.csv")
    assert command("validate", tmp_path / "pijp").code == 3
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "treatments.csv").symlink_to("/etc/hostname")
    assert command("validate", tmp_path / "link").code == 3


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>client</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>K</t></is></c></row>'


def _package(path, sheet: str, **more: bytes):
    relation = '<Relationship Id="rId1" Type="x/{}" Target="{}"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}">{relation.format("officeDocument", "xl/workbook.xml")}</Relationships>',
        )
        parts.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="r"><sheets><sheet name="treatments" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{relation.format("worksheet", "worksheets/sheet1.xml")}</Relationships>',
        )
        parts.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in more.items():
            parts.writestr(name, content)
    return path


def _sheet(rows: str = _ROW, before: str = "", after: str = "", doctype: str = "") -> str:
    return f'<?xml version="1.0"?>{doctype}<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


@pytest.mark.parametrize(
    "sheet",
    [
        _sheet(doctype='<!DOCTYPE a [<!ENTITY b "cc">]>', rows=_ROW.replace("K<", "&b;<")),
        _sheet(doctype='<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>', rows=_ROW.replace("K<", "&b;<")),
        _sheet() + " " * 100_000_000,
        _sheet(rows=_ROW.replace('r="2"', 'r="9999999999"')),
        _sheet(rows=_ROW.replace('"A2"', '"ZZZ2"')),
        _sheet(rows='<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        "<worksheet><sheetData><row>",
    ],
    ids=["entities", "outside entity", "bomb", "row beyond", "column beyond", "no such text", "cut off"],
)
def test_hostile_workbooks_end_with_3(command, tmp_path, sheet):
    done = command("validate", _package(tmp_path / "boek.xlsx", sheet))
    assert done.code == 3 and "fout in het programma" not in done.err


def test_a_workbook_with_macros_is_refused(command, tmp_path):
    assert command("validate", _package(tmp_path / "boek.xlsx", _sheet(), **{"xl/vbaProject.bin": b"x"})).code == 3


@pytest.mark.parametrize(
    "sheet",
    [
        _sheet(before='<cols><col min="-999999999" max="999999999" hidden="1"/></cols>'),
        _sheet(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        _sheet(rows=_ROW.replace("K<", "a" * 1_000_000 + "<")),
    ],
    ids=["hidden columns without end", "merged without end", "endless cell"],
)
def test_endless_claims_cost_nothing(command, tmp_path, sheet):
    done = command("validate", _package(tmp_path / "boek.xlsx", sheet))
    assert done.code == 1 and "fout in het programma" not in done.err


@pytest.mark.parametrize("manifest", ["a=" + "[" * 20_000, "a = " + "9" * 5_000, "= =", 'contract = "9"\nname = "K 1"\n', ""])
def test_a_manifest_that_is_not_right_is_a_finding(command, folder, manifest):
    done = command("validate", folder(GOOD, manifest=manifest))
    assert done.code == 1 and "submission.toml" in done.out


_WIDE = ["Cliënt", "Aanbieder", "Programma", "Groep", "Behandelduur", "Einde behandeling", "Startperiode"]
_LONG = [[f"K-{n}", "a", "p", "x", 10 + n, "volgens plan afgerond", "2024-1"] for n in range(1, 6)]


def _told(command, path):
    done = command("validate", path, "--json", path.with_suffix(".json"))
    return done, {one["rule"]: one for one in json.loads(path.with_suffix(".json").read_text())["findings"]}


def test_a_missing_header_row_is_one_finding(command, tmp_path):
    done, found = _told(command, _book(tmp_path / "a.xlsx", *_LONG))
    assert done.code == 1 and [one for one in found if found[one]["severity"] == "error"] == ["headers-missing"], found
    assert "Cliënt, Aanbieder" in done.out


def test_a_wrong_header_is_linked_to_the_column_that_misses_it(command, tmp_path):
    done, found = _told(command, _book(tmp_path / "a.xlsx", ["Clientnr", *_WIDE[1:]], *_LONG))
    assert "column-unknown" not in found and "Kolom A lijkt erop: verander de kop daarvan in 'Cliënt'" in done.out


def test_two_swapped_columns_are_one_finding(command, tmp_path):
    head = [*_WIDE[:4], "Einde behandeling", "Behandelduur", "Startperiode"]
    _, found = _told(command, _book(tmp_path / "a.xlsx", head, *_LONG))
    assert found["columns-swapped"]["letters"] == ["F", "E"] and not {"cell-not-whole", "cell-not-in-list"} & set(found)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (5, "12-03-2024", "Vul het aantal weken sinds de start in, bijvoorbeeld 12."),
        (5, 45321, "Excel bewaart een datum als een getal"),
        (5, "12 weken", "woorden of een eenheid"),
        (5, "−2", "Het minteken is een ander streepje"),
        (5, "nvt", "teken voor 'onbekend'"),
        (7, "202411", "jaar met een maand"),
        (6, "volgens plan afgerondd", "Bedoelt u 'volgens plan afgerond'?"),
    ],
)
def test_a_wrong_cell_is_told_what_it_probably_is(command, tmp_path, column, value, said):
    rows = [list(row) for row in _LONG]
    rows[2][column - 1] = value
    done, _ = _told(command, _book(tmp_path / "a.xlsx", _WIDE, *rows))
    assert done.code == 1 and said in done.out and str(value) not in done.text.replace(said, "")


def test_a_block_beside_the_table_and_a_sum_without_a_label_are_told_as_what_they_are(command, tmp_path):
    rows = [[*row, None, f"x{at}", at] for at, row in enumerate(_LONG)]
    rows.append([None, None, None, None, 65])
    done, found = _told(command, _book(tmp_path / "a.xlsx", _WIDE, *rows))
    assert done.code == 1 and found["row-total"]["lines"] == [7] and "cell-empty" not in found
    assert "kolom I tot en met J" in found["beside-table"]["expectation"]["nl"] and "column-unknown" not in found


def test_a_mended_workbook_is_never_written_over(command, tmp_path):
    """The steps of the manual: check, mend in the checked workbook, check again to the same name."""
    path = _book(tmp_path / "a.xlsx", _WIDE, *[[*row[:4], "12 weken", *row[5:]] for row in _LONG])
    again = tmp_path / "nagekeken.xlsx"
    assert command("validate", path, "--annotate", again).code == 1
    assert command("validate", path, "--annotate", again).code == 1, "its own, untouched"
    book = openpyxl.load_workbook(again)
    for row in range(2, 7):
        book["Behandelingen"].cell(row, 5, 12)
    book.save(again)
    mended = again.read_bytes()
    refused = command("validate", path, "--annotate", again)
    assert refused.code == 2 and "nagekeken-2.xlsx" in refused.err and again.read_bytes() == mended
    assert command("validate", again, "--annotate", tmp_path / "nagekeken-2.xlsx").code == 0


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("14-15 jaar", "14_15"),
        ("14 t/m 15", "14_15"),
        ("16–17", "16_17"),
        ("15;3", "14_15"),
        ("8-11", "under_12"),
        ("12-14", ""),
    ],
)
def test_ages_from_to_are_a_group_when_both_are_in_it(written, group):
    assert code_for("age_group", written) == group


@pytest.mark.parametrize(
    ("written", "ending"),
    [("gestopt door jongere", "stopped_by_client"), ("afgebroken door de instelling", "stopped_by_provider"), ("gestopt", "")],
)
def test_who_stopped_is_read_after_the_verb_too(written, ending):
    assert code_for("ending", written) == ending
