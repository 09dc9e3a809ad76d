"""Attack by an outsider on whole folders: every number in them at once, with whatever a knowledgeable reader knows.

Nothing here reads the door. The internal folder serves to check: that what the reader concludes is so, and how near it comes.
Larger folders with OUTSIDER_FOLDERS, for instance `consortium,consortium:57,fireworks:34`; the number is that of the clients in a part.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from evaluation.contract.examples import write_example
from evaluation.evidence.folder import write_evidence
from evaluation.evidence.running import run
from evaluation.planning.lock import lock_plan
from evaluation.validation.validating import validate
from tests.attack._outsider import KEYS, THRESHOLD, Folder, Row, bounded, ends, known, read

FOLDERS = ("rossi", "fireworks", *filter(None, os.environ.get("OUTSIDER_FOLDERS", "").split(",")))


class Pair(NamedTuple):
    """A released folder and the internal one of the same dossier."""

    released: Path
    internal: Path


def part_of(example: str, clients: int, home: Path) -> None:
    """An example with so many of its clients, drawn at random."""
    write_example(example, home)
    tables = {path: pd.read_csv(path, dtype=str, keep_default_na=False) for path in home.glob("*.csv")}
    everybody = tables[home / "treatments.csv"]["client"].unique()
    drawn = set(np.random.default_rng(clients).choice(everybody, clients, replace=False)) if clients else set(everybody)
    for path, table in tables.items():
        table[table["client"].isin(drawn)].to_csv(path, index=False)


@pytest.fixture(scope="module", params=FOLDERS)
def pair(request, tmp_path_factory) -> Pair:
    example, _, clients = request.param.partition(":")
    home = tmp_path_factory.mktemp(example)
    part_of(example, int(clients or 0), home / "submission")
    plan = lock_plan(home / "submission" / "plan.toml")
    submission = validate(home / "submission").submission
    for name, internal in (("released", False), ("internal", True)):
        write_evidence(run(submission, plan, internal=internal), home / name)
    return Pair(home / "released", home / "internal")


def evidence(folder: Path) -> dict:
    return json.loads((folder / "evidence.json").read_text(encoding="utf-8"))


def attacked(pair: Pair) -> Folder:
    arms = (evidence(pair.released)["plan"].get("comparison") or {}).get("arms") or ()
    return known(read(pair.released), read(pair.internal), tuple(arms))


def test_limits_give_the_ends_of_intervals_and_those_hold(pair):
    """What a reader recovers from exact limits is what the bands allow: the truth is in it, and it is as wide as the threshold."""
    one = attacked(pair)
    for name, said in one.said.items():
        if said.exact:
            assert said.low <= one.truth[name] <= said.high, name
            assert said.high - said.low + 1 >= THRESHOLD, name


def test_no_count_is_narrowed_by_all_the_others(pair):
    """Numerators, complements, those held back and numbers of people: each keeps as many possibilities as the threshold.

    A reader who takes a wide number for a narrow band may think to know more, and is wrong: only what is true counts.
    """
    one = attacked(pair)
    found = bounded(one)
    assert len(found) > 50
    narrow = {
        name: (low, one.truth[name], high)
        for name, (low, high) in found.items()
        if high - low + 1 < THRESHOLD and low <= one.truth[name] <= high
    }
    assert not narrow


def test_a_ratio_between_arms_bounds_their_events_and_finds_what_is_too_narrow():
    """Ten to nineteen events in either arm, the same follow-up: a ratio of 1.8, to a hundredth, leaves two values to the one and one to the other."""
    one = Folder({}, {})
    for name in "ab":
        one.say((name,), "15", None, "18" if name == "a" else "10")
    one.below |= {(("a",), ("b",), 1.8 * 1.01), (("b",), ("a",), 1.01 / 1.8)}
    assert bounded(one) == {("a",): (18, 19), ("b",): (10, 10)}


def test_the_attack_uses_ratios_and_rates_of_events(pair):
    """With re-arrests there is a hazard ratio, which says something of the events of both arms, and a rate of all events."""
    one = attacked(pair)
    if "hazards" in one.rows:
        assert any(times != 1.0 for _, _, times in one.below) and any(name[0] == "all events" for name in one.said)


def test_the_attack_finds_what_is_too_narrow():
    """Everybody in a band of its own beside two arms of 20 to 29 leaves each arm nine possibilities; limits of 15 in 40 give both ends."""
    one = Folder({}, {})
    for name, number, truth in (("all", "55", "52"), ("a", "25", "26"), ("b", "25", "26")):
        one.say((name,), number, None, truth)
    one.add(("all",), [("a",), ("b",)])
    assert bounded(one) == {("all",): (50, 58), ("a",): (21, 29), ("b",): (21, 29)}
    low, high = proportion_confint(10, 49, method="beta")[0], proportion_confint(19, 40, method="beta")[1]
    assert ends(low, high, 15, 45) == ((10, 19), (40, 49))


def words(record: dict) -> dict[str, str]:
    """What the record says in words or as single numbers about these data, by place."""
    found: dict[str, str] = {}

    def walk(value, place: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{place}.{key}")
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                walk(inner, f"{place}[{number}]")
        elif value is not None:
            found[place] = str(value)

    for part in ("deviations", "gates", "profile"):
        walk(record.get(part), part)
    return found


def counts_inside(rows: dict[str, list[Row]]) -> set[str]:
    """Every exact count of the internal folder that is no multiple of half the threshold, as digits."""
    columns = [(row[c]) for all_ in rows.values() for row in all_ for c in ("n", "events") if row[c]]
    columns += [row["estimate"] for all_ in rows.values() for row in all_ if row["unit"] == "people" and row["estimate"]]
    numbers = {round(float(text)) for text in columns}
    return {str(number) for number in numbers if number > THRESHOLD and number % (THRESHOLD // 2)}


def test_method_texts_hold_no_digits_of_the_data(pair):
    """Digits in a text are the method's own (a year, an equation): arms of different sizes differ in no digit."""
    exact = {(name, *(row[k] for k in KEYS)): row["method"] for name, rows in read(pair.internal).items() for row in rows}
    texts: dict[tuple, set[str]] = defaultdict(set)
    for name, rows in read(pair.released).items():
        for row in rows:
            texts[name, row["outcome"], row["measure"], row["subgroup"], row["time"]].add(row["method"])
            told = set(re.findall(r"\d+", row["method"]))
            assert told <= set(re.findall(r"\d+", exact[name, *(row[k] for k in KEYS)]))
    for key, said in texts.items():
        assert len({re.sub(r"\d+", "#", text) for text in said}) == len(said), key


