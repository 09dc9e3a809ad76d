"""What the names in the log stand for, in words: an evaluation, a version of a provider's submission, an edition, an account."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from data_schemas.words import Words
from evaluation.portal.keeping.tables import accounts, editions, evaluations, providers, submissions
from evaluation.portal.meeting.editions import KINDS

_SUBMISSION = Words("{provider}, versie {version}", "{provider}, version {version}")
_EDITION = Words("{title}, uitgave {number} ({kind})", "{title}, edition {number} ({kind})")


def in_words(connection: Connection, names: Collection[str]) -> Mapping[str, Words]:
    """For each name that is known what it stands for; never anything of what was sent in."""
    found: dict[str, Words] = {}
    for table, column in ((evaluations, evaluations.c.title), (accounts, accounts.c.login)):
        for id, said in connection.execute(select(table.c.id, column).where(table.c.id.in_(names))):
            found[id] = Words(said, said)
    sent = select(submissions.c.id, submissions.c.version, providers.c.name).join(
        providers, providers.c.id == submissions.c.provider_id
    )
    for id, version, provider in connection.execute(sent.where(submissions.c.id.in_(names))):
        found[id] = _SUBMISSION.fill(provider=provider, version=version)
    made = select(editions.c.id, editions.c.number, editions.c.kind, evaluations.c.title).join(
        evaluations, evaluations.c.id == editions.c.evaluation_id
    )
    for id, number, kind, title in connection.execute(made.where(editions.c.id.in_(names))):
        found[id] = _EDITION.fill(title=title, number=number, kind=KINDS[kind])
    return found
