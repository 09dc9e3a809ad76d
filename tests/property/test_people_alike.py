"""People drawn as numbers of those who are alike: the answers of people drawn one by one, however they are put together."""

from __future__ import annotations

import numpy as np
import pytest

from analyses.shared.weighing import alike as ways
from analyses.shared.weighing.event_rows import event_records
from analyses.shared.weighing.history import History
from analyses.shared.weighing.score_rows import score_records
from analyses.statistics.inference.blocks import blocks, spread_by, worked
from analyses.statistics.weighting._newton import Products
from analyses.statistics.weighting.arm_weights import resampled_weights
from analyses.statistics.weighting.bootstrap import bootstrap, resamples
from tests.simulation.weighting_coverage import given_of, people, plan_of


def rows(estimand: str, method: str, n: int = 240) -> list[dict]:
    """Every weighted row of people in six providers whose covariates are whole numbers."""
    plan = plan_of(estimand, method, 499, seed=3)
    arm, columns, later, week, event = people(np.random.default_rng(5), n)
    given = given_of(plan, arm, np.column_stack([np.round(columns[:, 0]), columns[:, 1]]))
    given = given.__class__(**{**vars(given), "provider": np.arange(n) % 6})
    history = History(week, event.astype(int), None, week, event.astype(int), 1)
    return [*score_records(given, np.round(later), -1, (-40, 40)), *event_records(given, history, plan.events)]


@pytest.mark.parametrize("way", [("overlap", "propensity"), ("att", "propensity"), ("ate", "entropy")])
def test_as_units_and_as_people(way, monkeypatch):
    few = rows(*way)
    monkeypatch.setattr(ways, "MANY", 100)
    many = rows(*way)
    assert len(few) == len(many)
    for one, other in zip(few, many):
        assert {key: one[key] for key in ("measure", "arm", "method")} == {
            key: other[key] for key in ("measure", "arm", "method")
        }
        assert other["estimate"] == pytest.approx(one["estimate"], rel=1e-8, abs=1e-9, nan_ok=True)
        # other draws of the same people: 499 of them have an error to within 10 % at two standard errors of its own
        # (between six providers who differ by chance there is next to nothing to tell: its draws have tails without end)
        if np.isfinite(one.get("std_error", np.nan)) and not one["measure"].startswith("between"):
            assert other["std_error"] == pytest.approx(one["std_error"], rel=0.2, abs=1e-12)


@pytest.mark.parametrize("way", [("overlap", "propensity"), ("ate", "entropy"), ("att", "entropy")])
def test_kinds_have_the_weights_of_their_people(way):
    """In draws of few people too, of which some cannot have the means asked for: weights hang on people, and not on how they are put together."""
    arm, columns, later, _, _ = people(np.random.default_rng(5), 30)
    given = given_of(plan_of(*way, 199, seed=3), arm, np.column_stack([np.round(columns[:, 0]), columns[:, 1]]))
    counts = next(resamples(30, 60, seed=1))
    together = ways.alike(given, (later,))
    assert len(together.kinds.first) < 20
    with np.errstate(divide="ignore", invalid="ignore"):
        each, target, there = resampled_weights(Products(given.design), arm, counts, estimand=way[0], method=way[1])
        some, found = together.drawn(counts)
    kind = together.kinds.of
    assert np.array_equal(there, found)
    assert some.weight[:, kind] * counts == pytest.approx(np.where(there[:, None], each, 0.0), rel=1e-6, abs=1e-9)
    assert some.target[:, kind] * counts == pytest.approx(target, rel=1e-6, abs=1e-9)


def test_units_are_drawn_as_their_people_are():
    """A unit of k people of n is drawn as a binomial of n with share k / n: mean k, variance k (1 - k / n)."""
    unit = np.repeat([0, 1, 2], [50, 30, 20])
    found = np.concatenate(list(resamples(100, 4000, seed=2, alike=unit)))
    assert (found.sum(axis=1) == 100).all()
    assert found.mean(axis=0) == pytest.approx([50, 30, 20], abs=0.3)
    assert found.var(axis=0) == pytest.approx([25, 21, 16], rel=0.1)


def test_the_order_of_work_does_not_matter():
    def backwards(work, several):
        return [work(block) for block in reversed(several)][::-1]

    def mean(counts):
        return (counts @ np.arange(3000.0) / counts.sum(axis=1))[:, None]

    here = bootstrap(mean, 3000, draws=700, seed=9)
    with spread_by(backwards):
        assert np.array_equal(bootstrap(mean, 3000, draws=700, seed=9), here)
    several = blocks(700, 333, seed=9)
    assert len(set(worked(lambda block: block.generator().random(), several))) == len(several)
    assert several[0].generator().random() == np.random.default_rng(9).random()
