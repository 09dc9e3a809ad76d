"""Tests and limits that every model shares, against quantiles that R prints (qchisq, qnorm) and a calculation by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analyses.statistics.inference.blocks import blocks, worked
from analyses.statistics.inference.wald import chi_squared_test, normal_quantile, quadratic_test, two_sided_p


@pytest.mark.parametrize(
    ("statistic", "df"), [(3.84145882069412, 1), (5.99146454710798, 2), (7.81472790325118, 3), (18.3070380532751, 10)]
)
def test_five_per_cent_lie_above_the_quantile_of_r(statistic, df):
    assert chi_squared_test(statistic, df).p_value == pytest.approx(0.05, rel=1e-12)


def test_normal_quantiles_are_those_of_r():
    assert normal_quantile(0.95) == pytest.approx(1.95996398454005, rel=1e-14)
    assert two_sided_p(np.array([2.5758293035489, -1.64485362695147])) == pytest.approx([0.01, 0.1], rel=1e-12)


def test_a_wald_test_by_hand():
    """Variances 4 and 9 without covariance: (2 / 2) squared + (6 / 3) squared = 5; a covariance of rank one has no test."""
    assert quadratic_test(np.array([2.0, 6.0]), np.diag([4.0, 9.0])).statistic == pytest.approx(5.0, rel=1e-14)
    assert quadratic_test(np.array([1.0, 1.0]), np.ones((2, 2))).reason == "no_variance"


def test_blocks_have_the_seeds_that_numpy_spawns():
    """The first has the seed itself, the others its children, as `SeedSequence.spawn` numbers them: no two alike, and none of another's."""
    found = blocks(10, 3, seed=7)
    assert [block.draws for block in found] == [3, 3, 3, 1]
    children = [np.random.default_rng(child) for child in np.random.SeedSequence(7).spawn(3)]
    assert found[0].generator().random() == np.random.default_rng(7).random()
    assert [block.generator().random() for block in found[1:]] == [one.random() for one in children]
    assert worked(lambda block: block.number, found) == [0, 1, 2, 3]
