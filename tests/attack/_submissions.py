"""Random submissions as real `Submission` objects, made in memory; and the same with one thing about one person changed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

from data_schemas.plan import Plan
from data_schemas.submission import Manifest, Submission
from evaluation.contract.synthesising import MANIFEST, Frames, synthetic
from evaluation.validation.validating import _sha256

OF_PRACTICE = Manifest(**(tomllib.loads(MANIFEST) | {"nature": "practice"}))
CROWD = 1_000
_FIXED = {
    "contract": "1",
    "title": "A plan under attack",
    "question": "Does a client who joins show in what is released?",
    "programme": "programme-1",
    "design": "change",
    "estimand": dict.fromkeys(("population", "treatment", "intercurrent_events", "outcome", "summary"), "as in this test"),
    "missing_data": {"approaches": ["complete_cases"]},
    "seed": 1,
}
MEASURED = {"measures": [{"instrument": "cries-13", "informant": "self", "moments": ["end"]}]}
FOLLOWED = {"events": {"event": ["running_away"], "horizons_weeks": [26, 52], "restricted_mean_weeks": 52}}


def plan(**more: object) -> Plan:
    """A small plan over the random submissions; `more` says what it asks."""
    return Plan(**(_FIXED | (more or MEASURED)))


def size(seed: int) -> int:
    """8 to 400 clients, small ones more often."""
    return int(np.exp(np.random.default_rng(seed).uniform(np.log(8), np.log(400))))


def drawn(seed: int, clients: int) -> Frames:
    """Tables of so many random people in one or two arms, at one to three providers, out of crowds that are measured seldom to often."""
    rng = np.random.default_rng(1_000_000 + seed)
    chosen = np.zeros(CROWD, bool)
    chosen[rng.choice(CROWD, clients, replace=False)] = True
    return _placed(people(_crowd(seed % 6), chosen), rng)


def made(seed: int, clients: int) -> Frames:
    """The same, every person made anew: slower, for simulation."""
    rng = np.random.default_rng(1_000_000 + seed)
    return _placed(synthetic(clients, seed, measurements=float(rng.uniform(6, 16))), rng)


def _placed(frames: Frames, rng: np.random.Generator) -> Frames:
    arms, providers, clients = rng.integers(1, 3), rng.integers(1, 4), len(frames["treatments"])
    names = {
        "arm": _names("arm", rng.integers(0, arms, clients), arms),
        "provider": _names("provider", rng.integers(0, providers, clients), providers),
    }
    return frames | {"treatments": _used(frames["treatments"].assign(**names))}


@cache
def _crowd(number: int) -> Frames:
    """1,000 people, of whom submissions are drawn: much faster than making each anew."""
    return synthetic(CROWD, 100 + number, measurements=6.0 + 2 * number)


def _names(column: str, which: np.ndarray, count: int) -> pd.Series:
    names = pd.Index([f"{column}-{number + 1}" for number in range(count)], dtype=str)
    return pd.Series(pd.Categorical.from_codes(which, categories=names))


def submission(frames: Frames) -> Submission:
    """What validation would hand over."""
    return Submission(OF_PRACTICE, frames, _sha256(OF_PRACTICE, frames))


def people(frames: Frames, kept: np.ndarray) -> Frames:
    """The same with some of the people only."""
    names = frames["treatments"]["client"].cat.categories[kept]
    found = {}
    for table, frame in frames.items():
        mine = frame[kept[frame["client"].cat.codes.to_numpy()]]
        found[table] = mine.assign(client=mine["client"].cat.set_categories(names)).reset_index(drop=True)
    return found | {"treatments": _used(found["treatments"])}


def _used(treatments: pd.DataFrame) -> pd.DataFrame:
    """Names that occur only, as validation leaves them."""
    return treatments.assign(
        **{name: treatments[name].cat.remove_unused_categories() for name in ("arm", "provider", "programme")}
    )


def first(frames: Frames, count: int) -> Frames:
    """The first so many people."""
    return people(frames, np.arange(len(frames["treatments"])) < count)


def rescored(frames: Frames, client: int) -> Frames:
    """One score of one client, one point further; of who was never measured, the number of sessions."""
    table = frames["measurements"]
    mine = np.flatnonzero((table["client"].cat.codes == client).to_numpy() & table["score"].notna().to_numpy())
    if not len(mine):
        return _counted(frames, client)
    score = table["score"].to_numpy(copy=True)
    score[mine[0]] += 1 if score[mine[0]] == 0 else -1
    return frames | {"measurements": table.assign(score=score)}


def _counted(frames: Frames, client: int) -> Frames:
    table = frames["treatments"]
    weeks = table["sessions_planned"].copy()
    weeks.iloc[client] = 99
    return frames | {"treatments": table.assign(sessions_planned=weeks)}


def event_added(frames: Frames, client: int) -> Frames:
    """An event of one client more: a copy of somebody's, or of another week when there is one already."""
    table = frames["events"]
    if not len(table):
        return _counted(frames, client)
    row = table.iloc[[0]].assign(
        client=pd.Categorical.from_codes([client], categories=table["client"].cat.categories),
        week_to=table["week_to"].iloc[0] + 1,
    )
    return frames | {"events": pd.concat([table, row], ignore_index=True)}


def moved(frames: Frames, client: int) -> Frames:
    """One client in the other arm; where there is one arm, at another provider; else with one session more planned."""
    table = frames["treatments"]
    for column in ("arm", "provider"):
        values = table[column].cat
        if len(values.categories) > 1:
            codes = values.codes.to_numpy(copy=True)
            codes[client] = (codes[client] + 1) % len(values.categories)
            return frames | {
                "treatments": table.assign(**{column: pd.Categorical.from_codes(codes, dtype=table[column].dtype)})
            }
    return _counted(frames, client)


ONE_PERSON: dict[str, Callable[[Frames, int], Frames]] = {"rescored": rescored, "event": event_added, "moved": moved}
