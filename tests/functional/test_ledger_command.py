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


@pytest.mark.parametrize(("lang", "intact"), [("nl", "1 uitgaven, ongeschonden"), ("en", "1 releases, intact")])
def test_the_ledger_lists_what_was_released(command, edition, lang, intact):
    done = command("ledger", "show", edition[1], "--lang", lang)
    assert done.code == 0 and intact in done.out


def test_the_same_data_may_be_released_again_and_one_client_less_is_named(command, edition):
    folder, ledger = edition
    assert command("ledger", "check", ledger, folder, "--plan", folder / "plan.toml").code == 0
    for table in folder.glob("*.csv"):
        head, *rows = table.read_text().splitlines()
        gone = rows[0].split(",")[0]
        table.write_text("\n".join([head, *(row for row in rows if row.split(",")[0] != gone)]) + "\n")
    done = command("ledger", "check", ledger, folder, "--plan", folder / "plan.toml")
    assert done.code == 1 and "verschillen te weinig" in done.out and gone not in done.text


def test_a_ledger_that_is_absent_or_changed_is_refused(command, edition, tmp_path):
    assert command("ledger", "show", tmp_path / "absent.json").code == 3
    ledger = edition[1]
    ledger.write_text(ledger.read_text().replace('"threshold": 10', '"threshold": 11'))
    done = command("ledger", "show", ledger)
    assert done.code == 2 and "Traceback" not in done.text
