"""A submission: received with a receipt, checked in quarantine, accepted or refused; replaced by a newer one, or withdrawn.

The receipt is there when, and only when, the files are: they are on the disk before the transaction, and the transaction is on the disk
before the answer. What is refused, replaced or withdrawn keeps its receipt and loses its files.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import Connection, delete, func, insert, select, update

from data_schemas.submission import CONTRACT_VERSION
from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.portal.files.store import Stored
from evaluation.portal.keeping.tables import evaluations, files, jobs, submissions
from evaluation.portal.meeting import notifying
from evaluation.portal.people.person import Person, new_id
from evaluation.portal.portal import Portal
from evaluation.portal.work.jobs import enqueue

ENDINGS = (".xlsx", ".csv", ".tsv", ".txt", ".parquet", ".sav", ".zsav", ".toml")
STATES = {
    "received": Words("ontvangen, wordt nagekeken", "received, being checked"),
    "accepted": Words("geaccepteerd", "accepted"),
    "refused": Words("niet geaccepteerd", "not accepted"),
    "replaced": Words("vervangen door een nieuwere", "replaced by a newer one"),
    "withdrawn": Words("ingetrokken", "withdrawn"),
}
_NOTHING = Words("Er is geen bestand gekozen. Kies eerst een bestand.", "No file was chosen. Choose a file first.")
_ENDING = Words(
    "{name}: dit soort bestand hoort niet bij een inzending. Stuur een Excel-werkmap (.xlsx), of de tabellen als CSV met submission.toml.",
    "{name}: this kind of file does not belong to a submission. Send an Excel workbook (.xlsx), or the tables as CSV with submission.toml.",
)
_TWICE = Words(
    "Twee bestanden heten {name}. Geef ze verschillende namen.", "Two files are called {name}. Give them different names."
)
_ONE_BOOK = Words(
    "Stuur één werkmap tegelijk: een inzending is één werkmap, of een map met tabellen.",
    "Send one workbook at a time: a submission is one workbook, or a folder of tables.",
)
MOST_WAITING = 5
_BUSY = Words(
    "Er worden al {most} inzendingen van u nagekeken. Wacht tot die klaar zijn.",
    "There are {most} submissions of yours being checked already. Wait until they are done.",
)
_GONE = Words("Deze inzending kan niet meer worden ingetrokken.", "This submission can no longer be withdrawn.")


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it was sent: the name that its owner knows it by, and where it is in the store."""

    name: str
    stored: Stored


def check_names(names: Sequence[str]) -> None:
    """WrongUse when these are not the files of one submission; a name is only ever a name, never a path.

    >>> check_names(["a.xlsx", "b.xlsx"])
    Traceback (most recent call last):
    evaluation.failures.WrongUse: Send one workbook at a time: a submission is one workbook, or a folder of tables.
    """
    if not names:
        raise WrongUse(_NOTHING)
    for name in names:
        if PurePath(name).name != name or name.startswith((".", "~")) or PurePath(name).suffix.lower() not in ENDINGS:
            raise WrongUse(_ENDING.fill(name=name))
    folded = [name.casefold() for name in names]
    for name in names:
        if folded.count(name.casefold()) > 1:
            raise WrongUse(_TWICE.fill(name=name))
    if len(names) > 1 and any(name.endswith(".xlsx") for name in folded):
        raise WrongUse(_ONE_BOOK)


def receive(portal: Portal, person: Person, evaluation_id: str, sent: Sequence[Sent]) -> str:
    """Keep what was sent as the provider's next version, and ask for its check; answers its name in addresses."""
    made, now = new_id(), time.time()
    whole = _sha256(sent)
    with portal.writing() as connection:
        connection.execute(select(evaluations.c.id).where(evaluations.c.id == evaluation_id).with_for_update())
        mine = (submissions.c.evaluation_id == evaluation_id) & (submissions.c.provider_id == person.provider_id)
        last = connection.execute(select(func.max(submissions.c.version)).where(mine)).scalar() or 0
        waiting = select(func.count()).select_from(submissions).where(mine, submissions.c.state == "received")
        if connection.execute(waiting).scalar_one() >= MOST_WAITING:
            raise WrongUse(_BUSY.fill(most=MOST_WAITING))
        entry = portal.log.write(
            connection, "received", actor=person.login, role=person.role, about=made, detail=f"{evaluation_id} {whole}"
        )
        connection.execute(
            insert(submissions).values(
                id=made,
                evaluation_id=evaluation_id,
                provider_id=person.provider_id,
                account_id=person.id,
                version=last + 1,
                state="received",
                contract=CONTRACT_VERSION,
                sha256=whole,
                size=sum(one.stored.size for one in sent),
                received_at=now,
                log_number=entry.number,
                log_seal=entry.seal,
            )
        )
        for one in sent:
            keep_file(connection, one.stored, kind="sent", name=one.name, submission_id=made)
        enqueue(connection, "check", made)
    return made


