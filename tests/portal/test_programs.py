"""The JSON side: what its description says is what it does, whatever is thrown at it."""

from __future__ import annotations

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from evaluation.portal.pages.application import doors
from evaluation.portal.pages.programs.description import description
from tests.portal.test_sending_in import GOOD

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]
WHO = ("anna", "rosa", "clara", "petra")


@pytest.fixture
def lived_in(small_town):
    """A town where something was sent in and checked."""
    small_town.made = small_town.send("anna", GOOD)
    small_town.work()
    return small_town


def test_every_way_in_is_described_and_nothing_else(lite):
    described = {
        (method.upper(), path) for path, operations in description(lite.settings)["paths"].items() for method in operations
    }
    assert described == {(door.method, door.path) for door in doors() if door.program}


@pytest.mark.parametrize("login", WHO)
def test_what_is_described_is_what_is_done(lived_in, login):
    """Schemathesis: hundreds of requests by the description, with what fits it and what does not."""
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", lived_in.app, headers={"Host": "127.0.0.1:8100"})
    token = lived_in.program(login).headers["Authorization"]
    names = {"evaluation": lived_in.evaluation, "submission": lived_in.made}
    asked = []

    for result in schema.get_all_operations():
        operation = result.ok()

        def once(case):
            if len(asked) % 2:  # half of the time something that is there
                case.path_parameters = {name: names.get(name, value) for name, value in (case.path_parameters or {}).items()}
            asked.append(case.operation.path)
            response = case.call(headers={"Authorization": token, "Host": "127.0.0.1:8100"}, base_url="http://127.0.0.1:8100")
            case.validate_response(
                response, checks=[*CHECKS[:-1], *([negative_data_rejection] if case.method == "GET" else [])]
            )

        strategy = operation.as_strategy()
        given(case=strategy)(
            settings(
                max_examples=12,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(once)
        )()
    # of its own address a description is not asked again
    assert set(asked) == set(description(lived_in.portal.settings)["paths"]) - {"/api/openapi.json"} and len(asked) >= 60


def test_a_program_sends_in_and_withdraws(town):
    program = town.program("anna")
    path = f"/api/evaluations/{town.evaluation}/submissions"
    sent = program.post(path, files=[("files", (name, content)) for name, content in GOOD.items()])
    assert sent.status_code == 201, sent.text
    receipt = sent.json()
    assert receipt["state"] == "received" and sent.headers["location"] == f"/api/submissions/{receipt['receipt']}"
    schema = description(town.portal.settings)["paths"]["/api/submissions/{submission}"]["get"]["responses"]["200"]
    Draft202012Validator(schema["content"]["application/json"]["schema"]).validate(receipt)
    town.work()
    now = program.get(f"/api/submissions/{receipt['receipt']}").json()
    assert now["state"] == "accepted" and now["log"] == receipt["log"]
    assert program.get(f"/api/submissions/{receipt['receipt']}/findings").json()["accepted"] is True
    assert program.post(f"/api/submissions/{receipt['receipt']}/withdrawal").json()["state"] == "withdrawn"
    again = program.post(f"/api/submissions/{receipt['receipt']}/withdrawal")
    assert again.status_code == 422 and set(again.json()["error"]) == {"nl", "en"}


def test_a_token_does_what_its_owner_may_and_ends(town):
    program = town.program("anna")
    assert program.get("/api/me").json() == {"login": "anna", "name": "Aanbieder Anna", "role": "provider"}
    page = town.as_("anna").get("/account").text
    path = page.split('action="/account/tokens/')[1].split('"')[0]
    assert town.as_("bram").post(f"/account/tokens/{path}").status_code == 404, "another's token is not theirs to remove"
    assert town.as_("anna").post(f"/account/tokens/{path}").status_code == 303
    assert program.get("/api/me").status_code == 401
    for wrong in (
        "",
        "Bearer",
        "Bearer x",
        "Bearer iep_x",
        "Basic YTpi",
        f"Bearer {'x' * 5000}",
        b"bearer \xc3\xa9",
    ):
        assert program.get("/api/me", headers={"Authorization": wrong}).status_code == 401


def test_the_officer_reads_the_log_by_program(town):
    program = town.program("petra")
    told = program.get("/api/log?oldest=2&most=2").json()["entries"]
    assert [entry["number"] for entry in told] == [2, 3] and told[1]["previous"] == told[0]["seal"]
    for query in ("oldest=0", "oldest=x", "most=501", "most=-1", "oldest=99999999999", "oldest=%C2%B2"):
        assert program.get(f"/api/log?{query}").status_code == 422
    assert "x" not in json.dumps(program.get("/api/log?oldest=2147483647").json()["entries"])
