"""Published studies brought in as files and run with a plan, against R's packages (r/whole_runs.R): nothing is called from inside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.front_door import plan, results, row, scale

REFERENCE = json.loads((Path(__file__).parent / "values" / "whole_runs.json").read_text())
ITERATIVE = {
    "hazard_ratio",
    "interaction_hazard_ratio",
    "ph_test_chi2",
    "subdistribution_hazard_ratio",
    "recurrent_hazard_ratio",
    "mixed_change",
}
P_OF_ITERATIVE = 1e-5
"""What the last digit of an estimate does to a small p: relative, about z squared times as much."""


def _clients(n: int) -> list[str]:
    return [f"P{k}" for k in range(n)]


def _happened(client, week, event: str = "arrest", week_to=None) -> pd.DataFrame:
    to = week if week_to is None else week_to
    return pd.DataFrame({"client": client, "event": event, "week_from": week, "week_to": to, "certainty": "actual"})


def _events(data: dict, **more: object) -> dict:
    return {
        "events": {
            "event": ["arrest"],
            "certainty": ["actual"],
            "horizons_weeks": data["horizons"],
            "restricted_mean_weeks": data.get("tau", 52),
            "competing": [],
        }
        | more,
        **({"comparison": {"arms": data["pair"], "covariates": []}} if data["pair"] else {}),
    }


def _survival(folder: Path, data: dict) -> dict[str, pd.DataFrame]:
    names = ("arm", "gender", "setting")
    people = pd.DataFrame({"client": _clients(len(data["week"])), "follow_up_weeks": data["week"], "follow_up_end": "lost"})
    people = people.assign(**{name: data[name] for name in names})
    if "entry" in data:
        people["follow_up_from_week"] = data["entry"]
    hit = np.array(data["event"]) == 1
    events = _happened(people["client"][hit], people["follow_up_weeks"][hit])
    asked = _events(data)
    if data["pair"]:
        asked["comparison"]["covariates"] = ["gender", "setting"]
    asked["subgroups"] = ["gender", "setting"]
    return results(folder, {"treatments": people, "events": events}, plan(**asked))


def _competing(folder: Path, data: dict) -> dict[str, pd.DataFrame]:
    week, cause = pd.Series(data["week"]), np.array(data["cause"])
    people = pd.DataFrame({"client": _clients(len(week)), "arm": data["arm"], "follow_up_weeks": week})
    people["follow_up_end"] = np.where(cause == 2, "died", "lost")
    events = [_happened(people["client"][cause == k], week[cause == k], event) for k, event in ((1, "arrest"), (3, "new_care"))]
    asked = _events(data, competing=["died", "new_care"] if (cause == 3).any() else ["died"])
    return results(folder, {"treatments": people, "events": pd.concat(events)}, plan(**asked))


def _recurrent(folder: Path, data: dict) -> dict[str, pd.DataFrame]:
    people = pd.DataFrame({"client": _clients(len(data["until"])), "arm": data["arm"], "follow_up_weeks": data["until"]})
    events = _happened(people["client"].iloc[data["person"]].to_numpy(), data["at"])
    return results(folder, {"treatments": people, "events": events}, plan(**_events(data)))


def _interval(folder: Path, data: dict) -> dict[str, pd.DataFrame]:
    """R's interval (left, right] is the weeks left + 1 to right."""
    left, right = pd.Series(data["left"], dtype=float), pd.Series(data["right"], dtype=float)
    people = pd.DataFrame(
        {"client": _clients(len(left)), "arm": data["arm"], "follow_up_weeks": right.fillna(left).astype(int)}
    )
    hit = right.notna()
    events = _happened(people["client"][hit], left[hit].astype(int) + 1, week_to=right[hit].astype(int))
    return results(folder, {"treatments": people, "events": events}, plan(**_events(data)))


