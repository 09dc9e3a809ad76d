"""Whatever holds rows or exact results is for its owner's eyes only: 0600, in folders of 0700, whatever the umask."""

from __future__ import annotations

import os
import shutil
import stat

import pytest

from evaluation.failures import WrongUse
from evaluation.output.files import whole_file, whole_folder
from tests.commands import call

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")


def _modes(folder):
    return {str(entry.relative_to(folder)): stat.S_IMODE(entry.stat().st_mode) for entry in (folder, *folder.rglob("*"))}


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def test_an_internal_edition_and_its_report_can_be_read_by_its_owner_only(finished, tmp_path, open_umask):
    home = finished("anorexia", True) / "submission"
    out = tmp_path / "exact"
    assert call(["run", home, "--plan", home / "plan.toml", "--out", out, "--internal"]).code == 0
    assert set(_modes(out).values()) == {0o700, 0o600}
    assert call(["report", out, "--to", "html", "--out", tmp_path / "new" / "report"]).code == 0
    assert stat.S_IMODE((tmp_path / "new" / "report" / "committee-nl.html").stat().st_mode) == 0o600


def test_a_released_edition_is_for_everybody(finished, tmp_path, open_umask):
    home = finished("anorexia", True) / "submission"
    assert call(["run", home, "--plan", home / "plan.toml", "--out", tmp_path / "released"]).code == 0
    assert set(_modes(tmp_path / "released").values()) == {0o777, 0o666}


def test_findings_and_the_workbook_with_notes(finished, tmp_path, open_umask):
    workbook = tmp_path / "filled.xlsx"
    assert call(["template", workbook]).code == 0
    places = {"--json": "findings.json", "--html": "findings.html", "--annotate": "checked.xlsx"}
    options = [part for option, name in places.items() for part in (option, tmp_path / "given" / name)]
    call(["validate", workbook, *options])
    for name in places.values():
        assert stat.S_IMODE((tmp_path / "given" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "given").stat().st_mode) == 0o700


def test_the_ledger_with_its_key(finished, tmp_path, open_umask):
    home = tmp_path / "mine"
    shutil.copytree(finished("anorexia", True) / "submission", home)
    ledger = tmp_path / "ledger.json"
    assert call(["run", home, "--plan", home / "plan.toml", "--out", tmp_path / "out", "--ledger", ledger]).code == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in (ledger, tmp_path / "ledger.json.key")} == {0o600}


def test_only_what_we_wrote_and_nobody_changed_is_written_over(tmp_path):
    """A second run replaces the first; after any save, copy or addition it is the user's, and refused."""
    place = whole_file(tmp_path / "a.txt", "een")
    assert whole_file(place, "twee").read_text() == "twee"
    place.write_text("verbeterd")
    with pytest.raises(WrongUse):
        whole_file(place, "drie")
    shutil.copy(whole_file(tmp_path / "b.txt", "een"), tmp_path / "c.txt")
    with pytest.raises(WrongUse):
        whole_file(tmp_path / "c.txt", "twee")
    assert place.read_text() == "verbeterd" and (tmp_path / "c.txt").read_text() == "een"
    assert whole_file(place, "register", replace=True).read_text() == "register"


@pytest.mark.parametrize("change", ["edit", "add", "nothing"])
def test_a_folder_is_replaced_only_when_all_in_it_is_ours(tmp_path, change):
    out = whole_folder(tmp_path / "uit", {"submission.toml": "a", "sub/b.csv": "1"}, replaces="submission.toml")
    if change == "edit":
        (out / "sub" / "b.csv").write_text("verbeterd")
    elif change == "add":
        (out / "eigen.docx").write_bytes(b"x")
    if change == "nothing":
        whole_folder(out, {"submission.toml": "b"}, replaces="submission.toml")
        assert sorted(entry.name for entry in out.rglob("*")) == ["submission.toml"]
        return
    with pytest.raises(WrongUse):
        whole_folder(out, {"submission.toml": "b"}, replaces="submission.toml")
    assert (out / "sub" / "b.csv").read_text() in ("1", "verbeterd") and (out / "submission.toml").read_text() == "a"
