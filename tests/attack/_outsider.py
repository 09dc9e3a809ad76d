"""What an outsider knows of a released folder, as one linear programme over every number of people or events in it.

The reader has the folder, the documentation and the source. A count that stands beside exact limits gives the ends of its interval away
(`ends`); any other number stands for its band, or for two bands where it is no middle of one. Then come the sums that every reader
knows: arms make up everybody, categories a group, those analysed and those lost all who were received, and so on.
"""

from __future__ import annotations

import csv
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.special import betainc

THRESHOLD = 10
MOST = 2_000
CLASSES = ("recovered", "improved", "unchanged", "deteriorated", "never_clinical")
WHOLE = (
    ("flow", "eligible", "analysed", "lost_never_measured", "lost_no_baseline", "lost_other_instrument_later", "lost_no_later_measurement"),
    ("flow", "eligible", "analysed", "lost_not_followed"),
    ("flow", "received", "eligible", "lost_other_programme"),
    ("flow", "started", "finished", *(f"ended_{how}" for how in (
        "stopped_by_client", "stopped_by_provider", "by_agreement", "external", "ongoing", "unknown", "missing"))),
)  # fmt: skip
SAME = {
    "received": ("flow", "attrition", "baseline"),
    "n_pairs": ("change", "individual_change"),
    "n_both_known": ("outcomes",),
}
RATIOS = {"hazard_ratio": 0.1, "rate_ratio": 0.0}
"""Ratios of events between two arms, and how far their logarithm can be from that of the rates."""
KEYS = ("outcome", "measure", "arm", "subgroup", "time")
Row = dict[str, str]


