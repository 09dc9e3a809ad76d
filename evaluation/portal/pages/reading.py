"""An edition: the notice of confidentiality, the report in the page, notes to the researcher, and the public one to take along."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from data_schemas.words import Lang
from evaluation.failures import UserError
from evaluation.portal.keeping.tables import evaluations
from evaluation.portal.keeping.tables import readers as reading
from evaluation.portal.meeting import approving, editions
from evaluation.portal.meeting.evaluations import plan_of
from evaluation.portal.pages.documents import OWN_POLICY, packed, with_band
from evaluation.portal.pages.doors import Door, Visit, missing
from evaluation.portal.people import sight

READERS = frozenset({"provider", "researcher", "reviewer"})
OFFICER = frozenset({"privacy_officer"})
WRITERS = frozenset({"researcher", "reviewer"})
REVIEWER = frozenset({"reviewer"})
_SHOWN, _HELD = ("exact", "released"), ("rounded", "suppressed", "not_estimable")
# what may be taken along: its name in an address, the file, the name it gets, and what it is
TAKEN = {
    "report-nl.pdf": ("committee-nl.pdf", "application/pdf"),
    "report-en.pdf": ("committee-en.pdf", "application/pdf"),
    "report-nl.html": ("committee-nl.html", "text/html; charset=utf-8"),
    "report-en.html": ("committee-en.html", "text/html; charset=utf-8"),
    "evidence.zip": (None, "application/zip"),
}


def evaluation_page(visit: Visit) -> Response:
    """An evaluation as a reviewer sees it: what was released."""
    with visit.portal.reading() as connection:
        found = sight.evaluation_for(connection, visit.person, visit.path("evaluation"))
        if found is None:
            raise missing()
        made = sight.editions_of(connection, visit.person, found.id)
        mine = (reading.c.evaluation_id == found.id) & (reading.c.account_id == visit.person.id)
        reader = connection.execute(select(reading.c.reader).where(mine)).scalar_one()
    return visit.page("reviewer_evaluation.html", evaluation=found, editions=made, reader=reader)


def own(visit: Visit):
    """The edition of the path, when it is for this reader, and whether they agreed to its notice."""
    with visit.portal.reading() as connection:
        found = sight.edition_for(connection, visit.person, visit.path("edition"))
        if found is None:
            raise missing()
        return found, editions.agreed(connection, visit.person, found)


def edition_page(visit: Visit, wrong=None, status: int = 200, written: str = "") -> Response:
    """An edition: the notice first, then what can be read and written."""
    edition, agreed = own(visit)
    portal, who = visit.portal, visit.person
    with portal.reading() as connection:
        row = connection.execute(select(evaluations).where(evaluations.c.id == edition.evaluation_id)).one()
        notes = editions.notes_on(portal, connection, who, edition.id) if agreed else []
        decision = approving.decision(portal, connection, edition.id)
        readers = approving.readers_of(connection, edition) if edition.kind == "committee" else []
        leaves = approving.what_leaves(portal, connection, edition.id) if who.role == "privacy_officer" else {}
    return visit.page(
        "edition.html",
        status,
        edition=edition,
        evaluation=row,
        agreed=agreed,
        committee=plan_of(row).disclosure.committee,
        decision=decision,
        readers=readers,
        mine=[one.reader for one in readers if one.id == who.id],
        leaves=_in_words(leaves, visit.lang),
        notes=notes,
        taken=list(TAKEN) if sight.may_download(visit.person, edition) else [],
        wrong=wrong,
        written=written,
    )


def agree(visit: Visit) -> Response:
    """Agree to the notice."""
    edition, _ = own(visit)
    if visit.form.get("agree") == "yes":
        editions.agree(visit.portal, visit.person, edition)
    return visit.go(f"/editions/{edition.id}")


def report(visit: Visit) -> Response:
    """The report in the page; the committee's under its band, and only after agreeing."""
    edition, agreed = own(visit)
    if not agreed:
        return visit.go(f"/editions/{edition.id}")
    content = _file(visit, edition, f"committee-{visit.lang}.html").decode()
    if edition.kind == "committee":
        with visit.portal.writing() as connection:
            who = visit.person
            visit.portal.log.write(connection, "report_read", actor=who.login, role=who.role, about=edition.id)
    name = visit.person.name if edition.kind == "committee" else None
    page = with_band(content, visit.lang, f"/editions/{edition.id}", name)
    return HTMLResponse(page, headers={"Content-Security-Policy": OWN_POLICY})


def decide(visit: Visit) -> Response:
    """The privacy officer approves a committee's edition, or refuses it and says why."""
    edition, _ = own(visit)
    form = visit.form
    given = {
        "approved": form.get("decision") == "approve",
        "reason": form.get("reason", ""),
        "seen": form.get("seen", "").split(),
    }
    try:
        approving.decide(visit.portal, visit.person, edition.id, **given)
    except UserError as error:
        return edition_page(visit, error.words, 422, given["reason"])
    return visit.go(f"/editions/{edition.id}")


def note(visit: Visit) -> Response:
    """Write a note."""
    edition, agreed = own(visit)
    if not agreed:
        return visit.go(f"/editions/{edition.id}")
    try:
        editions.write_note(visit.portal, visit.person, edition.id, visit.form.get("text", ""))
    except UserError as error:
        return edition_page(visit, error.words, 422, visit.form.get("text", ""))
    return visit.go(f"/editions/{edition.id}#notes")


def download(visit: Visit) -> Response:
    """Take the public edition along."""
    edition, _ = own(visit)
    name = visit.path("name")
    if name not in TAKEN or not sight.may_download(visit.person, edition):
        raise missing()
    file, kind = TAKEN[name]
    content = _archive(visit, edition) if file is None else _file(visit, edition, file)
    headers = {
        "Content-Disposition": f'attachment; filename="{edition.kind}-{edition.number}-{name}"',
        "Content-Security-Policy": "sandbox",
    }
    return Response(content, media_type=kind, headers=headers)


def _in_words(leaves: Mapping[str, Mapping[str, int]], lang: Lang) -> list[tuple[str, list[int]]]:
    """By analysis how many figures are shown, rounded, held back and not to be estimated."""
    from reports.text.vocabulary import analysis_words

    return [
        (analysis_words(name)[lang], [sum(counts.get(one, 0) for one in _SHOWN), *(counts.get(one, 0) for one in _HELD)])
        for name, counts in sorted(leaves.items())
    ]


def _file(visit: Visit, edition, name: str) -> bytes:
    with visit.portal.reading() as connection:
        found = editions.file_of(connection, edition.id, name)
    if found is None:
        raise missing()
    return visit.portal.store.read(found.id)


def _archive(visit: Visit, edition) -> bytes:
    with visit.portal.reading() as connection:
        found = [one for one in editions.files_of_edition(connection, edition.id) if one.name.startswith("evidence/")]
    return packed((one.name, visit.portal.store.read(one.id)) for one in found)


DOORS = (
    Door(path="/editions/{edition}", behind=edition_page, who=READERS | OFFICER),
    Door(path="/editions/{edition}/decision", method="POST", behind=decide, who=OFFICER),
    Door(path="/editions/{edition}/agree", method="POST", behind=agree, who=REVIEWER),
    Door(path="/editions/{edition}/report", behind=report, who=READERS | OFFICER),
    Door(path="/editions/{edition}/notes", method="POST", behind=note, who=WRITERS),
    Door(path="/editions/{edition}/download/{name}", behind=download, who=READERS),
)
