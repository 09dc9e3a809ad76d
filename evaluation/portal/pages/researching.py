"""A researcher: invites, keeps and locks the plan, asks for a run, releases."""

from __future__ import annotations

import time

from sqlalchemy import select
from starlette.responses import Response

from evaluation.failures import UserError
from evaluation.planning.page import plan_page
from evaluation.portal.keeping.tables import accounts, invitations, readers
from evaluation.portal.meeting import approving, editions, evaluations
from evaluation.portal.pages.bringing import bring_plan
from evaluation.portal.pages.doors import Door, Visit, missing
from evaluation.portal.people import sight

RESEARCHER = frozenset({"researcher"})


def own(visit: Visit, id: str = ""):
    """The evaluation of the path, when it is the researcher's own."""
    with visit.portal.reading() as connection:
        found = sight.evaluation_for(connection, visit.person, id or visit.path("evaluation"))
    if found is None:
        raise missing()
    return found


def evaluation_page(
    visit: Visit, wrong=None, status: int = 200, *, link: str = "", written: str | None = None, of: str = ""
) -> Response:
    """An evaluation as its researcher sees it; the link of an invitation is shown this once."""
    row = own(visit, of)
    with visit.portal.reading() as connection:
        handed = sight.submissions_of(connection, visit.person, row.id)
        made = sight.editions_of(connection, visit.person, row.id)
        providers = evaluations.participants_of(connection, row.id)
        reading = (
            select(accounts.c.id, accounts.c.name, readers.c.reader)
            .join(readers, readers.c.account_id == accounts.c.id)
            .where(readers.c.evaluation_id == row.id)
        )
        reviewers = list(connection.execute(reading.order_by(accounts.c.name)))
        decisions = {one.id: approving.decision(visit.portal, connection, one.id) for one in made if one.kind == "committee"}
        unused = (
            invitations.c.used_at.is_(None) & invitations.c.withdrawn_at.is_(None) & (invitations.c.expires_at > time.time())
        )
        mine = select(invitations).where(invitations.c.evaluation_id == row.id, unused).order_by(invitations.c.made_at)
        waiting = list(connection.execute(mine))
    plan = evaluations.plan_of(row)
    newest = {}
    for one in handed:
        newest.setdefault(one.provider_id, one)
    return visit.page(
        "researcher_evaluation.html",
        status,
        evaluation=row,
        providers=providers,
        readers=reviewers,
        named=evaluations.named_readers(row),
        decisions=decisions,
        newest=newest,
        in_force={one.provider_id for one in handed if one.state == "accepted"},
        invitations=waiting,
        plan=plan,
        plan_text=row.plan or "" if written is None else written,
        plan_told=plan_page(plan, visit.lang) if plan else "",
        editions=made,
        wrong=wrong,
        link=link,
        mailing=bool(visit.portal.settings.mail_host),
    )


def invite(visit: Visit) -> Response:
    """Invite somebody; the page shows the link to send them."""
    row = own(visit)
    role, _, number = visit.form.get("role", "").partition(":")
    named = {str(place): reader for place, reader in enumerate(evaluations.named_readers(row))}
    reader = named.get(number, "?") if number else ""
    try:
        token = evaluations.invite(
            visit.portal, visit.person, row.id, role, visit.form.get("name", ""), reader, visit.form.get("address", "")
        )
    except UserError as error:
        return evaluation_page(visit, error.words, 422)
    return evaluation_page(visit, link=f"{visit.portal.settings.origin}/invitation/{token}")


def remove_reader(visit: Visit) -> Response:
    """A reviewer reads no more."""
    row = own(visit)
    if not evaluations.remove_reader(visit.portal, visit.person, row.id, visit.path("account")):
        raise missing()
    return visit.go(f"/evaluations/{row.id}#people")


def withdraw_invitation(visit: Visit) -> Response:
    """Take an invitation back."""
    row = own(visit)
    if not evaluations.withdraw_invitation(visit.portal, visit.person, row.id, visit.path("invitation")):
        raise missing()
    return visit.go(f"/evaluations/{row.id}")


def keep_plan(visit: Visit) -> Response:
    """Keep the plan; what is wrong with it is said beside it."""
    row = own(visit)
    try:
        evaluations.keep_plan(visit.portal, visit.person, row.id, visit.brought)
    except UserError as error:
        return evaluation_page(visit, error.words, 422, written=visit.brought)
    return visit.go(f"/evaluations/{row.id}#plan")


def lock_plan(visit: Visit) -> Response:
    """Lock it."""
    row = own(visit)
    try:
        evaluations.lock(visit.portal, visit.person, row.id)
    except UserError as error:
        return evaluation_page(visit, error.words, 422)
    return visit.go(f"/evaluations/{row.id}#plan")


def run(visit: Visit) -> Response:
    """Ask for a run."""
    row = own(visit)
    try:
        editions.start_run(visit.portal, visit.person, row.id)
    except UserError as error:
        return evaluation_page(visit, error.words, 422)
    visit.desk.wake()
    return visit.go(f"/evaluations/{row.id}#editions")


def release(visit: Visit) -> Response:
    """Release an edition to its readers."""
    with visit.portal.reading() as connection:
        edition = sight.edition_for(connection, visit.person, visit.path("edition"))
    if edition is None:
        raise missing()
    try:
        editions.release(visit.portal, visit.person, edition.id)
    except UserError as error:
        return evaluation_page(visit, error.words, 422, of=edition.evaluation_id)
    return visit.go(f"/evaluations/{edition.evaluation_id}#editions")


_HOME = "/evaluations/{evaluation}"
DOORS = (
    Door(path=f"{_HOME}/invitations", method="POST", behind=invite, who=RESEARCHER),
    Door(path=_HOME + "/invitations/{invitation}/withdraw", method="POST", behind=withdraw_invitation, who=RESEARCHER),
    Door(path=_HOME + "/readers/{account}/remove", method="POST", behind=remove_reader, who=RESEARCHER),
    Door(path=f"{_HOME}/plan", method="POST", behind=keep_plan, who=RESEARCHER, bring=bring_plan),
    Door(path=f"{_HOME}/plan/lock", method="POST", behind=lock_plan, who=RESEARCHER),
    Door(path=f"{_HOME}/runs", method="POST", behind=run, who=RESEARCHER),
    Door(path="/editions/{edition}/release", method="POST", behind=release, who=RESEARCHER),
)