def _change(folder: Path, data: dict) -> dict[str, pd.DataFrame]:
    arms = data["arm"] if isinstance(data["arm"], list) else [data["arm"]] * len(data["pre"])
    people = pd.DataFrame({"client": _clients(len(arms)), "arm": arms})
    covariates = [name for name in ("gender", "setting") if name in data]
    people = people.assign(**{name: data[name] for name in covariates})
    scores = [
        pd.DataFrame({"client": people["client"], "moment": moment, "score": data[part], "week": week})
        for moment, part, week in (("baseline", "pre", 0), ("end", "post", 10))
    ]
    measurements = pd.concat(scores).assign(instrument="scale", informant="self")
    asked: dict = {"measures": [{"instrument": "scale", "informant": "self", "moments": ["end"]}]}
    if data["pair"]:
        asked["comparison"] = {"arms": data["pair"], "covariates": covariates}
    manifest = scale("scale", higher_is_better=data["higher"])
    return results(folder, {"treatments": people, "measurements": measurements}, plan(**asked), manifest)


def _time(folder: Path, data: dict) -> dict[str, pd.DataFrame]:
    table = pd.DataFrame({name: data[name] for name in ("id", "moment", "week", "score", "arm")})
    table["client"] = "P" + table["id"].astype(str)
    people = table.drop_duplicates("client")[["client", "arm"]]
    table["moment"] = table["moment"].map(dict(enumerate(data["moments"], start=1)))
    measurements = table[["client", "moment", "week", "score"]].assign(instrument="scale", informant="self")
    asked: dict = {
        "measures": [{"instrument": "scale", "informant": "self", "moments": data["moments"][1:]}],
        "over_time": {"slope": data["slope"]},
    }
    if data["pair"]:
        asked["comparison"] = {"arms": data["pair"]}
    return results(folder, {"treatments": people, "measurements": measurements}, plan(**asked), scale("scale"))


KINDS: dict[str, Callable[[Path, dict], dict[str, pd.DataFrame]]] = {
    "survival": _survival,
    "competing": _competing,
    "recurrent": _recurrent,
    "interval": _interval,
    "change": _change,
    "time": _time,
}


FEW = {"heart": ("survival_difference", "survival_ratio"), "kidney": ("survival_difference", "survival_ratio", "log_rank_chi2")}
"""Where hardly anybody is left or has an event R's normal limits and its p do not hold: others are printed (test_small_groups.py)."""


@pytest.mark.parametrize("name", REFERENCE["sets"])
def test_a_whole_run_equals_r(tmp_path, name):
    data = REFERENCE["sets"][name]
    found = KINDS[data["kind"]](tmp_path / name, data)
    arms = set(data["arm"]) if isinstance(data["arm"], list) else set()
    # what is told of a third arm, and of all arms together, a plan tells that compares nothing
    other = arms - set(data["pair"] or arms)
    everybody = KINDS[data["kind"]](tmp_path / f"{name}-all", data | {"pair": None}) if other else found
    wrong, checked = [], 0
    for wanted in (wanted for wanted in REFERENCE["rows"] if wanted["set"] == name):
        analysis, _, outcome = wanted["analysis"].partition("/")
        seen = everybody if analysis in everybody and wanted["arm"] in {"all", *other} else found
        own = row(seen[analysis], wanted["measure"], wanted["arm"], wanted["time"], wanted["subgroup"], outcome or None)
        iterative = wanted["measure"] in ITERATIVE or data["kind"] == "interval"
        for column, value in zip(("estimate", "ci_low", "ci_high", "p_value"), _numbers(wanted)):
            if value is not None and (column == "estimate" or wanted["measure"] not in FEW.get(name, ())):
                checked += 1
                tolerance = 1e-8 if not iterative else P_OF_ITERATIVE if column == "p_value" else 1e-6
                if own[column] != pytest.approx(value, rel=tolerance, abs=1e-12):
                    place = " ".join(wanted[part] for part in ("measure", "arm", "time", "subgroup"))
                    wrong.append(f"{place} {column}: {own[column]!r}, not {value!r}")
    assert not wrong, "\n".join(wrong)
    assert checked


def _numbers(wanted: dict) -> list[float | None]:
    return [wanted[name] for name in ("estimate", "low", "high", "p")]
