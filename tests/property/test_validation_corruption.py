"""A valid submission, harmed at random: what is harmless stays accepted and the same, what breaks the contract never is.

More than 500 corruptions a run, by default: many bad cells stand in one submission, each in a row of its own, so that each
is judged apart. `CORRUPTIONS=5000 pytest tests/property/test_validation_corruption.py` tries more of them.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import tempfile
import zipfile
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_schemas.tables import tables
from evaluation.failures import UserError
from evaluation.validation.annotation import annotated_workbook
from evaluation.validation.as_json import json_schema
from evaluation.validation.findings_page import findings_page
from evaluation.validation.validating import validate

MARK = "Kanarie7Q"
CORRUPTIONS = int(os.environ.get("CORRUPTIONS", "500"))
# Submissions in which every row of two tables is harmed (24 cells each), others that are damaged as a whole.
FULL, WHOLE = -(-CORRUPTIONS * 7 // 10 // 24), -(-CORRUPTIONS // 40)
MANY = settings(
    max_examples=WHOLE,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Rows = list[dict[str, str]]


def valid() -> dict[str, Rows]:
    """Twelve clients with two measurements and an event each; every pseudonym carries the mark."""
    clients = [f"{MARK}-{number:02d}" for number in range(12)]
    treatments = [
        {
            "client": name,
            "provider": "aanbieder",
            "programme": "programma",
            "arm": "ab"[number % 2],
            "start_period": "2024-1",
            "age_group": "16_17",
            "gender": "girl",
            "treatment_weeks": str(20 + number % 5),
            "ending": "completed",
            "satisfaction": ["7.5", "8", "6"][number % 3],
            "follow_up_weeks": "60",
            "follow_up_end": "end_of_study",
        }
        for number, name in enumerate(clients)
    ]
    measurements = [
        {
            "client": name,
            "instrument": "cries-13",
            "informant": "self",
            "moment": moment,
            "week": str(week),
            "score": str(20 + (number * 7 + week) % 19),
        }
        for number, name in enumerate(clients)
        for moment, week in (("baseline", 0), ("end", 22))
    ]
    events = [
        {
            "client": name,
            "event": "running_away",
            "week_from": str(3 + 3 * number),
            "week_to": str(4 + 3 * number),
            "certainty": "actual",
        }
        for number, name in enumerate(clients)
    ]
    return {"treatments": treatments, "measurements": measurements, "events": events}


def as_bytes(rows: Rows, headers=None, *, sign=",", encoding="utf-8", end="\n", decimal=".") -> bytes:
    names = list(rows[0])
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sign, lineterminator=end)
    writer.writerow(headers or names)
    writer.writerows(
        [[row[name].replace(".", decimal) if name == "satisfaction" else row[name] for name in names] for row in rows]
    )
    return out.getvalue().encode(encoding)


def outcome(files: dict[str, bytes]):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "inzending"
        place.mkdir()
        (place / "submission.toml").write_text('contract = "1"\nname = "proef"\n')
        for name, content in files.items():
            (place / name).write_bytes(content)
        return validate(place)


def assert_silent(validation) -> None:
    """No cell in any form of the outcome, and the JSON is what its schema says."""
    form = json.loads(json.dumps(validation.as_json()))
    jsonschema.validate(form, json_schema())
    shown = json.dumps(form) + findings_page(validation, "nl") + findings_page(validation, "en") + validation.markdown("nl")
    assert MARK.casefold() not in shown.casefold()


PLAIN = outcome({f"{name}.csv": as_bytes(rows) for name, rows in valid().items()})


def test_the_submission_to_be_harmed_is_accepted():
    assert PLAIN.accepted, PLAIN.markdown("en")
    assert_silent(PLAIN)


@MANY
@given(
    seed=st.integers(0, 2**32),
    sign=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
    words=st.sampled_from(["name", "nl", "en"]),
    comma=st.booleans(),
)
def test_another_way_of_writing_is_the_same_submission(seed, sign, encoding, end, words, comma):
    shuffle = random.Random(seed).shuffle
    files = {}
    for name, rows in valid().items():
        shuffle(rows)
        names = list(rows[0])
        shuffle(names)
        rows = [{column: spoken(name, column, row[column], words) for column in names} for row in rows]
        headers = [column if words == "name" else tables()[name].column(column).label[words] for column in names]
        decimal = "," if comma and sign != "," else "."
        files[f"{name}.csv"] = as_bytes(rows, headers, sign=sign, encoding=encoding, end=end, decimal=decimal)
    validation = outcome(files)
    assert validation.accepted, validation.markdown("en")
    assert validation.submission.sha256 == PLAIN.submission.sha256
    assert_silent(validation)


def spoken(table: str, column: str, value: str, words: str) -> str:
    """A code as people call it."""
    codes = tables()[table].column(column).codes
    return codes.label(value)[words].upper() if codes and words != "name" else value


BAD = {
    "key": [f"{MARK} met spatie", f"{MARK}/1", "", f"=cmd|' /C {MARK}'!A0"],
    "name": [f"{MARK}!", "", f"@{MARK}"],
    "period": [f"{MARK}", "2024-3", "01-02-2024"],
    "code": [MARK, "onbekent", "=1+1", "#N/B"],
    "whole": [MARK, "1.000", "1,5", "99999", "n.v.t.", "1e3", "१२"],
    "number": [MARK, "#DEEL/0!", "9999999", "10-11", "--", "nan", "inf"],
}
# an unknown score or client of an event has a rule of its own
OPEN = {("measurements", "score"): {"9999999"}}


def laid_out(rows: Rows, rng: random.Random) -> tuple[bytes, list[int]]:
    """A table with blank rows here and there, as the file and as the row numbers that a spreadsheet shows."""
    sign, end = rng.choice([";", ",", "\t"]), rng.choice(["\n", "\r\n"])
    records = list(csv.reader(io.StringIO(as_bytes(rows, sign=sign).decode(), newline=""), delimiter=sign))
    out, numbers, row = io.StringIO(), [], 0
    writer = csv.writer(out, delimiter=sign, lineterminator=end)
    for place, record in enumerate(records):
        while place and rng.random() < 0.15:
            out.write(end)
            row += 1
        writer.writerow(record)
        row += 1
        if place:
            numbers.append(row)
    return out.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "utf-16"])), numbers


@pytest.mark.parametrize("seed", range(FULL))
def test_every_bad_cell_is_found_in_its_own_row(seed):
    """One bad cell in every row of two tables: each is found there, in its column, and nothing else is called wrong by it."""
    rng = random.Random(seed)
    submission, harmed, files = valid(), {}, {}
    for table in rng.sample(sorted(submission), 2):
        names = [name for name in submission[table][0] if tables()[table].column(name).kind in BAD]
        for place, row in enumerate(submission[table][:12]):
            column = rng.choice(names)
            declared = tables()[table].column(column)
            row[column] = rng.choice([text for text in BAD[declared.kind] if text or declared.filled])
            harmed[table, place] = column
    where = {}
    for table, rows in submission.items():
        files[f"{table}.csv"], where[table] = laid_out(rows, rng)
    validation = outcome(files)
    assert not validation.accepted
    found = {
        (finding.table, column, line)
        for finding in validation.findings
        if finding.rule.severity == "error"
        for column in finding.columns
        for line in finding.lines.tolist()
    }
    expected = {(table, column, where[table][place]) for (table, place), column in harmed.items()}
    assert expected <= found, expected - found
    called = {(table, column, line) for table, column, line in found if line not in where[table]}
    assert not called, "rows that are blank"
    assert_silent(validation)


@pytest.mark.parametrize("seed", range(-(-WHOLE // 4)))
def test_what_comes_back_as_a_workbook_repeats_no_cell_in_its_summary(seed, tmp_path):
    rng = random.Random(seed)
    submission = valid()
    for rows in submission.values():
        for row in rng.sample(rows, 4):
            row[rng.choice(list(row))] = rng.choice([MARK, f"={MARK}", f"@{MARK}", f"{MARK} van den Berg"])
    for table, rows in submission.items():
        (tmp_path / f"{table}.csv").write_bytes(laid_out(rows, rng)[0])
    (tmp_path / "submission.toml").write_text('contract = "1"\nname = "proef"\n')
    book = openpyxl.load_workbook(io.BytesIO(annotated_workbook(tmp_path, validate(tmp_path), "nl")))
    first = book[book.sheetnames[0]]
    notes = [cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
    assert MARK.casefold() not in " ".join([str(cell.value) for row in first.iter_rows() for cell in row] + notes).casefold()
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    for table, rows in submission.items():
        kept = {str(cell.value) for row in book[table].iter_rows() for cell in row}
        assert {row["client"] for row in rows} <= kept


def _without(table, column):
    return lambda files: {**files, table: [{k: v for k, v in row.items() if k != column} for row in files[table]]}


def _twice(table):
    return lambda files: {**files, table: [*files[table], dict(files[table][3])]}


def _changed(table, row, **values):
    return lambda files: {
        **files,
        table: [{**one, **values} if place == row else one for place, one in enumerate(files[table])],
    }


BREAKS = {
    "no needed column": _without("treatments", "arm"),
    "no key": _without("measurements", "client"),
    "a row twice": _twice("treatments"),
    "a measurement twice": _twice("measurements"),
    "an event twice": _twice("events"),
    "someone unknown": _changed("measurements", 0, client=f"{MARK}-99"),
    "score out of range": _changed("measurements", 0, score="66"),
    "score below range": _changed("measurements", 0, score="-1"),
    "unknown instrument": _changed("measurements", 2, instrument=f"{MARK}-lijst".lower()),
    "weeks swapped": _changed("events", 0, week_from="9", week_to="4"),
    "after follow-up": _changed("events", 1, week_from="61", week_to="61"),
    "end before baseline": _changed("measurements", 1, week="-5"),
    "ongoing yet ended": _changed("treatments", 0, ending="ongoing"),
    "no treatments": lambda files: {name: rows for name, rows in files.items() if name != "treatments"},
    "an address": _changed("treatments", 4, client=f"{MARK}@voorbeeld.nl"),
}


@MANY
@given(names=st.sets(st.sampled_from(sorted(BREAKS)), min_size=1, max_size=3), seed=st.integers(0, 2**16))
def test_a_broken_contract_is_never_accepted(names, seed):
    submission = valid()
    for name in sorted(names, key=lambda name: (name == "no treatments", name)):
        if all(key in submission[table][0] for table in submission for key in ("client",)) or name == "no treatments":
            submission = BREAKS[name](submission)
    for rows in submission.values():
        random.Random(seed).shuffle(rows)
    validation = outcome({f"{name}.csv": as_bytes(rows) for name, rows in submission.items()})
    assert not validation.accepted, names
    assert_silent(validation)


@MANY
@given(data=st.data())
def test_damaged_bytes_never_end_in_a_traceback(data):
    """Bytes cut, doubled, swapped and overwritten: a finding or a clear refusal, nothing else."""
    files = {f"{name}.csv": bytearray(as_bytes(rows)) for name, rows in valid().items()}
    for _ in range(data.draw(st.integers(1, 4))):
        content = files[data.draw(st.sampled_from(sorted(files)))]
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        harm = data.draw(st.sampled_from(["cut", "insert", "overwrite", "remove", "double"]))
        piece = data.draw(
            st.one_of(
                st.binary(min_size=1, max_size=4), st.sampled_from([b'"', b"\r", b"\n", b",", b";", b"\0", b"\xff\xfe", b'""'])
            )
        )
        if harm == "cut":
            del content[at:]
        elif harm == "insert":
            content[at:at] = piece
        elif harm == "overwrite":
            content[at : at + len(piece)] = piece
        elif harm == "remove":
            del content[at : at + 7]
        else:
            content[at:at] = content[at : at + 50]
    try:
        validation = outcome({name: bytes(content) for name, content in files.items()})
    except UserError as refused:
        assert MARK not in refused.words.nl + refused.words.en
        assert refused.__cause__ is None
    else:
        json.dumps(validation.as_json())


def _book() -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table, rows in valid().items():
        sheet = book.create_sheet(tables()[table].label.nl)
        sheet.append([tables()[table].column(name).label.nl for name in rows[0]])
        for row in rows:
            sheet.append([float(text) if text.replace(".", "").isdigit() else text for text in row.values()])
    about = book.create_sheet("Inzending")
    about.append(["Contract", "1"])
    about.append(["Korte naam", "proef"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BOOK = _book()


def test_the_workbook_to_be_damaged_is_accepted(tmp_path):
    (tmp_path / "boek.xlsx").write_bytes(BOOK)
    validation = validate(tmp_path / "boek.xlsx")
    assert validation.accepted, validation.markdown("en")


@pytest.mark.parametrize("seed", range(WHOLE * 5))
def test_a_damaged_workbook_never_ends_in_a_traceback(seed, tmp_path):
    """Bytes of one part (or of the packed file) overwritten, removed, doubled: a finding or a clear refusal, and no cell of it."""
    rng = random.Random(seed)
    path = tmp_path / "boek.xlsx"
    if rng.random() < 0.2:
        path.write_bytes(_damaged(BOOK, rng))
    else:
        with zipfile.ZipFile(io.BytesIO(BOOK)) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as harmed:
            victim = rng.choice([name for name in parts.namelist() if name.endswith((".xml", ".rels"))])
            for name in parts.namelist():
                content = parts.read(name)
                harmed.writestr(name, _damaged(content, rng) if name == victim else content)
    try:
        validation = validate(path)
    except UserError as refused:
        assert MARK not in refused.words.nl + refused.words.en
        assert refused.__cause__ is None and refused.__suppress_context__
    else:
        json.dumps(validation.as_json())
        if rng.random() < 0.3:
            _annotated_or_refused(path, validation)


def _annotated_or_refused(path, validation) -> None:
    try:
        annotated_workbook(path, validation, "nl")
    except UserError as refused:
        assert MARK not in refused.words.nl + refused.words.en


def _damaged(content: bytes, rng: random.Random) -> bytes:
    harmed = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(harmed) or 1)
        piece = rng.choice(
            [b"<", b">", b'"', b"&", b"\0", b"\xff", b"9" * 12, b"-", b"<v/>", b"<row>", b"</c>", bytes(rng.randbytes(3))]
        )
        act = rng.randrange(4)
        if act == 0:
            harmed[at : at + len(piece)] = piece
        elif act == 1:
            harmed[at:at] = piece
        elif act == 2:
            del harmed[at : at + rng.randint(1, 40)]
        else:
            harmed[at:at] = harmed[at : at + rng.randint(1, 200)]
    return bytes(harmed)
