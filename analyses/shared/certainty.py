"""How sure intervals and tests really are where few people stand behind them, in words for the row.

What is printed was counted over every outcome or simulated (`docs/simulation-change.md`, `docs/simulation-shares.md`): of 100 studies of 11, 34 and
150 people, in how many the interval holds the truth (95 is meant), or the test finds a difference that is not there (5 is meant). Said where
it is further than 1 from what is meant. The words hold for every size, so that they tell nothing of these people.
"""

from __future__ import annotations

from collections.abc import Mapping

EXACT_SHARE = "share"
"""The exact interval of any share of people."""
INTERVALS: Mapping[str, tuple[str, str, str]] = {
    EXACT_SHARE: ("96 to 99", "97 to 98", "96 to 97"),
    "sign_test": ("97 to 98", "97 to 98", "96 to 97"),
    "change_hodges_lehmann": ("96 to 98", "96 to 99", "95 to 99"),
    "g": ("86 to 93", "88 to 95", "87 to 95"),
    "g_bootstrap": ("92", "94 to 95", "94"),
    "d_av": ("92 to 93", "94 to 95", "93 to 95"),
    "d_rm": ("94 to 95", "95 to 96", "94 to 95"),
    "change_difference_hodges_lehmann": ("95 to 97", "95 to 98", "95 to 100"),
    "cliffs_delta": ("96", "96", "95"),
    "attrition_differential": ("93 to 97", "95", "95"),
}
TESTS: Mapping[str, tuple[str, str, str]] = {
    "sign_test": ("1 to 2", "3", "4"),
    "mcnemar_chi2": ("0 to 5", "4 to 5", "5"),
    "mcnemar_exact": ("0 to 2", "0 to 3", "3 to 4"),
    "mcnemar_mid_p": ("0 to 4", "1 to 5", "5"),
    "stuart_maxwell_chi2": ("0 to 1", "2 to 4", "4 to 6"),
    "stuart_maxwell_exact": ("0 to 1", "4 to 5", "4 to 6"),
}
BETWEEN = frozenset(("change_difference_hodges_lehmann", "cliffs_delta", "attrition_differential"))
"""Of two arms: the numbers are of people in either."""
_HOLDS = (
    "; simulated, it holds the truth in {} of 100 studies of 11 people{arms}, in {} of 34 and in {} of 150, where 95 is meant"
)
_FINDS = (
    "; simulated, it finds what is not there in {} of 100 studies of 11 people, in {} of 34 and in {} of 150, where 5 is meant"
)


def certainty(measure: str) -> str:
    """What a measure's method adds; empty where the interval or test does what it promises."""
    arms = " in either arm" if measure in BETWEEN else ""
    holds = _HOLDS.format(*INTERVALS[measure], arms=arms) if measure in INTERVALS else ""
    return holds + (_FINDS.format(*TESTS[measure]) if measure in TESTS else "")
