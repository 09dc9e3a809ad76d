"""From a raw export with names and dates to an accepted submission in which nobody can be found."""

from __future__ import annotations

import csv
import os
import stat
from datetime import date, timedelta

import openpyxl
import pytest

FIRST = date(2024, 1, 1)
RECIPE = """
name = "zorg-noord"
[privacy]
key = "geheim.key"
dates = "dmy"
k = 3
[treatments]
from = "clienten"
identity = ["BSN"]
start = "Startdatum"
[treatments.columns]
provider = { value = "zorg-noord" }
programme = { value = "veilig-verder" }
arm = { value = "veilig-verder" }
start_period = { from = "Startdatum", as = "half_year" }
age_group = { from = "Geboortedatum", as = "age_group" }
gender = { from = "Geslacht", codes = { V = "girl", M = "boy" } }
treatment_weeks = { from = "Einddatum", as = "week" }
ending = { value = "completed" }
follow_up_weeks = { from = "Gevolgd tot", as = "week" }
follow_up_end = { value = "end_of_study" }
[[measurements]]
from = "lijsten"
identity = ["BSN"]
[measurements.columns]
instrument = { value = "cries-13" }
informant = { value = "self" }
moment = { value = "baseline" }
score = { from = "CRIES voor", as = "number" }
[[measurements]]
from = "lijsten"
identity = ["BSN"]
[measurements.columns]
instrument = { value = "cries-13" }
informant = { value = "self" }
moment = { value = "end" }
score = { from = "CRIES na", as = "number" }
[[events]]
from = "incidenten"
identity = ["BSN"]
[events.columns]
event = { from = "Wat", codes = { uitbuiting = "sexual_exploitation", weglopen = "running_away" } }
week_from = { from = "Datum", as = "week" }
week_to = { from = "Datum", as = "week" }
certainty = { value = "actual" }
source = { value = "professional" }
"""
SECRETS = ("Sanne", "de Vries", "Kalverstraat", "2008", "-2024", "niemand")


def _bsn(number: int) -> str:
    return f"{100000000 + number * 37:09d}"


def _people(count: int = 14):
    for number in range(count):
        start = FIRST + timedelta(days=number)
        yield {
            "BSN": _bsn(number),
            "Naam": f"Sanne de Vries {number}",
            "Geboortedatum": f"{1 + number % 28:02d}-03-2008",
            "Geslacht": "V" if number else "M",
            "Adres": "Kalverstraat 1",
            "Startdatum": f"{start:%d-%m-%Y}",
            "Einddatum": f"{start + timedelta(weeks=20):%d-%m-%Y}",
            "Gevolgd tot": f"{start + timedelta(weeks=51):%d-%m-%Y}",
            "Opmerking": "mag niemand weten",
        }


@pytest.fixture
def raw(tmp_path):
    return write_export(tmp_path)


