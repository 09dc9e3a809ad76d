"""The JSON side, for programs: the same things, by the same functions, with a token in the header `Authorization`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from starlette.responses import JSONResponse, Response

from evaluation.portal.keeping import audit
from evaluation.portal.meeting import submissions
from evaluation.portal.pages import handing_in
from evaluation.portal.pages.bringing import bring_submission
from evaluation.portal.pages.doors import ANYBODY, SIGNED_IN, Door, Visit, missing
from evaluation.portal.pages.programs.description import description
from evaluation.portal.people import sight
from evaluation.web.failing import Refused, status_words

PROVIDER, OFFICER = frozenset({"provider"}), frozenset({"privacy_officer"})
PARTAKERS = frozenset({"provider", "researcher", "reviewer"})
MOST_ENTRIES = 500


def openapi(visit: Visit) -> Response:
    """The description."""
    return JSONResponse(description(visit.portal.settings))


def me(visit: Visit) -> Response:
    """Whose token it is."""
    who = visit.person
    return JSONResponse({"login": who.login, "name": who.name, "role": who.role})


def evaluations(visit: Visit) -> Response:
    """The evaluations that one takes part in."""
    with visit.portal.reading() as connection:
        return JSONResponse({"evaluations": [_evaluation(row) for row in sight.evaluations_of(connection, visit.person)]})


def evaluation(visit: Visit) -> Response:
    """One evaluation, with the submissions and editions that one sees."""
    with visit.portal.reading() as connection:
        row = sight.evaluation_for(connection, visit.person, visit.path("evaluation"))
        if row is None:
            raise missing()
        handed = sight.submissions_of(connection, visit.person, row.id)
        made = sight.editions_of(connection, visit.person, row.id)
    mine = handing_in.receipt if visit.person.role == "provider" else _seen
    return JSONResponse(
        {**_evaluation(row), "submissions": [mine(one) for one in handed], "editions": [_edition(one) for one in made]}
    )


def send_in(visit: Visit) -> Response:
    """Send in; the receipt."""
    made = handing_in.keep(visit)
    with visit.portal.reading() as connection:
        row = sight.submission_for(connection, visit.person, made)
    return JSONResponse(handing_in.receipt(row), 201, headers={"Location": f"/api/submissions/{made}"})


def submission(visit: Visit) -> Response:
    """The receipt as it is now."""
    return JSONResponse(handing_in.receipt(handing_in.own(visit)))


def findings(visit: Visit) -> Response:
    """What the check found."""
    return JSONResponse(handing_in.findings_json(visit))


def withdraw(visit: Visit) -> Response:
    """Take it back; the receipt says so."""
    row = handing_in.own(visit)
    submissions.withdraw(visit.portal, visit.person, row.id)
    return JSONResponse(handing_in.receipt(handing_in.own(visit)))


def edition(visit: Visit) -> Response:
    """One edition."""
    with visit.portal.reading() as connection:
        row = sight.edition_for(connection, visit.person, visit.path("edition"))
    if row is None:
        raise missing()
    return JSONResponse(_edition(row))


def log(visit: Visit) -> Response:
    """The log from a number on."""
    asked = visit.request.query_params
    oldest, most = _whole(asked.get("oldest"), 1, 1, 2**31 - 1), _whole(asked.get("most"), 100, 1, MOST_ENTRIES)
    with visit.portal.reading() as connection:
        found = audit.entries(connection, oldest=oldest)
        return JSONResponse({"entries": [asdict(entry) for entry, _ in zip(found, range(most))]})


def _whole(given: str | None, otherwise: int, least: int, most: int) -> int:
    if given is None:
        return otherwise
    if not (given.isascii() and given.isdecimal() and len(given) <= 10 and least <= int(given) <= most):
        raise Refused(422, status_words(400))
    return int(given)


def _evaluation(row) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "opened_at": row.made_at,
        "plan_sha256": row.plan_sha256,
        "locked_at": row.locked_at,
    }


def _edition(row) -> Mapping[str, Any]:
    names = (
        "id",
        "evaluation_id",
        "kind",
        "number",
        "state",
        "plan_sha256",
        "fingerprint",
        "stood",
        "made_at",
        "ready_at",
        "released_at",
    )
    return {name: getattr(row, name) for name in names}


def _seen(row) -> Mapping[str, Any]:
    """A submission as a researcher sees it: that it is there, and not what was found in it."""
    return {name: getattr(row, name) for name in ("id", "provider_id", "version", "state", "received_at", "contract")}


DOORS = (
    Door(path="/api/openapi.json", behind=openapi, who=ANYBODY, program=True),
    Door(path="/api/me", behind=me, who=SIGNED_IN, program=True),
    Door(path="/api/evaluations", behind=evaluations, who=PARTAKERS, program=True),
    Door(path="/api/evaluations/{evaluation}", behind=evaluation, who=PARTAKERS, program=True),
    Door(
        path="/api/evaluations/{evaluation}/submissions",
        method="POST",
        behind=send_in,
        who=PROVIDER,
        program=True,
        bring=bring_submission,
    ),
    Door(path="/api/submissions/{submission}", behind=submission, who=PROVIDER, program=True),
    Door(path="/api/submissions/{submission}/findings", behind=findings, who=PROVIDER, program=True),
    Door(path="/api/submissions/{submission}/withdrawal", method="POST", behind=withdraw, who=PROVIDER, program=True),
    Door(path="/api/editions/{edition}", behind=edition, who=PARTAKERS, program=True),
    Door(path="/api/log", behind=log, who=OFFICER, program=True),
)
