"""Editions: asked for, made, released, read; and what happens when something is taken away meanwhile."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO

import pytest
from sqlalchemy import select

from evaluation.contract.examples import example_files
from evaluation.portal.keeping.tables import editions, files, kept, log, notes
from evaluation.portal.meeting.submissions import Verdict, decide
from evaluation.portal.trying import COMMITTEE
from evaluation.portal.work import running
from tests.portal.test_sending_in import GOOD

PLAN = example_files("fireworks")["plan.toml"] + COMMITTEE
REPORT = "<!DOCTYPE html><html lang='nl'><head><title>r</title></head><body><p>Rapport {kind}</p></body></html>"


def _made(place, bounds, wanted=None):
    """What a run makes, without the two minutes that it takes; it writes the ledger as a run does."""
    (place / "ledger" / "ledger.json").write_text(f"{len(list((place / 'ledger').iterdir()))}")
    (place / "ledger" / f"seen-{len(list((place / 'ledger').iterdir()))}").write_text("x")
    answer = {}
    for kind in ("public", "committee"):
        out = place / "editions" / kind
        (out / "evidence" / "results").mkdir(parents=True)
        (out / "evidence" / "evidence.json").write_text("{}")
        (out / "evidence" / "results" / "change.csv").write_text("analysis\n")
        for lang in ("nl", "en"):
            (out / f"committee-{lang}.html").write_text(REPORT.format(kind=kind))
            (out / f"committee-{lang}.pdf").write_bytes(b"%PDF")
        answer[kind] = {"fingerprint": hashlib.sha256(kind.encode()).hexdigest(), "stood": False}
    return {"editions": answer}


@pytest.fixture
def quick(town, monkeypatch):
    """A town where a run takes no time, with a plan that is locked and a submission that was accepted."""
    monkeypatch.setattr(running, "ask", lambda task, place, bounds, wanted: _made(place, bounds))
    _plan(town)
    decide(town.portal, town.send("anna", GOOD), Verdict(accepted=True), [])
    town.work()
    return town


def _plan(town):
    browser = town.as_("rosa")
    browser.get(f"/evaluations/{town.evaluation}")
    kept = browser.post(f"/evaluations/{town.evaluation}/plan", {"plan": PLAN}, files=[("file", ("", b""))])
    assert kept.status_code == 303, kept.text
    assert browser.post(f"/evaluations/{town.evaluation}/plan/lock").status_code == 303


def _run(town):
    assert town.as_("rosa").post(f"/evaluations/{town.evaluation}/runs").status_code == 303
    town.work()
    with town.portal.reading() as connection:
        rows = connection.execute(select(editions).order_by(editions.c.number.desc(), editions.c.kind))
        return {row.kind: row for row in reversed(list(rows))}


def approve(town, edition: str) -> None:
    """The privacy officer approves an edition, with the readers that the page shows."""
    page = town.as_("petra").get(f"/editions/{edition}").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    answer = town.as_("petra").post(f"/editions/{edition}/decision", {"decision": "approve", "seen": seen})
    assert answer.status_code == 303, answer.text


def test_a_plan_is_kept_locked_and_then_fixed(town):
    browser = town.as_("rosa")
    browser.get(f"/evaluations/{town.evaluation}")
    path = f"/evaluations/{town.evaluation}/plan"
    wrong = browser.post(path, {"plan": "title = 3"}, files=[("file", ("", b""))])
    assert wrong.status_code == 422 and "title = 3" in wrong.text
    assert browser.post(f"{path}/lock").status_code == 422, "there is none yet"
    assert browser.post(path, files=[("file", ("plan.toml", PLAN.encode()))]).status_code == 303
    assert "Ik heb het plan gelezen" in browser.get(f"/evaluations/{town.evaluation}").text
    assert browser.post(f"{path}/lock").status_code == 303
    assert browser.post(f"{path}/lock").status_code == 422
    assert browser.post(path, {"plan": PLAN}, files=[("file", ("", b""))]).status_code == 422
    with town.portal.database.writing() as connection:
        from evaluation.portal.keeping.tables import evaluations

        changed = evaluations.update().where(evaluations.c.id == town.evaluation)
        text = connection.execute(select(evaluations.c.plan).where(evaluations.c.id == town.evaluation)).scalar_one()
        connection.execute(changed.values(plan=text.replace("seed = ", "seed = 1")))
    town.send("anna", GOOD)
    town.work()
    assert browser.post(f"/evaluations/{town.evaluation}/runs").status_code == 422, "a plan that was changed runs nothing"


def test_a_run_needs_a_plan_and_a_submission(town):
    browser = town.as_("rosa")
    browser.get("/")
    runs = f"/evaluations/{town.evaluation}/runs"
    assert "Vergrendel eerst het plan" in browser.post(runs).text
    _plan(town)
    assert "geen geaccepteerde inzending" in browser.post(runs).text
    town.send("anna", GOOD)
    assert "nog een inzending nagekeken" in browser.post(runs).text


def test_an_edition_is_seen_by_whom_it_is_for(quick):
    made = _run(quick)
    public, committee = made["public"].id, made["committee"].id
    assert made["public"].state == made["committee"].state == "ready"
    for login in ("anna", "clara"):
        for id in (public, committee):
            assert quick.as_(login).get(f"/editions/{id}").status_code == 404, "not before it was released"
            assert quick.as_(login).get(f"/editions/{id}/report").status_code == 404
    approve(quick, committee)
    for id in (public, committee):
        assert quick.as_("rosa").post(f"/editions/{id}/release").status_code == 303
        assert quick.as_("rosa").post(f"/editions/{id}/release").status_code == 422
        assert quick.as_("ravi").post(f"/editions/{id}/release").status_code == 404
    assert quick.as_("anna").get(f"/editions/{public}").status_code == 200
    assert quick.as_("clara").get(f"/editions/{public}").status_code == 200
    # the committee's: not for providers, nor for reviewers or researchers of another evaluation
    for login in ("anna", "bram", "cem", "ravi"):
        for path in ("", "/report", "/download/evidence.zip", "/download/report-nl.html"):
            assert quick.as_(login).get(f"/editions/{committee}{path}").status_code == 404, (login, path)
    assert quick.as_("bram").get(f"/editions/{public}").status_code == 200
    assert quick.as_("cem").get(f"/editions/{public}").status_code == 404


def test_the_committees_edition_is_read_after_agreeing_and_never_taken_along(quick):
    made = _run(quick)
    edition = made["committee"].id
    approve(quick, edition)
    quick.as_("rosa").post(f"/editions/{edition}/release")
    browser = quick.as_("clara")
    page = browser.get(f"/editions/{edition}").text
    assert "Vertrouwelijk" in page and "Rapport lezen" not in page and "download" not in page
    assert browser.get(f"/editions/{edition}/report").headers["location"] == f"/editions/{edition}"
    assert browser.post(f"/editions/{edition}/notes", {"text": "Te vroeg"}).status_code == 303
    assert browser.post(f"/editions/{edition}/agree").status_code == 303, "without the mark nothing is agreed"
    assert browser.get(f"/editions/{edition}/report").status_code == 303
    browser.post(f"/editions/{edition}/agree", {"agree": "yes"})
    report = browser.get(f"/editions/{edition}/report")
    assert "Rapport committee" in report.text and "Alleen voor u, Commissielid Clara" in report.text
    assert report.headers["cache-control"] == "no-store" and "script-src" not in report.headers["content-security-policy"]
    for name in ("report-nl.pdf", "report-nl.html", "evidence.zip"):
        for login in ("clara", "rosa"):
            assert quick.as_(login).get(f"/editions/{edition}/download/{name}").status_code == 404
    with quick.portal.reading() as connection:
        acts = list(connection.execute(select(log.c.act, log.c.actor)))
        assert not list(connection.execute(select(notes)))
    assert ("confidentiality_agreed", "clara") in acts and acts.count(("report_read", "clara")) == 1


def test_the_public_edition_is_taken_along(quick):
    edition = _run(quick)["public"].id
    quick.as_("rosa").post(f"/editions/{edition}/release")
    for login in ("anna", "clara", "rosa"):
        browser = quick.as_(login)
        packed = browser.get(f"/editions/{edition}/download/evidence.zip")
        assert zipfile.ZipFile(BytesIO(packed.content)).namelist() == ["evidence/evidence.json", "evidence/results/change.csv"]
        assert "attachment" in packed.headers["content-disposition"]
        for name in ("../evidence.zip", "committee-nl.html", "evidence.json", "%2e%2e%2fx"):
            assert browser.get(f"/editions/{edition}/download/{name}").status_code in (303, 404)


def test_notes_go_between_reader_and_researcher_sealed(quick):
    edition = _run(quick)["public"].id
    quick.as_("rosa").post(f"/editions/{edition}/release")
    said = "Waarom deze maat? <b>niet vet</b>"
    assert quick.as_("clara").post(f"/editions/{edition}/notes", {"text": said}).status_code == 303
    page = quick.as_("rosa").get(f"/editions/{edition}").text
    assert "Waarom deze maat? &lt;b&gt;" in page and "Commissielid Clara" in page
    assert quick.as_("clara").post(f"/editions/{edition}/notes", {"text": "  "}).status_code == 422
    assert quick.as_("clara").post(f"/editions/{edition}/notes", {"text": "x" * 5001}).status_code == 422
    assert "Waarom deze maat" not in quick.as_("anna").get(f"/editions/{edition}").text
    with quick.portal.reading() as connection:
        assert b"Waarom" not in connection.execute(select(notes.c.text)).scalar_one()
        assert "Waarom" not in repr(list(connection.execute(select(log))))


def test_what_is_withdrawn_while_it_runs_is_shown_to_nobody(quick, monkeypatch):
    def withdrawn_meanwhile(task, place, bounds, wanted):
        from evaluation.portal.keeping.tables import submissions
        from evaluation.portal.meeting.submissions import withdraw

        with quick.portal.reading() as connection:
            id = connection.execute(select(submissions.c.id)).scalar_one()
        withdraw(quick.portal, quick.people["anna"], id)
        return _made(place, bounds)

    monkeypatch.setattr(running, "ask", withdrawn_meanwhile)
    made = _run(quick)
    assert {row.state for row in made.values()} == {"failed"} and "ingetrokken" in made["public"].why_nl
    with quick.portal.reading() as connection:
        assert not list(connection.execute(select(files).where(files.c.kind.in_(("edition", "ledger")))))
        assert connection.execute(select(kept.c.value).where(kept.c.name == "ledger")).first() is None


def test_the_ledger_grows_and_its_older_form_is_destroyed(quick):
    first = _run(quick)
    with quick.portal.reading() as connection:
        before = connection.execute(select(kept.c.value).where(kept.c.name == "ledger")).scalar_one().decode()
    assert quick.portal.store.read(before).count(b"seen-") == 1
    second = _run(quick)
    with quick.portal.reading() as connection:
        after = connection.execute(select(kept.c.value).where(kept.c.name == "ledger")).scalar_one().decode()
        assert connection.execute(select(files.c.id).where(files.c.kind == "ledger")).scalar_one() == after
    assert first["public"].number == 1 and second["public"].number == 2
    assert quick.portal.store.read(after).count(b"seen-") == 2
    with pytest.raises(FileNotFoundError):
        quick.portal.store.read(before)


def test_a_run_that_fails_says_why(quick, monkeypatch):
    words = {"nl": "Dat kan niet.", "en": "That cannot be."}
    monkeypatch.setattr(
        running, "ask", lambda *given: {"editions": {"public": {"failed": words}, "committee": {"failed": words}}}
    )
    made = _run(quick)
    assert (
        made["public"].state == "failed" and "Dat kan niet." in quick.as_("rosa").get(f"/evaluations/{quick.evaluation}").text
    )
    assert quick.as_("rosa").post(f"/editions/{made['public'].id}/release").status_code == 422


def test_a_run_makes_what_the_command_makes(tmp_path, monkeypatch):
    """The real road, without the documents: the public edition is that of `evaluation run`, byte for byte."""
    from evaluation import rendering
    from evaluation.planning.lock import lock_plan
    from evaluation.portal.work.making import make_editions
    from tests.commands import call

    monkeypatch.setattr(rendering, "render", lambda *given, **more: [])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    place = tmp_path / "run"
    for name in ("ledger", "submissions/0000"):
        (place / name).mkdir(parents=True)
    (place / "ledger").chmod(0o700)
    for name, content in GOOD.items():
        (place / "submissions" / "0000" / name).write_bytes(content)
    (place / "plan.toml").write_text(PLAN, encoding="utf-8")
    lock_plan(place / "plan.toml")
    answer = make_editions(place)
    assert set(answer["editions"]) == {"public", "committee"} and all(
        "fingerprint" in one for one in answer["editions"].values()
    )
    done = call(
        [
            "run",
            place / "submissions" / "0000",
            "--plan",
            place / "plan.toml",
            "--out",
            tmp_path / "own",
            "--ledger",
            tmp_path / "l.json",
        ]
    )
    assert done.code == 0, done.text
    for file in (tmp_path / "own" / "results").iterdir():
        assert file.read_bytes() == (place / "editions" / "public" / "evidence" / "results" / file.name).read_bytes()
    again = make_editions(place)
    assert again["editions"]["public"]["stood"], "about the same people the same edition is given again"
    ledger = json.loads((place / "ledger" / "ledger.json").read_text())
    assert {entry["edition"] for entry in ledger["entries"]} == {"public", "committee"}
