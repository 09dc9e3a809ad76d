"""Rows that are known before any outcome is looked at: balance before and after, effective numbers, preference, and providers by arm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.cohort import Cohort
from analyses.shared.recording import STAYS_INSIDE, cell_counts, fields, share, why
from analyses.shared.weighing.people import Trait, Weighed
from analyses.statistics.change.standardised_difference import of_categories
from analyses.statistics.weighting.balancing_weights import effective_n, preference_score
from analyses.statistics.weighting.weighted_balance import WeightedDifference, weighted_difference, weighted_distance
from data_schemas.result import COMPARED, Declared, Record, Tally
from data_schemas.words import Words

BALANCE_MEASURES = {
    "smd_before": Declared(
        "magnitude", Words("gestandaardiseerd verschil voor weging", "standardised difference before weighting"), "effect"
    ),
    "smd_after": Declared(
        "magnitude", Words("gestandaardiseerd verschil na weging", "standardised difference after weighting"), "effect"
    ),
    "smd_largest_after": Declared(
        "magnitude",
        Words("grootste gestandaardiseerd verschil na weging", "largest standardised difference after weighting"),
        "effect",
    ),
    "effective_share": Declared(
        "magnitude", Words("hoeveel van de groep er na weging over is", "how much of the arm is left after weighting"), "effect"
    ),
    "effective_n": Declared(
        "magnitude", Words("effectief aantal jongeren na weging", "effective number of young people after weighting"), "effect"
    ),
    "preference_share": Declared(
        "share",
        Words("aandeel met deze voorkeur voor de eerste groep", "share with this preference for the first arm"),
        "share",
    ),
    "preference_overlap": Declared(
        "magnitude",
        Words(
            "aandeel dat evengoed in een andere groep had kunnen komen", "share that could as well have come into another arm"
        ),
        "effect",
    ),
    "shared_provider_share": Declared(
        # which provider has nobody in an arm, or somebody, would show in it
        "internal",
        Words("aandeel bij een aanbieder die elke groep heeft", "share at a provider that has every arm"),
        "effect",
    ),
}
BANDS = ("0.0-0.3", "0.3-0.7", "0.7-1.0")
_DISTANCE = "distance over all categories, missing one of them (Yang & Dalton 2012), 0 or more"
_LARGEST = "largest of the differences after weighting, of all traits as a whole, without its sign"
_SCORES = "first minus second, of those who have the number"
_SD = ", over the SD as it was before weighting; no test"
_EFFECTIVE = "share of an arm that its effective number is: (sum of weights)^2 / sum of squares (Kish 1965) over the people in it; {words}"
_EFFECTIVE_N = "effective number: the share above of the number of people in the arm; {words}"
_PREFERENCE = (
    "share of the arm, exact interval; preference for the first arm over the others, whatever their sizes (Walker 2013): arms overlap well "
    "when at least half of each lies between 0.3 and 0.7; {words}"
)
_OVERLAP = "share of the arm whose preference for the first arm lies between 0.3 and 0.7 (Walker 2013); at least half of each arm is good; {words}"
_SHARED = "share of the arm at providers that have people in every arm: only they compare like with like{alone}"
_ALONE = " [an arm is at one provider only: what is due to the arm and what to that provider cannot be told apart]"


def balance_records(given: Weighed) -> Iterator[dict]:
    """Differences of every two arms in every trait, and each arm's effective share."""
    weight, reason = given.weights.weight, given.weights.reason
    for one, other in given.pairs():
        pair = np.isin(given.arm, (one, other))
        first = given.arm[pair] == one
        base = {"arm": f"{given.arms[one]} - {given.arms[other]}", "n": int(pair.sum()), "unit": "SD", "population": COMPARED}
        after: list[WeightedDifference] = []
        for trait in given.traits:
            for measure, w in (("smd_before", None), ("smd_after", weight[pair])):
                silent = reason if w is not None else None
                words = f"; {given.words}" if w is not None else ""
                for place, answer, how in _differences(trait, pair, first, w, silent):
                    yield base | {"measure": measure} | place | fields(answer, how + _SD + words)
                    after += [answer] if w is not None and ";" not in place["subgroup"] else []
        if after:
            silent = next((answer.reason for answer in after if answer.reason), None)
            largest = WeightedDifference(np.nan if silent else max(abs(answer.estimate) for answer in after), reason=silent)
            yield base | {"measure": "smd_largest_after"} | fields(largest, f"{_LARGEST}{_SD}; {given.words}")
    for k, arm in enumerate(given.arms):
        yield from _of_an_arm(given, k, arm)


