"""What a reader who knows everything else can say of a hidden count: the same dossier is released with every value that the bands leave it.

Run:  python -m benchmarks.reconstruction [DOSSIERS]

Somebody who has the folder, the plan and the program, and knows everybody but those behind one hidden count, makes the dossier with each
value that this can have, releases each, and keeps those of which the folder is the one that he has. What the bands of counts alone leave is
what he keeps when he compares only counts. One that is narrower than the other was told by a row: an estimate, a word of its method, a
status, or that it is there.

Hidden counts are events of an arm (random parts of rossi, of 11 to 150 people, one arm and two, followed to the end or for any time) and a rare
category at the start (random parts of fireworks). Editions: public with thresholds 10 and 15, the committee's, and both together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort
from benchmarks.releases import answers_of, example_cohort, one_arm, part_of, staggered
from data_schemas.plan import Plan
from data_schemas.result import Result
from evaluation.release.door import release_all
from evaluation.release.edition import Edition, committee, public

SIZES = (11, 34, 60, 150)
EDITIONS: dict[str, tuple[Edition, ...]] = {
    "public 10": (public(10),),
    "public 15": (public(15),),
    "committee 5": (committee(5),),
    "public 10 and committee 5": (public(10), committee(5)),
}


@dataclass(frozen=True, slots=True)
class Left:
    """How many values are left to a hidden count by its bands, and by the whole folder; and whether nobody is among both."""

    edition: str
    people: int
    arms: int
    of: str
    by_bands: int
    by_folder: int
    nobody: bool
    nobody_left: bool


def folder(answers: Mapping[str, Result], editions: Sequence[Edition]) -> tuple[str, str]:
    """All counts that are released, and everything that is."""
    frames = []
    for edition in editions:
        beside = [other for other in editions if edition.exact and not other.exact]
        frames += release_all(answers, edition, beside=beside).values()
    whole = pd.concat(frames)
    counted = whole["estimate"].where(whole["unit"] == "people")
    return whole[["n", "events"]].assign(counted=counted).to_csv(), whole.to_csv()


def left(variants: Sequence[Mapping[str, Result]], truth: int, editions: Sequence[Edition]) -> tuple[list[int], list[int]]:
    """The values that fit the counts, and those that fit the whole folder."""
    made = [folder(answers, editions) for answers in variants]
    return tuple([value for value, one in enumerate(made) if one[part] == made[truth][part]] for part in (0, 1))


def with_events(cohort: Cohort, arm: int, most: int, rng: np.random.Generator) -> list[Cohort]:
    """The same people with 0, 1, ... `most` events in an arm."""
    mine = rng.permutation(np.flatnonzero(cohort.arm_codes == arm))
    ends = cohort.treatments["follow_up_weeks"].to_numpy(float, na_value=np.nan)
    others = cohort.events[~cohort.events["person"].isin(mine)]
    new = cohort.events.iloc[np.zeros(min(most, len(mine)), int)].assign(person=mine[:most])
    weeks = np.ceil(rng.uniform(0, 1, len(new)) * ends[mine[:most]]).astype(int).clip(1)
    new = new.assign(week_from=weeks, week_to=weeks)
    return [replace(cohort, events=pd.concat([others, new[:k]], ignore_index=True)) for k in range(min(most, len(mine)) + 1)]


def with_category(cohort: Cohort, most: int, rng: np.random.Generator) -> list[Cohort]:
    """The same people with 0, 1, ... `most` of another gender among those of one arm."""
    mine = rng.permutation(np.flatnonzero((cohort.treatments["gender"] == "boy").to_numpy() & (cohort.arm_codes == 0)))[:most]
    found = []
    for k in range(len(mine) + 1):
        gender = cohort.treatments["gender"].copy()
        gender.iloc[mine[:k]] = "other"
        found.append(replace(cohort, treatments=cohort.treatments.assign(gender=gender)))
    return found


def dossiers(seed: int, sizes: Sequence[int] = SIZES) -> Iterator[tuple[str, Plan, list[Cohort]]]:
    """Random dossiers of each size and number of arms, with the variants of one hidden count."""
    for size, arms in product(sizes, (1, 2)):
        rng = np.random.default_rng([seed, size, arms])
        for of, name in (("events", "rossi"), ("category", "fireworks")):
            cohort, plan = example_cohort(name)
            part = part_of(cohort, min(size, cohort.size), int(rng.integers(10**6)))
            if of == "events" and seed % 2:
                part = staggered(part, rng)
            part, plan = (part, plan) if arms == 2 else one_arm(part, plan)
            most = 14
            yield of, plan, with_events(part, 0, most, rng) if of == "events" else with_category(part, most, rng)


def attacked(seed: int, sizes: Sequence[int] = SIZES, editions: Sequence[str] = tuple(EDITIONS)) -> Iterator[Left]:
    """Each dossier, with a random number behind the hidden count, in each edition."""
    for of, plan, variants in dossiers(seed, sizes):
        most = max(min(edition.threshold for edition in EDITIONS[name]) for name in editions)
        answers = [answers_of(cohort, plan) for cohort in variants[:most]]
        for name in editions:
            mine = answers[: min(edition.threshold for edition in EDITIONS[name])]
            truth = int(np.random.default_rng([seed, len(mine)]).integers(len(mine)))
            counts, whole = left(mine, truth, EDITIONS[name])
            cohort = variants[0]
            yield Left(name, cohort.size, len(cohort.arms), of, len(counts), len(whole), 0 in counts, 0 in whole)


def main(count: int = 5) -> None:
    """Print by edition and size what is left, and how often a row told more than the bands."""
    found = pd.DataFrame([one for seed in range(count) for one in attacked(seed)])
    found["told"] = found["by_folder"] < found["by_bands"]
    found["p_bands"], found["p_folder"] = found["nobody"] / found["by_bands"], found["nobody_left"] / found["by_folder"]
    table = found.groupby(["edition", "of", "people"]).agg(
        dossiers=("told", "size"),
        by_bands=("by_bands", "median"),
        by_folder=("by_folder", "median"),
        told=("told", "sum"),
        nobody_by_bands=("p_bands", "mean"),
        nobody_by_folder=("p_folder", "mean"),
    )
    print(table.round(3).to_string())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
