"""Attack: is the planted client in it? Two and three editions of one dossier are laid side by side, by somebody who knows everything of all others.

Every submission is real (`data_schemas.submission.Submission`, of a practice) and meets a ledger, as in the
command `run`. What leaves is compared as bytes: numbers, statuses, method texts, conditions, deviations, profile and hashes at once.
Without the ledger the same editions differ often (`docs/planted-client.md`).
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.shared.cohort import pool
from data_schemas.evidence import NUMERIC_COLUMNS, Evidence, record_json, results_csv
from data_schemas.plan import Committee, Disclosure, Plan
from data_schemas.submission import Submission
from evaluation.contract.synthesising import Frames, write_synthetic
from evaluation.evidence.folder import remember
from evaluation.evidence.running import journey, run
from evaluation.failures import WrongUse
from evaluation.planning.lock import plan_hash
from evaluation.release.memory.earlier import standing
from evaluation.release.memory.ledger import Ledger, append, read_ledger
from evaluation.release.memory.populations import populations
from evaluation.validation.validating import validate
from tests.attack._submissions import (
    FOLLOWED,
    MEASURED,
    OF_PRACTICE,
    ONE_PERSON,
    drawn,
    first,
    people,
    plan,
    rescored,
    size,
    submission,
)

BATCHES = 4
SUBMISSIONS = int(os.environ.get("PLANTED_SUBMISSIONS", "500"))
RUN_EVERY = 10
WHOLE_ROAD = (0, 3, 11, 29)
PLANS = (MEASURED, MEASURED | {"subgroups": ("gender",)}, FOLLOWED)


def sent(evidence: Evidence) -> dict[str, str]:
    """The files of a folder."""
    return {
        "evidence.json": record_json(evidence.record),
        **{name: results_csv(frame) for name, frame in evidence.results.items()},
    }


def released(folder: Path, frames, asked: dict, name: str = "ledger.json") -> tuple[Ledger, Evidence]:
    """A first edition, remembered."""
    ledger = read_ledger(folder / name, create=True)
    data = submission(frames)
    done = journey(data, plan(**asked), exploratory=True, ledger=ledger)
    return remember(folder / name, ledger, done), done.evidence


@pytest.fixture(scope="module")
def editions(tmp_path_factory) -> dict[int, tuple[Ledger, Evidence]]:
    """One edition per plan that really was made; the attack on hundreds of ledgers puts it in the place of theirs, to save their analyses."""
    folder = tmp_path_factory.mktemp("made")
    return {k: released(folder, first(drawn(5, 61), 60), asked, f"{k}.json") for k, asked in enumerate(PLANS)}


def neighbours(seed: int) -> dict[str, Frames]:
    """A first edition, and two others that are a few people apart from it; the first of these has the planted client more or less."""
    rng = np.random.default_rng(seed)
    clients = size(seed)
    frames = drawn(seed, clients + 9)
    without, planted = first(frames, clients), first(frames, clients + 1)
    one, other = (without, planted) if seed % 2 else (planted, without)
    mine = np.arange(clients + 9)
    changes = [
        *((name, lambda change=change: change(one, int(rng.integers(clients)))) for name, change in ONE_PERSON.items()),
        ("a few more", lambda: first(frames, clients + 1 + int(rng.integers(1, 9)))),
        ("a few replaced", lambda: people(frames, (mine >= 4) & (mine < clients + 4))),
    ]
    name, change = changes[seed // 4 % len(changes)]
    return {"first": one, "planted": other, name: change()}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_planted_client_is_found_in_hundreds_of_submissions(batch, editions, tmp_path):
    """Without and with the planted client, either first, and then others changed, joined or replaced: what the ledger decides, and what `run` sends.

    The analyses of the first edition are not made again for each: nothing of them plays a part in what the ledger answers.
    """
    per_batch = SUBMISSIONS // BATCHES
    before = {k: sent(edition) for k, (_, edition) in editions.items()}
    for seed in range(batch * per_batch, (batch + 1) * per_batch):
        made, _ = editions[seed % len(PLANS)]
        asked, key = plan(**PLANS[seed % len(PLANS)]), seed.to_bytes(32, "big")
        one, other, (what, third) = neighbours(seed).items()
        groups = of(one[1], asked, key)
        ledger = append(
            tmp_path / f"{seed}.json", Ledger((), key, made.editions), results=made.entries[0].results, plan=made.entries[0].plan, threshold=10,
            populations=groups,
        )  # fmt: skip
        if seed % RUN_EVERY == 0:
            assert sent(run(submission(other[1]), asked, exploratory=True, ledger=ledger)) == before[seed % len(PLANS)], seed
        else:
            assert standing(ledger, of(other[1], asked, key), plan_hash(asked), 10) == ledger.entries[0], seed
        if seed % 4 < 2:
            assert standing(ledger, of(third, asked, key), plan_hash(asked), 10) == ledger.entries[0], (seed, what)


def of(frames: Frames, asked: Plan, key: bytes) -> dict[str, tuple[str, ...]]:
    """The groups of people that the ledger keeps of an edition."""
    data = Submission(OF_PRACTICE, frames, "")
    return populations([data], pool([data]), asked, key)


COMMITTEE = {
    "disclosure": Disclosure(
        committee=Committee(readers=("A committee",), confidentiality="its rules", approved_by="an officer")
    )
}


def test_no_planted_client_is_found_in_editions_for_the_committee(tmp_path):
    """The same for editions that tell counts exactly, where one client more would show in every total: a tenth as many submissions."""
    for seed in range(SUBMISSIONS // 10):
        asked, key = plan(**(PLANS[seed % len(PLANS)] | COMMITTEE)), seed.to_bytes(32, "big")
        one, other, (what, third) = neighbours(seed).items()
        groups = of(one[1], asked, key)
        ledger = append(
            tmp_path / f"{seed}.json", Ledger((), key, tmp_path / "editions"), results="r", plan=plan_hash(asked), threshold=5, populations=groups,
            edition="committee",
        )  # fmt: skip
        for frames in (other[1], *([third] if what in ONE_PERSON else [])):
            assert standing(ledger, of(frames, asked, key), plan_hash(asked), 5) == ledger.entries[0], (seed, what)


@pytest.mark.parametrize("seed", WHOLE_ROAD[:1])
def test_both_editions_stand_side_by_side(seed, tmp_path):
    """The public edition and the committee's, remembered in one ledger: one client more is answered with each of them, as it was."""
    clients = min(size(seed), 60)
    frames, asked = drawn(seed, clients + 1), plan(**(PLANS[seed % len(PLANS)] | COMMITTEE))
    ledger, made = read_ledger(tmp_path / "ledger.json", create=True), {}
    for name in ("public", "committee"):
        done = journey(submission(first(frames, clients)), asked, exploratory=True, edition=name, ledger=ledger)
        ledger, made[name] = remember(tmp_path / "ledger.json", ledger, done), sent(done.evidence)
    assert made["public"] != made["committee"]
    for name, before in made.items():
        assert sent(run(submission(frames), asked, exploratory=True, edition=name, ledger=ledger)) == before


