"""How often one client more or less shows when two editions are compared and no ledger was used.

    python -m tests.simulation.planted_client [PAIRS [SECOND]] > docs/planted-client.md

Random submissions of 8 to 400 clients go through `evaluation.evidence.running.run` twice: without and with one client. `PAIRS` are measured
by a questionnaire, `SECOND` followed for events.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from data_schemas.evidence import NUMERIC_COLUMNS
from evaluation.evidence.running import run
from tests.attack._submissions import FOLLOWED, MEASURED, first, made, plan, size, submission

KEYS = ["analysis", "outcome", "measure", "arm", "subgroup", "time"]
BANDS = (8, 20, 50, 150, 401)
TEXT = Path(__file__).with_suffix(".md.txt")


@dataclass(frozen=True)
class Seen:
    """What an attacker sees of one pair of editions."""

    clients: int
    numbers: int  # that are in both or in one of the editions
    moved: int  # that differ, or are in one edition only
    steps: float  # median distance of those in both that differ, in half widths of their interval; NaN without
    larger: float  # is the edition with the greater sum of counts the larger one: 1, 0, or a half when the sums are equal
    words: bool  # whether something else than a number differs: a status, a method, a condition, the profile


def pair(seed: int, asked: dict) -> Seen:
    """Two editions of one dossier, the second with one client more."""
    clients = size(seed)
    frames = made(seed, clients + 1)
    editions = [run(submission(first(frames, count)), plan(**asked), exploratory=True) for count in (clients, clients + 1)]
    one, two = (_rows(edition) for edition in editions)
    both = one.join(two, how="outer", suffixes=("_1", "_2"))
    before, after = (both[[f"{name}_{k}" for name in NUMERIC_COLUMNS]].to_numpy(float) for k in (1, 2))
    either = ~np.isnan(before) | ~np.isnan(after)
    differs = either & ~(before == after)
    counts = [NUMERIC_COLUMNS.index(name) for name in ("n", "events")]
    totals = [np.nansum(table[:, counts]) for table in (before, after)]
    words = any(not both[f"{name}_1"].equals(both[f"{name}_2"]) for name in ("status", "method"))
    words |= editions[0].record.gates != editions[1].record.gates or editions[0].record.profile != editions[1].record.profile
    half = (both["ci_high_1"] - both["ci_low_1"]).to_numpy(float) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = np.abs(after[:, 0] - before[:, 0])[differs[:, 0]] / half[differs[:, 0]]
    steps = steps[np.isfinite(steps)]
    return Seen(
        clients,
        int(either.sum()),
        int(differs.sum()),
        float(np.median(steps)) if len(steps) else np.nan,
        0.5 if totals[0] == totals[1] else float(totals[1] > totals[0]),
        bool(words),
    )


def _rows(edition) -> pd.DataFrame:
    return pd.concat([frame for frame in edition.results.values() if len(frame)]).set_index(KEYS)


def _measured(seed: int) -> Seen:
    return pair(seed, MEASURED)


def _followed(seed: int) -> Seen:
    return pair(seed, FOLLOWED)


def table(seen: list[Seen]) -> str:
    """One line per size of submission, and one for all."""
    lines = [
        "| clients | pairs | any difference | a number differs | only words differ | numbers that differ, of all | "
        "median move, in half intervals | larger edition told by adding up counts |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    ranges = [*pairwise(BANDS), (BANDS[0], BANDS[-1])]
    for low, high in ranges:
        mine = [one for one in seen if low <= one.clients < high]
        if mine:
            steps = [one.steps for one in mine if not np.isnan(one.steps)]
            shown = np.mean([one.moved > 0 for one in mine]), np.mean([one.words and not one.moved for one in mine])
            share = sum(one.moved for one in mine) / max(sum(one.numbers for one in mine), 1)
            lines.append(
                f"| {low} to {high - 1} | {len(mine)} | {sum(shown):.0%} | {shown[0]:.0%} | {shown[1]:.0%} | {share:.1%} | "
                f"{f'{np.median(steps):.2f}' if steps else '-'} | {np.mean([one.larger for one in mine]):.0%} |"
            )
    return "\n".join(lines)


def page(pairs: int, second: int) -> str:
    """The page in `docs/`."""
    with ProcessPoolExecutor(2) as pool:
        measured = list(pool.map(_measured, range(pairs), chunksize=5))
        followed = list(pool.map(_followed, range(second), chunksize=5))
    return TEXT.read_text(encoding="utf-8").format(
        pairs=pairs, second=second, measured=table(measured), followed=table(followed)
    )


if __name__ == "__main__":
    counts = [int(text) for text in sys.argv[1:]]
    print(page(*(counts + [500, 100][len(counts) :])), end="")
