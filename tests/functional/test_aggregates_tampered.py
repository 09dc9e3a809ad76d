"""Aggregates that somebody changed, by hand or by a program, and made a new hash for: refused with the reason, never taken and never a crash."""

from __future__ import annotations

import json
import random
from contextlib import suppress

import numpy as np
import pytest

from data_schemas.aggregate import Aggregate, aggregate_json
from evaluation.aggregates.making import read_aggregate, sealed
from evaluation.aggregates.pooling import pooled
from evaluation.contract.examples import write_example
from evaluation.failures import CannotRead, UserError, WrongUse
from evaluation.planning.file import read_plan
from evaluation.planning.lock import lock_plan
from evaluation.release.edition import public
from evaluation.validation.validating import validate
from tests.commands import call
from tests.pretended import divided, file_of


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tampered") / "fireworks"
    write_example("fireworks", folder)
    lock_plan(folder / "plan.toml")
    submission, plan = validate(folder).submission, read_plan(folder / "plan.toml")
    return submission, plan, folder / "plan.toml", [file_of(part, plan) for part in divided(submission, np.arange(52) % 2)]


@pytest.fixture(scope="module")
def rounded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tampered") / "rossi"
    write_example("rossi", folder)
    lock_plan(folder / "plan.toml")
    submission, plan = validate(folder).submission, read_plan(folder / "plan.toml")
    return plan, [file_of(part, plan, public(10)) for part in divided(submission, np.arange(432) % 2)]


def document(one: Aggregate) -> dict:
    return json.loads(aggregate_json(one))


def written(document: dict, folder, *, hashed: bool = True):
    """As a file, with a hash that is right when the content has the form of an aggregate."""
    file = folder / "changed.json"
    text = json.dumps(document)
    if hashed:
        with suppress(ValueError):
            text = aggregate_json(sealed(Aggregate.model_validate_json(text)))
    file.write_text(text, encoding="utf-8")
    return file


def _set(table, column, value, row=0):
    def change(one):
        found = one
        for part in table.split("/"):
            found = found[part] if part != "*" else next(iter(found.values()))
        found["rows"][row][found["columns"].index(column)] = value

    return change


UNREADABLE = {
    "a negative count": _set("people", "n", -3),
    "nobody": _set("people", "n", 0),
    "a count that is no number": _set("people", "n", "twelve"),
    "a huge count": _set("people", "n", 10**12),
    "more in a row than people": _set("scores/*", "n", 4000),
    "NaN": _set("scores/*", "mean_0", float("nan")),
    "infinite": _set("scores/*", "mean_0", float("inf")),
    "negative squares": _set("scores/*", "scatter_0_0", -1.0),
    "a person more than there are marks": _set("people", "n", 40),
    "a cell that is not there": _set("scores/*", "cell", 99),
    "a key that nobody knows": lambda one: one.update(extra=1),
    "a row too short": lambda one: one["people"]["rows"][0].pop(),
    "a table gone": lambda one: one.pop("people"),
    "another format": lambda one: one.update(format="1"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_is_not_read(name, dossier, tmp_path):
    one = document(dossier[3][0][1])
    UNREADABLE[name](one)
    with pytest.raises(CannotRead):
        read_aggregate(written(one, tmp_path))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "PK\x03\x04", "\ufeff{}", "null", '{"format": "2"}'])
def test_deep_or_foreign_files_are_said(text, tmp_path):
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(CannotRead):
        read_aggregate(tmp_path / "a.json")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(500_000_000)
    with pytest.raises(CannotRead, match="larger"):
        read_aggregate(tmp_path / "a.json")


def refused(given, plan, words: str, **how):
    with pytest.raises(WrongUse) as caught:
        pooled(given, plan, **how)
    assert words in caught.value.words.en and caught.value.words.nl != caught.value.words.en


