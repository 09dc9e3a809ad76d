"""What a reader who knows everything else can say of a hidden count: the same dossier is released with every value that the bands leave it.

Run:  python -m benchmarks.reconstruction [ROUNDS [FIRST]]

Somebody who has the folder, the plan and the program, and knows everybody but those behind one hidden count, makes the dossier with each
value that this can have, releases each, and keeps those of which the folder is the one that he has. What the bands of counts alone leave is
what he keeps when he compares only counts, of rows that count people. One that is narrower than the other was told by something else: an estimate, a
word of a method, a reason, a status, a condition of the plan, a deviation, or that there is a row.

Hidden counts are those of `hidden_measures.HIDDEN`, in random parts of the consortium of 11 to 150 people, in one to three arms, followed to the end,
with much drop-out or for any time. Each goes the whole road, to the record; a report is made of that alone. Of questionnaires' scores, and of marks,
everything is compared but their means and what follows from these: whoever knows all scores but one has that one from a mean.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analyses import analyses
from analyses.shared.cohort import Cohort
from benchmarks.hidden_counts import FOLLOW_UPS, base, variants
from benchmarks.hidden_measures import HIDDEN, shown_by
from data_schemas.evidence import NUMERIC_COLUMNS, Evidence
from data_schemas.plan import Plan
from data_schemas.result import Result
from data_schemas.submission import Submission
from evaluation.contract.examples import write_example
from evaluation.evidence.running import travel
from evaluation.release.door import opened
from evaluation.release.edition import committee, public
from evaluation.validation.validating import validate

SIZES = (11, 34, 60, 150)
EDITIONS: dict[str, tuple[int, int, tuple[str, ...]]] = {
    "public 10": (10, 5, ("public",)),
    "public 15": (15, 5, ("public",)),
    "committee 5": (10, 5, ("committee",)),
    "committee 7": (10, 7, ("committee",)),
    "public 10 and committee 5": (10, 5, ("public", "committee")),
}
"""By name the thresholds of both editions, and which of them the reader has."""
_OF_TRAITS = r"^(?:effective_.*|preference_.*|shared_provider_.*|overlap.*|smd_(?:before|after) covariate=[a-z_]+$)"
_MARKS = ("satisfaction", "goal_attainment", "integrity", "after_care_weeks")
_OF_SCORES = ("magnitude", "model", "test")
_GATES_OF_SCORES = ("largest_baseline_difference", "smallest_overlap", "largest_weighted_difference")
_UNSAID = {"found": None, "open": None, "reason": None}
_OF_COUNTS = ("count", "share", "response", "derived")


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


@dataclass(frozen=True, slots=True)
class World:
    """A dossier as it could be: its people, what the analyses find of them, and the plan."""

    cohort: Cohort
    plan: Plan
    answers: Mapping[str, Result]

    def told(self, name: str) -> list[Evidence]:
        """What a reader of these editions gets."""
        threshold, smallest, editions = EDITIONS[name]
        committee = self.plan.disclosure.committee.model_copy(update={"threshold": smallest})
        disclosure = self.plan.disclosure.model_copy(update={"threshold": threshold, "committee": committee})
        plan = self.plan.model_copy(update={"disclosure": disclosure})
        return [
            travel(
                handed_in(), plan, self.cohort, lambda: dict(self.answers),
                internal=False, exploratory=True, edition=edition, ledger=None,
            ).evidence
            for edition in editions
        ]  # fmt: skip


@cache
def handed_in() -> list[Submission]:
    """The submission that a record names: one and the same for every world."""
    folder = Path(tempfile.mkdtemp()) / "consortium"
    write_example("consortium", folder)
    return [validate(folder).submission]


def world(cohort: Cohort, plan: Plan, only: Sequence[str]) -> World:
    """What some analyses find."""
    asked = {name: module for name, module in analyses().items() if name in only}
    return World(cohort, plan, {name: module.run(cohort, plan) for name, module in asked.items() if module.wanted(plan)})


def folder(one: World, name: str) -> tuple[str, str]:
    """All counts that are released, and everything that is."""
    told = one.told(name)
    frames = pd.concat([frame for evidence in told for frame in evidence.results.values()], ignore_index=True)
    records = [evidence.record.model_dump(mode="json", exclude={"provenance", "profile"}) for evidence in told]
    for record in records:
        record["gates"] = [gate | _UNSAID if _of_scores(gate) else gate for gate in record["gates"]]
    return f"{counts_told(frames)}{_weekly(one, name)}", f"{without_scores(frames).to_csv()}{records}"


def _of_scores(gate: Mapping[str, object]) -> bool:
    """Whether a condition of the plan is decided on scores, among others."""
    return ":" in str(gate["outcome"]) and gate["name"] in _GATES_OF_SCORES


def counts_told(frames: pd.DataFrame) -> str:
    """Every count that stands in a row of counts, and how many are behind the estimates of an outcome; that there is a row is none."""
    whom = ["analysis", "outcome", "measure", "arm", "subgroup", "time"]
    numbers = frames[["n", "events"]].assign(counted=frames["estimate"].where(frames["unit"] == "people"))
    there, counted = (numbers > 0).any(axis=1), np.isin(_kinds(frames), _OF_COUNTS)
    rows = frames[whom].join(numbers)[there & counted].sort_values(whom)
    # what is read off bands tells these, of analyses that have no rows of counts
    counting = [name for name, module in analyses().items() if any(one.kind == "count" for one in module.MEASURES.values())]
    read_off = (
        (frames["status"] == "rounded") & ~frames["analysis"].isin(counting) & ~frames["measure"].str.endswith("_clustered")
    )
    curves = frames[read_off][[*whom, "estimate", "ci_low", "ci_high"]].sort_values(whom)
    behind = frames[["outcome", "arm", "n", "events"]][there & ~counted].drop_duplicates()
    return "".join(part.to_csv(index=False) for part in (rows, curves, behind.sort_values([*behind])))


def _kinds(frames: pd.DataFrame) -> list[str]:
    return [analyses()[name].MEASURES[measure].kind for name, measure in zip(frames["analysis"], frames["measure"])]


def _weekly(one: World, name: str) -> list[list]:
    """Between what the counts of the committee's curves lie, of which no row says so where they have none of counts."""
    threshold, smallest, editions = EDITIONS[name]
    if "committee" not in editions:
        return []
    _, told = opened(one.answers, committee(smallest), [public(threshold)])
    curves = [found for part in told.curves.values() for found in part if not found.held]
    return [[part.tolist() for end in (one.bands.low, one.bands.high) for part in end[:2]] for one in curves]


