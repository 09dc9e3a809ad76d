"""The privacy officer: the log, whether it is still what was written, and the log to take along."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, fields

from sqlalchemy import func, select
from starlette.responses import Response

from data_schemas.words import Words
from evaluation.portal.keeping import audit
from evaluation.portal.keeping.tables import log
from evaluation.portal.meeting.naming import in_words
from evaluation.portal.pages.acts import ACTS
from evaluation.portal.pages.doors import Door, Visit

OFFICER = frozenset({"privacy_officer"})
_PAGE = 50
_NUMBERS = Words("Vul een nummer en het zegel van 64 tekens in.", "Fill in a number and the seal of 64 signs.")


def log_page(visit: Visit, wrong=None, status: int = 200, *, verified: tuple[int, list[Words]] | None = None) -> Response:
    """The log, newest first."""
    asked = visit.request.query_params
    before, act = asked.get("before", ""), asked.get("act", "")
    found = select(log).order_by(log.c.number.desc()).limit(_PAGE + 1)
    if before.isascii() and before.isdecimal() and len(before) < 10:
        found = found.where(log.c.number < int(before))
    if act in ACTS:
        found = found.where(log.c.act == act)
    with visit.portal.reading() as connection:
        rows = list(connection.execute(found))
        named = in_words(connection, {row.about for row in rows if row.about})
    older = rows[_PAGE - 1].number if len(rows) > _PAGE else None
    return visit.page(
        "log.html",
        status,
        entries=rows[:_PAGE],
        named=named,
        older=older,
        acts=ACTS,
        act=act if act in ACTS else "",
        wrong=wrong,
        verified=verified,
    )


def verify(visit: Visit) -> Response:
    """Whether the log is still what was written, and holds the line of a receipt when one is given."""
    number, seal = visit.form.get("number", "").strip(), visit.form.get("seal", "").strip()
    receipts = []
    if number or seal:
        if not (number.isascii() and number.isdecimal() and len(number) < 10 and len(seal) == len(audit.FIRST)):
            return log_page(visit, _NUMBERS, 422)
        receipts = [(int(number), seal)]
    with visit.portal.reading() as connection:
        problems = list(visit.portal.log.problems(connection, receipts))
        count = connection.execute(select(func.count()).select_from(log)).scalar_one()
    with visit.portal.writing() as connection:
        detail = "sound" if not problems else "not sound"
        visit.portal.log.write(connection, "log_verified", actor=visit.person.login, role=visit.person.role, detail=detail)
    return log_page(visit, verified=(count, problems))


def download(visit: Visit) -> Response:
    """The whole log as CSV; a cell that a spreadsheet would take for a formula is made a text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(field.name for field in fields(audit.Entry))
    with visit.portal.reading() as connection:
        for entry in audit.entries(connection):
            writer.writerow(_plain(str(value)) for value in astuple(entry))
    headers = {"Content-Disposition": 'attachment; filename="logboek.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _plain(text: str) -> str:
    """
    >>> _plain("=1+1"), _plain("accepted")
    ("'=1+1", 'accepted')
    """
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


DOORS = (
    Door(path="/log", behind=log_page, who=OFFICER),
    Door(path="/log/verify", method="POST", behind=verify, who=OFFICER),
    Door(path="/log/download", behind=download, who=OFFICER),
)
