"""The manual is current: generated pages are what they would be now, links lead somewhere, commands that are shown exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evaluation.commands import commands
from evaluation.contract.documenting import manual_pages, stale_pages, stale_stubs
from evaluation.contract.explaining import explainable

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
WRITTEN = sorted({*DOCS.glob("*.md"), ROOT / "README.md"} - {DOCS / name for name in manual_pages()})
LINK = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")


def test_generated_pages_are_current():
    assert stale_pages(DOCS) == [], "run:  python -m evaluation.contract.documenting"


def test_stubs_of_the_estimators_are_current():
    assert not stale_stubs(), "run:  python -m evaluation.contract.documenting"


def test_making_them_again_changes_nothing(tmp_path):
    assert manual_pages() == manual_pages()
    assert stale_pages(tmp_path) == sorted(manual_pages())


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_map_names_every_page():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        if page.name != "index.md" and not page.name.startswith(("methods-", "simulation")):
            assert f"]({page.name})" in index, page.name


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_commands_that_are_shown_exist(page):
    for name in re.findall(r"(?<![\w/.-])evaluation ([a-z]+)(?= |`|$)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert name in commands() or name in ("explain",), name


def test_codes_that_the_researcher_is_pointed_at_exist():
    table = (DOCS / "researcher.md").read_text(encoding="utf-8").split("## Conventions")[1].split("\n\nNumbers")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "`" in line]
    assert len(rows) >= 7
    for row in rows:
        assert set(re.findall(r"`([a-z-]+)`", row.split("|")[-2])) <= set(explainable())
