"""The comparison of two editions without a ledger, on a few dossiers; 500 of them make `docs/planted-client.md`."""

from __future__ import annotations

from tests.attack._submissions import MEASURED
from tests.simulation.planted_client import pair, table


def test_without_a_ledger_one_client_more_shows_and_the_table_says_so():
    seen = [pair(seed, MEASURED) for seed in (2, 4)]
    assert any(one.moved for one in seen)
    assert all(one.moved <= one.numbers and one.larger in (0, 0.5, 1) for one in seen)
    head, _, *lines = table(seen).splitlines()
    assert lines[-1].startswith("| 8 to 400 | 2 |") and all(line.count("|") == head.count("|") for line in lines)
