"""The pages as people meet them: a real browser, four roles, two languages, from a telephone to a desk, and axe finds nothing."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")

from evaluation.portal.portal import Portal
from evaluation.portal.trying import try_out, where
from evaluation.portal.work import running
from tests.portal.test_editions import _made
from tests.portal.test_sending_in import BAD, GOOD
from tests.portal.windows import WIDTHS, browser_program, chromium, free_port, served, sign_in, too_wide, violations

pytestmark = pytest.mark.skipif(browser_program() is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A portal to try, behind a real socket, with a browser; its editions are there without the minutes that they take."""
    folder = tmp_path_factory.mktemp("browser")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "ask", lambda task, room, bounds, wanted: _made(room, bounds))
        portal, accounts = try_out(where(folder / "portal", free_port()), "nl", lambda words: None)
        passwords = {one.person.login: one.password for one in accounts}
        with served(portal, trial=True) as address, chromium() as browser:
            yield portal, address, browser, passwords
    portal.close()


def _page(place, login: str | None, lang: str = "nl"):
    _, address, browser, passwords = place
    page = browser.new_context(locale="nl-NL" if lang == "nl" else "en-GB").new_page()
    page.set_default_timeout(20_000)
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.said = said
    if login is not None:
        sign_in(page, address, login, passwords[login])
    return page


