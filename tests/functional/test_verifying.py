"""`evaluation evidence verify` against tampering: files, fields, counts put in with hashes made anew, another plan or other data."""

from __future__ import annotations

import hashlib
import json
import re
import shutil

import pytest

from data_schemas.evidence import NUMERIC_COLUMNS, read_evidence, results_csv
from evaluation.evidence.verification import repeated, verified
from evaluation.failures import CannotRead
from evaluation.planning.file import read_plan
from evaluation.validation.validating import validate


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished("fireworks", False) / "evidence", tmp_path / "evidence")


def _problems(folder) -> str:
    return " ".join(problem.en for problem in verified(folder))


def _edit(folder, name: str, change) -> None:
    file = folder / "results" / name
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(change(lines)), encoding="utf-8")


CHANGES = {
    "a digit": lambda lines: [lines[0], *(re.sub(r",(\d)(\d*)(?:\.0)?,", r",9\2,", line, count=1) for line in lines[1:])],
    "a row less": lambda lines: lines[:-1],
    "a row more": lambda lines: [*lines, lines[-1]],
    "another order": lambda lines: [lines[0], *reversed(lines[1:])],
    "line ends": lambda lines: [line.replace("\n", "\r\n") for line in lines],
    "a blank": lambda lines: [*lines, "\n"],
}


def test_an_untouched_folder_with_its_reports_is_in_order(folder):
    (folder / "committee-nl.html").write_text("<p>report</p>")
    assert _problems(folder) == ""


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_a_file_of_results_is_found(folder, change):
    name = "flow.csv"
    before = (folder / "results" / name).read_bytes()
    if change == "line ends":
        (folder / "results" / name).write_bytes(before.replace(b"\n", b"\r\n"))
    else:
        _edit(folder, name, CHANGES[change])
    assert (folder / "results" / name).read_bytes() != before
    assert "results/flow.csv was changed after the release" in _problems(folder)


@pytest.mark.parametrize("where", ["results/more.csv", "clients.csv", "results/deep/more.csv", ".hidden"])
def test_a_file_that_does_not_belong_is_found(folder, where):
    (folder / where).parent.mkdir(exist_ok=True)
    (folder / where).write_text("client\n1\n")
    assert "is not part of this release" in _problems(folder)


def test_a_link_to_elsewhere_is_found(folder, tmp_path):
    file = folder / "results" / "flow.csv"
    elsewhere = shutil.copy(file, tmp_path / "flow.csv")
    file.unlink()
    file.symlink_to(elsewhere)
    assert "results/flow.csv is a link" in _problems(folder)


@pytest.mark.parametrize("how", ["file", "record", "columns", "text", "no json"])
def test_what_has_not_the_promised_form_gives_3(folder, how):
    if how == "file":
        (folder / "results" / "flow.csv").unlink()
    elif how == "record":
        (folder / "evidence.json").unlink()
    elif how == "columns":
        _edit(folder, "flow.csv", lambda lines: [line.replace("n,events", "events,n") for line in lines])
    elif how == "text":
        _edit(
            folder,
            "flow.csv",
            lambda lines: [lines[0], *(re.sub(r",\d+(?:\.\d+)?,", ",many,", line, count=1) for line in lines[1:])],
        )
    else:
        (folder / "evidence.json").write_text("{")
    with pytest.raises(CannotRead):
        _problems(folder)


RECORD = {
    "line ends": (lambda text: text.replace("\n", "\r\n"), "canonical form"),
    "spaces": (lambda text: text + "\n", "canonical form"),
    "threshold": (lambda text: text.replace('"threshold": 10', '"threshold": 11', 1), "threshold|hash of the plan|locked"),
    "seed": (lambda text: text.replace('"seed": ', '"seed": 1', 1), "hash of the plan"),
    "locked at": (lambda text: text.replace('"locked_at": "20', '"locked_at": "19', 1), "locked"),
}


