"""The JSON side described, as OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.portal.settings import Settings

Part = Mapping[str, Any]


def _of(**properties: Part) -> Part:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _maybe(kind: str) -> Part:
    return {"type": [kind, "null"]}


_ID: Part = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_HASH: Part = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TEXT: Part = {"type": "string"}
_NUMBER: Part = {"type": "number", "description": "seconds since 1970"}
_WHOLE: Part = {"type": "integer"}
_WORDS = _of(nl=_TEXT, en=_TEXT)
_EVALUATION: Mapping[str, Part] = {
    "id": _ID,
    "title": _TEXT,
    "opened_at": _NUMBER,
    "plan_sha256": _maybe("string"),
    "locked_at": _maybe("string"),
}
_EDITION = _of(
    id=_ID,
    evaluation_id=_ID,
    kind={"enum": ["public", "committee"]},
    number=_WHOLE,
    state={"enum": ["waiting", "ready", "failed", "released"]},
    plan_sha256=_HASH,
    fingerprint=_maybe("string"),
    stood={"type": "boolean", "description": "too few people differ from an earlier edition: it was given again"},
    made_at=_NUMBER,
    ready_at=_maybe("number"),
    released_at=_maybe("number"),
)
_STATE: Part = {"enum": ["received", "accepted", "refused", "replaced", "withdrawn"]}
_RECEIPT = _of(
    receipt=_ID,
    evaluation=_ID,
    version=_WHOLE,
    received_at=_NUMBER,
    sha256=_HASH,
    size=_WHOLE,
    contract=_TEXT,
    state=_STATE,
    checked_at=_maybe("number"),
    content_sha256=_maybe("string"),
    errors=_maybe("integer"),
    warnings=_maybe("integer"),
    why={"anyOf": [_WORDS, {"type": "null"}]},
    log=_of(number=_WHOLE, seal=_HASH),
)
_SEEN = _of(id=_ID, provider_id=_ID, version=_WHOLE, state=_STATE, received_at=_NUMBER, contract=_TEXT)
_ENTRY = _of(number=_WHOLE, at=_TEXT, actor=_TEXT, role=_TEXT, act=_TEXT, about=_TEXT, detail=_TEXT, previous=_HASH, seal=_HASH)
_ERROR = _of(status=_WHOLE, error=_WORDS)
_MEANS = {
    "401": "no token, or one that is no longer good",
    "403": "not for this role",
    "404": "not there, or not yours",
    "413": "too large",
    "422": "it cannot be done like this; the words say why",
    "400": "not a form with files",
    "429": "too often: wait a while",
}
_ALWAYS = ("401", "403", "429")


def _operation(name: str, summary: str, answer: Part, *more: str, status: str = "200", **parts: Any) -> Part:
    errors = {code: {"description": _MEANS[code], "content": _json(_ERROR)} for code in (*_ALWAYS, *more)}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {status: {"description": summary, "content": _json(answer)}, **errors},
        **parts,
    }


def _json(schema: Part) -> Part:
    return {"application/json": {"schema": schema}}


def _in_path(name: str) -> Part:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _asked(name: str, otherwise: int, most: int) -> Part:
    return {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": most, "default": otherwise}}


_FORM: Part = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}},
                "required": ["files"],
            }
        }
    },
}


def description(settings: Settings) -> Mapping[str, Any]:
    """The description, of a portal at its own address."""
    mine, sent, edition = [_in_path("evaluation")], [_in_path("submission")], [_in_path("edition")]
    findings = {"type": "object", "description": "as `evaluation validate --json` gives it"}
    listed = {"type": "array", "items": _of(**_EVALUATION)}
    whole = _of(
        **_EVALUATION,
        submissions={"type": "array", "items": {"anyOf": [_RECEIPT, _SEEN]}},
        editions={"type": "array", "items": _EDITION},
    )
    paths = {
        "/api/openapi.json": {"get": {**_operation("openapi", "this description", {"type": "object"}), "security": []}},
        "/api/me": {"get": _operation("me", "whose token it is", _of(login=_TEXT, name=_TEXT, role=_TEXT))},
        "/api/evaluations": {
            "get": _operation("evaluations", "the evaluations that one takes part in", _of(evaluations=listed))
        },
        "/api/evaluations/{evaluation}": {"get": _operation("evaluation", "one evaluation", whole, "404", parameters=mine)},
        "/api/evaluations/{evaluation}/submissions": {
            "post": _operation(
                "send_in",
                "send a submission in; the answer is its receipt",
                _RECEIPT,
                *("400", "404", "413", "422"),
                status="201",
                parameters=mine,
                requestBody=_FORM,
            )
        },
        "/api/submissions/{submission}": {
            "get": _operation("submission", "the receipt as it is now", _RECEIPT, "404", parameters=sent)
        },
        "/api/submissions/{submission}/findings": {
            "get": _operation("findings", "what the check found", findings, "404", parameters=sent)
        },
        "/api/submissions/{submission}/withdrawal": {
            "post": _operation("withdraw", "take a submission back", _RECEIPT, "404", "422", parameters=sent)
        },
        "/api/editions/{edition}": {"get": _operation("edition", "one edition", _EDITION, "404", parameters=edition)},
        "/api/log": {
            "get": _operation(
                "log",
                "the log from a number on; for the privacy officer",
                _of(entries={"type": "array", "items": _ENTRY}),
                "422",
                parameters=[_asked("oldest", 1, 2**31 - 1), _asked("most", 100, 500)],
            )
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Evaluation portal",
            "version": "1",
            "description": "A token is made on the page of one's own account.",
        },
        "servers": [{"url": settings.origin}],
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }
