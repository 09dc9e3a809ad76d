"""Who sees what. Whatever a page or program asks for is looked up here, with the person: what is not theirs is not there."""

from __future__ import annotations

from sqlalchemy import Connection, Select, false, or_, select

from evaluation.portal.keeping.tables import admitted, approvals, editions, evaluations, participants, readers, submissions
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
    """A researcher sees every edition, a provider what was released for everybody; a reviewer that too, and the committee's where the privacy
    officer saw them among its readers. The officer sees what there is to decide about.
    """
    mine = _evaluations(person).with_only_columns(evaluations.c.id)
    found = select(editions).where(editions.c.evaluation_id.in_(mine))
    match person.role:
        case "researcher":
            return found
        case "reviewer":
            seen = or_(editions.c.kind == "public", editions.c.id.in_(_admitting(person)))
            return found.where(editions.c.state == "released", seen)
        case "provider":
            return found.where(editions.c.state == "released", editions.c.kind == "public")
        case "privacy_officer":
            return select(editions).where(editions.c.state.in_(("ready", "released")), editions.c.kind == "committee")
    return found.where(false())


def _admitting(person: Person) -> Select:
    """The committee's editions that a reviewer may read: approved, with them among the readers, and still read as the same of the plan's."""
    return (
        select(admitted.c.edition_id)
        .join(approvals, approvals.c.edition_id == admitted.c.edition_id)
        .join(editions, editions.c.id == admitted.c.edition_id)
        .join(readers, (readers.c.evaluation_id == editions.c.evaluation_id) & (readers.c.account_id == admitted.c.account_id))
        .where(admitted.c.account_id == person.id, approvals.c.approved, readers.c.reader == admitted.c.reader)
    )


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


def editions_to_oversee(connection: Connection, person: Person) -> list:
    """The committee's editions of every evaluation, newest first; for the privacy officer only."""
    if person.role != "privacy_officer":
        return []
    told = _editions(person).add_columns(evaluations.c.title, approvals.c.approved)
    joined = told.join(evaluations, evaluations.c.id == editions.c.evaluation_id).outerjoin(
        approvals, approvals.c.edition_id == editions.c.id
    )
    return list(connection.execute(joined.order_by(editions.c.made_at.desc())))


def edition_for(connection: Connection, person: Person, id: str):
    """One edition; None when it is not for them."""
    return connection.execute(_editions(person).where(editions.c.id == id)).first()


def may_download(person: Person, edition) -> bool:
    """Whether somebody may take an edition along: the committee's is read in the page only."""
    return edition.kind == "public" and edition.state in ("ready", "released")
