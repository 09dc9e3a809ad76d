"""Attack by subtraction: everybody less all categories that are told, in the edition that tells counts exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analyses import analyses
from benchmarks.hidden_counts import base, changed_to, column
from evaluation.release.door import release_all
from evaluation.release.edition import committee, public


@pytest.mark.parametrize("seed", [0, 3, 11])
def test_what_all_categories_leave_of_everybody_is_nobody_or_enough(seed):
    """Before: of 34 who were measured 22 and 10 stood beside their means, and so the mean of the two others."""
    cohort, plan = base((34, 60, 150)[seed % 3], 1 + seed % 2, "complete" if seed % 4 else "early drop-out", seed)
    answers = {name: analyses()[name].run(cohort, plan) for name in ("change", "subgroups")}
    rows = pd.concat(release_all(answers, committee(5), beside=[public(10)]).values())
    counted = (rows["unit"] == "people") & rows["estimate"].notna()
    rows = rows.assign(size=rows["n"].where(~counted, rows["estimate"])).dropna(subset="size")
    keys = ["outcome", "arm", "time", "measure"]
    divided = rows[rows["subgroup"].str.contains("=")].assign(column=lambda found: found["subgroup"].str.split("=").str[0])
    whole = rows[~rows["subgroup"].str.contains("=")].groupby(keys)["size"].first()
    told = divided.groupby([*keys, "column"])["size"].sum().reset_index().join(whole.rename("whole"), on=keys).dropna()
    assert len(told) > 5
    assert not (told["whole"] - told["size"]).between(1, 4).any()


@pytest.mark.parametrize("beside", [(), (public(10),)], ids=["alone", "both"])
def test_nobody_in_another_category_is_a_few_like_any_other(beside):
    """Before: where nobody was in another category all had their rows, and where one to four were the smallest that leaves had none."""
    cohort, plan = base(34, 1, "complete", 12)
    unknown = column("mild_intellectual_disability", "unknown", "no")
    cohort = changed_to("mild_intellectual_disability", "no")(cohort, np.arange(34))
    cohort = changed_to("mild_intellectual_disability", "yes")(cohort, np.arange(24, 33))
    told = []
    for some in range(5):
        one = unknown.make(cohort, np.arange(some))
        answers = {name: analyses()[name].run(one, plan) for name in ("change", "subgroups")}
        rows = release_all(answers, committee(5), beside=beside)["subgroups"]
        mine = rows[rows["subgroup"].str.startswith("mild_intellectual_disability=")]
        told.append(mine[["measure", "subgroup", "time", "status"]].reset_index(drop=True))
        assert (mine["status"] != "suppressed").any()
    assert all(told[0].equals(other) for other in told[1:])
