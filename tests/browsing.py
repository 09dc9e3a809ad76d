"""A real browser for tests: headless Chromium, and axe to look for what somebody cannot read or reach."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or find_spec("playwright") is None or find_spec("axe_playwright_python") is None,
    reason="no Chromium, playwright or axe on this computer",
)


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@cache
def _axe() -> str:
    package = find_spec("axe_playwright_python")
    return next(Path(package.submodule_search_locations[0]).rglob("axe.min.js")).read_text(encoding="utf-8")


def violations(page: Any) -> list[str]:
    """What axe finds on a page, one line each; the page must have been opened with `bypass_csp`, for its policy allows no such thing."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]


def overflow(page: Any) -> int:
    """How many pixels a page is wider than its window."""
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)")
