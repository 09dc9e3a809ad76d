"""The first page: what there is for somebody, by role."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from evaluation.failures import UserError
from evaluation.portal.meeting import evaluations
from evaluation.portal.pages.doors import ANYBODY, Door, Visit
from evaluation.portal.people import sight

RESEARCHER = frozenset({"researcher"})


def home(visit: Visit, wrong=None, status: int = 200) -> Response:
    """A list of evaluations; for the privacy officer of what there is to decide."""
    with visit.portal.reading() as connection:
        if visit.person.role == "privacy_officer":
            return visit.page("home_privacy_officer.html", editions=sight.editions_to_oversee(connection, visit.person))
        mine = sight.evaluations_of(connection, visit.person)
        handed = {one.id: sight.submissions_of(connection, visit.person, one.id) for one in mine}
        made = {one.id: sight.editions_of(connection, visit.person, one.id) for one in mine}
    return visit.page(
        f"home_{visit.person.role}.html", status, evaluations=mine, submissions=handed, editions=made, wrong=wrong
    )


def open_evaluation(visit: Visit) -> Response:
    """A researcher opens an evaluation."""
    try:
        made = evaluations.open_evaluation(visit.portal, visit.person, visit.form.get("title", ""))
    except UserError as error:
        return home(visit, error.words, 422)
    return visit.go(f"/evaluations/{made}")


def evaluation(visit: Visit) -> Response:
    """One evaluation, as the role sees it."""
    from evaluation.portal.pages import handing_in, reading, researching

    shown = {
        "provider": handing_in.evaluation_page,
        "researcher": researching.evaluation_page,
        "reviewer": reading.evaluation_page,
    }
    return shown[visit.person.role](visit)


def health(visit: Visit) -> Response:
    """For who watches over the server: the database answers."""
    with visit.portal.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
    return PlainTextResponse("ok\n")


DOORS = (
    Door(path="/", behind=home),
    Door(path="/evaluations", method="POST", behind=open_evaluation, who=RESEARCHER),
    Door(path="/evaluations/{evaluation}", behind=evaluation, who=frozenset({"provider", "researcher", "reviewer"})),
    Door(path="/health", behind=health, who=ANYBODY),
)
