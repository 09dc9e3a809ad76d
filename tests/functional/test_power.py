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


def test_power_of_a_change_a_difference_and_a_share():
    """Of 16 people a quarter drops out; twelve find a change of 0.89, and with a stronger correlation less."""
    change = call(["power", "--of", "change", "--people", 16, "--drop-out", 0.25, "--effect", 0.5, "--lang", "en"])
    assert change.code == 0 and "People with both measurements: 12." in change.out
    assert "two-sided 5 %): 0.89 standard deviations" in change.out and "Power to find g = 0.50: 35 %" in change.out
    assert "no effect of treatment yet" in change.out
    less = call(["power", "--of", "change", "--people", 12, "--correlation", 0.8])
    assert "0,56 standaarddeviaties (g)" in less.out and "samenhang van 0,80" in less.out
    difference = call(["power", "--of", "difference", "--people", 68, "--lang", "en"])
    assert "34 and 34" in difference.out and "0.69 standard deviations" in difference.out
    share = call(["power", "--of", "share", "--people", 68, "--share", 0.3, "--effect", 0.5, "--lang", "en"])
    assert "told apart from 30 %" in share.out and "5 % or less or 63 % or more" in share.out
    assert "Power to find 50 %: 39 %" in share.out and "from about -0.22 to 0.22" in share.out


def test_power_of_effects_as_json_and_with_too_few():
    plan = json.loads(call(["power", "--of", "difference", "--people", 22, "--json", "-"]).out)
    assert plan["smallest_g"] == pytest.approx(1.25595, abs=1e-5) and plan["power_at_assumed"] is None
    none = call(["power", "--of", "share", "--people", 6, "--share", 0.3, "--lang", "en"])
    assert none.code == 0 and "Cannot be calculated: there are too few participants" in none.out


@pytest.mark.parametrize(
    "wrong",
    [
        ("--of", "share"),
        ("--of", "share", "--share", 1),
        ("--of", "change", "--correlation", 1),
        ("--of", "change", "--drop-out", 1),
        ("--of", "difference", "--first", 1),
        ("--of", "events", "--share", 0.5),
        ("--of", "something"),
    ],
)
def test_power_of_effects_refuses_what_cannot_be(wrong):
    done = call(["power", "--people", 40, *wrong])
    assert done.code == 2 and "Traceback" not in done.text
