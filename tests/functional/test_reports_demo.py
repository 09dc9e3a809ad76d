"""The demonstration: every example that offers itself, progress with seconds, the files to open, the same bytes twice."""

from __future__ import annotations

import re

import pytest

from evaluation import demonstration as demonstrating
from evaluation.contract.examples import examples


@pytest.fixture
def only_rossi(monkeypatch):
    """One example and one format: the others take the same road, and each of them has its own tests."""
    monkeypatch.setattr(demonstrating, "examples", lambda: {"rossi": examples()["rossi"]})
    monkeypatch.setattr(demonstrating, "_FORMATS", ("html",))


def test_the_demonstration_ends_with_the_files_to_open_and_gives_the_same_bytes_twice(
    command, tmp_path, monkeypatch, only_rossi
):
    first = command("demo", "--out", tmp_path / "een", "--lang", "en")
    assert first.code == 0, first.text
    page = tmp_path / "een" / "rossi" / "committee-en.html"
    assert first.out.splitlines() == ["Done. Open:", f"  {page}", f"  {page.with_name('committee-annex-en.html')}"]
    assert len(re.findall(r"\d+\.\d s$", first.err, re.M)) >= 6 and "validate" in first.err
    kept = {path.relative_to(tmp_path / "een"): path.read_bytes() for path in (tmp_path / "een").rglob("*") if path.is_file()}
    # that a report is the same bytes each time has a test of its own, under harder circumstances
    monkeypatch.setattr("evaluation.rendering.render", lambda at, *, formats, lang, out: [page])
    again = command("demo", "--out", tmp_path / "een", "--lang", "en")
    assert again.code == 0
    assert {path: (tmp_path / "een" / path).read_bytes() for path in kept} == kept


def test_the_demonstration_leaves_a_folder_of_someone_else_alone(command, tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    done = command("demo", "--out", tmp_path)
    assert done.code == 2 and "--out" in done.text
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_demonstration_shows_a_real_trial_and_the_fictional_consortium():
    shown = {name for name, example in examples().items() if example.shown_in_demo}
    assert {"fireworks", "rossi", "consortium"} <= shown