def write_export(home):
    """A raw export of three tables, and beside it the recipe."""
    folder = home / "export"
    folder.mkdir()
    tables = {
        "clienten": list(_people()),
        "lijsten": [{"BSN": _bsn(n), "CRIES voor": 40 + n, "CRIES na": "" if n == 3 else f"{20 + n},0"} for n in range(14)],
        "incidenten": [{"BSN": _bsn(2), "Wat": "Uitbuiting", "Datum": f"{FIRST + timedelta(days=2 + 69):%d-%m-%Y}"}],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="cp1252", newline="") as file:
            writer = csv.DictWriter(file, rows[0], delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
    (home / "recept.toml").write_text(RECIPE, encoding="utf-8")
    return folder


@pytest.fixture
def key(command, tmp_path):
    assert command("anonymise", "--new-key", tmp_path / "geheim.key").code == 0
    return tmp_path / "geheim.key"


def _rows(file):
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_submission_is_accepted_and_holds_nobody(command, raw, key, tmp_path):
    out = tmp_path / "inzending"
    done = command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", out)
    assert done.code == 0, done.text
    text = "".join(file.read_text(encoding="utf-8") for file in out.glob("*.*") if file.suffix != ".md")
    assert not [secret for secret in (*SECRETS, *(_bsn(n) for n in range(14))) if secret in text.replace("2024-1", "")]
    assert key.read_text().strip() not in text + (out / "anonimisering.md").read_text(encoding="utf-8")
    people = _rows(out / "treatments.csv")
    assert len(people) == 14 and {row["treatment_weeks"] for row in people} == {"21"}
    assert [row["gender"] for row in people].count("girl") == 13 - 2
    assert [row["client"] for row in people] == sorted(row["client"] for row in people)
    assert len(_rows(out / "measurements.csv")) == 27
    assert [(row["event"], row["week_from"]) for row in _rows(out / "events.csv")] == [("sexual_exploitation", "10")]
    assert command("validate", out).code == 0


def test_the_account_says_what_was_done_and_names_nobody(command, raw, key, tmp_path):
    for lang, name, word in (("nl", "anonimisering.md", "Weggelaten"), ("en", "anonymisation.md", "Left out")):
        out = tmp_path / lang
        assert command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", out, "--lang", lang).code == 0
        text = (out / name).read_text(encoding="utf-8")
        assert word in text and "Opmerking" in text and "Geboortedatum" in text
        assert not [secret for secret in SECRETS if secret in text]


def test_the_same_key_gives_the_same_people_and_another_key_others(command, raw, key, tmp_path):
    found = []
    for attempt in range(3):
        if attempt == 2:
            key.unlink()
            command("anonymise", "--new-key", key)
        out = tmp_path / str(attempt)
        assert command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", out).code == 0
        found.append((out / "treatments.csv").read_bytes())
    assert found[0] == found[1] != found[2]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_key_that_others_can_read_is_refused(command, raw, key, tmp_path):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    done = command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "out")
    assert done.code == 2 and "chmod 600" in done.text and not (tmp_path / "out").exists()


def test_a_key_is_never_overwritten(command, key):
    before = key.read_bytes()
    assert command("anonymise", "--new-key", key).code == 2 and key.read_bytes() == before


def test_what_cannot_be_read_is_named_by_line_and_never_repeated(command, raw, key, tmp_path):
    table = raw / "clienten.csv"
    text = table.read_text(encoding="cp1252").replace("02-03-2008", "geen idee").replace(";V;", ";Vrouw;", 1)
    table.write_text(text, encoding="cp1252")
    done = command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "out")
    assert done.code == 1 and "Geboortedatum, rij 3" in done.text and "Geslacht, rij 3" in done.text
    assert "geen idee" not in done.text and "Vrouw" not in done.text


def test_a_workbook_with_real_dates_gives_the_same(command, raw, key, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "clienten"
    people = list(_people())
    sheet.append(list(people[0]))
    for person in people:
        day, month, year = (int(part) for part in person["Startdatum"].split("-"))
        sheet.append([*(date(year, month, day) if header == "Startdatum" else value for header, value in person.items())])
    for name in ("lijsten", "incidenten"):
        with (raw / f"{name}.csv").open(encoding="cp1252", newline="") as file:
            other = book.create_sheet(name)
            for row in csv.reader(file, delimiter=";"):
                other.append(row)
    book.save(tmp_path / "export.xlsx")
    for source, out in ((raw, "a"), (tmp_path / "export.xlsx", "b")):
        assert command("anonymise", source, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / out).code == 0
    for name in ("treatments.csv", "measurements.csv", "events.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_recipe_is_drafted_without_anybody_in_it(command, raw, tmp_path):
    assert command("anonymise", raw, "--draft", tmp_path / "nieuw.toml").code == 0
    text = (tmp_path / "nieuw.toml").read_text(encoding="utf-8")
    assert 'identity = ["BSN"]' in text and "Geboortedatum" in text and "half_year" in text
    assert not [secret for secret in SECRETS if secret in text]
    assert "Opmerking" in text.partition("# Niet gebruikt")[2] and "Opmerking" not in text.partition("# Niet gebruikt")[0]


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ('from = "clienten"', 'from = "weg"'),
        ('"Startdatum"', '"Bestaat niet"'),
        ("gender =", "kleur ="),
        ("k = 3", "k = 1"),
        ("[privacy]", "[privacy"),
    ],
)
def test_a_recipe_with_a_mistake_is_refused_in_words(command, raw, key, tmp_path, broken, word):
    (tmp_path / "fout.toml").write_text(RECIPE.replace(broken, word), encoding="utf-8")
    done = command("anonymise", raw, "--recipe", tmp_path / "fout.toml", "--out", tmp_path / "out")
    assert done.code == 2 and "Traceback" not in done.text and not (tmp_path / "out").exists()