@pytest.mark.parametrize("change", RECORD)
def test_any_change_of_the_record_that_the_plan_or_form_binds_is_found(folder, change):
    make, words = RECORD[change]
    file = folder / "evidence.json"
    before = file.read_bytes()
    file.write_bytes(make(before.decode()).encode())
    assert file.read_bytes() != before
    assert any(word in _problems(folder) for word in words.split("|"))


def _rewritten(folder, name: str, frame) -> None:
    """Someone changes results and makes all hashes and counts anew."""
    text = results_csv(frame)
    (folder / "results" / f"{name}.csv").write_text(text, encoding="utf-8")
    record = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    record["provenance"]["results"][f"{name}.csv"] = hashlib.sha256(text.encode()).hexdigest()
    record["release"]["statuses"][name] = {k: int(v) for k, v in sorted(frame["status"].value_counts().items())}
    (folder / "evidence.json").write_text(
        json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )


def test_an_outcome_cannot_be_left_out_in_silence(folder):
    """What was planned and has no answer is a deviation: emptied rows with new hashes lack it."""
    frame = read_evidence(folder).results["change"]
    gone = frame["time"] == frame.loc[frame["measure"] == "mean_change", "time"].iloc[-1]
    numbers = list(NUMERIC_COLUMNS)
    emptied = {column: frame[column].mask(gone) for column in numbers}
    _rewritten(folder, "change", frame.assign(**emptied, status=frame["status"].mask(gone, "suppressed")))
    assert _problems(folder) == "The deviations from the plan are not complete."


SMUGGLED = {
    "a few people": ({"n": 7}, "n is no band middle"),
    "an exact number": ({"n": 52}, "n is no band middle"),
    "a few events": ({"events": 3}, "events is no band middle"),
    "an exact count": ({"estimate": 52, "unit": "people"}, "a count is no band middle"),
    "a count below": ({"estimate": 3, "unit": "people"}, "a count is no band middle"),
    "a negative count": ({"estimate": -20, "unit": "people"}, "a count is no band middle"),
    "a number behind suppressed": ({"estimate": 4, "status": "suppressed"}, "held back has a number"),
    "a share beyond one": ({"estimate": 1.5, "unit": "share", "status": "rounded"}, "outside 0 to 1"),
    "an exact row": ({"status": "exact"}, "a status that does not belong here"),
    "an unknown status": ({"status": "open"}, "a status that does not belong here"),
    "a measure of one's own": ({"measure": "name_of_client"}, "has no words"),
}


@pytest.mark.parametrize("what", SMUGGLED)
def test_what_breaks_the_rules_is_found_though_every_hash_fits(folder, what):
    frame = read_evidence(folder).results["flow"].copy()
    row = frame.index[frame["status"] == "rounded"][0]
    for column, value in SMUGGLED[what][0].items():
        frame.loc[row, column] = value
    _rewritten(folder, "flow", frame)
    problems = _problems(folder)
    assert SMUGGLED[what][1] in problems and "changed after the release" not in problems


def _again(finished, folder, plan=None, submission=None) -> str:
    home = finished("fireworks", False)
    plan = plan or home / "submission" / "plan.toml"
    return " ".join(one.en for one in repeated(folder, [validate(submission or home / "submission").submission], plan))


def test_another_plan_is_told_as_such(finished, folder, tmp_path):
    text = (finished("fireworks", False) / "submission" / "plan.toml").read_text(encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(text.split("\n[lock]")[0].replace("seed = ", "seed = 1") + "\n", encoding="utf-8")
    assert read_plan(other)
    assert _again(finished, folder, plan=other) == "This is another plan than that of the release."


def test_other_data_are_told_as_such(finished, folder, tmp_path):
    data = shutil.copytree(finished("fireworks", False) / "submission", tmp_path / "data")
    manifest = data / "submission.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('name = "', 'name = "x', 1), encoding="utf-8")
    assert _again(finished, folder, submission=data) == "These are other submissions than those of the release."
    manifest.write_text(text, encoding="utf-8")
    scores = data / "measurements.csv"
    lines = scores.read_text(encoding="utf-8").splitlines(keepends=True)
    scores.write_text("".join(lines[:-1]), encoding="utf-8")
    assert "The data of " in _again(finished, folder, submission=data)
