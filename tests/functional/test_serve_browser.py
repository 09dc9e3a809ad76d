"""`evaluation serve` in a real browser: every page at both widths, by keyboard, without scripts, and how many steps it takes."""

from __future__ import annotations

import re

import pytest

from tests.browsing import chromium, needs_browser, overflow, violations
from tests.exports import redcap_repeated
from tests.serving import served, workbook

pytestmark = needs_browser


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(tmp_path, browser):
    """The command running, and a function that opens a window that came in."""
    (tmp_path / "inzending.xlsx").write_bytes(workbook())
    redcap_repeated(tmp_path / "uitdraai.csv")
    with served(tmp_path) as (_, address):
        base = address.partition("/open")[0]
        contexts, jar = [], []

        def window(**options):
            context = browser.new_context(**{"locale": "nl-NL", "bypass_csp": True, **options})
            contexts.append(context)
            page = context.new_page()
            page.problems = []
            page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
            page.on(
                "request",
                lambda request: page.problems.append(request.url) if not request.url.startswith((base, "data:")) else None,
            )
            if jar:
                context.add_cookies(jar)
                page.goto(base)
            else:
                page.goto(address)
                jar.extend(context.cookies())
            return page

        yield window
        for context in contexts:
            context.close()


def _drop(page, path) -> None:
    page.set_input_files("#files", path)
    page.click("text=Lees dit bestand")
    page.wait_for_url(re.compile(r"/works/\w+"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_at_every_width(opened, tmp_path, scheme):
    first = opened()
    _drop(first, tmp_path / "inzending.xlsx")
    findings = first.url
    first.goto(re.sub(r"/works/.*", "/", findings))
    _drop(first, tmp_path / "uitdraai.csv")
    columns = first.url
    pages = [
        "/",
        findings,
        f"{findings}/sheet/treatments",
        columns,
        "/works/none",
        "/?lang=en",
        f"{findings}?lang=en",
        f"{columns}?lang=en",
    ]
    base = re.match(r"http://[^/]+", findings).group()
    for width in (390, 1280):
        page = opened(viewport={"width": width, "height": 900}, color_scheme=scheme)
        for place in pages:
            page.goto(place if place.startswith("http") else base + place)
            assert violations(page) == [], (width, place)
            assert overflow(page) == 0, (width, place)
        assert [one for one in page.problems if "404" not in one] == []


def test_a_workbook_is_mended_without_scripts_and_the_policy_allows_what_there_is(opened, tmp_path):
    for options in ({"java_script_enabled": False}, {"bypass_csp": False}):
        page = opened(**options)
        _drop(page, tmp_path / "inzending.xlsx")
        assert "Niet geaccepteerd" in page.inner_text("[role=status]")
        page.locator('select[name$=":gender"]').first.select_option("meisje")
        page.locator('input[name$=":treatment_weeks"][value^="2024"]').fill("23")
        page.locator('input[name$=":client"][value="Fatima el Amrani"]').first.fill("K-006")
        page.locator('input[name$=":score"][value="99"]').first.fill("31")
        page.locator("text=Bewaar en controleer opnieuw").first.click()
        page.wait_for_load_state()
        assert "Niet geaccepteerd" not in page.inner_text("[role=status]") and page.problems == []


def test_a_keyboard_is_enough(opened, tmp_path):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    page.set_input_files("#files", tmp_path / "inzending.xlsx")
    page.focus("#files")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/works/\w+"))
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
        seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert seen != "none" or page.evaluate("document.activeElement === document.body")
    assert {"Nagekeken werkmap", "Bewaar en controleer opnieuw", "Haal dit bestand weg"} <= reached
    assert any(name.endswith(":gender") for name in reached)


def test_a_file_is_dropped(opened, tmp_path):
    page = opened()
    page.evaluate(
        """async (bytes) => {
            const given = new DataTransfer();
            given.items.add(new File([new Uint8Array(bytes)], "inzending.xlsx"));
            document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: given, bubbles: true, cancelable: true}));
        }""",
        list((tmp_path / "inzending.xlsx").read_bytes()),
    )
    page.wait_for_url(re.compile(r"/works/\w+"))
    assert "Niet geaccepteerd" in page.inner_text("[role=status]")


def test_another_page_cannot_send_embed_or_read_anything(opened, browser, tmp_path):
    page = opened()
    _drop(page, tmp_path / "inzending.xlsx")
    base = re.match(r"http://[^/]+", page.url).group()
    evil = page.context.new_page()
    evil.route("http://evil.example/**", lambda route: route.fulfill(content_type="text/html", body="<title>evil</title>"))
    evil.goto("http://evil.example/")
    read = evil.evaluate(f"fetch('{base}/', {{credentials: 'include'}}).then((r) => r.text()).catch(() => 'refused')")
    assert read == "refused"
    evil.evaluate(
        f"""() => {{
            const form = document.createElement("form");
            form.action = "{base}/stop"; form.method = "post";
            document.body.append(form); form.submit();
        }}"""
    )
    evil.wait_for_load_state()
    assert "andere website" in evil.inner_text("body") or "hoort niet" in evil.inner_text("body")
    page.reload()
    assert "inzending.xlsx" in page.inner_text("h1")


def test_how_many_steps_somebody_takes_who_reads_only_dutch(opened, tmp_path):
    """From the double click to an accepted submission of an export, counted as clicks, choices and words; the manual says the same."""
    page = opened()
    steps = 1  # the double click
    _drop(page, tmp_path / "uitdraai.csv")
    steps += 2  # choose, read
    for name in page.locator('input[name^="fixed:"]').evaluate_all("all => all.map((one) => one.name)"):
        page.fill(f'[name="{name}"]', "zorg-noord")
        steps += 1
    for name in page.locator("select").evaluate_all(
        "all => all.filter((one) => !one.value && /^(fixed|code)/.test(one.name)).map((one) => one.name)"
    ):
        page.select_option(f'[name="{name}"]', index=1)
        steps += 1
    page.click("text=Maak de inzending")
    page.wait_for_url(re.compile(r"/works/\w+"))
    steps += 1
    assert "Niet geaccepteerd" not in page.inner_text("[role=status]") and page.locator("html").get_attribute("lang") == "nl"
    with page.expect_download() as download:
        page.click("text=Inzending (.xlsx)")
    assert download.value.suggested_filename == "inzending.xlsx"
    steps += 1
    assert steps == 11
