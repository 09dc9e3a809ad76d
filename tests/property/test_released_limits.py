"""The promise that every released interval contains the exact one; on 500 releases: `python -m benchmarks.containment`."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.containment import missed, one_release


@pytest.mark.parametrize("seed", [0, 1, 2, 6, 9, 13, 16, 27])
def test_every_released_interval_contains_the_exact_one(seed):
    both = one_release(seed)
    assert missed(both).empty, missed(both)[["analysis", "measure", "arm", "time"]]


def test_an_interval_that_leaves_out_the_exact_one_is_seen():
    row = {"estimate": 3.0, "ci_low": 1.0, "ci_high": 5.0, "estimate_released": 3.0}
    both = pd.DataFrame([row | {"ci_low_released": low, "ci_high_released": high} for low, high in ((1, 5), (1.5, 6), (0, 4))])
    assert missed(both).index.tolist() == [1, 2]