def _of_an_arm(given: Weighed, k: int, arm: str) -> Iterator[dict]:
    mine, words = given.arm == k, given.words
    n, weight = int(mine.sum()), given.weights.weight[mine]
    # how an arm overlaps counts nobody's outcome; rounded as the share of half of them would be
    base = {"arm": arm, "n": n, "unit": "proportion", "std_error": 0.5 / np.sqrt(max(n, 1))}
    silent = given.weights.reason or (None if n else "empty_group")
    yield base | {
        "measure": "effective_share",
        "estimate": np.nan if silent else float(effective_n(weight)) / n,
        "method": why(_EFFECTIVE.format(words=words), silent),
    }
    yield {
        "arm": arm,
        "n": n,
        "measure": "effective_n",
        "unit": "people",
        "method": why(_EFFECTIVE_N.format(words=words), silent),
    }
    yield base | {
        "measure": "preference_overlap",
        "estimate": np.nan if silent else float((preferences(given)[mine] == 1).mean()),
        "method": why(_OVERLAP.format(words=words), silent),
    }
    shared = at_every_arm(given)[given.provider[mine]]
    yield base | {
        "measure": "shared_provider_share",
        "estimate": float(shared.mean()) if n else np.nan,
        "method": why(_SHARED.format(alone=alone_words(given)), None if n else "empty_group"),
    }


def preferences(given: Weighed) -> np.ndarray:
    """The band of everyone's preference for the first arm: 0, 1 (as well one arm as another) or 2."""
    return np.digitize(preference_score(given.weights.probability, given.arm), (0.3, 0.7))


def at_every_arm(given: Weighed) -> np.ndarray:
    """Which providers have people in every arm."""
    present = np.zeros((int(given.provider.max(initial=-1)) + 1, len(given.arms)), bool)
    present[given.provider, given.arm] = True
    return present.all(axis=1)


def alone_words(given: Weighed) -> str:
    """What a method says where one provider alone has an arm, for whoever holds the data."""
    alone = [len(np.unique(given.provider[given.arm == k])) == 1 for k in range(len(given.arms))]
    return _ALONE if any(alone) and given.provider.max(initial=0) > 0 else ""


def _differences(
    trait: Trait, pair: np.ndarray, first: np.ndarray, weight: np.ndarray | None, reason: str | None
) -> Iterator[tuple[dict, WeightedDifference, str]]:
    """Of the trait as a whole, and of each category, which stays inside: of a rare one it would count its people. So, after weighting, does that
    of a trait in categories: above 0 somebody is in another one than the rest."""
    silent = WeightedDifference(np.nan, reason=reason)
    place = {"subgroup": f"covariate={trait.name}"}
    if trait.codes is None:
        numbers = trait.numbers[pair]
        known = ~np.isnan(numbers)
        part = None if weight is None else weight[known]
        yield place, silent if reason else weighted_difference(numbers[known], first[known], part), _SCORES
        inside = {"subgroup": f"covariate={trait.name};category=missing"} | STAYS_INSIDE
        yield inside, silent if reason else weighted_difference(~known, first, weight), "first minus second, share without it"
        return
    codes = trait.codes[pair]
    if weight is not None:  # before weighting it follows from counts of people (`before_tally`)
        yield place | STAYS_INSIDE, silent if reason else weighted_distance(codes, first, len(trait.names), weight), _DISTANCE
    for code, name in enumerate(trait.names):
        inside = {"subgroup": f"covariate={trait.name};category={name}"} | STAYS_INSIDE
        yield (
            inside,
            silent if reason else weighted_difference(codes == code, first, weight),
            "first minus second, share in the category",
        )


def before_tally(cohort: Cohort, given: Weighed, trait: Trait, base: dict) -> Tally:
    """The difference in a coded trait before weighting, from counts that are rounded where they are released: it would tell them."""
    arms, size = cohort.arms, len(trait.names)
    code = np.full(cohort.size, size)
    code[given.who] = trait.codes
    counts = cell_counts(cohort.arm_codes[given.analysed], code[given.analysed], len(arms), size + 1)
    method, place = _DISTANCE + _SD, {"measure": "smd_before", "unit": "SD", "subgroup": f"covariate={trait.name}"}

    def derive(counts: np.ndarray) -> list[Record]:
        table = counts.reshape(len(arms), size + 1)[:, :size]
        return [
            base
            | place
            | {"arm": f"{one} - {other}", "n": table[[arms.index(one), arms.index(other)]].sum()}
            | fields(of_categories(table[arms.index(one)], table[arms.index(other)]), method)
            for one, other in ((given.arms[a], given.arms[b]) for a, b in given.pairs())
        ]

    labels = tuple(f"{arm}/{name}" for arm in arms for name in (*trait.names, "not weighted"))
    return Tally(counts, derive, labels, "analysed")


def preference_tally(cohort: Cohort, given: Weighed, base: dict) -> Tally:
    """People of each arm by their preference for the first arm; those who are not weighted in a cell of their own."""
    arms, size, reason = cohort.arms, len(BANDS) + 1, given.weights.reason
    band = np.full(cohort.size, len(BANDS))
    if reason is None:
        band[given.who] = preferences(given)
    counts = cell_counts(cohort.arm_codes[given.analysed], band[given.analysed], len(arms), size)
    method = _PREFERENCE.format(words=given.words)

    def derive(counts: np.ndarray) -> list[Record]:
        table = dict(zip(arms, counts.reshape(len(arms), size)))
        return [
            base
            | {"measure": "preference_share", "arm": arm, "subgroup": f"preference={name}"}
            | share(table[arm][k], table[arm].sum(), method, reason)
            for arm in given.arms
            for k, name in enumerate(BANDS)
        ]

    return Tally(counts, derive, tuple(f"{arm}/{name}" for arm in arms for name in (*BANDS, "not weighted")), "analysed")