@pytest.mark.parametrize("seed", WHOLE_ROAD)
def test_three_editions_are_one_and_the_same_folder(seed, tmp_path):
    """Without, with, without; the first edition made of these very people. Without the ledger the second is another folder."""
    clients = min(size(seed), 120)
    frames = drawn(seed, clients + 1)
    without, planted = first(frames, clients), frames
    ledger, edition = released(tmp_path, without, PLANS[seed % len(PLANS)])
    for later in (planted, without, people(frames, np.arange(clients + 1) > 0)):
        answer = journey(submission(later), edition.record.plan, exploratory=True, ledger=ledger)
        assert sent(answer.evidence) == sent(edition)
        ledger = remember(tmp_path / "ledger.json", ledger, answer)
    assert len(ledger.entries) == 1


def test_without_the_ledger_the_editions_of_these_submissions_do_differ():
    """So that the tests above test the ledger."""
    frames = drawn(2, 60)
    editions = [run(submission(first(frames, count)), plan(**MEASURED), exploratory=True) for count in (59, 60)]
    assert sent(editions[0]) != sent(editions[1])


def test_without_the_ledger_editions_for_the_committee_differ_by_one_client_in_every_total():
    """An attacker who knows all others makes both: of exact counts each of these folders is another one."""
    for seed in (0, 3, 11):
        clients, asked = min(size(seed), 60), plan(**(PLANS[seed % len(PLANS)] | COMMITTEE))
        frames = drawn(seed, clients + 1)
        told = [
            sent(run(submission(one), asked, exploratory=True, edition="committee")) for one in (first(frames, clients), frames)
        ]
        assert told[0] != told[1]


def test_other_pseudonyms_do_not_hide_that_the_people_are_the_same(tmp_path):
    """Numbering everybody anew made a second edition of the same people and one more: the ledger saw new people."""
    frames = drawn(4, 61)
    ledger, edition = released(tmp_path, first(frames, 60), MEASURED)
    renamed = {
        name: table.assign(client=table["client"].cat.rename_categories(lambda old: f"T{old}"))
        for name, table in frames.items()
    }
    assert sent(run(submission(renamed), edition.record.plan, exploratory=True, ledger=ledger)) == sent(edition)


