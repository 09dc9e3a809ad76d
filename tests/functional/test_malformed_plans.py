"""Plans that are no plans: exit code, key, what is allowed and an example in both languages; and what a lock does and does not bind."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_schemas.plan import Plan
from evaluation.contract.examples import example_files, write_example
from evaluation.failures import CannotRead, PlanInvalid, WrongUse
from evaluation.planning.file import parse_plan, read_plan
from evaluation.planning.lock import check_lock, is_locked, lock_plan, plan_hash

AT = datetime(2026, 1, 1, tzinfo=UTC)
HORIZONS, SUBGROUPS = "[26, 52, 104]", '["mild_intellectual_disability", "gender", "setting"]'
MOMENTS, ARMS = '["end", "follow_up_6m", "follow_up_12m"]', '["fictional-programme", "usual-care"]'
COMMITTEE = '[disclosure.committee]\nreaders = ["a"]\nconfidentiality = "b"\napproved_by = "c"\n'
LOCK = '\n[lock]\nsha256 = "{sha}"\nlocked_at = "{at}"\ncontract = "{contract}"\n'


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("plan") / "data"
    write_example("consortium", folder)
    return (folder / "plan.toml").read_text(encoding="utf-8")


# what stands in the good plan, what is put there, and the key that the message names
CHANGES = [
    *[("seed = 2017", f"seed = {value}", "seed") for value in ("-1", "1.5", '"7"', "true", "nan", "inf", "2017.0", "2017-01-01", "[]")],
    *[(HORIZONS, value, "horizons_weeks") for value in
      ("[-1]", "[0]", "[2.5]", "[26, 26]", "[]", "26", '["26"]', "[true]", "[99999999999999999999]", "[nan]")],
    ("restricted_mean_weeks = 104", "restricted_mean_weeks = 0", "restricted_mean_weeks"),
    *[("smallest_overlap = 0.8", f"smallest_overlap = {value}", "smallest_overlap") for value in ("0", "1.1", '"0.8"', "true", "nan", "-inf")],
    # conditions finer than the protection would ask about single people
    ("smallest_measured = 0.4", "smallest_measured = 1.0", "smallest_measured"),
    ("smallest_measured = 0.4", "largest_warning_share = 0.001", "largest_warning_share"),
    ("largest_baseline_difference = 0.25", "largest_baseline_difference = 3", "largest_baseline_difference"),
    *[("non_inferiority_margin = 2.0", f"non_inferiority_margin = {value}", "non_inferiority_margin") for value in ("nan", "inf", "-1")],
    *[(SUBGROUPS, value, "subgroups") for value in
      ('["gender", "setting", "age_group", "victim_status", "honour_context"]', '["gender", "gender"]', '"gender"', '["Shoe size"]')],
    *[(MOMENTS, value, "moments") for value in ('["end", "end"]', '["baseline"]', "[]", '["yesterday"]')],
    *[(ARMS, value, "arms") for value in ('["usual-care"]', '["a", "b", "c"]', '["a", "a"]', '["A", "b"]')],
    *[('instrument = "cries-13"', f'instrument = "{value}"', "instrument") for value in ("CRIES", "", "\u0441ries-13", "a" * 41)],
    ('instrument = "rses"', 'instrument = "cries-13"', "measures"),
    ('informant = "self"', 'informant = "mum"', "informant"),
    ('event = ["sexual_exploitation", "criminal_exploitation"]', 'event = ["arrest", "arrest"]', "event"),
    ('certainty = ["actual", "presumed"]', "certainty = []", "certainty"),
    ('competing = ["died", "moved_abroad", "came_of_age"]', 'competing = ["sexual_exploitation"]', "competing"),
    ('contract = "1"', 'contract = "2"', "contract"),
    ('"quasi_experimental"', '"rct"', "design"),
    ('programme = "specialised-care"', 'programme = "Bad Name"', "programme"),
    ('title = "Fictief', 'title = "\\u202eFictief', "title"),
    ('title = "Fictief', 'title = "\\u0007Fictief', "title"),
    ('population = "', 'population = "  "\nold = "', "population"),
    ("imputations = 20", "imputations = 1", "imputations"),
    ('"baseline_carried_forward", "locf"]', '"locf", "locf"]', "approaches"),
    ("seed = 2017", "seed = 2017\nsede = 1", "sede"),
    ("summary = ", "summry = ", "summary"),
    ("[gates]", "[disclosure]\nthreshold = 9\n[gates]", "threshold"),
    ("[gates]", "[disclosure]\nthreshold = 10.5\n[gates]", "threshold"),
    ("[gates]", f"[disclosure]\nthreshold = 10\n{COMMITTEE}threshold = 11\n[gates]", "committee.threshold"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key"), CHANGES)
def test_a_wrong_value_is_named_with_what_is_allowed_and_an_example(good, old, new, key):
    assert old in good
    with pytest.raises(PlanInvalid) as caught:
        parse_plan(good.replace(old, new, 1))
    assert caught.value.exit_code == 4
    for lang, example in (("nl", "Voorbeeld:"), ("en", "Example:")):
        (line,) = [line for line in caught.value.words[lang].splitlines()[1:] if key in line.partition("Example")[0]][:1]
        assert example in line or "sede" in line, line
    assert caught.value.words.nl != caught.value.words.en


def test_the_dutch_message_is_dutch(good):
    """What is wrong between keys is told in both languages too."""
    for old, new, words in (
        (ARMS, '["a", "a"]', "noem twee verschillende groepen"),
        (HORIZONS, "[26, 26]", "noem elke waarde één keer"),
        ('instrument = "rses"', 'instrument = "cries-13"', "één deel per vragenlijst"),
        ('instrument = "cries-13"', 'instrument = "CRIES"', "kleine letters"),
    ):
        with pytest.raises(PlanInvalid) as caught:
            parse_plan(good.replace(old, new, 1))
        assert words in caught.value.words.nl and words not in caught.value.words.en


@pytest.mark.parametrize("text", [
    "a = ", 'a = "b', "a", "[x", "[[x]", "a = 1\na = 2", "a = \u201cb\u201d", "x = " + "[" * 5000, "seed = 1" + "0" * 5000, 'a = "\\ud800"',
    "a = 1 2", "= 1", "a = 01", "\0",
])  # fmt: skip
def test_what_is_no_toml_is_told_in_both_languages(text):
    with pytest.raises(PlanInvalid) as caught:
        parse_plan(text)
    assert "geen geldige TOML" in caught.value.words.nl and "Voorbeeld" in caught.value.words.nl
    assert "is not valid TOML" in caught.value.words.en and "Invalid" not in caught.value.words.nl


def test_an_empty_plan_lists_what_is_missing():
    with pytest.raises(PlanInvalid) as caught:
        parse_plan("")
    assert {"contract", "title", "question", "programme", "design", "estimand", "seed"} <= set(
        re.findall(r"^- (\w+) is missing", caught.value.words.en, re.MULTILINE)
    )


def _written(folder, content: bytes):
    file = folder / "plan.toml"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("how", ["bom", "crlf", "large"])
def test_the_same_plan_in_another_guise(good, tmp_path, how):
    """A mark before the text, Windows line ends and a long comment change no value."""
    guises = {"bom": "\ufeff" + good, "crlf": good.replace("\n", "\r\n"), "large": good + "#" + "x" * 10**6}
    file = _written(tmp_path, guises[how].encode())
    assert plan_hash(read_plan(file)) == plan_hash(parse_plan(good))
    lock_plan(file, at=AT)
    check_lock(read_plan(file))


@pytest.mark.parametrize("how", ["utf-16", "latin-1", "folder", "nothing", "dangling"])
def test_what_cannot_be_read_gives_3(good, tmp_path, how):
    file = tmp_path / "plan.toml"
    if how in ("utf-16", "latin-1"):
        file.write_bytes(good.replace("Fictief", "Fïctief").encode(how))
    elif how == "folder":
        file.mkdir()
    elif how == "dangling":
        file.symlink_to(tmp_path / "nowhere.toml")
    for act in (read_plan, lock_plan):
        with pytest.raises(CannotRead, match="UTF-8"):
            act(file)


def _locked(good, tmp_path):
    file = _written(tmp_path, good.encode())
    lock_plan(file, at=AT)
    return file, file.read_text()


def test_layout_comments_and_order_are_no_change(good, tmp_path):
    file, text = _locked(good, tmp_path)
    other = text.replace("seed = 2017", "seed   =   2_017  # drawn by lot").replace("smallest_overlap = 0.8\n", "")
    other = other.replace("smallest_measured = 0.4", "smallest_measured = 0.40\nsmallest_overlap = 8e-1")
    file.write_text("# note\n\n" + other)
    check_lock(read_plan(file))


@pytest.mark.parametrize(("old", "new"), [
    ("seed = 2017", "seed = 2018"), (HORIZONS, "[26, 52]"), (HORIZONS, "[52, 26, 104]"), ("smallest_overlap = 0.8", "smallest_overlap = 0.79"),
    ("primary = true", "primary = false"), ('title = "Fictief', 'title = "Fictief '), ("[gates]", "[disclosure]\nthreshold = 11\n[gates]"),
    ("2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z"), ("smallest_measured = 0.4", ""), (ARMS, '["usual-care", "fictional-programme"]'),
])  # fmt: skip
def test_any_change_of_a_value_is_found(good, tmp_path, old, new):
    file, text = _locked(good, tmp_path)
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(PlanInvalid, match="changed after locking"):
        check_lock(read_plan(file))
    with pytest.raises(PlanInvalid, match="changed after locking"):
        lock_plan(file)


def test_keys_that_came_later_leave_the_lock_of_an_older_plan_what_it_was(good):
    """The hash as it was before there were such keys; given, they count."""
    older = example_files("rossi", "en")["plan.toml"]
    assert plan_hash(parse_plan(older)) == "5a6e866260c980b8a3d2e394d0caf472f81c711477bcd073683b9cba81ae5c5c"
    assert plan_hash(parse_plan('outcomes_known = "no"\n' + older)) != plan_hash(parse_plan(older))


@pytest.mark.parametrize("lock", [
    {"contract": "0"}, {"contract": "2"}, {"at": "yesterday"}, {"sha": "abc"}, {"at": "2026-01-01"},
])  # fmt: skip
def test_a_lock_of_another_version_or_by_hand_says_what_to_do(good, lock):
    with pytest.raises(PlanInvalid, match="Remove the part \\[lock\\], lock again and explain why"):
        parse_plan(good + LOCK.format(**({"sha": "a" * 64, "at": "2026-01-01T00:00:00Z", "contract": "1"} | lock)))


def test_locking_twice_is_refused_and_changes_nothing(good, tmp_path):
    file, text = _locked(good, tmp_path)
    with pytest.raises(WrongUse, match="locked already"):
        lock_plan(file)
    assert file.read_text() == text


def test_a_link_stays_a_link(good, tmp_path):
    real = _written(tmp_path, good.encode())
    link = tmp_path / "link.toml"
    link.symlink_to(real)
    lock_plan(link, at=AT)
    assert link.is_symlink() and is_locked(read_plan(real))


def test_an_interrupted_lock_leaves_the_file_whole(good, tmp_path, monkeypatch):
    file = _written(tmp_path, good.encode())
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(CannotRead, match="not locked"):
        lock_plan(file, at=AT)
    assert file.read_text() == good and os.listdir(tmp_path) == ["plan.toml"]


def test_a_strange_clock_is_the_users_mistake(good, tmp_path, monkeypatch):
    file = _written(tmp_path, good.encode())
    for epoch in ("abc", "9" * 20):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        with pytest.raises(WrongUse, match="SOURCE_DATE_EPOCH"):
            lock_plan(file)
    assert file.read_text() == good


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.datetimes() | st.sampled_from(["end", "gender", "1"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=6,
)  # fmt: skip


def _places(content, at=()):
    yield at
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, inside in items:
        yield from _places(inside, (*at, key))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_mutation_is_a_plan_or_is_refused_in_words(good, data):
    """Never anything but PlanInvalid; and what is accepted keeps its hash through a round trip."""
    import tomlkit

    content = tomllib.loads(good)
    *above, last = data.draw(st.sampled_from([place for place in _places(content) if place]))
    part = content
    for key in above:
        part = part[key]
    if isinstance(part, dict) and data.draw(st.booleans()):
        del part[last]
    else:
        value = data.draw(ANY)
        part[last] = value
    try:
        text = tomlkit.dumps(content)
    except Exception:
        return
    try:
        plan = parse_plan(text)
    except PlanInvalid as refused:
        assert refused.words.nl and refused.words.en
        return
    assert plan_hash(Plan.model_validate_json(plan.model_dump_json())) == plan_hash(plan)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3000), st.text(max_size=3), st.integers(0, 3))
def test_any_slip_of_the_keyboard_is_a_plan_or_is_refused_in_words(good, place, typed, gone):
    place %= len(good)
    try:
        parse_plan(good[:place] + typed + good[place + gone :])
    except PlanInvalid as refused:
        assert refused.words.nl and refused.words.en


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # what is added at the end of a file falls under its last heading
        ("[gates]", '[gates]\nsubgroups = ["gender"]', "hoort onder geen enkel deel, dus boven het eerste [deel]"),
        (
            "[gates]",
            "[gates]\nhorizons_weeks = [26]",
            "gates > horizons_weeks staat op de verkeerde plaats; zij hoort onder [events]",
        ),
        ("[gates]", COMMITTEE.replace("disclosure.", "") + "[gates]", "hoort onder [disclosure.committee]"),
        ("[gates]", COMMITTEE.replace('"a"', "") + "[gates]", "readers heeft te weinig waarden: ten minste 1"),
        ("[gates]", COMMITTEE + "threshold = 4\n[gates]", "is ten minste 5. Voorbeeld:  threshold = 5"),
    ],
)
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(good, old, new, said):
    """It was said not to exist, and to be meant instead of itself."""
    changed = good.replace('subgroups = ["mild_intellectual_disability", "gender", "setting"]\n', "").replace(old, new)
    with pytest.raises(PlanInvalid) as refused:
        parse_plan(changed)
    assert said in refused.value.words.nl and "Bedoelt u" not in refused.value.words.nl
