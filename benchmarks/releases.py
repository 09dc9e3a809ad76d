"""Random dossiers to release: parts of the examples, as one arm or more, with the exact rows beside the released ones."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analyses import analyses
from analyses.shared.cohort import Cohort, pool
from data_schemas.plan import Gates, Plan
from data_schemas.result import Result
from evaluation.contract.examples import write_example
from evaluation.planning.lock import lock_plan
from evaluation.release.door import exact, release_all
from evaluation.release.edition import Edition, public
from evaluation.validation.validating import validate

KEYS = ["analysis", "outcome", "measure", "arm", "subgroup", "time"]


@cache
def example_cohort(name: str) -> tuple[Cohort, Plan]:
    """Everybody in an example, and its plan."""
    folder = Path(tempfile.mkdtemp()) / name
    write_example(name, folder)
    plan = lock_plan(folder / "plan.toml", at=datetime(2026, 1, 1, tzinfo=UTC))
    return pool([validate(folder).submission]), plan


def part_of(cohort: Cohort, size: int, seed: int) -> Cohort:
    """A random part of a cohort."""
    rng = np.random.default_rng(seed)
    keep = np.sort(rng.permutation(cohort.size)[:size])
    place = np.full(cohort.size, -1)
    place[keep] = np.arange(len(keep))

    def mine(table: pd.DataFrame) -> pd.DataFrame:
        person = place[table["person"].to_numpy()]
        return table.assign(person=person)[person >= 0].reset_index(drop=True)

    return Cohort(
        cohort.treatments.iloc[keep].reset_index(drop=True), mine(cohort.measurements), mine(cohort.events), cohort.instruments
    )


def one_arm(cohort: Cohort, plan: Plan) -> tuple[Cohort, Plan]:
    """The same people without arms, and the plan without a comparison."""
    together = cohort.treatments.assign(arm=pd.Categorical(np.full(cohort.size, "all-together")))
    return replace(cohort, treatments=together), plan.model_copy(update={"comparison": None, "gates": Gates()})


def drawn(name: str, seed: int) -> tuple[Cohort, Plan]:
    """A part of 9 to 300 people, small ones more often; every other one without arms, and of some the follow-up ends at any week."""
    cohort, plan = example_cohort(name)
    rng = np.random.default_rng(seed)
    size = int(np.exp(rng.uniform(np.log(9), np.log(min(cohort.size, 300) + 1))))
    part = part_of(cohort, min(size, cohort.size), seed)
    if seed % 3 == 0:
        part = staggered(part, rng)
    return one_arm(part, plan) if seed % 2 else (part, plan)


def staggered(cohort: Cohort, rng: np.random.Generator) -> Cohort:
    """Follow-up that ends at any week, and what would have happened after it unknown."""
    weeks = cohort.treatments["follow_up_weeks"]
    if not weeks.notna().any():
        return cohort
    ends = np.minimum(weeks.to_numpy(float, na_value=np.nan), rng.integers(8, 105, cohort.size))
    seen = cohort.events["week_to"].to_numpy(float) <= ends[cohort.events["person"].to_numpy()]
    treatments = cohort.treatments.assign(follow_up_weeks=pd.array(ends, "Int32"))
    return replace(cohort, treatments=treatments, events=cohort.events[seen].reset_index(drop=True))


def answers_of(cohort: Cohort, plan: Plan) -> dict[str, Result]:
    """Every analysis that the plan asks for."""
    return {name: module.run(cohort, plan) for name, module in analyses().items() if module.wanted(plan)}


def editions_with(edition: Edition) -> tuple[Edition, ...]:
    """The public edition with the committee's, as a run has it."""
    return () if edition.name == "public" else (public(),)


def beside(answers: Mapping[str, Result], edition: Edition, others: tuple[Edition, ...] | None = None) -> pd.DataFrame:
    """The exact rows, and next to each what of it leaves; rows that are never part of a release are left out.

    `others`: editions that are there too, by default those of a run.
    """
    inside = pd.concat([exact(answer) for answer in answers.values()]).drop_duplicates(KEYS)
    others = editions_with(edition) if others is None else others
    told = pd.concat(release_all(answers, edition, beside=others).values()).drop_duplicates(KEYS)
    return inside.merge(told, on=KEYS, suffixes=("", "_released"))
