"""Minimum count, complement and group disclosure, on the rows of random dossiers in both editions: what stands there against what is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analyses import analyses
from benchmarks.releases import KEYS, drawn, example_cohort, one_arm, part_of
from evaluation.release.counts.publishing import system
from evaluation.release.door import exact, release_all
from evaluation.release.edition import Edition, committee, public
from evaluation.release.rules import DOMINANT_SHARE
from tests.attack._bounds import bounds
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
    """How many filled in a list is told as it is, and with it who never did, or only later; that one of the others went to another
    list, as at 18, is about that one."""
    cohort, plan = drawn("fireworks", seed)
    answers = {"flow": analyses()["flow"].run(cohort, plan)}
    (rows,) = _beside(answers, committee(5))
    few = rows[rows["measure"].str.startswith("lost_") & (rows["estimate_told"] < 5)]
    exact = rows.set_index(["outcome", "arm", "time", "measure"])["estimate"].sort_index()
    for outcome, arm, time, reason, value in few[["outcome", "arm", "time", "measure", "estimate_told"]].itertuples(
        index=False
    ):
        began, later = (exact[outcome, arm, moment, "measured"] for moment in ("baseline", time))
        received, eligible, analysed = (exact[outcome, arm, time, name] for name in ("received", "eligible", "analysed"))
        follows = {
            "lost_other_programme": received - eligible,
            "lost_no_baseline": later - analysed,
            "lost_never_measured": eligible - began - later + analysed,
        }
        assert value == follows.get(reason, 0)
        assert reason in follows or began == analysed
    totals = rows[(rows["measure"] == "analysed") & (rows["arm"] == "all") & (rows["estimate"] >= 5)]
    whole = totals[np.isfinite(totals["estimate_told"])]
    assert (whole["estimate_told"] == whole["estimate"]).all()


def test_a_share_that_is_open_has_limits_for_the_committee_and_no_number():
    """Beside how many recovered or improved together, how many improved is known between limits: no number stands for it."""
    cohort, plan = example_cohort("fireworks")
    told = []
    for seed in range(4):
        one, asked = one_arm(part_of(cohort, 34, seed), plan)
        answers = {name: analyses()[name].run(one, asked) for name in ("change", "individual_change", "indicators")}
        rows = pd.concat(_beside(answers, committee(5)))
        told.append(rows[(rows["unit"] == "share") & (rows["measure"] != "sign_test") & (rows["status_told"] != "suppressed")])
    shares = pd.concat(told)
    given = shares["estimate_told"].notna()
    assert given.any() and not given.all()
    assert np.allclose(shares["estimate_told"][given].astype(float), shares["estimate"][given])
    assert (shares["ci_low_told"] <= shares["ci_low"] + 1e-9).all()
    assert (shares["ci_high_told"] >= shares["ci_high"] - 1e-9).all()


@pytest.mark.parametrize("seed", range(4))
def test_what_the_committee_is_told_of_people_is_as_it_is(seed):
    """Of two arms of which one is too small to be shown the sum stood there without that one: 6 of 10, and 0 of two times 3."""
    cohort, plan = example_cohort("consortium")
    part = part_of(cohort, 11, seed)
    answers = {name: analyses()[name].run(part, plan) for name in ("flow", "change", "baseline")}
    rows = pd.concat(_beside(answers, committee(5)))
    counts = rows[
        (rows["unit"] == "people") & rows["measure"].isin(["received", "eligible", "analysed", "measured", "n_pairs"])
    ]
    told = counts[counts["estimate_told"].notna()]
    assert len(told) > 40
    assert (told["estimate_told"] == told["estimate"]).all()
    people = rows[rows["n_told"].notna()]
    assert (people["n_told"] == people["n"]).all()


@pytest.mark.parametrize("size", (60, 100, 150))
def test_what_lists_tell_whatever_is_held_back_takes_no_curve_with_it(size):
    """How many filled in which list, beside public bands, leaves some reasons fewer values than asked: nothing that is held back mends that, and
    before, every curve and table was held back for it."""
    cohort, plan = example_cohort("consortium")
    part = part_of(cohort, size, 0)
    answers = {name: analyses()[name].run(part, plan) for name in ("flow", "change", "individual_change", "revictimisation")}
    alone, both = (release_all(answers, committee(5), beside=others) for others in ((), (public(10),)))
    told = [(rows["revictimisation"]["status"] != "suppressed").sum() for rows in (alone, both)]
    assert told[1] > 0.7 * told[0] > 20