def _sound(page) -> list[str]:
    """What is wrong with a page, at every width and in the dark."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wide := too_wide(page):
            wrong.append(f"{page.url} is {wide} too wide at {width}")
    wrong += [f"{page.url} {one}" for one in violations(page)]
    page.emulate_media(color_scheme="dark")
    wrong += [f"{page.url} in the dark {one}" for one in violations(page)]
    page.emulate_media(color_scheme="light")
    return wrong + page.said


def _everywhere(page, address: str) -> list[str]:
    """What is wrong with any page that can be reached by links from where one is; documents of their own have tests of their own."""
    todo, seen, wrong = [page.url], set(), []
    while todo:
        url = todo.pop()
        if url in seen:
            continue
        seen.add(url)
        page.goto(url)
        wrong += _sound(page)
        for link in page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)"):
            plain = link.split("#")[0].split("?")[0]
            if plain.startswith(address) and not re.search(r"/(report|findings|openapi\.json)$", plain) and plain not in seen:
                todo.append(plain)
    assert len(seen) >= 2, seen
    return wrong


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("login", ["aanbieder-north", "onderzoeker", "commissielid", "privacy"])
def test_every_page_of_every_role_is_for_everybody(place, login, lang):
    page = _page(place, login, lang)
    assert page.get_attribute("html", "lang") == lang
    assert not _everywhere(page, place[1])
    page.goto(f"{place[1]}/account/second-factor")
    assert not _sound(page)
    page.context.close()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_pages_for_nobody_are_for_everybody(place, lang):
    page = _page(place, None, lang)
    for path in ("/login", "/invitation/none", "/no-such-page"):
        page.goto(place[1] + path)
        assert not [one for one in _sound(page) if "status of 4" not in one], path
    page.context.close()


def test_a_provider_sends_in_sees_what_is_wrong_and_sends_again(place, tmp_path):
    """As somebody does who only reads Dutch: the texts say what to do next."""
    page = _page(place, "aanbieder-east")
    page.click("main .card a")
    for content in (BAD, GOOD):
        for name, piece in content.items():
            (tmp_path / name).write_bytes(piece)
        page.set_input_files("#files", [str(tmp_path / name) for name in content])
        page.click("button:has-text('Insturen')")
        page.wait_for_selector("h1:has-text('Ontvangstbewijs')")
        page.wait_for_selector("#state:not([data-waiting])", timeout=60_000)  # the page looks again by itself
        if content is BAD:
            assert "Niet geaccepteerd" in page.inner_text("#state")
            assert not _sound(page)
            page.click("text=Bevindingen lezen")
            assert "FOUT" in page.inner_text("body")
            page.go_back()
            page.click(".trail a")
    assert "Geaccepteerd" in page.inner_text("#state")
    with page.expect_download() as saved:
        page.click("text=Bewijs bewaren")
    assert "Ontvangstbewijs" in saved.value.path().read_text(encoding="utf-8")
    assert not page.said
    page.check("input[type=checkbox]")
    page.click("button:has-text('Inzending intrekken')")
    page.wait_for_selector("#state:has-text('Ingetrokken')")
    page.context.close()


def test_a_reviewer_agrees_reads_and_writes_by_keyboard_alone(place):
    portal: Portal = place[0]
    with portal.database.writing() as connection:
        from evaluation.portal.keeping.tables import consents

        connection.execute(consents.delete())
    page = _page(place, "commissielid")
    page.click("main .card a")
    page.click(".card a:has-text('voor de commissie')")
    assert page.locator("text=Rapport lezen").count() == 0
    page.focus("input[name=agree]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Rapport lezen")
    page.focus("text=Rapport lezen")
    page.keyboard.press("Enter")
    page.wait_for_selector("aside:has-text('Alleen voor u')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("textarea")
    page.fill("textarea", "Een vraag over tabel 2.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("article:has-text('tabel 2')")
    page.context.close()


def test_an_edition_goes_from_the_researcher_by_the_officer_to_its_reader(place):
    researcher = _page(place, "onderzoeker")
    researcher.click("main .card a")
    researcher.click("button:has-text('Een uitgave maken')")
    researcher.wait_for_selector("td:has-text('Wacht op de privacyfunctionaris')", timeout=60_000)
    waiting = researcher.locator("tr", has_text="Wacht op de privacyfunctionaris")
    assert waiting.locator("button").count() == 0, "nothing to release before the approval"
    assert not _sound(researcher)
    officer = _page(place, "privacy")
    officer.click(".card a >> nth=0")
    officer.wait_for_selector("text=Nog niet genomen")
    assert not _sound(officer)
    officer.fill("#reason", "De groep is te klein.")
    officer.click("button:has-text('Weigeren')")
    officer.wait_for_selector(".tag:has-text('geweigerd')")
    researcher.reload()
    assert "De groep is te klein." in researcher.inner_text("main") and not _sound(researcher)
    officer.focus("input[type=checkbox]")
    officer.keyboard.press("Space")
    officer.keyboard.press("Tab")
    officer.keyboard.press("Enter")
    officer.wait_for_selector(".tag:has-text('goedgekeurd')")
    researcher.reload()
    edition = researcher.locator("tr", has_text="2, voor de commissie")
    edition.locator("input[type=checkbox]").check()
    edition.locator("button").click()
    researcher.wait_for_selector("tr:has-text('2, voor de commissie') .tag:has-text('vrijgegeven')")
    reader = _page(place, "commissielid")
    reader.click("main .card a")
    assert reader.locator(".card", has_text="Uitgave 2, voor de commissie").count() == 1
    for page in (researcher, officer, reader):
        page.context.close()


def test_long_names_fit(place):
    """A hundred signs without a space, as a title and as the names of who is invited."""
    page, long = _page(place, "onderzoeker"), "W" * 100
    page.fill("#title", long)
    page.click("button:has-text('Openen')")
    page.fill("#name", long)
    page.click("button:has-text('Uitnodiging maken')")
    link = page.inner_text(".callout code")
    assert not _sound(page)
    page.goto(place[1])
    assert not _sound(page)
    stranger = _page(place, None)
    stranger.goto(link)
    assert not _sound(stranger)
    stranger.fill("#login", "lang.lang")
    stranger.fill("#password", "vier woorden op een rij")
    stranger.click("main button")
    stranger.wait_for_selector("h1:has-text('Uw onderzoeken')")
    assert not _sound(stranger)
    for one in (page, stranger):
        one.context.close()


def test_the_first_tab_leads_past_the_menu(place):
    page = _page(place, "onderzoeker")
    page.goto(place[1])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.context.close()


def test_a_page_of_another_site_can_neither_show_nor_send(place, tmp_path):
    """A frame stays empty, and a form of theirs is not carried out, though the browser has a session."""
    page = _page(place, "onderzoeker")
    evil = tmp_path / "evil.html"
    evil.write_text(
        f'<iframe src="{place[1]}/"></iframe><form method="post" action="{place[1]}/evaluations">'
        '<input name="title" value="Van elders"><button>x</button></form>'
    )
    page.goto(evil.as_uri())
    assert "Uw onderzoeken" not in "".join(frame.content() for frame in page.frames[1:])
    page.click("button")
    page.wait_for_load_state()
    page.goto(place[1])
    assert "Van elders" not in page.content()
    page.context.close()
