"""What points at a person, planted in every column, header and sheet name of a submission: found wherever it stands.

And on data that hold nothing of the kind (the examples and the fictional consortium) nothing is called certain.
"""

from __future__ import annotations

import json

import openpyxl
import pytest

from data_schemas.identifiers import identifiers
from data_schemas.tables import tables
from evaluation.validation.findings_page import findings_page
from evaluation.validation.validating import validate
from tests.property.test_validation_corruption import as_bytes, valid

PLANTED = {
    "bsn": ["111222333", "123456782", "100000009", "136897525"],
    "education_number": ["101222306", "101230832", "101255300", "101288299"],
    "v_number": ["V-nummer 2871234567", "V-nr: 2700000001", "vreemdelingennummer 2812345678", "V-nummer: 2899999999"],
    "name": ["Sanne de Vries", "Fatima El Amrani", "P. van den Berg", "Jansen, Piet"],
    "email": ["s.jansen@voorbeeld.nl", "lotte03@mail.example.org", "a.b@c.de", "mail: x@y.org"],
    "phone": ["06-12345678", "+31 6 1234 5678", "0031612345678", "06 12345678"],
    "postcode": ["3511 LX", "1012 AB", "Kerkstraat 1, 3511 LX Utrecht", "9712 CP"],
    "iban": ["NL91ABNA0417164300", "NL91 ABNA 0417 1643 00", "DE89370400440532013000", "BE68539007547034"],
    "social_media": ["@sanne_03", "snap: sannetje", "instagram.com/sanne", "insta: lotte.x"],
    "date": ["03-04-2008", "3 mrt 2008", "2008-04-03", "3/4/2008"],
    "case_number": ["16/706123-19", "05-123456-21", "10/987654-22", "16/111111-20"],
    "licence_plate": ["12-XKB-3", "GB-001-B", "auto 4-TFL-24 van vriend", "99-XX-99"],
    "free_text": [
        "Moeder belde omdat zij weer ziek is",
        "Heeft veel contact met een oudere vriend gehad",
        "Woont sinds kort bij haar tante in Zwolle",
        "Zegt dat zij niet meer naar school wil",
    ],
}
COLUMNS = [(table.name, column.name) for table in tables().values() for column in table.columns]


def _submission(tmp_path, table: str, header: str, texts: list[str]):
    place = tmp_path / "inzending"
    place.mkdir()
    (place / "submission.toml").write_text('contract = "1"\nname = "proef"\n')
    for name, rows in valid().items():
        if name == table:
            rows = [{**row, header: texts[at % len(texts)]} for at, row in enumerate(rows)]
        (place / f"{name}.csv").write_bytes(as_bytes(rows))
    return validate(place)


def _what(validation) -> set[tuple[str, str]]:
    """Kinds that were found, each with the severity."""
    names = {identifier.label.nl: name for name, identifier in identifiers().items()}
    return {
        (names[finding.values["what"].nl], finding.rule.severity) for finding in validation.findings if "what" in finding.values
    }


def _assert_silent(validation, kind: str) -> None:
    shown = json.dumps(validation.as_json(), ensure_ascii=False) + findings_page(validation, "nl") + validation.markdown("nl")
    assert not [text for text in PLANTED[kind] if text in shown]


def test_every_kind_is_planted():
    in_text = {name for name, identifier in identifiers().items() if identifier.where != "codes"}
    assert set(PLANTED) == in_text


@pytest.mark.parametrize("code", ["Selam", "sanne", "fatima_e", "SV-2008", "sdv030408", "20080403", "TvdB", "111222333"])
def test_a_code_that_is_no_code_is_refused_whichever_the_name(tmp_path, code):
    """One client's code among codes; a name that is in no list, initials, a birth date or a citizen's number."""
    place = tmp_path / "inzending"
    place.mkdir()
    (place / "submission.toml").write_text('contract = "1"\nname = "proef"\n')
    tables = {name: [dict(row) for row in rows] for name, rows in valid().items()}
    own = tables["treatments"][3]["client"]
    for name, rows in tables.items():
        for row in rows:
            row["client"] = code if row["client"] == own else row["client"]
        (place / f"{name}.csv").write_bytes(as_bytes(rows))
    validation = validate(place)
    assert not validation.accepted and any(severity == "error" for _, severity in _what(validation))
    assert code not in json.dumps(validation.as_json(), ensure_ascii=False) + findings_page(validation, "nl")


@pytest.mark.parametrize("kind", PLANTED)
def test_in_a_column_that_the_contract_does_not_know(tmp_path, kind):
    validation = _submission(tmp_path, "treatments", "extra", PLANTED[kind])
    assert (kind, "error") in _what(validation) and not validation.accepted
    _assert_silent(validation, kind)


@pytest.mark.parametrize("kind", PLANTED)
def test_in_every_column_of_the_contract_the_submission_is_refused(tmp_path, kind):
    """All columns of a table at once; each must have an error of its own about these cells."""
    place = tmp_path / "inzending"
    place.mkdir()
    (place / "submission.toml").write_text('contract = "1"\nname = "proef"\n')
    for table in tables().values():
        rows = [
            {column.name: PLANTED[kind][(at + shift) % 4] for shift, column in enumerate(table.columns)} for at in range(12)
        ]
        (place / f"{table.name}.csv").write_bytes(as_bytes(rows))
    validation = validate(place)
    refused = {
        (finding.table, name)
        for finding in validation.findings
        for name in finding.columns
        if finding.rule.severity == "error" and len(finding.lines)
    }
    # a short name, a score or a citizen's number that is a number within bounds can be anyone's
    missing = set(COLUMNS) - refused
    assert not missing, missing
    _assert_silent(validation, kind)


@pytest.mark.parametrize(
    "header",
    [
        "BSN",
        "Naam cliënt",
        "Geboortedatum",
        "e-mail",
        "Telefoonnummer moeder",
        "Adres",
        "IBAN",
        "V-nummer",
        "Instagram",
        "achternaam",
    ],
)
def test_a_header_gives_its_column_away(tmp_path, header):
    validation = _submission(tmp_path, "treatments", header, ["onbekend", "zie map", "staat er"])
    assert not validation.accepted and _what(validation)


@pytest.mark.parametrize("kind", [kind for kind in PLANTED if kind not in ("free_text", "date", "name", "licence_plate")])
def test_in_a_header_and_in_the_name_of_a_sheet(tmp_path, kind):
    for text in PLANTED[kind][:1]:
        validation = _submission(tmp_path, "events", text, ["1"])
        assert kind in {found for found, _ in _what(validation)}, text
        _assert_silent(validation, kind)
        book = openpyxl.Workbook()
        book.active.title = "Behandelingen"
        book.active.append(["Cliënt"])
        try:
            book.create_sheet(text)
        except ValueError:
            continue
        book.save(tmp_path / "boek.xlsx")
        assert kind in {found for found, _ in _what(validate(tmp_path / "boek.xlsx"))}, text


@pytest.mark.parametrize("name", ["fireworks", "rossi", "anorexia", "beat-the-blues", "consortium"])
def test_clean_data_are_called_nothing(command, tmp_path, name):
    assert command("example", name, "--out", tmp_path / name).code == 0
    assert _what(validate(tmp_path / name)) == set()
