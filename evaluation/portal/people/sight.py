"""Who sees what. Whatever a page or program asks for is looked up here, with the person: what is not theirs is not there."""

from __future__ import annotations

from sqlalchemy import Connection, Select, false, select

from evaluation.portal.keeping.tables import editions, evaluations, participants, readers, submissions
from evaluation.portal.people.person import Person


def _evaluations(person: Person) -> Select:
    everything = select(evaluations)
    match person.role:
        case "researcher":
            return everything.where(evaluations.c.researcher_id == person.id)
        case "provider":
            mine = select(participants.c.evaluation_id).where(participants.c.provider_id == person.provider_id)
            return everything.where(evaluations.c.id.in_(mine))
        case "reviewer":
            mine = select(readers.c.evaluation_id).where(readers.c.account_id == person.id)
            return everything.where(evaluations.c.id.in_(mine))
    return everything.where(false())


def _submissions(person: Person) -> Select:
    """A provider sees its own; a researcher that they are there, in the evaluations of their own."""
    if person.role == "provider":
        return select(submissions).where(submissions.c.provider_id == person.provider_id)
    mine = _evaluations(person).with_only_columns(evaluations.c.id)
    return select(submissions).where(submissions.c.evaluation_id.in_(mine) if person.role == "researcher" else false())


def _editions(person: Person) -> Select:
    """A researcher sees every edition, a reviewer what was released, a provider what was released for everybody."""
    mine = _evaluations(person).with_only_columns(evaluations.c.id)
    found = select(editions).where(editions.c.evaluation_id.in_(mine))
    match person.role:
        case "researcher":
            return found
        case "reviewer":
            return found.where(editions.c.state == "released")
        case "provider":
            return found.where(editions.c.state == "released", editions.c.kind == "public")
    return found.where(false())


def evaluations_of(connection: Connection, person: Person) -> list:
    """The evaluations that somebody takes part in, newest first."""
    return list(connection.execute(_evaluations(person).order_by(evaluations.c.made_at.desc())))


def evaluation_for(connection: Connection, person: Person, id: str):
    """One of them; None when it is not theirs, or not there."""
    return connection.execute(_evaluations(person).where(evaluations.c.id == id)).first()


def submissions_of(connection: Connection, person: Person, evaluation_id: str) -> list:
    """The submissions to an evaluation that somebody sees, newest first."""
    found = _submissions(person).where(submissions.c.evaluation_id == evaluation_id)
    return list(connection.execute(found.order_by(submissions.c.received_at.desc(), submissions.c.version.desc())))


def submission_for(connection: Connection, person: Person, id: str):
    """One submission of the provider's own; None for everybody else: what was found in it is for who handed it in."""
    if person.role != "provider":
        return None
    return connection.execute(_submissions(person).where(submissions.c.id == id)).first()


def editions_of(connection: Connection, person: Person, evaluation_id: str) -> list:
    """The editions of an evaluation that somebody sees, newest first."""
    found = _editions(person).where(editions.c.evaluation_id == evaluation_id)
    return list(connection.execute(found.order_by(editions.c.made_at.desc(), editions.c.kind)))


def edition_for(connection: Connection, person: Person, id: str):
    """One edition; None when it is not for them."""
    return connection.execute(_editions(person).where(editions.c.id == id)).first()


def may_download(person: Person, edition) -> bool:
    """Whether somebody may take an edition along: the committee's is read in the page only."""
    return edition.kind == "public" and edition.state in ("ready", "released")
