"""A provider: sends in, keeps the receipt, reads what was found, replaces and withdraws; and never meets another provider's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse, Response

from data_schemas.words import Lang, Words
from evaluation.failures import UserError
from evaluation.output.pages import Block, Grid, Heading, Text, as_html
from evaluation.portal.meeting import submissions
from evaluation.portal.pages.bringing import bring_submission
from evaluation.portal.pages.documents import OWN_POLICY, with_band
from evaluation.portal.pages.doors import Door, Visit, missing
from evaluation.portal.pages.telling import moment, size
from evaluation.portal.people import sight

PROVIDER = frozenset({"provider"})
_RECEIPT, _TEMPLATE = Words("ontvangstbewijs", "receipt"), Words("inzending.xlsx", "submission.xlsx")
_TITLE = Words("Ontvangstbewijs, versie {n}", "Receipt, version {n}")
_COUNTS = Words("fouten: {errors}; aandachtspunten: {warnings}", "errors: {errors}; points of attention: {warnings}")
_PROVES = Words(
    "Met de regel van het logboek en zijn zegel kan wie toezicht houdt nagaan dat deze ontvangst er nog precies zo in staat.",
    "With the line of the log and its seal whoever oversees the portal can see that this receipt still stands there exactly so.",
)
_KEPT = {
    "provider": Words("Aanbieder", "Provider"),
    "evaluation": Words("Onderzoek", "Evaluation"),
    "version": Words("Versie van uw inzending", "Version of your submission"),
    "received": Words("Ontvangen", "Received"),
    "contract": Words("Versie van de afspraken", "Version of the contract"),
    "size": Words("Grootte", "Size"),
    "sha256": Words("Vingerafdruk (SHA-256)", "Fingerprint (SHA-256)"),
    "content": Words("Vingerafdruk van de inhoud", "Fingerprint of the content"),
    "state": Words("Stand", "State"),
    "why": Words("Waarom", "Why"),
    "log": Words("Regel in het logboek, met zegel", "Line in the log, with seal"),
    "number": Words("Nummer van dit bewijs", "Number of this receipt"),
}


def evaluation_page(visit: Visit, wrong=None, status: int = 200) -> Response:
    """An evaluation as its provider sees it: send in, what was sent, and what was released for everybody."""
    with visit.portal.reading() as connection:
        found = sight.evaluation_for(connection, visit.person, visit.path("evaluation"))
        if found is None:
            raise missing()
        mine = sight.submissions_of(connection, visit.person, found.id)
        made = sight.editions_of(connection, visit.person, found.id)
    limit = visit.portal.settings.upload_bytes
    return visit.page(
        "provider_evaluation.html",
        status,
        evaluation=found,
        submissions=mine,
        editions=made,
        wrong=wrong,
        limit=limit,
        endings=submissions.ENDINGS,
    )


def send_in(visit: Visit) -> Response:
    """Keep what was sent; its receipt is the next page."""
    try:
        made = keep(visit)
    except UserError as error:
        return evaluation_page(visit, error.words, 422)
    return visit.go(f"/submissions/{made}")


def keep(visit: Visit) -> str:
    """Keep what was brought; when that fails nothing of it stays."""
    sent = visit.brought
    try:
        made = submissions.receive(visit.portal, visit.person, visit.path("evaluation"), sent)
    except BaseException:
        visit.portal.store.destroy(*(one.stored.id for one in sent))
        raise
    visit.desk.wake()
    return made


def own(visit: Visit):
    """The submission of the path, when it is the provider's own."""
    with visit.portal.reading() as connection:
        found = sight.submission_for(connection, visit.person, visit.path("submission"))
    if found is None:
        raise missing()
    return found


def submission_page(visit: Visit, wrong=None, status: int = 200) -> Response:
    """The receipt, and what came of it."""
    row = own(visit)
    with visit.portal.reading() as connection:
        evaluation = sight.evaluation_for(connection, visit.person, row.evaluation_id)
        found = submissions.files_of(connection, row.id, "findings")
    return visit.page("submission.html", status, submission=row, evaluation=evaluation, findings=bool(found), wrong=wrong)


