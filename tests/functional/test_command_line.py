"""The command as a whole: version, help, quiet, completion, JSON for machines, and messages about the command itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.commands import commands

ROOT = Path(__file__).parents[2]


def shell(*arguments: object, folder: Path | None = None, program=("-m", "evaluation"), **environment: str):
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, *program, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


def test_the_version_is_that_of_the_package(command):
    from importlib.metadata import version

    assert command("--version").out == f"evaluation {version('intervention-evaluation')}\n"


@pytest.mark.parametrize("name", [(), ("plan",), *((name,) for name in commands()), ("plan", "show"), ("evidence", "verify")])
def test_help_is_there_by_both_names(command, name):
    short, long = command(*name, "-h"), command(*name, "--help")
    assert short.code == long.code == 0 and short.out == long.out and "Usage: evaluation" in short.out


def test_the_module_is_the_command(tmp_path):
    done = shell("example", "rossi", "--out", "ex", "--lang", "en", folder=tmp_path)
    assert done.returncode == 0 and "Written: ex" in done.stdout and (tmp_path / "ex" / "plan.toml").is_file()


@pytest.mark.parametrize("asked", [["--version"], ["--help"], ["run", "--help"], ["nonsense"]])
def test_no_answer_about_the_command_waits_for_pandas(asked):
    code = (
        f"import sys\nsys.argv = ['evaluation', *{asked!r}]\nfrom intervention_evaluation import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "loaded = {'pandas', 'numpy', 'scipy', 'pandera', 'matplotlib'} & set(sys.modules)\nsys.exit(repr(loaded) if loaded else 0)"
    )
    done = shell(program=("-c", code))
    assert done.returncode == 0, done.stderr


def test_completion_knows_the_commands_and_the_options(command, tmp_path, monkeypatch):
    # whoever runs the tests need not do so from a shell
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "/bin/bash"))
    assert "complete" in command("--show-completion", "bash").out
    run = "import sys; sys.argv[0] = 'evaluation'; from intervention_evaluation import main; main()"
    for words, at, expected in (
        ("evaluation va", "1", "validate"),
        ("evaluation plan sh", "2", "show"),
        ("evaluation run --led", "2", "--ledger"),
        ("evaluation example fire", "2", "fireworks"),
    ):
        asked = {"_EVALUATION_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": at}
        assert expected in shell(program=("-c", run), folder=tmp_path, **asked).stdout.split()


@pytest.mark.parametrize("before", [True, False])
def test_quiet_leaves_answers_and_notes(command, finished, tmp_path, before):
    home = finished("anorexia")

    def quietly(*arguments):
        return command("--quiet", *arguments) if before else command(*arguments, "-q")

    assert quietly("example", "rossi", "--out", tmp_path / "ex").text == ""
    done = quietly("run", home / "submission", "--plan", home / "submission" / "plan.toml", "--out", tmp_path / "evidence")
    assert done.code == 0 and done.out == "" and done.err.startswith("Let op: zonder register") and done.err.count("\n") == 1
    assert "Geaccepteerd" in quietly("validate", home / "submission").out
    assert quietly("example", "nothing", "--out", tmp_path / "no").err


@pytest.mark.parametrize(
    ("arguments", "nl", "en"),
    [
        (
            ["validat"],
            "De opdracht validat bestaat niet. Bedoelt u validate?",
            "There is no command validat. Did you mean validate?",
        ),
        (["plan", "lok"], "De opdracht lok bestaat niet. Bedoelt u lock?", "There is no command lok. Did you mean lock?"),
        (
            ["validate", "x", "--jsn", "y"],
            "De optie --jsn bestaat niet. Bedoelt u --json?",
            "no option --jsn. Did you mean --json?",
        ),
        (["validate"], "SUBMISSION ontbreekt.", "SUBMISSION is missing."),
        (["run", "x", "--out", "y"], "--plan ontbreekt.", "--plan is missing."),
        (
            ["report", "x", "--reader", "me"],
            "Bij --reader hoort een van deze: committee, provider, validation.",
            "--reader asks for one of these",
        ),
        (["power", "--people", "tien"], "Bij --people hoort een geheel getal.", "--people asks for a whole number."),
        (["run", "x", "--plan"], "Bij --plan hoort een waarde.", "--plan asks for a value."),
        (["doctor", "now"], "Er staat meer dan deze opdracht kent.", "This is more than the command takes."),
    ],
)
def test_a_mistyped_command_is_exit_2_in_both_languages(command, tmp_path, arguments, nl, en):
    if arguments[-1] != "--plan":
        english = command(*arguments, "--lang", "en", folder=tmp_path)
        assert english.code == 2 and (en in english.err or arguments[0] in ("validat", "plan")), english.err
    done = command(*arguments, folder=tmp_path)
    assert done.code == 2 and nl in done.err and "Hulp:  evaluation" in done.err and not done.out
    assert "tien" not in done.text and not list(tmp_path.iterdir())


@pytest.fixture
def answers(command, finished, tmp_path):
    """By command its exit code and its JSON, the same on standard output as in a file."""

    def ask(*arguments):
        out = command(*arguments, "--json", "-")
        file = tmp_path / "answer.json"
        assert command(*arguments, "--json", file).code == out.code
        assert json.loads(out.out) == json.loads(file.read_text(encoding="utf-8"))
        return out.code, json.loads(out.out)

    return ask


def test_validate_and_plan_and_doctor_answer_a_machine(answers, finished):
    home = finished("fireworks")
    code, found = answers("validate", home / "submission")
    assert code == 0 and found["accepted"] is True
    code, shown = answers("plan", "show", home / "submission" / "plan.toml")
    assert shown["locked"] and shown["plan"]["title"] and len(shown["sha256"]) == 64
    code, doctor = answers("doctor")
    assert (
        code == 0 and doctor["sound"] and doctor["versions"]["pandas"] and doctor["ours"] == dict.fromkeys(doctor["ours"], True)
    )


def test_power_answers_a_machine(answers):
    code, found = answers("power", "--people", 100, "--share", 0.5, "--weeks", 52)
    assert code == 0 and found["events"] == 50


def test_a_run_answers_a_machine(answers, command, finished, tmp_path):
    home = finished("anorexia")
    asked = ("run", home / "submission", "--plan", home / "submission" / "plan.toml", "--out", tmp_path / "evidence")
    code, ran = answers(*asked)
    assert code == 0 and ran["accepted"] and ran["edition"] == "released" and not ran["stood"] and not ran["ledger"]
    assert (
        ran["evidence"] == str(tmp_path / "evidence") and (tmp_path / "evidence" / ran["analyses"]["change"]["file"]).is_file()
    )
    assert [note["nl"][:6] for note in ran["notes"]] == ["Let op"]
    first, second = (json.loads(command(*asked, "--ledger", tmp_path / "ledger.json", "--json", "-").out) for _ in range(2))
    assert first["ledger"] and not first["notes"] and not first["stood"]
    assert second["stood"] and "opnieuw gegeven" in second["notes"][0]["nl"]


def test_a_run_of_what_is_not_accepted_gives_the_findings(answers, finished, tmp_path):
    home = finished("anorexia")
    for file in (home / "submission").iterdir():
        (tmp_path / "broken").mkdir(exist_ok=True)
        (tmp_path / "broken" / file.name).write_text(file.read_text(encoding="utf-8").replace("girl", "gril"), encoding="utf-8")
    code, found = answers("run", tmp_path / "broken", "--plan", home / "submission" / "plan.toml", "--out", tmp_path / "no")
    assert code == 1 and found["accepted"] is False and found["findings"] and "gril" not in json.dumps(found)


def test_a_report_and_its_check_answer_a_machine(answers, command, finished, tmp_path):
    home = finished("anorexia")
    done = command(
        "report", home / "evidence", "--to", "html", "--reader", "provider", "--out", tmp_path / "report", "--json", "-"
    )
    assert done.code == 0 and [Path(file["path"]).is_file() for file in json.loads(done.out)["files"]] == [True]
    code, sound = answers("evidence", "verify", home / "evidence")
    assert code == 0 and sound == {"sound": True, "problems": []}
    (tmp_path / "copy" / "results").mkdir(parents=True)
    for file in (home / "evidence").rglob("*.*"):
        (tmp_path / "copy" / file.relative_to(home / "evidence")).write_bytes(file.read_bytes())
    (tmp_path / "copy" / "letter.txt").write_text("dear")
    code, found = answers("evidence", "verify", tmp_path / "copy")
    assert code == 1 and not found["sound"] and found["problems"][0].keys() == {"nl", "en"}


def test_a_folder_where_a_file_should_come_is_refused(command, finished, tmp_path):
    done = command("plan", "show", finished("anorexia") / "submission" / "plan.toml", "--json", tmp_path)
    assert done.code == 3 and "Traceback" not in done.text and not list(tmp_path.iterdir())
