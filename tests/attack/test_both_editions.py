"""Minimum count, complement and group disclosure, on the rows of random dossiers in both editions: what stands there against what is."""

from __future__ import annotations

import numpy as np
import pytest

from analyses import analyses
from benchmarks.releases import KEYS, drawn
from evaluation.release.counts.audit import bounds
from evaluation.release.counts.publishing import system
from evaluation.release.door import exact, release_all
from evaluation.release.edition import Edition, committee, public
from evaluation.release.rules import DOMINANT_SHARE
from tests.attack._dossier import dossier, results

EDITIONS = (public(10), public(15), committee(5), committee(7))
BESIDE = {"public": (), "committee": (public(10),)}
SEEDS = range(60)


def _beside(answers, edition: Edition):
    """The exact rows, and next to each what leaves."""
    released = release_all(answers, edition, beside=BESIDE[edition.name])
    for name, answer in answers.items():
        yield exact(answer).merge(released[name], on=KEYS, suffixes=("", "_told"))


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: f"{one.name} {one.threshold}")
def test_no_share_of_few_nor_of_nearly_all_leaves(edition):
    """A category of fewer than the minimum, of all but fewer, of nine in ten, of everybody or of nobody: none has a number."""
    told = 0
    for seed in SEEDS:
        for rows in _beside(results(dossier(seed)), edition):
            mine = rows[(rows["measure"] == "share") & rows["estimate_told"].notna()]
            told += len(mine)
            others = mine["n"] - mine["events"]
            assert (mine["events"] >= edition.threshold).all() and (others >= edition.threshold).all(), seed
            apart = mine[mine["arm"] != "all"]
            assert (apart["events"] < DOMINANT_SHARE * apart["n"]).all(), seed
    assert told > 50


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: f"{one.name} {one.threshold}")
def test_what_is_held_back_can_be_as_much_as_the_minimum_allows(edition):
    """By linear programmes over all that is said: whoever is in a category held back for being small can be any number below the minimum, as far as
    so many people are there at all; also with the public edition beside it."""
    for seed in SEEDS[::6]:
        answers = results(dossier(seed))
        one = system(answers, edition, [system(answers, other) for other in BESIDE[edition.name]])
        small = [
            node
            for table in one.tables["attack"]
            if not table.held and table.by_arm and table.sums.events.any()
            for cell, node in table.cells.items()
            if one.network.exact[node] < edition.threshold and node not in table.totals.values()
        ]
        for node, (low, high) in bounds(one.network, small[:6]).items():
            assert high - low + 1 >= one.network.need[node] - 1e-6, (seed, one.network.exact[node])
            assert low <= 1e-6 or one.network.need[node] < edition.threshold or one.network.exact[node] >= low


@pytest.mark.parametrize("seed", range(8))
def test_reasons_for_what_is_missing_are_told_the_committee_from_its_minimum_on(seed):
    """How many are missing is told as it is; that one of them was never measured, or had an event before, is about that one."""
    cohort, plan = drawn("fireworks", seed)
    answers = {"flow": analyses()["flow"].run(cohort, plan)}
    (rows,) = _beside(answers, committee(5))
    reasons = rows[rows["measure"].str.startswith("lost_") & rows["estimate_told"].notna()]
    assert (reasons["estimate"] >= 5).all()
    totals = rows[(rows["measure"] == "analysed") & (rows["arm"] == "all") & (rows["estimate"] >= 5)]
    whole = totals[np.isfinite(totals["estimate_told"])]
    assert (whole["estimate_told"] == whole["estimate"]).all()
