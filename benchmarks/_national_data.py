"""A made-up nation: 500,000 clients of 40 providers in two arms, six questionnaires each, some of whom it happens to again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

MOMENTS = {"cries-13": ("baseline", "end", "follow_up_6m", "follow_up_12m"), "sdq": ("baseline", "end")}
WEEKS = {"baseline": 0, "end": 26, "follow_up_6m": 52, "follow_up_12m": 78}
PLAN = """\
contract = "1"
title = "A nation, made up"
question = "Do complaints fall, and does it happen again less often than under usual care?"
programme = "spoor"
design = "quasi_experimental"
multiplicity = "none"
seed = 1

[estimand]
population = "made up"
treatment = "made up"
intercurrent_events = "made up"
outcome = "made up"
summary = "made up"

[[measures]]
instrument = "cries-13"
informant = "self"
moments = ["end", "follow_up_6m", "follow_up_12m"]
primary = true

[[measures]]
instrument = "sdq"
informant = "self"
moments = ["end"]

[events]
event = ["sexual_exploitation"]
certainty = ["actual", "presumed"]
horizons_weeks = [26, 52, 104]
restricted_mean_weeks = 104
competing = ["died", "moved_abroad"]

[comparison]
arms = ["new", "usual"]
covariates = ["setting", "gender"]

[missing_data]
approaches = ["complete_cases", "mixed_model", "multiple_imputation", "tipping_point"]

[over_time]
slope = "fixed"
"""
WEIGHTED = PLAN + "\n[weighting]\n"
_MANIFEST = 'contract = "1"\nname = "nation{part}"\nnature = "fictional"\n'


def make(folder: Path, clients: int, parts: int = 1, *, csv: bool = False) -> list[Path]:
    """Write the nation as Parquet or CSV, as one submission or as several of whole providers; returns the folders."""
    rng = np.random.default_rng(1)
    tables = _tables(rng, clients)
    group = tables["treatments"]["provider"].str[-2:].astype(int) % parts
    found = []
    for part in range(parts):
        target = folder / f"part-{part:03d}" if parts > 1 else folder
        target.mkdir(parents=True, exist_ok=True)
        mine = set() if parts == 1 else set(tables["treatments"]["client"][group == part])
        for name, table in tables.items():
            own = table if parts == 1 else table[table["client"].isin(mine)]
            _write(own, target / name, csv)
        (target / "submission.toml").write_text(_MANIFEST.format(part=f"-{part}" if parts > 1 else ""))
        found.append(target)
    (folder / "plan.toml").write_text(PLAN)
    (folder / "weighted.toml").write_text(WEIGHTED)
    return found


def _write(table: pd.DataFrame, place: Path, csv: bool) -> None:
    if csv:
        table.to_csv(place.with_suffix(".csv"), index=False)
    else:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), place.with_suffix(".parquet"))


def _tables(rng: np.random.Generator, clients: int) -> dict[str, pd.DataFrame]:
    ids = np.array([f"K-{number:07d}" for number in range(clients)])
    new = rng.random(clients) < 0.5
    level = rng.normal(0, 6, clients)
    followed = rng.integers(26, 157, clients)
    hazard = 0.011 * np.where(new, 0.8, 1.0) * rng.gamma(2, 0.5, clients)
    first = np.ceil(rng.exponential(1 / hazard)).astype(int)
    treatments = pd.DataFrame(
        {
            "client": ids,
            "provider": np.char.add("provider-", np.char.zfill(rng.integers(0, 40, clients).astype(str), 2)),
            "programme": "spoor",
            "arm": np.where(new, "new", "usual"),
            "start_period": rng.choice(["2022-1", "2022-2", "2023-1", "2023-2"], clients),
            "age_group": rng.choice(["12_13", "14_15", "16_17"], clients),
            "gender": rng.choice(["girl", "girl", "boy"], clients),
            "setting": np.where(rng.random(clients) < np.where(new, 0.6, 0.5), "outpatient", "open"),
            "treatment_weeks": rng.integers(20, 27, clients),
            "ending": rng.choice(["completed", "stopped_by_client", "by_agreement"], clients, p=[0.7, 0.2, 0.1]),
            "sessions_planned": rng.integers(10, 30, clients),
            "sessions_attended": rng.integers(5, 10, clients),
            "follow_up_weeks": followed,
            "follow_up_end": rng.choice(["end_of_study", "died", "moved_abroad"], clients, p=[0.9, 0.02, 0.08]),
        }
    )
    return {
        "treatments": treatments,
        "measurements": _scores(rng, ids, new, level),
        "events": _events(rng, ids, first, followed, hazard),
    }


def _scores(rng: np.random.Generator, ids: np.ndarray, new: np.ndarray, level: np.ndarray) -> pd.DataFrame:
    parts = []
    for instrument, moments in MOMENTS.items():
        middle, spread, top = (35, 8, 65) if instrument == "cries-13" else (18, 4, 40)
        for place, moment in enumerate(moments):
            drop = place * np.where(new, 3.0, 2.0)
            score = np.clip(np.round(middle + level * spread / 8 - drop + rng.normal(0, spread, len(ids))), 0, top).astype(int)
            seen = rng.random(len(ids)) < 1 - 0.02 * place
            parts.append(
                pd.DataFrame(
                    {
                        "client": ids,
                        "instrument": instrument,
                        "informant": "self",
                        "moment": moment,
                        "week": WEEKS[moment],
                        "score": score,
                    }
                )[seen | (place == 0)]
            )
    return pd.concat(parts, ignore_index=True)


def _events(
    rng: np.random.Generator, ids: np.ndarray, first: np.ndarray, followed: np.ndarray, hazard: np.ndarray
) -> pd.DataFrame:
    found, week = [], first
    for _ in range(6):
        happens = week <= followed
        found.append(pd.DataFrame({"client": ids[happens], "event": "sexual_exploitation", "week_from": week[happens]}))
        week = week + np.ceil(rng.exponential(1 / hazard)).astype(int)
    events = pd.concat(found, ignore_index=True)
    return events.assign(week_to=events["week_from"], certainty="actual", source="police")
