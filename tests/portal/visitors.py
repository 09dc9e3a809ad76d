"""People at a portal, for the tests: each with a browser of their own that keeps cookies and sends what a browser sends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.testclient import TestClient

from evaluation.portal.meeting import evaluations
from evaluation.portal.pages.application import NAME, portal_application
from evaluation.portal.pages.doors import Desk
from evaluation.portal.pages.throttle import Throttle
from evaluation.portal.people import tokens
from evaluation.portal.people.accounts import add_account
from evaluation.portal.people.person import Person
from evaluation.portal.portal import Portal
from evaluation.portal.trying import READER
from evaluation.portal.work.worker import do_all
from evaluation.web.pages import Pages

PASSWORD = "paard-nietje-batterij"
ORIGIN = {"Origin": "http://127.0.0.1:8100", "Sec-Fetch-Site": "same-origin"}
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')
WHO = {
    "anna": ("provider", "Aanbieder Anna"),
    "bram": ("provider", "Aanbieder Bram"),
    "rosa": ("researcher", "Onderzoeker Rosa"),
    "ravi": ("researcher", "Onderzoeker Ravi"),
    "clara": ("reviewer", "Commissielid Clara"),
    "cem": ("reviewer", "Commissielid Cem"),
    "petra": ("privacy_officer", "Functionaris Petra"),
}


@dataclass
class Browser:
    """A browser: cookies are kept, redirects are not followed, and a form carries its page's token."""

    client: TestClient
    token: str = ""

    def get(self, path: str, **more):
        answer = self.client.get(path, follow_redirects=False, **more)
        found = _TOKEN.search(answer.text) if "html" in answer.headers.get("content-type", "") else None
        if found:
            self.token = found.group(1)
        return answer

    def post(
        self, path: str, form: Mapping[str, object] | None = None, *, files=None, token: str | None = None, headers=ORIGIN
    ):
        data = {"form_token": self.token if token is None else token, **(form or {})}
        if files is None:
            return self.client.post(path, data=data, headers=headers, follow_redirects=False)
        return self.client.post(path, data=data, files=files, headers=headers, follow_redirects=False)

    def sign_in(self, login: str, password: str = PASSWORD):
        self.get("/login")
        answer = self.post("/login", {"login": login, "password": password})
        if answer.status_code == 303:
            self.get("/account")
        return answer


@dataclass
class Town:
    """A portal with people in it."""

    portal: Portal
    app: object
    desk: Desk
    people: dict[str, Person]
    evaluation: str
    other_evaluation: str
    _browsers: dict[str, Browser] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def of(cls, portal: Portal) -> Iterator[Town]:
        many = {
            name: Throttle(burst=10**6, per_minute=10**6) for name in ("forms", "attempts", "uploads", "programs", "addresses")
        }
        desk = Desk(portal, Pages("evaluation.portal.pages", NAME), **many)
        app = portal_application(portal, working=False, desk=desk)
        people = {}
        with portal.writing() as connection:
            for login, (role, name) in WHO.items():
                people[login] = add_account(connection, login=login, name=name, role=role, provider=name, password=PASSWORD)
        mine = evaluations.open_evaluation(portal, people["rosa"], "Het onderzoek van Rosa")
        other = evaluations.open_evaluation(portal, people["ravi"], "Het onderzoek van Ravi")
        with portal.writing() as connection:
            for login, where in (("anna", mine), ("bram", mine), ("clara", mine), ("bram", other), ("cem", other)):
                evaluations.add_participant(connection, where, people[login], READER if login == "clara" else "")
        yield cls(portal, app, desk, people, mine, other)

    def browser(self) -> Browser:
        """One that nobody used before."""
        return Browser(TestClient(self.app, base_url="http://127.0.0.1:8100"))

    def as_(self, login: str) -> Browser:
        """The browser of somebody who has signed in; "" is nobody."""
        if login not in self._browsers:
            self._browsers[login] = self.browser()
            if login:
                assert self._browsers[login].sign_in(login).status_code == 303
            else:
                self._browsers[login].get("/login")
        return self._browsers[login]

    def program(self, login: str) -> TestClient:
        """A program with a token of somebody; without one for ""."""
        client = TestClient(self.app, base_url="http://127.0.0.1:8100")
        if login:
            client.headers["Authorization"] = f"Bearer {tokens.new_token(self.portal, self.people[login], 'proef')}"
        return client

    def send(self, login: str, files: Mapping[str, bytes], evaluation: str | None = None) -> str:
        """Send files in by the page; the name of the submission."""
        where = evaluation or self.evaluation
        answer = self.as_(login).post(
            f"/evaluations/{where}/submissions", files=[("files", (name, content)) for name, content in files.items()]
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rsplit("/", 1)[-1]

    def work(self) -> None:
        """Do what waits."""
        do_all(self.portal)
