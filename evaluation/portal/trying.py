"""A portal to try: the fictional consortium, with an account for each of the four roles. Nobody in it exists."""

from __future__ import annotations

import csv
import io
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from data_schemas.words import Lang, Words
from evaluation.contract.examples import examples
from evaluation.failures import WrongUse
from evaluation.output.files import whole_file
from evaluation.portal.files.keys import new_key
from evaluation.portal.keeping.tables import editions
from evaluation.portal.meeting import evaluations, submissions
from evaluation.portal.meeting.approving import decide
from evaluation.portal.meeting.editions import agree, release, start_run, write_note
from evaluation.portal.people.accounts import add_account
from evaluation.portal.people.person import ROLE_WORDS, Person
from evaluation.portal.portal import Portal, open_portal
from evaluation.portal.settings import Settings
from evaluation.portal.work.worker import do_all

MARK, ACCOUNTS = "probeerportaal", "accounts.txt"
READER = "Commissielid Voorbeeld (fictief)"
COMMITTEE = f"""
[disclosure.committee]
readers = ["{READER}"]
confidentiality = "Geheimhouding volgens het reglement van de (fictieve) commissie; niets wordt overgenomen of doorgegeven."
approved_by = "Privacyfunctionaris Voorbeeld (fictief)"
"""
_NOTE = Words(
    "Bij de vragenlijst van ouders is het verschil klein en onzeker. Kunt u toelichten waarom deze in het plan staat?",
    "In the parents' questionnaire the difference is small and uncertain. Could you explain why it is in the plan?",
)
_OTHER = Words(
    "De map {name} bestaat al en is geen probeerportaal. Kies een andere met --out.",
    "The folder {name} exists already and is no portal to try. Choose another with --out.",
)
_STEPS = {
    "accounts": Words("accounts maken", "make accounts"),
    "submissions": Words("zes inzendingen insturen en nakijken", "send in and check six submissions"),
    "run": Words("uitgaven maken (enkele minuten)", "make editions (some minutes)"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the portal to try, with its password."""

    person: Person
    password: str


def consortium() -> dict[str, dict[str, str]]:
    """The fictional consortium as six submissions: by provider the files of each, by name."""
    example = examples()["consortium"]
    tables = {name: list(csv.DictReader(io.StringIO(text))) for name, text in example.tables().items()}
    found = {}
    for provider in sorted({row["provider"] for row in tables["treatments"]}):
        clients = {row["client"] for row in tables["treatments"] if row["provider"] == provider}
        mine = {name: [row for row in rows if row["client"] in clients] for name, rows in tables.items()}
        manifest = example.manifest.replace('name = "consortium"', f'name = "{provider}"')
        found[provider] = {**{f"{name}.csv": _csv(rows) for name, rows in mine.items() if rows}, "submission.toml": manifest}
    return found


def try_out(
    settings: Settings, lang: Lang, tell: Callable[[Words], None], *, with_run: bool = True
) -> tuple[Portal, list[Account]]:
    """Make the portal, or open the one that is there; answers it with its accounts, none when it was there already.

    Raises
    ------
    WrongUse
        The folder is something else.
    """
    mark = settings.folder / MARK
    if mark.exists() and (settings.folder / ACCOUNTS).exists():
        return open_portal(settings), []
    if mark.exists():  # it was broken off while it was being made
        shutil.rmtree(settings.folder)
    if settings.folder.exists() and any(settings.folder.iterdir()):
        raise WrongUse(_OTHER.fill(name=settings.folder.name))
    whole_file(mark, "fictief\n", private=True)
    new_key(settings.key_file)
    portal = open_portal(settings)
    tell(_STEPS["accounts"])
    accounts = list(_accounts(portal, lang))
    people = {one.person.login: one.person for one in accounts}
    evaluation = _evaluation(portal, people, lang)
    tell(_STEPS["submissions"])
    for person, files in zip((one for one in people.values() if one.role == "provider"), consortium().values()):
        hand_in(portal, person, evaluation, files)
    do_all(portal)
    if with_run:
        tell(_STEPS["run"])
        _editions(portal, people, evaluation, lang)
    return portal, accounts


def hand_in(portal: Portal, person: Person, evaluation_id: str, files: Mapping[str, str]) -> str:
    """Send files in as a provider does."""
    sent = [submissions.Sent(name, portal.store.put(text.encode())) for name, text in files.items()]
    return submissions.receive(portal, person, evaluation_id, sent)


def _accounts(portal: Portal, lang: Lang) -> Iterator[Account]:
    example = examples()["consortium"]
    named = {f"aanbieder-{code.removeprefix('fictional-')}": ("provider", example.labels[code][lang]) for code in consortium()}
    named |= {
        "onderzoeker": ("researcher", Words("Onderzoeker Voorbeeld (fictief)", "Researcher Example (fictional)")[lang]),
        "commissielid": ("reviewer", Words("Commissielid Voorbeeld (fictief)", "Reviewer Example (fictional)")[lang]),
        "privacy": (
            "privacy_officer",
            Words("Privacyfunctionaris Voorbeeld (fictief)", "Privacy officer Example (fictional)")[lang],
        ),
    }
    for login, (role, name) in named.items():
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        with portal.writing() as connection:
            person = add_account(connection, login=login, name=name, role=role, provider=name, password=password)
            portal.log.write(connection, "account_made", role=role, about=person.id)
        yield Account(person, password)


def _evaluation(portal: Portal, people: Mapping[str, Person], lang: Lang) -> str:
    example = examples()["consortium"]
    evaluation = evaluations.open_evaluation(portal, people["onderzoeker"], example.title[lang])
    with portal.writing() as connection:
        for person in people.values():
            if person.role in ("provider", "reviewer"):
                evaluations.add_participant(connection, evaluation, person, READER if person.role == "reviewer" else "")
                portal.log.write(connection, "joined", actor=person.login, role=person.role, about=evaluation)
    evaluations.keep_plan(portal, people["onderzoeker"], evaluation, example.plan(lang) + COMMITTEE)
    evaluations.lock(portal, people["onderzoeker"], evaluation)
    return evaluation


def _editions(portal: Portal, people: Mapping[str, Person], evaluation: str, lang: Lang) -> None:
    run = start_run(portal, people["onderzoeker"], evaluation)
    do_all(portal)
    with portal.reading() as connection:
        made = list(connection.execute(select(editions).where(editions.c.run == run, editions.c.state == "ready")))
    for edition in made:
        if edition.kind == "committee":
            decide(portal, people["privacy"], edition.id, approved=True, seen=[people["commissielid"].id])
        release(portal, people["onderzoeker"], edition.id)
        if edition.kind == "committee":
            agree(portal, people["commissielid"], edition)
            write_note(portal, people["commissielid"], edition.id, _NOTE[lang])


def _csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def where(folder: Path, port: int = 8100) -> Settings:
    """The settings of a portal to try in a folder: on this computer only, and without a second factor until somebody sets it."""
    return Settings(folder=folder, second_factor=False, listen_port=port, address=f"http://127.0.0.1:{port}")


def told(folder: Path, accounts: list[Account], lang: Lang) -> list[str]:
    """The accounts, a line each; kept beside the portal, for they are of nobody who exists."""
    file = folder / ACCOUNTS
    if accounts:
        lines = [f"{one.person.login:<20} {one.password:<22} {ROLE_WORDS[one.person.role][lang]}" for one in accounts]
        whole_file(file, "\n".join(lines) + "\n", private=True)
    return file.read_text(encoding="utf-8").splitlines()
