"""Tests and limits that every model shares, against quantiles that R prints (qchisq, qnorm) and a calculation by hand."""

from __future__ import annotations

import numpy as np
import pytest

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