def test_record_holds_no_exact_count(pair):
    """Deviations, gates and profile: no whole number that is an exact count of the internal folder and stands nowhere in results or plan."""
    record = evidence(pair.released)
    public = set(re.findall(r"\d+", json.dumps(record["plan"])))
    public |= {
        number
        for rows in read(pair.released).values()
        for row in rows
        for number in re.findall(r"\d+", row["method"] + row["n"])
    }
    inside = words(evidence(pair.internal))
    secret = counts_inside(read(pair.internal)) - public
    for place, text in words(record).items():
        told = set(re.findall(r"(?<![\d.,])\d+(?![\d.,]*\d|\s?%)", text))
        # what an entry says whatever the data are (a year, a page, a level) stands in it under any release
        assert not told & secret or place.endswith((".source", ".id", ".url")), (place, told & secret, inside.get(place))


def test_a_curve_turned_back_gives_published_numbers(pair):
    """Deaths over the drop of the curve are those at risk (Kaplan and Meier): here no others than the row of that week says itself."""
    curves: dict[tuple, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in read(pair.released).get("revictimisation", ()):
        if row["time"].isdigit() and " - " not in row["arm"]:
            curves[row["outcome"], row["arm"], row["subgroup"]][int(row["time"])][row["measure"]] = row["estimate"]
    for curve in curves.values():
        seen = [
            (float(w["survival"]), float(w["events"] or 0), w["at_risk"]) for _, w in sorted(curve.items()) if w.get("survival")
        ]
        for (before, earlier, _), (after, later, at_risk) in pairwise(seen):
            if after < before:
                assert (later - earlier) / (1 - after / before) == pytest.approx(float(at_risk), abs=1e-6)
