"""Attack by subtraction on the edition that tells counts exactly: what a number stands for, groups within an arm, arms beside all of them together."""

from __future__ import annotations

import numpy as np
import pytest

from analyses import analyses
from benchmarks.hidden_counts import base
from benchmarks.releases import KEYS
from evaluation.release.counts.network import UNKNOWN
from evaluation.release.curves import ALL
from evaluation.release.door import exact, opened, released
from evaluation.release.edition import committee, public

BESIDE = [public(10)]


def _answers(size: int, arms: int, seed: int, *names: str):
    cohort, plan = base(size, arms, "early drop-out", seed)
    return {name: analyses()[name].run(cohort, plan) for name in names}


@pytest.mark.parametrize("size, arms, seed", [(34, 2, 4), (11, 3, 2)])
def test_a_number_of_people_is_that_number(size, arms, seed):
    """Before: 23 of 34 were analysed where competing events of fewer than five each stood as nobody, -3 were inside the range of the other arm, and a
    mean of eleven was said to be of the five of one arm."""
    names = ("flow", "baseline", "change", "competing_events", "weighted_comparison")
    answers = _answers(size, arms, seed, *names)
    leaving, counts = opened(answers, committee(5), BESIDE)
    seen = 0
    for name in names[:3]:
        rows = exact(leaving[name]).merge(released(leaving[name], counts, {}), on=KEYS, suffixes=("", "_told"))
        counted = rows[(rows["unit"] == "people") & rows["estimate_told"].notna()]
        assert (counted["estimate_told"] == counted["estimate"]).all()
        given = rows[rows["n_told"].notna()]
        assert (given["n_told"] == given["n"]).all()
        seen += len(counted) + len(given)
    assert seen > 20


def test_a_group_within_an_arm_is_counted_in_also_where_arms_are_told_together():
    """Before: of 12 analysed 9 began with a clinical score, both stood there as numbers of people, and so that three did not."""
    _, counts = opened(_answers(60, 3, 5, "change", "individual_change"), committee(5), BESIDE)
    tables = [one for one in counts.tables["individual_change"] if one.sums.columns["measure"][0] == "clinical_at_baseline"]
    assert any(not one.by_arm for one in tables)
    network, few = counts.network, 0
    for one in tables:
        for arm in range(len(one.arms)):
            whole = one.totals[one.arm_total(arm)]
            parts = [(one.cells[int(cell)]) for cell in np.unique(one.cell_of[one.arm_of == arm])]
            began = [node for members, node in one.totals.items() if members < one.arm_total(arm)]
            outside = network.exact[parts[0]]
            if network.exact[whole] >= 5 and 0 < outside < 5:
                few += 1
                told = [network.high[node] < UNKNOWN and network.low[node] == network.high[node] for node in began]
                assert not (all(told) and network.low[whole] == network.high[whole])
    assert few


def test_all_arms_together_in_public_leave_every_arm_of_the_committee_what_it_needs():
    """Before: in public ten or more lived in residential care, the committee read six in one arm and fewer than five in the other: four."""
    answers = _answers(34, 2, 4, "flow", "outcomes")
    beside, one = (opened(answers, edition, others)[1] for edition, others in ((BESIDE[0], ()), (committee(5), BESIDE)))
    seen = 0
    for mine, theirs in zip(one.tables["outcomes"], beside.tables["outcomes"]):
        for category, node in theirs.merged.items() if mine.by_arm else ():
            cells = {mine.cells[int(c)] for c in np.unique(mine.cell_of[(mine.category_of == category) & (mine.arm_of >= 0)])}
            for cell in cells:
                others = sum(one.network.high[other] for other in cells - {cell})
                seen += 1
                least = max(one.network.low[cell], beside.network.low[node] - others)
                assert one.network.high[cell] - least + 1 >= one.network.need[cell]
    assert seen > 5


def test_events_of_two_kinds_are_one_number_only_where_they_are_the_same():
    """Before: seven with one event and seven with another were one count, and all arms together were not the sum of the arms."""
    counts = opened(_answers(34, 2, 4, "competing_events", "event_rates", "revictimisation"), committee(5), BESIDE)[1]
    nodes = [node for sizes in counts.events.sizes.values() for node in sizes.values()]
    assert len(nodes) == len(set(nodes)) and len({who.outcome for who in counts.events.sizes}) > 1
    everybody = {who: node for who, sizes in counts.events.sizes.items() for node in sizes.values() if who.group == ALL}
    assert everybody
    for who, node in everybody.items():
        assert (node, counts.events.together(who)) in counts.network.equations
