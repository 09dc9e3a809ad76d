"""Rows about one share of people: per arm, the difference between the planned arms, and the number needed to treat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analyses.shared.by_provider import (
    Design,
    clustered_share,
    fewest_by_arm,
    fewest_in,
    number_of_providers,
    providers_of,
    residual_df,
    several,
    share_design,
    share_design_row,
)
from analyses.shared.cohort import Cohort
from analyses.shared.recording import STAYS_INSIDE, arm_counts, arm_groups, arm_pairs, cell_counts, fields, share, why
from analyses.statistics.proportions.share_difference import (
    ShareDifference,
    miettinen_nurminen_difference,
    number_needed_to_treat,
)
from data_schemas.plan import Plan
from data_schemas.result import Declared, Record, Tally
from data_schemas.words import Words

_DIFFERENCE = (
    "difference in {name}, first arm minus second; score interval (Miettinen & Nurminen 1985), people taken as independent"
)
_NEEDED = (
    "1 / the difference in {name}: + is people to treat in the first arm instead of the second for one more, - for one fewer; p of the score test "
    "of no difference"
)
_LIMIT = (
    "; limit of the score interval: where most gain is above 0 and least gain below, the interval runs from the first through infinity to the "
    "second (Altman 1998)"
)


def clustered_measure(name: str, nl: str, en: str) -> dict[str, Declared]:
    """What `share_tally` gives beside a share where there are several providers, declared."""
    return {
        f"{name}_clustered": Declared("derived", Words(f"{nl}, interval per aanbieder", f"{en}, interval by provider"), "share")
    }


def compared_measures(name: str, nl: str, en: str) -> dict[str, Declared]:
    """What `difference_record` and `needed_records` give for a share, declared."""
    words = Words(f"verschil in aandeel {nl}", f"difference in share {en}")
    needed = Words(f"aantal te behandelen voor een meer {nl}", f"number needed to treat for one more {en}")
    return {f"{name}_difference": Declared("derived", words, "share"), f"{name}_needed": Declared("derived", needed, "effect")}


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A share of people: its measure, of whom (boolean per person), who has it, the columns of its rows, and why it cannot be told.

    `population`: as in a tally. `also`: the name under which another table counts who has it. `compared`: with a comparison in the plan,
    whether the arms are compared by it. `by_provider`: whether it has a row with errors by provider too, where there are several.
    """

    name: str
    of: np.ndarray
    yes: np.ndarray
    base: dict
    method: str
    reason: str | None = None
    compared: bool = False
    population: str = ""
    by_provider: bool = False
    also: str = ""


def share_tally(cohort: Cohort, plan: Plan, asked: Share) -> Tally:
    """The share of everyone and of each arm, and the difference between the planned arms."""
    arms = cohort.arms
    two = arm_pairs(cohort, plan) if asked.compared and plan.comparison is not None else []
    designs = share_designs(cohort, asked.of, asked.yes) if asked.by_provider else {}

    def derive(counts: np.ndarray) -> list[Record]:
        by_arm = counts.reshape(len(arms), 2)
        each = [
            {"measure": asked.name, "arm": arm} | share(cell[1], cell.sum(), asked.method, asked.reason)
            for arm, cell in arm_counts(arms, by_arm)
        ]
        each += [
            {"measure": f"{asked.name}_clustered", "arm": arm}
            | clustered_share(cell[1], cell.sum(), asked.method, designs[arm], asked.reason)
            for arm, cell in arm_counts(arms, by_arm)
            if designs
        ]
        apart = [_arms(cohort, one, other) | _difference(asked, by_arm[[one, other]]) for one, other in two]
        return [asked.base | record for record in each + apart]

    also = {asked.also: np.tile([False, True], len(arms))} if asked.also else {}
    labels = tuple(f"{arm}/{cell}" for arm in arms for cell in ("no", "yes"))
    fewest = fewest_by_arm(cohort, asked.of, asked.yes) if designs else 0
    return Tally(_counts(cohort, asked), derive, labels, asked.population, also=also, at_providers=fewest)


def share_designs(cohort: Cohort, of: np.ndarray, yes: np.ndarray) -> dict[str, Design]:
    """By arm how much wider the interval of a share must be where providers differ; empty when there is one provider."""
    if not several(cohort):
        return {}
    provider, size = providers_of(cohort), number_of_providers(cohort)
    return {arm: share_design(yes[who], provider[who], size)[1] for arm, who in arm_groups(cohort, of)}


def design_records(cohort: Cohort, asked: Share) -> Iterator[dict]:
    """The design effect of a share, of everyone and of each arm; `subgroup` is `measure=` its name. None when there is one provider."""
    provider, size = providers_of(cohort), number_of_providers(cohort)
    for arm, who in arm_groups(cohort, asked.of) if several(cohort) else ():
        found, _ = share_design(asked.yes[who], provider[who], size)
        base = asked.base | {"arm": arm, "subgroup": f"measure={asked.name}", "residual_df": residual_df(provider[who], size)}
        fewest = fewest_in(asked.yes[who], provider[who], size)
        yield base | share_design_row(found, asked.yes[who], fewest, f"share {asked.name}", asked.reason)


def needed_records(cohort: Cohort, plan: Plan, asked: Share) -> Iterator[dict]:
    """The number needed to treat, for internal use: whoever has the released difference has 1 over it.

    Three rows, for an interval through infinity has its limits on the wrong sides of the estimate.
    """
    if not asked.compared or plan.comparison is None:
        return
    by_arm = _counts(cohort, asked).reshape(-1, 2)
    for one, other in arm_pairs(cohort, plan):
        pair = by_arm[[one, other]]
        found, method = _compare(asked, pair), _NEEDED.format(name=asked.name)
        needed = number_needed_to_treat(found)
        fixed = asked.base | STAYS_INSIDE | _arms(cohort, one, other) | {"n": int(pair.sum()), "unit": "people to treat"}
        fixed |= {"measure": f"{asked.name}_needed"}
        yield fixed | {"estimate": needed.estimate, "p_value": found.p_value, "method": why(method, needed.reason)}
        for gain, limit in (("most", needed.ci_low), ("least", needed.ci_high)):
            reason = needed.reason or (None if np.isfinite(limit) else "no_difference")
            yield fixed | {"subgroup": f"limit={gain}_gain", "estimate": limit, "method": why(method + _LIMIT, reason)}


def _counts(cohort: Cohort, asked: Share) -> np.ndarray:
    return cell_counts(cohort.arm_codes[asked.of], asked.yes[asked.of], len(cohort.arms), 2)


def _arms(cohort: Cohort, one: int, other: int) -> dict:
    return {"arm": f"{cohort.arms[one]} - {cohort.arms[other]}"}


def _difference(asked: Share, pair: np.ndarray) -> dict:
    """Without p, which rounded counts would not carry."""
    fixed = {"measure": f"{asked.name}_difference", "unit": "share", "n": pair.sum()}
    return fixed | fields(_compare(asked, pair), _DIFFERENCE.format(name=asked.name)) | {"p_value": np.nan}


def _compare(asked: Share, pair: np.ndarray) -> ShareDifference:
    if asked.reason:
        return ShareDifference(np.nan, reason=asked.reason)
    return miettinen_nurminen_difference(*(float(count) for cell in pair for count in (cell[1], cell.sum())))