def test_a_third_edition_is_compared_with_the_first(tmp_path):
    """Editions that each differ enough from the one before: the planted client beside the first is answered with the first."""
    frames = drawn(6, 81)
    mine = np.arange(81)
    ledger, edition = released(tmp_path, people(frames, mine < 50), MEASURED)
    second = submission(people(frames, mine < 80))
    new = journey(second, edition.record.plan, exploratory=True, ledger=ledger)
    assert sent(new.evidence) != sent(edition)
    ledger = remember(tmp_path / "ledger.json", ledger, new)
    third = submission(people(frames, (mine < 50) | (mine == 80)))
    assert sent(run(third, edition.record.plan, exploratory=True, ledger=ledger)) == sent(edition)


def test_in_an_edition_with_enough_others_the_arm_of_the_planted_client_is_empty_with_and_without(tmp_path):
    """Were the arm shown when nobody in it changed, an empty arm would tell of the planted client."""
    frames = drawn(1, 121)
    arm = pd.Series(pd.Categorical.from_codes((np.arange(121) % 2), categories=["arm-1", "arm-2"]))
    frames = frames | {"treatments": frames["treatments"].assign(arm=arm)}
    mine = np.arange(121)
    earlier = (mine < 60) | ((mine % 2 == 1) & (mine < 119))
    ledger, edition = released(tmp_path, people(frames, earlier & (mine != 119)), MEASURED)
    joined = (mine % 2 == 0) | earlier
    editions = [
        run(submission(people(frames, kept)), edition.record.plan, exploratory=True, ledger=ledger)
        for kept in (joined, joined | (mine == 119))
    ]
    shown = [pd.concat([frame for frame in one.results.values() if len(frame)]) for one in editions]
    arms = [frame[frame["arm"] == "arm-2"].reset_index(drop=True) for frame in shown]
    assert len(arms[0]) and arms[0].equals(arms[1])
    assert arms[0][list(NUMERIC_COLUMNS)].isna().all().all() and set(arms[0]["status"]) == {"suppressed"}
    assert all(frame[frame["arm"] != "arm-2"]["estimate"].notna().any() for frame in shown)
    assert editions[0].record.deviations == editions[1].record.deviations


@pytest.mark.parametrize(
    "other",
    [
        FOLLOWED,
        MEASURED | {"subgroups": ("setting",)},
        MEASURED | {"disclosure": Disclosure(threshold=15)},
        FOLLOWED | {"events": FOLLOWED["events"] | {"horizons_weeks": [26, 53]}},
    ],
    ids=["another question", "another subgroup", "another threshold", "another horizon"],
)
def test_another_plan_is_refused_alike_with_and_without_the_planted_client(other, editions):
    frames = drawn(5, 61)
    ledger, _ = editions[2 if "horizons" in str(other) and other is not FOLLOWED else 0]
    told = set()
    for data in (first(frames, 60), frames, rescored(frames, 3)):
        with pytest.raises(WrongUse) as refusal:
            run(submission(data), plan(**other), exploratory=True, ledger=ledger)
        told.add(refusal.value.words)
    assert len(told) == 1


def test_no_hash_confirms_a_guess_about_who_is_in_it(editions):
    """Of a practice's data the hash is keyed with the ledger's key, and absent without one; the ledger's own hashes are keyed."""
    data = submission(first(drawn(5, 61), 60))
    ledger, edition = editions[0]
    assert data.sha256 not in record_json(edition.record) and edition.record.submissions[0].sha256
    alone = run(data, plan(**MEASURED), exploratory=True)
    assert alone.record.submissions[0].sha256 == "" and data.sha256 not in record_json(alone.record)
    assert ledger.key.hex() not in record_json(edition.record)


@pytest.mark.parametrize("seed", [7, 8])
def test_the_random_submissions_are_submissions(seed, tmp_path):
    """What is made in memory is what validation makes of the same tables on disk."""
    frames = drawn(seed, 40)
    handed_in = validate(write_synthetic(tmp_path / "made", frames)).submission
    assert handed_in is not None
    for name, table in frames.items():
        assert len(handed_in.tables[name]) == len(table)
    edition, memory = (run(one, plan(**MEASURED), exploratory=True).results for one in (handed_in, submission(frames)))
    assert {name: results_csv(frame) for name, frame in edition.items()} == {
        name: results_csv(frame) for name, frame in memory.items()
    }