def without_scores(frames: pd.DataFrame) -> pd.DataFrame:
    """Without means of scores and what follows from them: their words and statuses stay, and what is said of traits."""
    marks = frames["outcome"].isin(_MARKS)
    of_scores = (frames["outcome"].str.contains(":", regex=False) | marks) & np.isin(_kinds(frames), _OF_SCORES)
    of_scores &= ~(frames["measure"] + " " + frames["subgroup"]).str.contains(_OF_TRAITS)
    numbers = [column for column in NUMERIC_COLUMNS if column not in ("n", "events")]
    return frames.assign(**{column: frames[column].mask(of_scores) for column in numbers})


def left(worlds: Sequence[World], name: str) -> list[tuple[list[int], list[int]]]:
    """Per value that may be the true one those that fit its counts, and those that fit its whole folder."""
    made = [folder(one, name) for one in worlds]
    return [tuple([value for value, one in enumerate(made) if one[part] == true[part]] for part in (0, 1)) for true in made]


def attacked(
    seed: int,
    sizes: Sequence[int] = SIZES,
    editions: Sequence[str] = tuple(EDITIONS),
    hidden: Sequence[str] = tuple(HIDDEN),
    only: Sequence[str] = (),
    *,
    every: bool = False,
) -> Iterator[Left]:
    """A random dossier of each size for each hidden count, with a random number behind it, in each edition; `every`: each that it can be."""
    for number, of in enumerate(HIDDEN):
        for size in sizes if of in hidden else ():
            rng = np.random.default_rng([seed, number, size])
            arms, follow_up = int(rng.integers(1, 4)), str(rng.choice(FOLLOW_UPS))
            cohort, plan = base(size, arms, follow_up, int(rng.integers(10**6)))
            most = max(_smallest(name) for name in editions) - 1
            worlds = [world(one, plan, only or shown_by(of)) for one in variants(cohort, HIDDEN[of], most, rng)]
            for name in editions:
                mine = worlds[: _smallest(name)]
                truth = int(rng.integers(len(mine)))
                for value, (counts, whole) in enumerate(left(mine, name)):
                    if every or value == truth:
                        yield Left(name, size, arms, of, len(counts), len(whole), 0 in counts, 0 in whole)


def _smallest(name: str) -> int:
    """Below how many a count is hidden from a reader of these editions."""
    threshold, smallest, editions = EDITIONS[name]
    return smallest if "committee" in editions else threshold


def table(found: Sequence[Left], by: Sequence[str]) -> pd.DataFrame:
    """What is left, and how often something told more than the bands."""
    frame = pd.DataFrame(found)
    frame["told"] = frame["by_folder"] < frame["by_bands"]
    frame["p_bands"], frame["p_folder"] = frame["nobody"] / frame["by_bands"], frame["nobody_left"] / frame["by_folder"]
    return frame.groupby(list(by), sort=False).agg(
        tried=("told", "size"),
        by_bands=("by_bands", "median"),
        by_folder=("by_folder", "median"),
        told=("told", "sum"),
        nobody_by_bands=("p_bands", "mean"),
        nobody_by_folder=("p_folder", "mean"),
    )


def main(count: int = 4, first: int = 0) -> None:
    """Print what is left by hidden count, and by edition and size, as it comes and in the end; each dossier has one of the sizes."""
    found: list[Left] = []
    for seed in range(first, first + count):
        for number, of in enumerate(HIDDEN):
            rng = np.random.default_rng([seed, number])
            alone = rng.choice(tuple(EDITIONS)[:4], 2, replace=False).tolist()
            size = SIZES[(seed + number) % len(SIZES)]
            found += attacked(seed, (size,), (*alone, "public 10 and committee 5") if seed % 2 else alone, (of,), every=True)
            told = [one for one in found if one.by_folder < one.by_bands]
            print(f"{seed} {of}: {len(found)} so far, {len(told)} told", *told[-3:], sep="\n  ", file=sys.stderr, flush=True)
    for by in (("of",), ("edition", "people")):
        print(table(found, by).round(3).to_string(), end="\n\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