def receipt(row) -> Mapping[str, Any]:
    """What a provider keeps: what was received, when, under which contract, what became of it, and the line of the log that tells it."""
    return {
        "receipt": row.id,
        "evaluation": row.evaluation_id,
        "version": row.version,
        "received_at": row.received_at,
        "sha256": row.sha256,
        "size": row.size,
        "contract": row.contract,
        "state": row.state,
        "checked_at": row.checked_at,
        "content_sha256": row.content_sha256,
        "errors": row.errors,
        "warnings": row.warnings,
        "why": None if row.why_nl is None else {"nl": row.why_nl, "en": row.why_en},
        "log": {"number": row.log_number, "seal": row.log_seal},
    }


def receipt_file(visit: Visit) -> Response:
    """The receipt to keep: a page on its own, to read, print and file."""
    row = own(visit)
    with visit.portal.reading() as connection:
        evaluation = sight.evaluation_for(connection, visit.person, row.evaluation_id)
    page = as_html(receipt_blocks(row, visit.person.name, evaluation.title, visit.lang), visit.lang)
    name = f"{_RECEIPT[visit.lang]}-{row.version}.html"
    return HTMLResponse(
        page, headers={"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": OWN_POLICY}
    )


def receipt_blocks(row, provider: str, title: str, lang: Lang) -> list[Block]:
    """The receipt in words."""
    state = submissions.STATES[row.state][lang]
    counts = "" if row.errors is None else f" ({_COUNTS.fill(errors=row.errors, warnings=row.warnings)[lang]})"
    lines = [
        (_KEPT["provider"], provider),
        (_KEPT["evaluation"], title),
        (_KEPT["version"], str(row.version)),
        (_KEPT["received"], moment(row.received_at, lang)),
        (_KEPT["contract"], row.contract),
        (_KEPT["size"], size(row.size, lang)),
        (_KEPT["sha256"], f"`{row.sha256}`"),
        (_KEPT["content"], f"`{row.content_sha256}`" if row.content_sha256 else ""),
        (_KEPT["state"], state + counts),
        (_KEPT["why"], Words(row.why_nl, row.why_en)[lang] if row.why_nl else ""),
        (_KEPT["log"], f"{row.log_number}:`{row.log_seal}`"),
        (_KEPT["number"], f"`{row.id}`"),
    ]
    grid = Grid("", ["", ""], [(words[lang], text) for words, text in lines if text])
    return [Heading(1, _TITLE.fill(n=row.version)[lang]), grid, Text(_PROVES[lang])]


def template(visit: Visit) -> Response:
    """An empty workbook to fill in."""
    from evaluation.contract.template import template as empty_workbook

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": f'attachment; filename="{_TEMPLATE[visit.lang]}"'}
    return Response(empty_workbook(visit.lang), media_type=kind, headers=headers)


def findings_page(visit: Visit) -> Response:
    """What the check found, as a page to keep and sign."""
    content = findings(visit, f"findings-{visit.lang}.html").decode()
    page = with_band(content, visit.lang, f"/submissions/{visit.path('submission')}", None)
    return HTMLResponse(page, headers={"Content-Security-Policy": OWN_POLICY})


def findings(visit: Visit, name: str) -> bytes:
    """One form of the findings on the provider's own submission."""
    row = own(visit)
    with visit.portal.reading() as connection:
        found = {one.name: one.id for one in submissions.files_of(connection, row.id, "findings")}
    if name not in found:
        raise missing()
    return visit.portal.store.read(found[name])


def findings_json(visit: Visit) -> Mapping[str, Any]:
    """The findings for a program."""
    return json.loads(findings(visit, "findings.json"))


def withdraw(visit: Visit) -> Response:
    """Take it back."""
    row = own(visit)
    try:
        submissions.withdraw(visit.portal, visit.person, row.id)
    except UserError as error:
        return submission_page(visit, error.words, 422)
    return visit.go(f"/submissions/{row.id}")


DOORS = (
    Door(path="/template", behind=template, who=PROVIDER),
    Door(path="/evaluations/{evaluation}/submissions", method="POST", behind=send_in, who=PROVIDER, bring=bring_submission),
    Door(path="/submissions/{submission}", behind=submission_page, who=PROVIDER),
    Door(path="/submissions/{submission}/receipt", behind=receipt_file, who=PROVIDER),
    Door(path="/submissions/{submission}/findings", behind=findings_page, who=PROVIDER),
    Door(path="/submissions/{submission}/withdraw", method="POST", behind=withdraw, who=PROVIDER),
)
