"""The ledger at the keyboard: a first edition is remembered, a second that is one client apart is named before it is released."""

from __future__ import annotations

import pytest


@pytest.fixture
def edition(command, tmp_path):
    """A submission with a locked plan, released once with a ledger."""
    folder = tmp_path / "submission"
    assert command("example", "anorexia", "--out", folder).code == 0
    assert command("plan", "lock", folder / "plan.toml").code == 0
    ledger = tmp_path / "ledger.json"
    done = command("run", folder, "--plan", folder / "plan.toml", "--out", tmp_path / "first", "--ledger", ledger)
    assert done.code == 0, done.text
    return folder, ledger


@pytest.mark.parametrize(("lang", "intact"), [("nl", "1 uitgave, ongeschonden"), ("en", "1 release, intact")])
def test_the_ledger_lists_what_was_released(command, edition, lang, intact):
    done = command("ledger", "show", edition[1], "--lang", lang)
    assert done.code == 0 and intact in done.out


def leave_out_first(folder):
    """Take one client out of every table."""
    gone = (folder / "treatments.csv").read_text().splitlines()[1].split(",")[0]
    for table in folder.glob("*.csv"):
        head, *rows = table.read_text().splitlines()
        table.write_text("\n".join([head, *(row for row in rows if row.split(",")[0] != gone)]) + "\n")
    return gone


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_data_may_be_released_again_and_one_client_less_is_named(command, edition):
    folder, ledger = edition
    same = command("ledger", "check", ledger, folder, "--plan", folder / "plan.toml")
    assert same.code == 0 and "Niets is anders dan in uitgave 1" in same.out
    gone = leave_out_first(folder)
    done = command("ledger", "check", ledger, folder, "--plan", folder / "plan.toml")
    assert done.code == 1 and "verschillen te weinig van uitgave 1" in done.out and gone not in done.text


@pytest.mark.parametrize("change", [lambda folder: None, leave_out_first], ids=["nobody", "one less"])
def test_a_run_about_nearly_the_same_people_gives_the_same_folder_byte_for_byte(command, edition, tmp_path, change):
    folder, ledger = edition
    before = contents(tmp_path / "first")
    change(folder)
    done = command("run", folder, "--plan", folder / "plan.toml", "--out", tmp_path / "second", "--ledger", ledger)
    assert done.code == 0 and "opnieuw gegeven, ongewijzigd" in done.err
    assert contents(tmp_path / "second") == before
    assert "1 uitgave," in command("ledger", "show", ledger).out


def test_another_plan_about_the_same_people_is_refused_and_nothing_is_written(command, edition, tmp_path):
    folder, ledger = edition
    plan = folder / "plan.toml"
    plan.write_text(plan.read_text().partition("[lock]")[0].replace("seed = 285", "seed = 286"))
    assert command("plan", "lock", plan).code == 0
    run = command("run", folder, "--plan", plan, "--out", tmp_path / "second", "--ledger", ledger)
    assert run.code == 2 and "onder een ander plan" in run.err and not (tmp_path / "second").exists()
    assert command("ledger", "check", ledger, folder, "--plan", plan).code == 2


def test_an_edition_is_made_again_from_the_data_not_from_its_copy(command, edition, tmp_path):
    folder, ledger = edition
    words = (
        "evidence",
        "verify",
        tmp_path / "first",
        "--submission",
        folder,
        "--plan",
        folder / "plan.toml",
        "--ledger",
        ledger,
    )
    assert command(*words).code == 0
    leave_out_first(folder)
    assert command(*words).code != 0


def test_a_copy_that_is_gone_is_named(command, edition, tmp_path):
    folder, ledger = edition
    for path in sorted(ledger.with_name("ledger.json.editions").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    done = command("run", folder, "--plan", folder / "plan.toml", "--out", tmp_path / "second", "--ledger", ledger)
    assert done.code == 3 and "ledger.json.editions" in done.err


def test_a_run_without_a_ledger_says_so(command, edition, tmp_path):
    folder, _ = edition
    done = command("run", folder, "--plan", folder / "plan.toml", "--out", tmp_path / "free", "--lang", "en")
    assert done.code == 0 and "without a ledger" in done.err
    inside = command("run", folder, "--plan", folder / "plan.toml", "--out", tmp_path / "in", "--internal", "--lang", "en")
    assert "without a ledger" not in inside.err


def test_a_ledger_that_is_absent_or_changed_is_refused(command, edition, tmp_path):
    assert command("ledger", "show", tmp_path / "absent.json").code == 3
    ledger = edition[1]
    ledger.write_text(ledger.read_text().replace('"threshold": 10', '"threshold": 11'))
    done = command("ledger", "show", ledger)
    assert done.code == 2 and "Traceback" not in done.text
