"""A run: the submissions that it was asked for, the plan and the ledger to a bounded process, and the editions back.

There is one ledger for the whole portal: it is about people, and the same people can be in two evaluations. It is kept sealed; what a
run adds to it and the editions that it made are named in one transaction, so that no edition is there that the ledger does not know.
"""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data_schemas.words import Words
from evaluation.portal.files.store import Stored
from evaluation.portal.keeping.tables import editions, evaluations, files, kept, sources, submissions
from evaluation.portal.meeting import notifying
from evaluation.portal.meeting.submissions import files_of, keep_file
from evaluation.portal.portal import Portal
from evaluation.portal.work.bounded import Bounds, NotFinished, NotWanted, ask, room

LEDGER = "ledger"
_FIXED = 0
_GONE = Words(
    "Een inzending is vervangen of ingetrokken nadat deze uitgave was gevraagd. Maak de uitgave opnieuw.",
    "A submission was replaced or withdrawn after this edition was asked for. Make the edition again.",
)
_GIVEN_UP = Words(
    "Het maken van deze uitgave is drie keer afgebroken. Vraag wie het portaal beheert.",
    "Making this edition was broken off three times. Ask who keeps the portal.",
)


def run(portal: Portal, run_id: str, wanted: Callable[[], bool] = lambda: True) -> None:
    """Make the editions of one run; nothing is done when they were made already."""
    with portal.reading() as connection:
        asked = list(connection.execute(select(editions).where(editions.c.run == run_id, editions.c.state == "waiting")))
        if not asked:
            return
        plan = connection.execute(select(evaluations.c.plan).where(evaluations.c.id == asked[0].evaluation_id)).scalar_one()
        used = list(
            connection.execute(
                select(submissions)
                .join(sources, sources.c.submission_id == submissions.c.id)
                .where(sources.c.edition_id == asked[0].id)
                .order_by(submissions.c.provider_id)
            )
        )
        before = _ledger(connection)
    with room(portal.work) as place:
        try:
            _lay_out(portal, place, plan, used, before)
            answer = ask("run", place, Bounds(seconds=portal.settings.run_seconds), wanted)
        except (NotFinished, FileNotFoundError) as error:
            answer = {"failed": (error.words if isinstance(error, NotFinished) else _GONE)._asdict()}
        _conclude(portal, place, asked, answer, before)


def fail_unmade(portal: Portal, run_id: str) -> None:
    """The editions of a run that could not be made."""
    with portal.writing() as connection:
        for edition in list(
            connection.execute(select(editions).where(editions.c.run == run_id, editions.c.state == "waiting"))
        ):
            _write(portal, connection, edition, {"failed": _GIVEN_UP._asdict()}, [])


def _lay_out(portal: Portal, place: Path, plan: str, used: list, ledger: str | None) -> None:
    (place / "plan.toml").write_text(plan, encoding="utf-8")
    (place / "ledger").mkdir(0o700)
    if ledger is not None:
        with tarfile.open(fileobj=io.BytesIO(portal.store.read(ledger))) as packed:
            packed.extractall(place / "ledger", filter="data")
        for file in (place / "ledger").rglob("*"):
            file.chmod(0o700 if file.is_dir() else 0o600)
    for number, submission in enumerate(used):
        folder = place / "submissions" / f"{number:04d}"
        folder.mkdir(0o700, parents=True)
        with portal.reading() as connection:
            sent = files_of(connection, submission.id, "sent")
        if not sent:
            raise FileNotFoundError
        for file in sent:
            portal.store.unpack(file.id, folder / file.name)


def _conclude(portal: Portal, place: Path, asked: list, answer: Mapping[str, Any], before: str | None) -> None:
    """Seal what was made, then name it all in one transaction."""
    made = answer.get("editions", {})
    sealed = {
        edition.id: [(file.relative_to(folder).as_posix(), portal.store.put(file.read_bytes())) for file in _files(folder)]
        for edition in asked
        if "fingerprint" in made.get(edition.kind, {}) and (folder := place / "editions" / edition.kind)
    }
    ledger = portal.store.put(_packed(place / "ledger")) if sealed else None
    with portal.writing() as connection:
        still = connection.execute(select(editions.c.state).where(editions.c.id == asked[0].id).with_for_update()).scalar_one()
        if still != "waiting":
            return
        if _ledger(connection) != before:
            # a run that lost its lease must not bring back an older ledger: it is made again, on the newer one
            raise NotWanted
        if sealed and not _all_in_force(connection, asked[0].id):
            sealed, ledger, made, answer = {}, None, {}, {"failed": _GONE._asdict()}
        for edition in asked:
            _write(portal, connection, edition, made.get(edition.kind, answer), sealed.get(edition.id, []))
        notifying.tell(portal, connection, notifying.researcher_of(asked[0].evaluation_id))
        if any(edition.kind == "committee" and edition.id in sealed for edition in asked):
            notifying.tell(portal, connection, notifying.officers())
        if ledger is not None:
            _keep_ledger(connection, ledger)
    if ledger is not None and before is not None:
        portal.store.destroy(before)


def _all_in_force(connection: Connection, edition_id: str) -> bool:
    """Whether nothing was withdrawn or replaced while the run was under way; what was then made is shown to nobody."""
    mine = select(submissions.c.state).join(sources, sources.c.submission_id == submissions.c.id)
    states = connection.execute(mine.where(sources.c.edition_id == edition_id).with_for_update(of=submissions)).scalars()
    return all(state == "accepted" for state in states)


def _write(portal: Portal, connection: Connection, edition, told: Mapping[str, Any], made: list[tuple[str, Stored]]) -> None:
    why = told.get("failed", {})
    state = "ready" if made else "failed"
    connection.execute(
        update(editions)
        .where(editions.c.id == edition.id)
        .values(
            state=state,
            ready_at=time.time(),
            fingerprint=told.get("fingerprint"),
            stood=bool(told.get("stood")),
            why_nl=why.get("nl"),
            why_en=why.get("en"),
        )
    )
    for name, stored in made:
        keep_file(connection, stored, kind="edition", name=name, edition_id=edition.id)
    portal.log.write(connection, f"edition_{state}", about=edition.id, detail=told.get("fingerprint") or "")


def _ledger(connection: Connection) -> str | None:
    found = connection.execute(select(kept.c.value).where(kept.c.name == LEDGER)).scalar()
    return None if found is None else found.decode()


def _keep_ledger(connection: Connection, ledger: Stored) -> None:
    older = _ledger(connection)
    if older is None:
        connection.execute(insert(kept).values(name=LEDGER, value=ledger.id.encode()))
    else:
        connection.execute(update(kept).where(kept.c.name == LEDGER).values(value=ledger.id.encode()))
        connection.execute(delete(files).where(files.c.id == older))
    keep_file(connection, ledger, kind="ledger", name=LEDGER)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def _packed(folder: Path) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        for file in _files(folder):
            about = tarfile.TarInfo(file.relative_to(folder).as_posix())
            content = file.read_bytes()
            about.size, about.mode, about.mtime = len(content), 0o600, _FIXED
            packed.addfile(about, io.BytesIO(content))
    return out.getvalue()