def read(folder: Path) -> dict[str, list[Row]]:
    """The rows of every analysis, as text."""
    found = {}
    for path in sorted((folder / "results").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def band(number: float) -> tuple[int, int]:
    """The counts that a published number stands for: one band around a middle, two bands where it is the sum of two middles."""
    whole, half = round(number), THRESHOLD // 2
    return (whole - half, whole + half - 1) if whole % THRESHOLD == half else (whole - THRESHOLD, whole + THRESHOLD - 2)


@cache
def ends(low: float, high: float, number: int, n: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The interval of a numerator and that of its denominator, from exact limits (Clopper and Pearson): None where two pairs fit.

    The lower limit is that of the fewest of the largest group, the upper that of the most of the smallest.
    """
    few, large = np.meshgrid(np.arange(THRESHOLD, number + 1), np.arange(n, n + 41), indexing="ij")
    many, small = np.meshgrid(np.arange(number, number + 41), np.arange(max(n - 40, 1), n + 1), indexing="ij")
    many = np.minimum(many, small)
    fits_low = np.abs(betainc(few, np.maximum(large - few + 1, 0.5), low) - 0.025) < 1e-9
    fits_high = (np.abs(betainc(many + 1, np.maximum(small - many, 0.5), high) - 0.975) < 1e-9) & (many < small)
    lower = set(zip(few[fits_low].tolist(), large[fits_low].tolist()))
    upper = set(zip(many[fits_high].tolist(), small[fits_high].tolist()))
    if len(lower) != 1 or len(upper) != 1:
        return None
    (few_, large_), (many_, small_) = lower.pop(), upper.pop()
    return (few_, many_), (small_, large_)


class Said(NamedTuple):
    """A count, what is known of it by itself, and what it really is."""

    low: float
    high: float
    exact: bool


@dataclass
class Folder:
    """Counts by name, and sums between them; `truth` only to check with."""

    rows: dict[str, list[Row]]
    inside: dict[str, list[Row]]
    said: dict[tuple, Said] = field(default_factory=dict)
    truth: dict[tuple, float] = field(default_factory=dict)
    sums: dict[tuple, tuple[tuple, ...]] = field(default_factory=dict)
    below: set[tuple[tuple, tuple, float]] = field(default_factory=set)

    def say(self, name: tuple, number: str, known: tuple[int, int] | None, truth: str) -> tuple:
        """Remember what a number says: ends that are recovered are worth more than a band."""
        before = self.said.get(name, Said(0, MOST, False))
        if known or (number and not before.exact):
            low, high = known or band(float(number))
            low_, high_ = (low, high) if known and not before.exact else (max(before.low, low), min(before.high, high))
            # two numbers for one count that contradict each other as bands: either of them may be the wider one
            agree = low_ <= high_
            before = Said(
                *((low_, high_) if agree else (min(before.low, low), max(before.high, high))), bool(known) or before.exact
            )
        self.said[name] = before
        if truth:
            assert self.truth.get(name, float(truth)) == float(truth), name
            self.truth[name] = float(truth)
        return name

    def add(self, whole: tuple, parts: list[tuple]) -> None:
        """Parts that make up a whole; checked against what really is, where all of it is known."""
        if parts and all(name in self.said and name in self.truth for name in (whole, *parts)):
            assert self.truth[whole] == sum(self.truth[part] for part in parts), (whole, parts)
            self.sums[(whole, *sorted(parts, key=str))] = tuple(parts)


def known(rows: dict[str, list[Row]], inside: dict[str, list[Row]], arms: tuple[str, ...]) -> Folder:
    """Everything that the rows say."""
    one = Folder(rows, inside)
    exact = {(name, *(row[k] for k in KEYS)): row for name, all_ in inside.items() for row in all_}
    for name, all_ in rows.items():
        for row in all_:
            _read_row(one, name, row, exact[name, *(row[k] for k in KEYS)])
    _wholes(one)
    _arms(one, arms)
    _estimates(one, exact)
    return one


def _estimates(one: Folder, exact: dict[tuple, Row]) -> None:
    """What ratios of hazards and rates, and rates of all events, say of the events behind them, for a reader who knows how long every arm was followed.

    A ratio lies within half a step of the published one, a rate too; a hazard ratio is that of the rates but for a tenth. Only what is so is used: a
    reader who believes more is wrong.
    """
    years: dict[tuple, float] = {}
    for (name, outcome, measure, arm, subgroup, _), row in exact.items():
        if (name, measure, subgroup) == ("event_rates", "rate_per_person_year", "") and float(row["estimate"] or 0) > 0:
            years[outcome, arm] = float(row["events"]) / float(row["estimate"])
    first = {(name[1], name[2]): name for name in one.said if name[0] == "events"}
    for name, all_ in one.rows.items():
        for row in (r for r in all_ if r["estimate"] and r["ci_low"] and r["ci_high"] and not r["subgroup"]):
            if row["measure"] in RATIOS:
                _ratio(one, row, years, first, RATIOS[row["measure"]])
            elif row["measure"] == "all_events_per_person_year":
                _rate(one, row, exact[name, *(row[k] for k in KEYS)], first)


def _ratio(one: Folder, row: Row, years: dict[tuple, float], first: dict[tuple, tuple], model: float) -> None:
    pair = [(row["outcome"], arm) for arm in row["arm"].split(" - ")]
    if not all(key in years and key in first for key in pair):
        return
    (one_, other), follow = (first[key] for key in pair), years[pair[0]] / years[pair[1]]
    values = [np.log(float(row[column])) for column in ("estimate", "ci_low", "ci_high")]
    room = step_of(values, 0.012) / 2 + model
    low, high = (float(row["estimate"]) * follow * np.exp(side * room) for side in (-1, 1))
    if low * one.truth[other] <= one.truth[one_] <= high * one.truth[other]:
        one.below |= {(one_, other, high), (other, one_, 1 / low)}


def _rate(one: Folder, row: Row, inside: Row, first: dict[tuple, tuple]) -> None:
    room = step_of([float(row[column]) for column in ("estimate", "ci_low", "ci_high")], 1e-9) / 2
    truth = float(inside["events"])
    ends_ = [(float(row["estimate"]) + side * room) * truth / float(inside["estimate"]) for side in (-1, 1)]
    everything = ("all events", row["outcome"], row["arm"])
    if ends_[0] <= truth <= ends_[1]:
        one.say(everything, "", (int(np.ceil(ends_[0])), int(np.floor(ends_[1]))), str(truth))
        if (row["outcome"], row["arm"]) in first:
            one.below.add((first[row["outcome"], row["arm"]], everything, 1.0))


def step_of(values: list[float], slack: float) -> float:
    """The largest of the steps on which estimates leave (1, 2 or 5 times a power of ten) of which all of these are multiples."""
    steps = [base * 10.0**power for power in (1, 0, -1, -2, -3) for base in (5, 2, 1)]
    return next((s for s in steps if all(abs(v - round(v / s) * s) <= slack for v in values)), 0.001)


def _group(name: str, row: Row, n: str) -> tuple:
    """The people that a row is about: those of one analysis, outcome, arm and moment, for measures that are about the same ones.

    The size is in the name only so that different groups keep apart; that two of one size are the same people nobody outside knows.
    """
    kind = row["measure"]
    if (
        name in ("flow", "attrition")
        or kind == "share"
        or kind.startswith(("share_", "n_both", "at_risk", "events", "survival"))
    ):
        kind = ""
    elif kind in CLASSES or kind == "n_pairs":
        kind = "pairs"
    return (
        "people",
        row["outcome"],
        row["arm"],
        row["time"] if row["time"] and not row["time"].isdigit() else "",
        n,
        name,
        kind,
    )


def _read_row(one: Folder, name: str, row: Row, truth: Row) -> None:
    if " - " in row["arm"]:
        return
    share = row["unit"] == "share" and row["status"] != "not_estimable" and bool(truth["events"])
    limits = share and row["status"] == "rounded" and row["ci_low"] and row["events"] and not row["time"].isdigit()
    found = None
    if limits:
        found = ends(float(row["ci_low"]), float(row["ci_high"]), round(float(row["events"])), round(float(row["n"])))
    if not truth["n"]:
        return
    people = one.say(_group(name, row, truth["n"]), row["n"], found and found[1], truth["n"])
    key = (name, *(row[k] for k in KEYS))
    if truth["events"]:
        curve = row["time"].isdigit() or row["unit"] in ("weeks", "per person-year")
        own = ("events", row["outcome"], row["arm"], truth["events"], truth["n"]) if curve or not share else ("part", *key)
        part = one.say(own, row["events"], found and found[0], truth["events"])
        rest = one.say(("rest", *own[1:], people), "", None, str(float(truth["n"]) - float(truth["events"])))
        if float(truth["events"]) <= float(truth["n"]):
            one.add(people, [part, rest])
            if share and row["status"] == "rounded":
                for protected in (part, rest):
                    one.said[protected] = one.said[protected]._replace(low=max(one.said[protected].low, THRESHOLD))
    if row["unit"] == "people" and truth["estimate"] and row["measure"] != "at_risk":
        own = ("count", *key)
        one.say(own, row["estimate"], None, truth["estimate"])
        if float(truth["estimate"]) <= float(truth["n"]) and row["measure"] not in SAME:
            one.add(people, [own, one.say(("rest", *own), "", None, str(float(truth["n"]) - float(truth["estimate"])))])


def _wholes(one: Folder) -> None:
    """Categories, ways to be lost, classes of change, subgroups, cumulative events, and those at risk."""
    categories: dict[tuple, list[tuple]] = defaultdict(list)
    for name, all_ in one.inside.items():
        for row in all_:
            key, people = (name, *(row[k] for k in KEYS)), _group(name, row, row["n"])
            if (name == "baseline" and row["measure"] == "share") or row["measure"] in ("share_start", "share_end"):
                categories[name, row["measure"], people].append(("part", *key))
            elif name in ("change", "individual_change") and row["measure"] in CLASSES and row["subgroup"].count("=") <= 1:
                categories[name, row["subgroup"], people].append(("part", *key))
            elif name == "subgroups" and row["measure"] == "n_pairs" and "=" in row["subgroup"]:
                categories[name, row["subgroup"].partition("=")[0], people].append(("count", *key))
    for (*_, people), parts in categories.items():
        _if_whole(one, people, parts)
    at: dict[tuple, dict[str, tuple]] = defaultdict(dict)
    for name in [one_ for one_ in one.said if one_[0] == "count"]:
        _, analysis, outcome, measure, arm, subgroup, time = name
        at[analysis, outcome, arm, subgroup, time][measure] = name
    for (analysis, *_), names in at.items():
        for where, whole, *parts in WHOLE:
            if where == analysis and whole in names and parts[-1] in names:
                _if_whole(one, names[whole], [names[part] for part in parts if part in names])
    _same_people(one)
    _curves(one)


def _if_whole(one: Folder, whole: tuple, parts: list[tuple]) -> None:
    if all(name in one.truth for name in (whole, *parts)) and one.truth[whole] == sum(one.truth[part] for part in parts):
        one.add(whole, parts)


def _same_people(one: Folder) -> None:
    """Counts that are the size of a group of another row: those received, those analysed, pairs, those measured at baseline."""
    groups = {
        (name[5], name[1], name[2], name[3], one.truth[name]): name
        for name in one.said
        if name[0] == "people" and name[6] in ("", "pairs")
    }
    for name in [n for n in one.said if n[0] == "count" and n[3] in SAME]:
        _, _, outcome, measure, arm, subgroup, time = name
        for analysis in SAME[measure] if not subgroup else ():
            group = groups.get((analysis, outcome, arm, time, one.truth[name]))
            if group:
                one.add(group, [name])
    analysed = {(*n[4:], n[2]): n for n in one.said if n[0] == "count" and n[1] == "flow" and n[3] == "analysed"}
    for name in [n for n in one.said if n[0] == "count" and n[1] == "change" and n[3] == "n_pairs"]:
        if (*name[4:], name[2]) in analysed:
            _if_whole(one, analysed[(*name[4:], name[2])], [name])
    received: dict[tuple, list[tuple]] = defaultdict(list)
    for name in one.said:
        if name[0] == "count" and name[3] == "received":
            received[name[4]].append(name)
    for same in received.values():
        for other in same[1:]:
            one.add(same[0], [other])
    measured = {n[2:]: n for n in one.said if n[0] == "count" and n[3] in ("measured",)}
    for name in [n for n in one.said if n[0] == "count" and n[3] == "n_measured"]:
        other = measured.get((name[2], "measured", *name[4:]))
        if other:
            one.add(other, [name])


def _curves(one: Folder) -> None:
    """Cumulative events grow, and what is left of everybody at the end of the curve has left without one."""
    series: dict[tuple, dict[int, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    for name in ("revictimisation", "event_subgroups"):
        for row in one.rows.get(name, ()):
            if row["measure"] in ("at_risk", "events") and row["time"].isdigit() and " - " not in row["arm"]:
                series[name, row["outcome"], row["arm"], row["subgroup"]][int(row["time"])][row["measure"]] = row
    for (name, outcome, arm, subgroup), weeks in series.items():

        def count(measure: str, week: int, own=(name, outcome, arm, subgroup)) -> tuple:
            return ("count", own[0], own[1], measure, own[2], own[3], str(week))

        times = sorted(weeks)
        for earlier, later in itertools.pairwise(times):
            if count("events", earlier) in one.said and count("events", later) in one.said:
                one.below.add((count("events", earlier), count("events", later), 1.0))
        for week in times:
            _left(one, (name, outcome, arm, subgroup, week), weeks[week], count, times)


def _left(one: Folder, key: tuple, rows: dict[str, Row], count, times: list[int]) -> None:
    """Who left without an event before a week, from what is published: everybody less the events and those at risk."""
    risk, week = rows.get("at_risk"), key[-1]
    before = [t for t in times if t < week]
    if not (risk and risk["estimate"] and risk["n"] and before):
        return
    events = count("events", before[-1])
    shown = [r["estimate"] for r in one.rows[key[0]] if (key[0], *(r[k] for k in KEYS)) == events[1:]]
    # the row of events tells what happened up to a week; hidden ones stand for nobody in what follows
    number = float(risk["n"]) - (float(shown[0]) if shown and shown[0] else 0.0) - float(risk["estimate"])
    truth = {tuple(r[k] for k in KEYS): r for r in one.inside[key[0]]}
    exact = truth[tuple(risk[k] for k in KEYS)]
    if events not in one.truth:
        return
    left = float(exact["n"]) - one.truth[events] - float(exact["estimate"])
    name = ("left", *key)
    if left >= 0:
        one.say(name, str(number) if number >= THRESHOLD else "", None, str(left))
        at_risk = one.say(("at risk", *key), "", None, exact["estimate"])
        one.add(_group(key[0], exact, exact["n"]), [events, name, at_risk])


def _arms(one: Folder, arms: tuple[str, ...]) -> None:
    """All arms together are everybody, in whatever is counted."""
    place = {"people": 2, "events": 2, "part": 4, "count": 4, "left": 3, "at risk": 3}
    families: dict[tuple, dict[str, list[tuple]]] = defaultdict(lambda: defaultdict(list))
    for name in one.said:
        if name[0] in place:
            at = place[name[0]]
            rest = name[:at] + name[at + 1 :]
            families[_alike(name, rest)][name[at]].append(name)
    for by_arm in families.values():
        for whole in by_arm.get("all", ()):
            for parts in itertools.product(*(by_arm.get(arm, ()) for arm in arms)):
                if len(arms) > 1:
                    _if_whole(one, whole, list(parts))


def _alike(name: tuple, rest: tuple) -> tuple:
    """Whatever differs in no more than the arm, and in how many people that arm has."""
    return (*rest[:3], *name[-2:]) if name[0] == "people" else rest[:2] if name[0] == "events" else rest


def bounded(one: Folder) -> dict[tuple, tuple[float, float]]:
    """Per count the smallest and the largest value that fit everything; what does not fit at all is left out."""
    names = list(one.said)
    place = {name: k for k, name in enumerate(names)}
    links = [(place[key[0]], place[part]) for key, parts in one.sums.items() for part in parts]
    links += [(place[a], place[b]) for a, b, _ in one.below]
    if not links:
        return {}
    graph = coo_array((np.ones(len(links)), tuple(np.array(links).T)), shape=(len(names), len(names)))
    _, label = connected_components(graph, directed=False)
    groups: dict[int, list[tuple]] = defaultdict(list)
    for name, which in zip(names, label):
        groups[which].append(name)
    sums: dict[int, list] = defaultdict(list)
    for key, parts in one.sums.items():
        sums[label[place[key[0]]]].append((key[0], parts))
    below: dict[int, list] = defaultdict(list)
    for pair in one.below:
        below[label[place[pair[0]]]].append(pair)
    found: dict[tuple, tuple[float, float]] = {}
    for which, members in groups.items():
        if len(members) > 1:
            found |= _solve(one, members, sums[which], below[which])
    return found


def _solve(one: Folder, names: list[tuple], sums: list, below: list) -> dict[tuple, tuple[float, float]]:
    place = {name: k for k, name in enumerate(names)}
    equal = np.zeros((len(sums), len(names)))
    for row, (whole, parts) in enumerate(sums):
        equal[row, place[whole]] = 1
        np.add.at(equal[row], [place[part] for part in parts], -1)
    order = np.zeros((len(below), len(names)))
    for row, (less, more, times) in enumerate(below):
        order[row, place[less]], order[row, place[more]] = 1, -times
    low, high = (np.array([getattr(one.said[name], end) for name in names], float) for end in ("low", "high"))
    low, high = _that_fit(equal, order, low, high, np.array([one.said[name].exact for name in names]))
    return {name: ends for name, ends in zip(names, _ranges(equal, order, low, high))}


def _ranges(equal, order, low: np.ndarray, high: np.ndarray) -> list[tuple[float, float]]:
    """Per count how far it can go; of one that is seen at two values a threshold apart no more than that is asked.

    Every solution is a possible folder, so it says something of all counts at once.
    """
    least, most = np.full(len(low), np.inf), np.full(len(low), -np.inf)

    def ask(aim: np.ndarray) -> None:
        answer = _programme(aim, equal, order, low, high)
        assert answer.status == 0, answer.message
        np.minimum(least, answer.x, out=least)
        np.maximum(most, answer.x, out=most)

    rng = np.random.default_rng(6)
    for _ in range(12):
        aim = rng.normal(size=len(low))
        ask(aim)
        ask(-aim)
    for k in range(len(low)):
        for sign in (1, -1):
            if most[k] - least[k] < THRESHOLD - 1 - 1e-6:
                aim = np.zeros(len(low))
                aim[k] = sign
                ask(aim)
    return [(float(np.ceil(a - 1e-6)), float(np.floor(b + 1e-6))) for a, b in zip(least, most)]


def _programme(aim: np.ndarray, equal: np.ndarray, order: np.ndarray, low: np.ndarray, high: np.ndarray):
    return linprog(
        aim, A_ub=csr_array(order), b_ub=np.zeros(len(order)), A_eq=csr_array(equal), b_eq=np.zeros(len(equal)),
        bounds=np.column_stack([low, high]), method="highs",
    )  # fmt: skip


def _that_fit(equal, order, low, high, exact) -> tuple[np.ndarray, np.ndarray]:
    """Bands of numbers that contradict each other are wider than one or two: those that have to give way become so, by a band each way."""
    size = len(low)
    for _ in range(6):
        if _programme(np.zeros(size), equal, order, low, high).status == 0:
            return low, high
        # x = y + up - down, y within the bands: the least that has to give way
        cost = np.concatenate([np.zeros(size), np.where(exact, 1_000.0, 1.0), np.where(exact, 1_000.0, 1.0)])
        spread = [np.hstack([part, part, -part]) for part in (equal, order)]
        answer = _programme(
            cost,
            spread[0],
            spread[1],
            np.concatenate([low, np.zeros(2 * size)]),
            np.concatenate([high, np.full(2 * size, MOST)]),
        )
        up, down = answer.x[size : 2 * size] > 1e-6, answer.x[2 * size :] > 1e-6
        assert not (exact & (up | down)).any()
        wrong = up | down
        low, high = np.where(wrong, np.maximum(low - THRESHOLD, 0), low), np.where(wrong, high + THRESHOLD, high)
    raise AssertionError("numbers that contradict each other")
