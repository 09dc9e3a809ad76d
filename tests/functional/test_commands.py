"""The commands as promised: what they write, what they say, and their exit codes. Never a traceback."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys

import pytest

COLUMNS = [
    "analysis",
    "outcome",
    "measure",
    "arm",
    "subgroup",
    "time",
    "estimate",
    "ci_low",
    "ci_high",
    "p_value",
    "n",
    "events",
    "unit",
    "method",
    "status",
    "std_error",
    "df",
]
EXAMPLES = ("fireworks", "rossi", "anorexia", "beat-the-blues")


@pytest.fixture
def submission(command, tmp_path):
    folder = tmp_path / "submission"
    assert command("example", "fireworks", "--out", folder).code == 0
    return folder


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_accepted(command, tmp_path, name):
    assert command("example", name, "--out", tmp_path / name).code == 0
    done = command("validate", tmp_path / name)
    assert done.code == 0 and "Geaccepteerd" in done.out


@pytest.mark.parametrize("internal", [False, True])
@pytest.mark.parametrize("name", ["fireworks", "rossi"])
def test_the_evidence_folder_has_its_promised_form(finished, name, internal):
    evidence = finished(name, internal) / "evidence"
    record = json.loads((evidence / "evidence.json").read_text(encoding="utf-8"))
    assert record["edition"] == ("internal" if internal else "released")
    files = sorted((evidence / "results").glob("*.csv"))
    assert {"flow", "baseline"} < {file.stem for file in files}
    allowed = {"exact", "not_estimable"} if internal else {"released", "rounded", "suppressed", "not_estimable"}
    for file in files:
        with file.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            table = list(reader)
        assert reader.fieldnames == COLUMNS, file.name
        assert table or file.stem not in ("flow", "baseline", "change", "revictimisation")
        assert {row["status"] for row in table} <= allowed
        for row in table:
            assert row["analysis"] == file.stem
            if row["status"] == "suppressed":
                assert not any(
                    row[column] for column in ("estimate", "ci_low", "ci_high", "p_value", "n", "events", "std_error", "df")
                )
            if row["status"] == "not_estimable":
                assert row["estimate"] == "" and ":" in row["method"]
            for column in ("n", "events"):
                assert row[column] == "" or row[column].isdigit(), (file.name, row)


def test_the_same_input_gives_the_same_bytes(finished, command, tmp_path):
    home = finished("fireworks")
    plan = home / "submission" / "plan.toml"
    assert command("run", home / "submission", "--plan", plan, "--out", tmp_path / "again").code == 0
    for file in sorted(home.joinpath("evidence").rglob("*")):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "again" / file.relative_to(home / "evidence")).read_bytes(), file.name


def test_a_submission_with_errors_is_exit_1(command, submission, tmp_path):
    table = submission / "treatments.csv"
    table.write_text(table.read_text().replace("girl", "gril", 1))
    done = command("validate", submission)
    assert done.code == 1 and "Niet geaccepteerd" in done.out and "gril" not in done.text
    plan = submission / "plan.toml"
    command("plan", "lock", plan)
    done = command("run", submission, "--plan", plan, "--out", tmp_path / "evidence")
    assert done.code == 1 and not (tmp_path / "evidence").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["nonsense"],
        ["validate", "--nonsense", "x"],
        ["example", "nothing", "--out", "x"],
        ["explain", "nothing-of-the-sort"],
    ],
)
def test_wrong_use_is_exit_2(command, tmp_path, arguments):
    done = command(*arguments, folder=tmp_path)
    assert done.code == 2 and "Traceback" not in done.text and not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_read_is_exit_3(command, tmp_path):
    (tmp_path / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "empty").mkdir()
    for what in ("absent", "picture.xlsx", "empty"):
        done = command("validate", tmp_path / what)
        assert done.code == 3 and "Traceback" not in done.text, what
    assert command("plan", "show", tmp_path / "absent.toml").code == 3
    assert command("report", tmp_path / "empty", "--to", "html").code == 3


def test_a_plan_that_is_not_locked_or_was_changed_is_exit_4(command, submission, tmp_path):
    plan, out = submission / "plan.toml", tmp_path / "evidence"
    done = command("run", submission, "--plan", plan, "--out", out)
    assert done.code == 4 and "vergrendel" in done.text.lower() and not out.exists()
    assert command("run", submission, "--plan", plan, "--out", out, "--exploratory").code == 0
    assert json.loads((out / "evidence.json").read_text())["exploratory"] is True
    assert command("plan", "lock", plan).code == 0
    plan.write_text(plan.read_text().replace("seed = 2011", "seed = 2012"))
    done = command("run", submission, "--plan", plan, "--out", tmp_path / "other")
    assert done.code == 4 and not (tmp_path / "other").exists()


def test_a_plan_with_mistakes_is_exit_4_and_names_each(command, submission, tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        (submission / "plan.toml")
        .read_text()
        .replace('design = "experimental"', 'design = "magic"')
        .replace("seed = 2011", "threshold = 3")
    )
    for lang, word in (("nl", "Voorbeeld"), ("en", "Example")):
        done = command("plan", "show", plan, "--lang", lang)
        assert done.code == 4 and "design" in done.text and "seed" in done.text and word in done.text


def test_a_drafted_plan_names_what_is_there_and_holds_no_outcome(command, submission, tmp_path):
    draft = tmp_path / "draft.toml"
    assert command("plan", "new", draft, "--for", submission).code == 0
    text = draft.read_text(encoding="utf-8")
    assert "props" in text and "emdr" in text
    scores = {row["score"] for row in csv.DictReader((submission / "measurements.csv").read_text().splitlines())}
    assert not {score for score in scores if "." in score and score in text}


def test_nothing_is_overwritten_that_is_not_ours(command, finished, tmp_path):
    home = finished("fireworks")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    done = command("run", home / "submission", "--plan", home / "submission" / "plan.toml", "--out", tmp_path / "mine")
    assert done.code == 2 and [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_doctor_finds_everything_sound(command):
    done = command("doctor")
    assert done.code == 0 and "pandas" in done.out and "lifelines" in done.out


def test_explain_speaks_both_languages(command):
    for lang, word in (("nl", "Wat te doen"), ("en", "What to do")):
        done = command("explain", "cell-out-of-range", "--lang", lang)
        assert done.code == 0 and word in done.out


def test_help_does_not_wait_for_the_heavy_libraries():
    code = (
        "import sys\nfrom evaluation.command_line import app\n"
        "assert not {'pandas', 'scipy', 'numpy', 'lifelines', 'pandera', 'matplotlib'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_functions_do_what_the_commands_do(finished, tmp_path):
    import evaluation

    home = finished("rossi")
    validation = evaluation.validate(home / "submission")
    plan = evaluation.read_plan(home / "submission" / "plan.toml")
    for source in (validation, validation.submission, home / "submission"):
        evidence = evaluation.run(source, plan)
        evaluation.write_evidence(evidence, tmp_path / "evidence")
        ours, theirs = (folder / "results" / "revictimisation.csv" for folder in (tmp_path / "evidence", home / "evidence"))
        assert ours.read_bytes() == theirs.read_bytes()
        shutil.rmtree(tmp_path / "evidence")
    for thing in (validation, evidence, plan, validation.submission):
        shown = getattr(thing, "_repr_html_", None) or thing._repr_markdown_
        assert shown().strip()


def test_every_public_name_is_there():
    import evaluation

    assert evaluation.__all__ and all(getattr(evaluation, name) is not None for name in evaluation.__all__)
