"""`evaluation portal` as whoever keeps it uses it: keys, accounts, the log, and a portal to try."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

pytest.importorskip("sqlalchemy")


@pytest.fixture
def kept(tmp_path):
    """The settings of a portal in an empty folder."""
    file = tmp_path / "portal.toml"
    file.write_text('folder = "data"\nwork = "work"\n', encoding="utf-8")
    return file


def test_a_portal_is_begun_kept_and_seen_to_be_sound(command, kept):
    without = command("portal", "account", "anna", "--role", "provider", "--settings", kept)
    assert without.code == 3 and "sleutels" in without.text
    assert command("portal", "new-key", "--settings", kept).code == 0
    assert command("portal", "new-key", "--settings", kept).code == 2
    made = command("portal", "account", "anna", "--role", "provider", "--name", "Aanbieder Anna", "--settings", kept)
    assert made.code == 0 and re.search(r"http://127.0.0.1:8100/renewal/[\w-]{43}\n", made.text)
    assert command("portal", "account", "anna", "--role", "provider", "--settings", kept).code == 2
    assert command("portal", "account", "piet", "--role", "king", "--settings", kept).code == 2
    assert command("portal", "account", "anna", "--renew", "--settings", kept).code == 0
    assert command("portal", "try-mail", "anna@example.nl", "--settings", kept).code == 2, "no mail_host"
    assert command("portal", "account", "nobody", "--close", "--settings", kept).code == 2
    assert command("portal", "rotate-key", "--settings", kept).code == 0
    sound = command("portal", "verify-log", "--json", "-", "--settings", kept)
    assert sound.code == 0 and json.loads(sound.out)["entries"] == 4


def test_a_log_that_was_rewritten_is_not_sound(command, kept):
    command("portal", "new-key", "--settings", kept)
    for name in ("anna", "bram", "clara"):
        command("portal", "account", name, "--role", "researcher", "--settings", kept)
    database = sqlite3.connect(kept.parent / "data" / "portal.sqlite")
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("UPDATE log SET act = 'nothing' WHERE number = 2")
    database.execute("DROP TRIGGER log_no_update")
    database.execute("UPDATE log SET act = 'nothing' WHERE number = 2")
    database.commit()
    database.close()
    told = command("portal", "verify-log", "--settings", kept)
    assert told.code == 1 and "Regel 2" in told.text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("folder = 3\n", 0),
        ("colour = 'red'\n", 2),
        ("upload_files = 'many'\n", 2),
        ("address = 'http://portal.example.org'\n", 2),
        ("address = 'https://portal.example.org/under'\n", 2),
        ("database = 'mysql://x'\n", 2),
        ("database = 'no address'\n", 2),
        ("[[[", 3),
    ],
)
def test_settings_that_cannot_work_are_refused_in_words(command, tmp_path, text, code):
    file = tmp_path / "portal.toml"
    file.write_text(text + ("work = 'work'\n" if code != 3 else ""), encoding="utf-8")
    command("portal", "new-key", "--settings", file)
    done = command("portal", "verify-log", "--settings", file)
    assert done.code == code and "Traceback" not in done.text


def test_a_portal_to_try_is_made_once(command, tmp_path):
    made = command("portal", "try", "--out", "proef", "--only-make", "--without-run", folder=tmp_path)
    assert made.code == 0, made.text
    lines = [line.split() for line in made.out.splitlines() if re.match(r"  \w", line)]
    assert sorted({line[-1] for line in lines}) == ["aanbieder", "commissielid", "onderzoeker", "privacyfunctionaris"]
    again = command("portal", "try", "--out", "proef", "--only-make", folder=tmp_path)
    assert again.code == 0 and again.out.count(lines[0][1]) == 1
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("of somebody")
    assert command("portal", "try", "--out", "other", "--only-make", folder=tmp_path).code == 2
