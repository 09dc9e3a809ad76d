"""The manual builds as a website without a broken link, and every page of it stands in its contents."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.mark.filterwarnings("ignore")
def test_the_website_builds_without_a_broken_link(tmp_path, caplog):
    mkdocs = pytest.importorskip("mkdocs.commands.build")
    from mkdocs.config import load_config

    with caplog.at_level(logging.WARNING, "mkdocs"):
        mkdocs.build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path / "site"), strict=True))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert 'src="http' not in page and '<script src="//' not in page


def test_every_page_stands_in_the_contents():
    listed = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    names = {page for part in listed for pages in part.values() for page in ([pages] if isinstance(pages, str) else pages)}
    there = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert there - names == set() and names - there == set()
