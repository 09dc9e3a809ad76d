"""Attack on what stands beside the results: the order and numbers of providers, the profile, findings of the check, hashes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analyses.shared.providers.naming import by_what_is_told
from data_schemas.evidence import record_json
from data_schemas.submission import Manifest
from evaluation.aggregates.pooling import pooled
from evaluation.evidence.running import run
from tests.attack._submissions import MEASURED, drawn, first, plan, submission
from tests.attack.test_planted_client import COMMITTEE, sent
from tests.pretended import by_provider, file_of


def _with_providers(names: tuple[str, ...]) -> dict:
    frames = first(drawn(9, 240), 240)
    which = np.random.default_rng(2).choice(3, 240, p=[0.5, 0.3, 0.2])
    return frames | {"treatments": frames["treatments"].assign(provider=pd.Categorical(np.array(names)[which]))}


def _score_changed(frames: dict) -> dict:
    table = frames["measurements"]
    score = table["score"].to_numpy(copy=True)
    mine = np.flatnonzero(table["score"].notna() & (table["instrument"] != "cries-13") & (score > 0))
    score[mine[0]] -= 1
    return frames | {"measurements": table.assign(score=score)}


@pytest.mark.parametrize("edition", ["public", "committee"])
def test_a_number_of_a_provider_follows_from_what_is_told_of_it(edition):
    """Before: from a hash over all exact scores, weeks and providers. Whoever knew all but one had that one from the order in five of six guesses."""
    asked = plan(**(MEASURED | COMMITTEE))
    worlds = [
        _with_providers(("alder", "birch", "cedar")),
        _with_providers(("rowan", "beech", "aspen")),
        _score_changed(_with_providers(("alder", "birch", "cedar"))),
    ]
    told = [run(submission(frames), asked, exploratory=True, edition=edition).results["pooling"] for frames in worlds]
    assert told[0]["subgroup"].str.startswith("provider=").any()
    assert told[0].equals(told[1]) and told[0].equals(told[2])


def test_providers_are_numbered_by_what_they_show_and_named_ones_are_left():
    base = {"outcome": "o", "arm": "all", "time": "end", "measure": "provider_effect"}
    frame = pd.DataFrame(
        [base | {"subgroup": f"provider={k}{end}", "n": n} for end in ("", ";effect=g") for k, n in ((1, 15), (2, 35), (3, 25))]
    )
    told = by_what_is_told(frame, plan(**MEASURED))
    assert told["subgroup"].tolist() == [f"provider={k}{end}" for end in ("", ";effect=g") for k in (1, 2, 3)]
    assert told["n"].tolist() == [35, 25, 15] * 2
    assert by_what_is_told(frame, plan(**(MEASURED | {"providers": {"named": True}}))).equals(frame)


@pytest.mark.parametrize("edition", ["public", "committee"])
def test_how_many_rows_have_a_warning_is_said_by_no_edition(edition):
    """Before: in bands, or exactly; 15 people without a duration of follow-up in two arms with fewer than ten each are somebody in either."""
    asked = plan(**(MEASURED | COMMITTEE | {"gates": {"largest_warning_share": 0.2}}))
    one = submission(first(drawn(9, 60), 60))
    told = [
        sent(run(replace(one, warnings=(("follow-up-weeks-known", rows),)), asked, exploratory=True, edition=edition))
        for rows in (0, 4, 9, 13, 60)
    ]
    assert all(other == told[0] for other in told)
    (gate, *_) = run(one, asked, exploratory=True, edition=edition).record.gates
    assert not gate.open and "cannot be told" in gate.reason.en


def test_no_hash_of_exact_sums_leaves_with_what_was_pooled_of_them():
    """Before: twelve digits of it stood in the record, enough to confirm a guess at one person's score by whoever knows the others."""
    asked = plan(**MEASURED)
    given = [file_of(one, asked) for one in by_provider(submission(_with_providers(("alder", "birch", "cedar"))))]
    text = record_json(pooled(given, asked, exploratory=True).evidence.record)
    assert "(aggregate, exact)" in text and not [one for _, one in given if one.sha256[:12] in text]


@pytest.mark.parametrize("named", [False, True])
def test_no_provider_is_named_that_did_not_agree(named):
    """Before: the words of a submission stood in the record, those for its providers too."""
    one = submission(_with_providers(("alder", "birch", "cedar")))
    words = {name: {"nl": f"Huis {name}", "en": f"House {name}"} for name in ("alder", "arm-1")}
    one = replace(one, manifest=Manifest(**(one.manifest.model_dump() | {"labels": words})))
    record = run(one, plan(**(MEASURED | {"providers": {"named": named}})), exploratory=True).record
    assert "arm-1" in record.labels and ("alder" in record.labels) is named
    assert ("House alder" in record_json(record)) is named


def test_which_of_two_hidden_totals_is_the_larger_does_not_decide_how_finely_they_are_told():
    """Before: totals were told in the order of their exact numbers. Under a threshold of nineteen the lost of sixty were told as 39 or more where
    ten had both measurements, fewer than in other small totals, and as 21 or more where eleven had."""
    asked = plan(**(MEASURED | {"subgroups": ("gender", "setting"), "disclosure": {"threshold": 19}}))
    frames = first(drawn(9, 60), 60)
    table = frames["measurements"]
    end = table.index[(table["instrument"] == "cries-13") & (table["moment"] == "end") & table["score"].notna()]
    told = set()
    for lost in (8, 9, 10, 11):
        left = table.drop(end[:lost]).reset_index(drop=True)
        told.add(run(submission(frames | {"measurements": left}), asked, exploratory=True).results["attrition"].to_csv())
    assert len(told) == 1