def _recipe(tmp_path, old: str, new: str, count: int = 1):
    text = RECIPE.replace(old, new, count)
    assert text != RECIPE
    (tmp_path / "recept.toml").write_text(text, encoding="utf-8")
    return tmp_path / "recept.toml"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('arm = { value = "veilig-verder" }', 'arm = { from = "Naam" }'),
        ('score = { from = "CRIES voor", as = "number" }', 'score = { from = "BSN", as = "number" }'),
        (
            'start_period = { from = "Startdatum", as = "half_year" }',
            'start_period = { from = "Geboortedatum", as = "half_year" }',
        ),
        ('provider = { value = "zorg-noord" }', 'provider = { from = "Adres" }'),
    ],
    ids=["a name", "a BSN as a score", "a birth date as a period", "an address"],
)
def test_a_column_that_says_who_somebody_is_does_not_get_through(command, raw, key, tmp_path, old, new):
    done = command("anonymise", raw, "--recipe", _recipe(tmp_path, old, new), "--out", tmp_path / "out")
    assert done.code == 2 and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("table", "header", "renamed", "old", "new"),
    [
        ("clienten", "Naam", "Kolom7", 'arm = { value = "veilig-verder" }', 'arm = { from = "Kolom7" }'),
        (
            "clienten",
            "Geboortedatum",
            "Kolom7",
            'treatment_weeks = { from = "Einddatum"',
            'treatment_weeks = { from = "Kolom7"',
        ),
    ],
    ids=["names", "weeks of a birth date"],
)
def test_nor_when_its_header_says_nothing(command, raw, key, tmp_path, table, header, renamed, old, new):
    """A short name that few share, a number beyond the contract: left empty and named by line."""
    file = raw / f"{table}.csv"
    file.write_text(file.read_text(encoding="cp1252").replace(header, renamed), encoding="cp1252")
    text = RECIPE.replace(old, new).replace('age_group = { from = "Geboortedatum", as = "age_group" }\n', "")
    (tmp_path / "recept.toml").write_text(text, encoding="utf-8")
    done = command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "out")
    assert done.code == 1 and renamed in done.text
    assert "sanne" not in "".join(file.read_text() for file in (tmp_path / "out").iterdir()).casefold()
    assert {row.get("arm", "") for row in _rows(tmp_path / "out" / "treatments.csv")} <= {"", "veilig-verder"}
    assert not [row for row in _rows(tmp_path / "out" / "treatments.csv") if row["treatment_weeks"].startswith("-")]


def test_numbers_of_a_person_under_a_plain_header_stop_everything(command, raw, key, tmp_path):
    file = raw / "lijsten.csv"
    rows = [["BSN", "Kolom7"], *([_bsn(n), f"06-1234567{n % 10}"] for n in range(14))]
    file.write_text("\n".join(";".join(row) for row in rows), encoding="cp1252")
    text = RECIPE.split("[[measurements]]")[0] + (
        '[[measurements]]\nfrom = "lijsten"\nidentity = ["BSN"]\n[measurements.columns]\ninstrument = { from = "Kolom7" }\n'
        'informant = { value = "self" }\nmoment = { value = "end" }\nscore = { value = "1" }\n'
    )
    (tmp_path / "recept.toml").write_text(text, encoding="utf-8")
    done = command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "out")
    assert done.code in (1, 2) and "1234567" not in done.text
    assert "1234567" not in "".join(file.read_text() for file in (tmp_path / "out").glob("*"))


def test_key_and_recipe_never_lie_in_what_is_handed_in(command, raw, key, tmp_path):
    before = key.read_bytes()
    (tmp_path / "submission.toml").write_text("")
    done = command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", tmp_path)
    assert done.code == 2 and key.read_bytes() == before and (raw / "clienten.csv").exists()


