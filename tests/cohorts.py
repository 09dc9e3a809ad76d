"""Small cohorts from readable rows, by way of files and validation, and plans to go with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from analyses.shared.cohort import Cohort, pool
from data_schemas.plan import Plan
from evaluation.validation.validating import validate

MANIFEST = """\
contract = "1"
name = "small"
nature = "fictional"

[instruments.worry]
nl = "Piekeren"
en = "Worry"
minimum = 0
maximum = 40
higher_is_better = false
source = "made up for this test"

[[instruments.worry.reliabilities]]
value = 0.8
kind = "alpha"
source = "made up for this test"
verified = true

[[instruments.worry.norms]]
mean = 8
sd = 4
n = 100
source = "made up for this test"
verified = true
"""


def small_cohort(
    folder: Path,
    people: Sequence[Mapping[str, object]],
    scores: Sequence[Mapping[str, object]] = (),
    events: Sequence[Mapping] = (),
) -> Cohort:
    """A cohort of one submission; `people` need a client, and get a provider, programme and arm when they name none.

    A score needs client, moment and score: the instrument is `worry`, the informant `self`, unless it says otherwise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "submission.toml").write_text(MANIFEST, encoding="utf-8")
    tables = {
        "treatments": [{"provider": "one", "programme": "care", "arm": "care"} | dict(person) for person in people],
        "measurements": [{"instrument": "worry", "informant": "self"} | dict(score) for score in scores],
        "events": list(events),
    }
    for name, rows in tables.items():
        if rows:
            pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    accepted = validate(folder)
    assert accepted.submission is not None, [finding.rule.code for finding in accepted.findings]
    return pool([accepted.submission])


def small_plan(**more: object) -> Plan:
    """A plan that measures `worry` at the end and half a year later; `more` replaces any part of it."""
    fixed = {
        "contract": "1",
        "title": "A small plan",
        "question": "Does worry become less in this test?",
        "programme": "care",
        "design": "change",
        "estimand": dict.fromkeys(("population", "treatment", "intercurrent_events", "outcome", "summary"), "as in this test"),
        "measures": [{"instrument": "worry", "informant": "self", "moments": ["end", "follow_up_6m"]}],
        "seed": 1,
    }
    return Plan(**(fixed | more))


def compare(first: str, second: str) -> dict:
    """A planned comparison, for `small_plan`."""
    return {"comparison": {"arms": (first, second)}}
