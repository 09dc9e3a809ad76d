"""A real browser on a portal that serves in this process: Chromium by playwright, and axe for who sees or hears otherwise."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources

from evaluation.portal.pages.application import portal_application
from evaluation.portal.portal import Portal

WIDTHS = (390, 768, 1280)
_RULES = "{runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}}"


def browser_program() -> str | None:
    """A Chromium on this machine; None when there is none."""
    named = os.environ.get("EVALUATION_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


@contextmanager
def served(portal: Portal, *, trial: bool = False, working: bool = True) -> Iterator[str]:
    """The portal behind a real socket; its address."""
    import uvicorn

    settings = portal.settings
    config = uvicorn.Config(
        portal_application(portal, trial=trial, working=working),
        host="127.0.0.1",
        port=settings.listen_port,
        log_level="error",
        access_log=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    try:
        yield settings.origin
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def chromium() -> Iterator:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # as root Chromium has no sandbox of its own; it opens nothing but our pages
        browser = playwright.chromium.launch(executable_path=browser_program(), args=["--no-sandbox"])
        yield browser
        browser.close()


@cache
def _axe() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page) -> list[str]:
    """What axe finds wrong with a page, and where."""
    page.evaluate(_axe())  # evaluated, not loaded: the page's own policy allows no script from elsewhere
    found = page.evaluate(f"axe.run(document, {_RULES})")
    return [f"{one['id']}: {node['target']} {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]


def too_wide(page) -> int:
    """By how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def sign_in(page, address: str, login: str, password: str) -> None:
    """As a person does it."""
    page.goto(f"{address}/login")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("main button")
    page.wait_for_url(lambda url: "/login" not in url)
