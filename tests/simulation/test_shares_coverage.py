"""What the page on shares rests on, for a few cells: chances by hand, and that limits hold what they should."""

from __future__ import annotations

import pytest

from tests.simulation.shares_coverage import binomial, four_categories, one_share, paired, two_shares


def test_chances_add_up_and_are_those_of_a_coin():
    assert binomial(3, 0.5).tolist() == pytest.approx([0.125, 0.375, 0.375, 0.125])


def test_exact_limits_hold_at_least_what_they_promise():
    for n, share in ((11, 0.1), (11, 0.6), (34, 0.3)):
        found = one_share(n, share)
        assert found["exact"] >= 0.95 and found["exact"] >= found["Wilson"] - 1e-12
        assert 0.92 < found["Wilson"] < 0.99 and 0.92 < found["Jeffreys"] < 0.99


def test_limits_of_a_difference_hold_and_paired_tests_do_not_find_too_much():
    found = two_shares(11, 0.6, 0.3)
    assert found["Newcombe"] == pytest.approx(0.93, abs=0.005) and found["Miettinen-Nurminen"] == pytest.approx(
        0.951, abs=0.005
    )
    sizes = paired(11, 0.6)
    assert sizes["McNemar, exact"] < sizes["McNemar, mid-p"] <= 0.05
    assert max(four_categories(34, 0.6, 150, 1).values()) < 0.12
