"""Exports as systems make them: what is drafted of them, and that an accepted submission with the right weeks comes out."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from evaluation.anonymising.recipe import Origin, Rows, Treatments
from evaluation.anonymising.recipe_lines import line_of
from evaluation.anonymising.recognising import clearly_export
from tests.exports import NAMES, electronic_record, people, redcap_repeated, spss_wide, write_csv

MADE = {"ecd": electronic_record, "rom.sav": spss_wide, "redcap.csv": redcap_repeated}
ASKED = {"<aanbieder>": "zorg-noord", "<programma>": "veilig", "<groep>": "veilig", "<zekerheid>": "actual"}


@pytest.fixture
def drafted(command, tmp_path):
    """From an export: its recipe as drafted."""

    def draft(export) -> str:
        assert command("anonymise", export, "--draft", tmp_path / "recept.toml").code == 0
        return (tmp_path / "recept.toml").read_text(encoding="utf-8")

    return draft


@pytest.fixture
def submitted(command, tmp_path):
    """From an export and a recipe: the tables of an accepted submission."""

    def submit(export, recipe: str) -> dict[str, list[dict]]:
        (tmp_path / "recept.toml").write_text(recipe, encoding="utf-8")
        out = tmp_path / "inzending"
        done = command("anonymise", export, "--recipe", tmp_path / "recept.toml", "--out", out)
        assert done.code == 0, done.text
        assert "Wat het kostte" in done.text
        checked = command("validate", out)
        assert checked.code == 0, checked.text
        text = "".join(one.read_text(encoding="utf-8") for one in out.iterdir())
        assert not [part for name in NAMES for part in name.split()[:1] if part in text]
        return {one.stem: list(csv.DictReader(io.StringIO(one.read_text(encoding="utf-8")))) for one in out.glob("*.csv")}

    return submit


def _filled(recipe: str) -> str:
    """The recipe with what only its owner knows; nothing else is left to say."""
    for open_, answer in ASKED.items():
        recipe = recipe.replace(f'"{open_}"', f'"{answer}"')
    recipe = re.sub(r'"<(girl|boy)>"', r'"\1"', recipe)
    assert '"<' not in recipe, [line for line in recipe.splitlines() if '"<' in line]
    return recipe


def _weeks(start, day) -> int:
    return (day - start).days // 7 + 1


@pytest.mark.parametrize("name", MADE)
def test_a_worked_export_becomes_an_accepted_submission(drafted, submitted, tmp_path, name):
    export = MADE[name](tmp_path / name)
    recipe = drafted(export)
    assert recipe.count('"<') <= (6 if name == "redcap.csv" else 4) and (tmp_path / "geheim.key").exists()
    made = submitted(export, _filled(recipe))
    everyone = list(people())
    treated = made["treatments"]
    assert sorted(int(row["treatment_weeks"]) for row in treated) == sorted(_weeks(p.start, p.end) for p in everyone)
    endings = [row["ending"] for row in treated]
    assert endings.count("completed") == sum("plan" in p.ended for p in everyone) and set(endings) <= {
        "completed",
        "stopped_by_client",
    }
    assert {row["gender"] for row in treated} <= {"girl", "boy", "unknown"} and sum(
        row["gender"] == "girl" for row in treated
    ) > 12
    measured = made["measurements"]
    assert {(row["instrument"], row["informant"]) for row in measured} == {("cries-13", "self")}
    for moment, wanted in (("baseline", [p.before for p in everyone]), ("end", [p.after for p in everyone if p.number % 5])):
        assert sorted(float(row["score"]) for row in measured if row["moment"] == moment) == sorted(map(float, wanted))
    assert {row["week"] for row in measured if row["moment"] == "baseline"} == {"1"}
    clients = {row["client"] for row in treated}
    assert all(row["client"] in clients for table in ("measurements", "events") for row in made[table])
    assert {row["week_from"] for row in made["events"]} == ({"5"} if name == "rom.sav" else {"6"})
    assert all(row["week_from"] == row["week_to"] for row in made["events"])


def _worked() -> dict[str, str]:
    """The recipes of the manual, by their export."""
    page = (Path(__file__).parents[2] / "docs" / "anonymise.nl.md").read_text(encoding="utf-8")
    return dict(zip(MADE, re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL), strict=True))


@pytest.mark.parametrize("name", MADE)
def test_the_recipes_of_the_manual_are_those_that_are_drafted_and_work(drafted, submitted, tmp_path, name):
    export = MADE[name](tmp_path / name)
    recipe = _worked()[name]
    assert tomllib.loads(recipe) == tomllib.loads(_filled(drafted(export)))
    assert len(submitted(export, recipe)["treatments"]) == len(list(people()))


def test_the_manual_explains_every_key_of_a_recipe():
    page = (Path(__file__).parents[2] / "docs" / "anonymise.nl.md").read_text(encoding="utf-8")
    keys = {field.alias or name for model in (Origin, Rows, Treatments) for name, field in model.model_fields.items()}
    assert not {key for key in keys - {"columns"} if f"`{key}`" not in page}


def _moment(day) -> datetime:
    return datetime.combine(day, time())


def _english_workbook(path):
    everyone = list(people(30))
    cases = [
        {
            "PatientID": f"P{p.number:04d}",
            "FullName": p.name,
            "DOB": _moment(p.born),
            "Gender": "Female" if p.girl else "Male",
            "AdmissionDate": _moment(p.start),
            "DischargeDate": _moment(p.end),
            "DischargeReason": "Completed" if "plan" in p.ended else "Client dropped out",
        }
        for p in everyone
    ]
    outcomes = [
        {
            "PatientID": f"P{p.number:04d}",
            "Measure": measure,
            "Timepoint": point,
            "TotalScore": score,
            "DateCompleted": _moment(day),
        }
        for p in everyone
        for point, score, day in (
            ("Pre", p.before, p.start),
            ("Post", p.after, p.end),
            ("FU 6 months", p.after, p.end + timedelta(weeks=26)),
        )
        for measure in ("CRIES-13", "BDI")
    ]
    with pd.ExcelWriter(path) as book:
        pd.DataFrame(cases).to_excel(book, sheet_name="Cases", index=False)
        pd.DataFrame(outcomes).to_excel(book, sheet_name="Outcomes", index=False)
    return path


def _months_in_letters(path):
    months = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")

    def day(when) -> str:
        return f"{when.day} {months[when.month - 1]} {when.year}"

    rows = [
        {
            "CLIENTNR": 1000 + p.number,
            "ACHTERNAAM": p.name.split()[-1],
            "GEBDAT": day(p.born),
            "GESLACHT": "2" if p.girl else "1",
            "DAT_INSTROOM": day(p.start),
            "DAT_UITSTROOM": day(p.end),
            "REDEN_UITSTROOM": p.ended,
            "CRIES_VM": p.before,
            "CRIES_NM": p.after,
            "SDQ_OUDER_VM": p.before // 2,
            "SDQ_OUDER_NM": p.after // 2,
            "DATUM_WEGGELOPEN": day(p.start + timedelta(days=30)) if p.number % 4 == 0 else "",
        }
        for p in people(30)
    ]
    write_csv(path, rows, "\t")
    return path


def _row_per_event(path):
    rows = []
    for p in people(30):
        rows.append(
            {
                "record_id": p.number,
                "redcap_event_name": "baseline_arm_1",
                "dob": p.born,
                "gender": "F" if p.girl else "M",
                "start_date": p.start,
                "cries_total": p.before,
                "cries_date": p.start,
            }
        )
        rows.append(
            {
                "record_id": p.number,
                "redcap_event_name": "end_of_treatment_arm_1",
                "end_date": p.end,
                "end_reason": "completed",
                "cries_total": p.after,
                "cries_date": p.end,
            }
        )
        rows.append(
            {
                "record_id": p.number,
                "redcap_event_name": "followup_6m_arm_1",
                "cries_total": p.after,
                "cries_date": p.end + timedelta(weeks=26),
            }
        )
    write_csv(path, rows, ",")
    return path


def _questions_and_totals(path):
    rows = []
    for p in people(30):
        row = {"Deelnemer": f"D{p.number}", "Sekse": "v" if p.girl else "m", "Leeftijd bij start": 15}
        row |= {"Datum start behandeling": f"{p.start:%d/%m/%Y}", "Datum einde behandeling": f"{p.end:%d/%m/%Y}"}
        for moment, score in (("T0", p.before), ("T1", p.after)):
            row |= {f"CRIES_{item}_{moment}": (p.number + item) % 4 for item in range(1, 14)} | {f"CRIES_TOT_{moment}": score}
        rows.append(row)
    write_csv(path, rows)
    return path


@pytest.mark.parametrize(
    ("make", "name", "measured", "moments", "events"),
    [
        (_english_workbook, "cases.xlsx", 180, {"baseline", "end", "follow_up_6m"}, 0),
        (_months_in_letters, "uitdraai.txt", 120, {"baseline", "end"}, 8),
        (_row_per_event, "longitudinal.csv", 90, {"baseline", "end", "follow_up_6m"}, 0),
        (_questions_and_totals, "vragen.csv", 60, {"baseline", "end"}, 0),
    ],
)
def test_other_exports_too(drafted, submitted, tmp_path, make, name, measured, moments, events):
    export = make(tmp_path / name)
    made = submitted(export, _filled(drafted(export)))
    assert len(made["treatments"]) == 30 and len(made["measurements"]) == measured
    assert {row["moment"] for row in made["measurements"]} == moments
    assert len(made.get("events", [])) == events
    wanted = sorted(_weeks(p.start, p.end) for p in people(30))
    assert sorted(int(row["treatment_weeks"]) for row in made["treatments"]) == wanted


def _numbered_variables(path):
    """SPSS with names that say nothing: what they are stands in their labels."""
    import pyreadstat

    everyone = list(people(30))
    frame = pd.DataFrame(
        {
            "v1": [float(p.number + 1) for p in everyone],
            "v2": [2.0 if p.girl else 1.0 for p in everyone],
            "v3": [p.born for p in everyone],
            "v4": [p.start for p in everyone],
            "v5": [p.end for p in everyone],
            "v6": [float(p.before) for p in everyone],
            "v7": [float(p.after) for p in everyone],
        }
    )
    labels = (
        "Respondentnummer",
        "Geslacht",
        "Geboortedatum",
        "Startdatum behandeling",
        "Einddatum behandeling",
        "CRIES-13 T0",
        "CRIES-13 T1",
    )
    pyreadstat.write_sav(
        frame,
        path,
        column_labels=dict(zip(frame.columns, labels)),
        variable_value_labels={"v2": {1.0: "jongen", 2.0: "meisje"}},
    )
    return path


def test_a_variable_is_known_by_its_label(drafted, submitted, tmp_path):
    export = _numbered_variables(tmp_path / "onderzoek.sav")
    assert clearly_export(export)
    recipe = drafted(export)
    assert 'identity = ["v1"]' in recipe and 'start = "v4"' in recipe
    made = submitted(export, _filled(recipe))
    assert len(made["treatments"]) == 30 and {row["moment"] for row in made["measurements"]} == {"baseline", "end"}
    assert sum(row["gender"] == "girl" for row in made["treatments"]) > 20


def test_bare_numbers_are_never_taken_for_granted(drafted, tmp_path):
    recipe = drafted(_months_in_letters(tmp_path / "uitdraai.txt"))
    assert '2 = "<girl>"' in recipe and '1 = "<boy>"' in recipe


def test_who_has_two_trajectories_counts_once_by_the_first_start(drafted, submitted, tmp_path):
    rows = []
    for p in people(20):
        first = {
            "clientcode": f"{p.number:05d}",
            "geslacht": "Vrouw",
            "begindatum": f"{p.start:%d-%m-%Y}",
            "einddatum": f"{p.end:%d-%m-%Y}",
        }
        later = {**first, "begindatum": f"{p.start + timedelta(weeks=70):%d-%m-%Y}", "einddatum": ""}
        rows += [later, first] if p.number % 5 == 0 else [first]
    write_csv(tmp_path / "trajecten.csv", rows)
    recipe = drafted(tmp_path / "trajecten.csv")
    assert 'which = "first"' in recipe
    made = submitted(tmp_path / "trajecten.csv", _filled(recipe))
    assert sorted(int(row["treatment_weeks"]) for row in made["treatments"]) == sorted(
        _weeks(p.start, p.end) for p in people(20)
    )


def test_a_title_above_the_table_and_headers_that_are_there_twice(drafted, submitted, tmp_path):
    rows = [[p.number + 500, p.name, f"{p.start:%d-%m-%Y}", f"{p.end:%d-%m-%Y}", "V", "x", "y"] for p in people(20)]
    head = ["Clientnr", "Naam", "Startdatum", "Einddatum", "Geslacht", "Notitie", "Notitie"]
    above = [["Rapportage instroom"], ["Gemaakt op", "01-11-2024"], []]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([*above, head, *rows])
    book = openpyxl.Workbook()
    for row in [*above, [*head, None], *rows]:
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    for name in ("a.csv", "b.xlsx"):
        assert clearly_export(tmp_path / name)
        (tmp_path / "recept.toml").unlink(missing_ok=True)
        recipe = drafted(tmp_path / name)
        assert "Notitie (2)" in recipe
        assert len(submitted(tmp_path / name, _filled(recipe))["treatments"]) == 20


def test_a_draft_holds_no_name_and_no_date(drafted, tmp_path):
    for name, make in MADE.items():
        (tmp_path / "recept.toml").unlink(missing_ok=True)
        recipe = drafted(make(tmp_path / name))
        assert not [part for person in NAMES for part in person.split() if len(part) > 2 and part in recipe]
        assert not re.search(r"\b(19|20)\d\d-\d\d|\d\d-\d\d-20\d\d|1112220", recipe)


@pytest.mark.parametrize("name", MADE)
def test_an_export_given_to_validate_is_led_to_anonymise(command, tmp_path, name):
    export = MADE[name](tmp_path / name)
    done = command("validate", export)
    assert done.code == 2 and "evaluation anonymise" in done.text and "uitdraai" in done.text


def test_a_submission_is_not_taken_for_an_export(command, tmp_path):
    command("example", "consortium", "--out", tmp_path / "ex")
    command("template", tmp_path / "leeg.xlsx")
    for path in (tmp_path / "ex", tmp_path / "leeg.xlsx", tmp_path / "nothing", tmp_path):
        assert not clearly_export(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('start = "start_date"', 'start = "start_dat"', "start_dat"),
        ('from = "sex"', 'from = "seks"', "seks"),
        ('"completed as planned" = "completed"', '"completed as planned" = "klaar"', "klaar"),
        ("treatment_weeks = ", "treatment_week = ", "treatment_week"),
        ('as = "age_group"', 'as = "leeftijd"', "age_group"),
        ('value = "zorg-noord"', 'value = "<aanbieder>"', "provider"),
        ('where = {redcap_repeat_instrument = ""}', 'where = {kind = ""}', "kind"),
    ],
)
def test_a_mistake_in_a_recipe_is_named_with_its_line(command, drafted, tmp_path, old, new, said):
    export = redcap_repeated(tmp_path / "redcap.csv")
    recipe = _filled(drafted(export))
    assert old in recipe
    recipe = recipe.replace(old, new, 1)
    line = next(at for at, text in enumerate(recipe.splitlines(), start=1) if new in text)
    (tmp_path / "recept.toml").write_text(recipe, encoding="utf-8")
    done = command("anonymise", export, "--recipe", tmp_path / "recept.toml", "--out", tmp_path / "out")
    assert done.code == 2 and f"regel {line} van het recept" in done.text and said in done.text, done.text


def test_a_line_is_found_under_its_own_part():
    recipe = (
        'name = "x"\n[treatments]\nfrom = "a"\n[treatments.columns]\n"age_group" = 1\n[[events]]\n[events.columns]\nevent = 1\n'
    )
    assert line_of(recipe, ("treatments", "columns", "age_group")) == 5
    assert line_of(recipe, ("events", 0, "columns", "event", "codes", "x")) == 8
    assert line_of(recipe, ("elsewhere",)) is None