def test_one_number_changed_shows_by_the_hash_and_by_the_signature(dossier, tmp_path):
    _, plan, place, given = dossier
    (_, one), other = given
    document_of = document(one)
    _set("scores/*", "mean_0", 12.5)(document_of)
    refused(
        [("a.json", read_aggregate(written(document_of, tmp_path, hashed=False))), other], plan, "was changed", internal=True
    )
    # with a new hash only whose it is tells: no key is given with it
    again = read_aggregate(written(document_of, tmp_path))
    refused([("a.json", again), other], plan, "not signed", internal=True, keys=frozenset({"0" * 64}))
    (tmp_path / "other.json").write_text(aggregate_json(other[1]))
    done = call(["pool", tmp_path / "changed.json", tmp_path / "other.json", "--plan", place, "--out", tmp_path / "out",
                 "--internal", "--lang", "nl"])  # fmt: skip
    assert done.code == 0 and "niet nagegaan wie deze tellingen maakte" in done.text


def test_the_same_people_under_another_provider_are_noticed(dossier, rounded):
    submission, plan, _, _ = dossier
    halves = divided(submission, np.arange(52) % 2)
    tables = dict(halves[0].tables)
    treatments = tables["treatments"]
    renamed = treatments["provider"].cat.rename_categories(lambda name: f"{name}-other")
    # and one of them left out, so that the two are not the same aggregate
    kept = type(halves[0])(
        halves[0].manifest.model_copy(update={"name": "elsewhere"}),
        tables | {"treatments": treatments.assign(provider=renamed)},
        "1" * 64,
    )
    fewer = divided(kept, np.where(np.arange(26) < 25, "elsewhere", "left"))[0]
    refused([file_of(halves[0], plan), file_of(fewer, plan)], plan, "under another name", internal=True)
    asked, given = rounded
    (name, one), _ = given
    copy = sealed(one.model_copy(update={
        "submissions": (one.submissions[0].model_copy(update={"name": "another"}),), "marks": tuple("0000" for _ in one.marks),
    }))  # fmt: skip
    refused([(name, one), ("copy.json", copy)], asked, "under another name")


def test_what_does_not_belong_to_the_plan_is_refused(dossier, rounded):
    _, plan, _, given = dossier
    (name, one), (other, two) = given
    arm = plan.comparison.arms[0]
    swapped = two.labels | {arm: one.labels[arm].model_copy(update={"en": "something else"})}
    refused(
        [(name, one), (other, sealed(two.model_copy(update={"labels": swapped})))], plan, "do not call the arm", internal=True
    )
    gone = dict(list(two.scores.items())[1:])
    refused([(name, one), (other, sealed(two.model_copy(update={"scores": gone})))], plan, "has not the tables", internal=True)
    finer = sealed(two.model_copy(update={"threshold": 3}))
    refused([(name, one), (other, finer)], plan, "not rounded in the same way", internal=True)
    asked, few = rounded
    (first, mine), (_second, _theirs) = few
    both = [(name, sealed(part.model_copy(update={"threshold": 5}))) for name, part in few]
    refused(both, asked, "threshold 5")
    refused([(first, mine), (other, two)], asked, "another plan")


def test_a_thousand_small_changes_never_crash(dossier, rounded, tmp_path):
    """Numbers and words of the file changed at random: read and pooled, or refused in words."""
    rng = random.Random(5)
    values = [0, 1, -1, 10**9, 1e300, -0.5, "", "x", None, True, [], {}]
    for plan, files, rounds in ((dossier[1], dossier[3], 150), (rounded[0], rounded[1], 60)):
        for _ in range(rounds):
            one = document(files[0][1])
            for _ in range(rng.randint(1, 3)):
                _changed(one, rng, values)
            with suppress(UserError):
                changed = read_aggregate(written(one, tmp_path))
                if rng.random() < 0.15:
                    pooled([("a.json", changed), files[1]], plan)


def _changed(part, rng: random.Random, values: list) -> None:
    """One leaf of the document changed."""
    while True:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        if not keys:
            return
        key = rng.choice(keys)
        if isinstance(part[key], dict | list) and part[key] and rng.random() < 0.9:
            part = part[key]
            continue
        part[key] = rng.choice(values)
        return
