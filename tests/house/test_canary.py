"""A marker in every identifying column and in every broken cell appears in no output, log or error of any command."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from tests.commands import call

MARK = "Kanarie7Q"
LETTERS = ("Kanarie7Q", "kanarie7q", "KANARIE7Q")


OWN = f"""
[covariates.years]
nl = "{MARK} jaren"
en = "{MARK} years"
kind = "whole"
minimum = 8
maximum = 24
role = "confounder"
risk = "quasi"
"""
"""A covariate of the provider's own, whose words carry the mark."""


def _csv(header: list[str], rows: list[list[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([header, *rows])
    return out.getvalue()


def _submission(folder: Path, broken: bool) -> Path:
    """60 clients whose pseudonyms carry the mark; broken, every cell that can go wrong carries it too."""
    folder.mkdir()
    client = [f"{MARK}-{number:03d}" for number in range(60)]
    wrong = MARK if broken else ""
    header = [
        "client",
        "provider",
        "programme",
        "arm",
        "start_period",
        "age_group",
        "gender",
        "setting",
        "treatment_weeks",
        "ending",
        "follow_up_weeks",
        "follow_up_end",
        f"extra {MARK}",
        f"{MARK} jaren",
    ]
    treatments = [
        [
            name,
            "aanbieder",
            "programma",
            "a" if number % 2 else "b",
            wrong or "2024-1",
            wrong or "16_17",
            "girl",
            "open",
            wrong or 20 + number % 7,
            "completed",
            60 + number % 5,
            "end_of_study",
            f"{MARK} vrije tekst over iemand",
            wrong or 12 + number % 6,
        ]
        for number, name in enumerate(client)
    ]
    measurements = [
        [name, "cries-13", "self", moment, wrong or (40 + (number * 7) % 20 - drop)]
        for number, name in enumerate(client)
        for moment, drop in (("baseline", 0), ("end", 12), ("follow_up_6m", 15))
    ]
    events = [
        [name, "sexual_exploitation", wrong or 5 + number % 40, 5 + number % 40, "actual", "police"]
        for number, name in enumerate(client)
        if number % 2 == 0
    ]
    (folder / "treatments.csv").write_text(_csv(header, treatments), encoding="utf-8")
    (folder / "measurements.csv").write_text(_csv(["client", "instrument", "informant", "moment", "score"], measurements))
    (folder / "events.csv").write_text(_csv(["client", "event", "week_from", "week_to", "certainty", "source"], events))
    (folder / "submission.toml").write_text('contract = "1"\nname = "proef"\n' + OWN)
    return folder


PLAN = """
contract = "1"
title = "Een proef"
question = "Helpt het programma, en hoe weten we dat?"
programme = "programma"
design = "quasi_experimental"
seed = 7
subgroups = ["gender"]

[estimand]
population = "jongeren"
treatment = "het programma"
intercurrent_events = "geen"
outcome = "klachten en herhaling"
summary = "verschil"

[[measures]]
instrument = "cries-13"
informant = "self"
moments = ["end", "follow_up_6m"]
primary = true

[events]
event = ["sexual_exploitation"]
horizons_weeks = [26, 52]
restricted_mean_weeks = 52

[comparison]
arms = ["a", "b"]
"""


def _texts(folder: Path):
    for path in sorted(folder.rglob("*")):
        yield path.name, path.name.encode()
        if path.is_file():
            yield path.name, path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())


def _assert_silent(done, folder: Path) -> None:
    assert not any(mark in done.text for mark in LETTERS), done.text[:2000]
    assert "Traceback" not in done.text
    for name, content in _texts(folder):
        assert not any(mark.encode() in content for mark in LETTERS), name


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_command_repeats_a_cell(tmp_path, lang):
    whole = _submission(tmp_path / "whole", broken=False)
    plan, out = tmp_path / "plan.toml", tmp_path / "out"
    plan.write_text(PLAN)
    out.mkdir()
    language = ["--lang", lang]
    road = [
        ["validate", whole, "--json", out / "findings.json", "--html", out / "findings.html"],
        ["plan", "new", out / "draft.toml", "--for", whole],
        ["plan", "lock", plan],
        ["plan", "show", plan],
        ["run", whole, "--plan", plan, "--out", out / "evidence"],
        ["run", whole, "--plan", plan, "--out", out / "internal", "--internal"],
        ["report", out / "evidence", "--to", {"nl": "html,pdf", "en": "docx"}[lang], "--out", out / "report"],
    ]
    for arguments in road:
        done = call([*arguments, *language])
        assert done.code == 0, (arguments, done.text)
        _assert_silent(done, out)
    for arguments in (["validate", whole], ["plan", "show", plan], ["evidence", "verify", out / "evidence"]):
        _assert_silent(call([*arguments, *language, "--json", "-"]), out)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_finding_repeats_a_broken_cell(tmp_path, lang):
    broken, out = _submission(tmp_path / "broken", broken=True), tmp_path / "out"
    out.mkdir()
    done = call(["validate", broken, "--json", out / "findings.json", "--html", out / "findings.html", "--lang", lang])
    assert done.code == 1
    _assert_silent(done, out)
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    for arguments in (
        ["plan", "new", out / "draft.toml", "--for", broken],
        ["run", broken, "--plan", plan, "--out", out / "e", "--exploratory"],
    ):
        done = call([*arguments, "--lang", lang])
        assert done.code == 1
        _assert_silent(done, out)


def test_the_functions_are_as_silent_as_the_commands(tmp_path):
    import evaluation

    broken = _submission(tmp_path / "broken", broken=True)
    validation = evaluation.validate(broken)
    shown = (
        repr(validation) + str(validation) + validation.markdown("nl") + str(validation.findings) + repr(validation.findings)
    ) + validation._repr_html_()
    assert MARK not in shown
    with pytest.raises(evaluation.UserError) as caught:
        evaluation.run(broken, evaluation.read_plan(_plan(tmp_path)), exploratory=True)
    chain, error = "", caught.value
    while error is not None:
        chain, error = chain + repr(error) + str(error), error.__cause__ or error.__context__
    assert MARK not in chain


def test_a_validated_submission_does_not_print_its_rows(tmp_path):
    import evaluation

    whole = _submission(tmp_path / "whole", broken=False)
    validation = evaluation.validate(whole)
    assert MARK not in repr(validation.submission) + str(validation.submission) + repr(validation)
    assert MARK not in validation.submission._repr_html_() + validation._repr_html_()
    evidence = evaluation.run(validation, _plan(tmp_path), exploratory=True)
    assert MARK not in evidence._repr_html_() + repr(evidence) + evidence.tidy("nl").to_csv()


def _plan(folder: Path) -> Path:
    path = folder / "plan.toml"
    path.write_text(PLAN)
    return path
