"""Random dossiers, and the counts of an evaluation over them: small and fast, so that hundreds can be attacked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data_schemas.result import Declared, Result, Tally, WeeklyTally, rows
from data_schemas.words import Words

_WORDS = Words("x", "x")
MEASURES = {
    name: Declared(kind, _WORDS, "count")
    for name, kind in (
        ("share", "share"), ("attrition", "share"), ("received", "count"), ("analysed", "count"), ("lost", "count"), ("n_pairs", "count"),
        ("at_risk", "count"), ("events", "count"), ("survival", "derived"), ("mean", "magnitude"),
    )
}  # fmt: skip
ARMS = ("new", "usual")
CATEGORIES = {"gender": 3, "setting": 4}
CLASSES = 4
HORIZONS = (26, 52)


@dataclass(frozen=True)
class Dossier:
    """One row per client, as arrays."""

    arm: np.ndarray
    gender: np.ndarray
    setting: np.ndarray
    measured: np.ndarray
    change: np.ndarray
    week: np.ndarray
    happened: np.ndarray
    score: np.ndarray
    arms: int

    def without(self, client: int) -> Dossier:
        """The same, one client left out."""
        keep = np.arange(len(self.arm)) != client
        return replace(self, **{name: getattr(self, name)[keep] for name in vars(self) if name != "arms"})


def dossier(seed: int) -> Dossier:
    """8 to 400 clients in one or two arms, with skewed categories."""
    rng = np.random.default_rng(seed)
    n, arms = int(np.exp(rng.uniform(np.log(8), np.log(400)))), int(rng.integers(1, 3))

    def pick(size: int) -> np.ndarray:
        return rng.choice(size, n, p=rng.dirichlet(np.ones(size)))

    return Dossier(
        rng.choice(arms, n), pick(3), pick(4), rng.random(n) < rng.uniform(0.5, 1), pick(CLASSES),
        rng.integers(0, 70, n), rng.random(n) < rng.uniform(0.1, 0.8), rng.normal(30, 10, n).round(), arms,
    )  # fmt: skip


def _by(names: tuple[str, ...], counts: np.ndarray):
    table = counts.reshape(len(names), -1)
    return [("all", table.sum(axis=0)), *(zip(names, table) if len(names) > 1 else ())]


def _shares(
    outcome: str,
    time: str,
    names: tuple[str, ...],
    arm: np.ndarray,
    code: np.ndarray,
    size: int,
    measure="share",
    whom="everyone",
    parts=(),
) -> Tally:
    counts = np.bincount(arm * size + code, minlength=len(names) * size)

    def derive(counts):
        return [
            {"outcome": outcome, "time": time, "measure": measure, "arm": a, "subgroup": str(k), "n": row.sum(),
             "events": count, "estimate": count / max(row.sum(), 1), "ci_low": 0.0, "ci_high": 1.0}
            for a, row in _by(names, counts)
            for k, count in enumerate(row)
        ]  # fmt: skip

    return Tally(counts, derive, population=whom, parts=dict(parts))


def _flow(names: tuple[str, ...], one: Dossier) -> Tally:
    counts = np.bincount(one.arm * 2 + ~one.measured, minlength=len(names) * 2)

    def derive(counts):
        return [
            {"outcome": "score", "time": "end", "measure": measure, "arm": a, "n": row.sum(), "estimate": value}
            for a, row in _by(names, counts)
            for measure, value in (("received", row.sum()), ("analysed", row[0]), ("lost", row[1]))
        ]

    return Tally(counts, derive, population="everyone", parts={"analysed": np.tile([True, False], len(names))})


def _curve(names: tuple[str, ...], one: Dossier) -> WeeklyTally:
    size = 71
    events, censored = (
        np.stack([np.bincount(one.week[(one.arm == a) & which], minlength=size) for a in range(len(names))])
        for which in (one.happened, ~one.happened)
    )

    def derive(events, censored, grid):
        groups = [("all", events.sum(axis=0)[0], censored.sum(axis=0))]
        if len(names) > 1:
            groups += [(a, events[k, 0], censored[k]) for k, a in enumerate(names)]
        return [record for group in groups for record in _curve_rows(*group, grid)]

    return WeeklyTally(names, events[:, None, :], censored, HORIZONS, derive, population="everyone")


def _curve_rows(arm, events, censored, grid):
    gone = np.cumsum(events + censored)
    n = gone[-1]
    at_risk = n - np.concatenate([[0], gone[:-1]])
    survival = np.cumprod(1 - events / np.maximum(at_risk, 1))
    for week in grid:
        base = {"outcome": "event", "time": str(week), "arm": arm, "n": n, "events": events.sum()}
        yield base | {"measure": "at_risk", "estimate": at_risk[week]}
        yield base | {"measure": "events", "estimate": np.cumsum(events)[week]}
        yield base | {"measure": "survival", "estimate": survival[week]}


def results(one: Dossier) -> dict[str, Result]:
    """Baseline, flow, individual change, curve and means of a dossier."""
    names = ARMS[: one.arms]
    who = one.measured
    tallies = (
        _shares("score", "end", names, one.arm[who], one.change[who], CLASSES, whom="analysed"),
        _flow(names, one),
        _shares(
            "score",
            "end",
            names,
            one.arm,
            (~one.measured).astype(int),
            2,
            "attrition",
            parts={"analysed": np.tile([True, False], len(names))},
        ),
        *(_shares(name, "baseline", names, one.arm, getattr(one, name), size) for name, size in CATEGORIES.items()),
    )
    means = [
        {"outcome": "score", "time": "end", "measure": "mean", "arm": a, **_mean(one.score[who & mine])}
        for a, mine in (("all", np.ones(len(who), bool)), *((a, one.arm == k) for k, a in enumerate(names)))
    ]
    return {"attack": Result("attack", MEASURES, rows("attack", means), tallies, (_curve(names, one),))}


def _mean(scores: np.ndarray) -> dict:
    n = len(scores)
    if n < 2:
        return {"n": n, "unit": "score", "method": "too_few: mean"}
    mean, error = scores.mean(), scores.std(ddof=1) / np.sqrt(n)
    return {"n": n, "unit": "score", "estimate": mean, "std_error": error, "df": n - 1,
            "ci_low": mean - 2 * error, "ci_high": mean + 2 * error, "method": "mean"}  # fmt: skip