def test_somebody_without_a_start_and_somebody_twice_are_named_by_line(command, raw, key, tmp_path):
    file = raw / "clienten.csv"
    lines = file.read_text(encoding="cp1252").splitlines()
    lines[2] = lines[2].replace("02-01-2024", "", 1)
    file.write_text("\n".join([*lines, lines[5]]), encoding="cp1252")
    done = command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "out")
    assert done.code == 1 and "Startdatum, rij 3: geen startdatum" in done.text and "BSN, rij 6, 16: deze mensen" in done.text


def test_days_as_excel_counts_them_are_dates(command, raw, key, tmp_path):
    assert command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "a").code == 0
    file = raw / "clienten.csv"
    text = file.read_text(encoding="cp1252")
    for number in range(14):
        day = FIRST + timedelta(days=number)
        text = text.replace(f"{day:%d-%m-%Y}", str((day - date(1899, 12, 30)).days))
    file.write_text(text, encoding="cp1252")
    assert command("anonymise", raw, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "b").code == 0
    assert (tmp_path / "a" / "treatments.csv").read_bytes() == (tmp_path / "b" / "treatments.csv").read_bytes()


def test_an_identity_is_the_same_however_a_spreadsheet_kept_it(tmp_path):
    import pandas as pd

    from evaluation.anonymising.pseudonyms import pseudonyms

    found = pseudonyms(pd.DataFrame({"x": ["012345678", "12345678", "Zoe\u0308 1", "Zoë 1", "zoë-1"]}), bytes(32))
    assert found[0] == found[1] != found[2] and found[2] == found[3] == found[4]


def test_the_account_counts_by_all_that_tells_people_apart(command, raw, key, tmp_path):
    """A recipe that lets nothing be made less precise cannot call the result safe."""
    recipe = _recipe(tmp_path, "k = 3", 'k = 3\ncoarsen = ["setting"]')
    assert command("anonymise", raw, "--recipe", recipe, "--out", tmp_path / "out").code == 0
    text = (tmp_path / "out" / "anonimisering.md").read_text(encoding="utf-8")
    assert "nu 1 mensen" in text and "Dat is niet gehaald" in text


def _spread(tmp_path, extra: str):
    """Somebody spread over rows and tables: two starts, and a sex that stands in another table's row of one kind."""
    folder = tmp_path / "export"
    folder.mkdir(exist_ok=True)
    starts = [(n, f"{FIRST + timedelta(days=n + 300 * again):%d-%m-%Y}", 20 + again) for again in (1, 0) for n in range(6)]
    (folder / "zorg.csv").write_text(
        "id;start;duur\n" + "\n".join(f"{n};{day};{weeks}" for n, day, weeks in starts), encoding="utf-8"
    )
    kinds = [f"{n};{kind};{value}" for n in range(6) for kind, value in (("oud", "M"), ("nieuw", "V"))]
    (folder / "wie.csv").write_text("nr;soort;sekse\n" + "\n".join(kinds), encoding="utf-8")
    recipe = f"""
name = "spread"
[privacy]
key = "geheim.key"
k = 2
[treatments]
from = "zorg"
identity = ["id"]
start = "start"
{extra}
[treatments.columns]
provider = {{ value = "a" }}
programme = {{ value = "b" }}
arm = {{ value = "b" }}
gender = {{ from = "sekse", table = "wie", identity = ["nr"], where = {{ soort = "nieuw" }}, codes = {{ V = "girl", M = "boy" }} }}
treatment_weeks = {{ from = "duur", as = "number" }}
"""
    (tmp_path / "recept.toml").write_text(recipe, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("which", "weeks"), [("first", "20"), ("last", "21"), ("filled", "21")])
def test_which_row_of_a_person_counts_and_what_stands_in_another_table(command, key, tmp_path, which, weeks):
    folder = _spread(tmp_path, f'which = "{which}"')
    done = command("anonymise", folder, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "out")
    assert done.code == 0, done.text
    rows = _rows(tmp_path / "out" / "treatments.csv")
    assert [(row["treatment_weeks"], row["gender"]) for row in rows] == [(weeks, "girl")] * 6


def test_who_is_there_twice_is_named_when_the_recipe_does_not_say_which_counts(command, key, tmp_path):
    folder = _spread(tmp_path, "")
    done = command("anonymise", folder, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "out")
    assert done.code == 1 and "vaker" in done.text
