"""`evaluation power`: words, JSON, and refusals."""

import json

import pytest

from tests.commands import call

ASKED = ("power", "--people", 100, "--share", 0.5, "--weeks", 52)


def test_power_says_what_can_be_found():
    done = call([*ASKED, "--lang", "en", "--ratio", 0.45])
    assert done.code == 0
    assert "both groups together: 50.0" in done.out and "0.45 or less, or 2.21 or more" in done.out
    assert (
        "from about 0.57 to 1.74" in done.out
        and "Schoenfeld (1981)" in done.out
        and "Power to find a ratio of 0.45: 81 %" in done.out
    )
    assert "van 0,45 of minder" in call(ASKED).out


def test_power_as_json_and_without_events():
    plan = json.loads(call([*ASKED, "--json", "-", "--formula", "freedman"]).out)
    assert plan["events"] == 50 and plan["formula"] == "freedman" and plan["power_at_assumed"] is None
    none = call(["power", "--people", 10, "--share", 0, "--weeks", 52, "--lang", "en"])
    assert none.code == 0 and "Cannot be calculated: there was no event" in none.out


@pytest.mark.parametrize("wrong", [("--share", 1.5), ("--weeks", 0), ("--first", 1), ("--ratio", -1), ("--people", -5)])
def test_power_refuses_what_cannot_be(wrong):
    done = call([*ASKED, *wrong])
    assert done.code == 2 and "Traceback" not in done.text