def keep_file(connection: Connection, stored: Stored, *, kind: str, name: str, **about: str) -> None:
    """Name a file of the store in the database: from the end of this transaction on it is kept."""
    connection.execute(
        insert(files).values(id=stored.id, kind=kind, name=name, size=stored.size, sha256=stored.sha256, **about)
    )


def files_of(connection: Connection, submission_id: str, kind: str) -> list:
    """The files of a submission of one kind, by name."""
    asked = (files.c.submission_id == submission_id) & (files.c.kind == kind)
    return list(connection.execute(select(files).where(asked).order_by(files.c.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the check found; `why` when it could not be finished."""

    accepted: bool
    content_sha256: str | None = None
    errors: int = 0
    warnings: int = 0
    why: Words | None = None


def decide(portal: Portal, submission_id: str, verdict: Verdict, findings: Sequence[Sent]) -> None:
    """Accept or refuse what was received; the newest that is accepted replaces those before it.

    What was withdrawn while it was being checked stays withdrawn.
    """
    gone: list[str] = []
    with portal.writing() as connection:
        row = connection.execute(select(submissions).where(submissions.c.id == submission_id).with_for_update()).one()
        if row.state != "received":
            gone += [one.stored.id for one in findings]
        else:
            state = "accepted" if verdict.accepted else "refused"
            connection.execute(
                update(submissions)
                .where(submissions.c.id == submission_id)
                .values(
                    state=state,
                    checked_at=time.time(),
                    content_sha256=verdict.content_sha256,
                    errors=verdict.errors,
                    warnings=verdict.warnings,
                    why_nl=verdict.why and verdict.why.nl,
                    why_en=verdict.why and verdict.why.en,
                )
            )
            for one in findings:
                keep_file(connection, one.stored, kind="findings", name=one.name, submission_id=submission_id)
            portal.log.write(connection, state, about=submission_id, detail=f"{verdict.errors} {verdict.warnings}")
            notifying.tell(portal, connection, [row.account_id])
            gone += _superseded(portal, connection, row) if verdict.accepted else _forget(connection, submission_id)
    portal.store.destroy(*gone)


def withdraw(portal: Portal, person: Person, submission_id: str) -> None:
    """Take a submission back: its files are destroyed, its receipt says so. What was released before stays released.

    Raises
    ------
    WrongUse
        It was refused, replaced or withdrawn already.
    """
    with portal.writing() as connection:
        open_one = (submissions.c.id == submission_id) & submissions.c.state.in_(("received", "accepted"))
        if not connection.execute(update(submissions).where(open_one).values(state="withdrawn")).rowcount:
            raise WrongUse(_GONE)
        portal.log.write(connection, "withdrawn", actor=person.login, role=person.role, about=submission_id)
        gone = _forget(connection, submission_id)
    portal.store.destroy(*gone)


def in_force(connection: Connection, evaluation_id: str) -> list:
    """The accepted submissions of an evaluation, one of each provider, in an order that does not change."""
    accepted = (submissions.c.evaluation_id == evaluation_id) & (submissions.c.state == "accepted")
    return list(connection.execute(select(submissions).where(accepted).order_by(submissions.c.provider_id)))


def being_checked(connection: Connection, evaluation_id: str) -> int:
    """How many submissions are waiting for their verdict."""
    waiting = (submissions.c.evaluation_id == evaluation_id) & (submissions.c.state == "received")
    return connection.execute(select(func.count()).select_from(submissions).where(waiting)).scalar_one()


def _superseded(portal: Portal, connection: Connection, row) -> list[str]:
    """The accepted versions before this one are replaced; an older one that was accepted later does not come back."""
    same = (submissions.c.evaluation_id == row.evaluation_id) & (submissions.c.provider_id == row.provider_id)
    accepted = connection.execute(
        select(submissions).where(same, submissions.c.state == "accepted").order_by(submissions.c.version)
    )
    gone: list[str] = []
    for older in list(accepted)[:-1]:
        connection.execute(update(submissions).where(submissions.c.id == older.id).values(state="replaced"))
        portal.log.write(connection, "replaced", about=older.id, detail=row.id)
        gone += _forget(connection, older.id)
    return gone


def _forget(connection: Connection, submission_id: str) -> list[str]:
    """Take what was sent out of the database; answers the files to destroy when that is done."""
    sent = (files.c.submission_id == submission_id) & (files.c.kind == "sent")
    gone = list(connection.execute(select(files.c.id).where(sent)).scalars())
    connection.execute(delete(files).where(sent))
    connection.execute(delete(jobs).where(jobs.c.about == submission_id, jobs.c.state == "waiting"))
    return gone


def _sha256(sent: Sequence[Sent]) -> str:
    """Of one file its own hash; of several that of `sha256sum` over them, in the order of their names."""
    if len(sent) == 1:
        return sent[0].stored.sha256
    lines = sorted((one.name, one.stored.sha256) for one in sent)
    return hashlib.sha256("".join(f"{sha256}  {name}\n" for name, sha256 in lines).encode()).hexdigest()
