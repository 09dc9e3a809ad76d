"""A new key: everything opens under it, and nothing needs the older one any more."""

from __future__ import annotations

import pytest

from evaluation.portal.files.keys import Keys, Unsealable, read_keys
from evaluation.portal.keeping.rotating import rotate
from evaluation.portal.keeping.tables import notes
from evaluation.portal.meeting import approving
from evaluation.portal.meeting.editions import NOTE
from evaluation.portal.meeting.notifying import EMAIL
from evaluation.portal.people import accounts
from evaluation.portal.portal import open_portal
from tests.portal.test_coming_in import SECRET
from tests.portal.test_editions import GOOD, _run, quick  # noqa: F401


def test_everything_opens_under_the_new_key_alone(quick):  # noqa: F811
    town = quick
    with town.portal.writing() as connection:
        accounts.set_second_factor(town.portal, connection, town.people["anna"].id, SECRET)
    made = _run(town)
    edition = made["public"].id
    approving.decide(town.portal, town.people["petra"], made["committee"].id, approved=False, reason="Te klein")
    with town.portal.writing() as connection:
        accounts.set_email(connection, town.people["anna"].id, town.portal.keys.seal(b"anna@example.nl", EMAIL))
    town.as_("rosa").post(f"/editions/{edition}/notes", {"text": "Een opmerking"})
    before = town.portal.keys.newest
    name, count = rotate(town.portal)
    assert count == len(list(town.portal.store.folder.iterdir())) > 5 and name != before

    file = town.portal.settings.key_file
    only = file.read_text().splitlines()[0]
    file.write_text(f"{only}\n")
    again = open_portal(town.portal.settings)
    assert list(again.keys.by_name) == [name] and again.log.key == town.portal.log.key
    for entry in again.store.folder.iterdir():
        again.store.read(entry.name)
    with again.reading() as connection:
        assert again.keys.unseal(accounts.by_login(connection, "anna").totp, accounts.TOTP).decode() == SECRET
        assert again.keys.unseal(connection.execute(notes.select()).one().text, NOTE) == b"Een opmerking"
        assert approving.decision(again, connection, made["committee"].id).reason == "Te klein"
        assert again.keys.unseal(accounts.by_login(connection, "anna").email, EMAIL) == b"anna@example.nl"
        assert not list(again.log.problems(connection))
    with pytest.raises(Unsealable):
        town.portal.store.read(next(again.store.folder.iterdir()).name)
    again.close()


def test_a_rotation_that_was_broken_off_is_done_again(lite):
    kept = [lite.store.put(b"x" * size) for size in (1, 300_000)]
    keys = read_keys(lite.settings.key_file, {})
    both = Keys({"cccccccc": bytes(32), **keys.by_name})
    from evaluation.portal.files.store import Store
    from evaluation.portal.keeping.rotating import reseal
    from evaluation.portal.meeting.submissions import keep_file

    with lite.writing() as connection:
        for one in kept:
            keep_file(connection, one, kind="ledger", name="x")
    (lite.store.folder / f"{kept[0].id}.begun").write_bytes(b"half")
    assert Store(lite.store.folder, both).reseal(kept[1].id)
    assert reseal(lite, both) == 1 and reseal(lite, both) == 0
    only = Store(lite.store.folder, Keys({"cccccccc": bytes(32)}))
    assert [len(only.read(one.id)) for one in kept] == [1, 300_000]
