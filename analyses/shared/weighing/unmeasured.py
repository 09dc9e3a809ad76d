"""What was not measured: how strong it would have to be, and what these people could have shown at all.

These rows follow from rows as they are told, rounded ones where results are released: they tell nothing more than these.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analyses.statistics.weighting.e_value import (
    e_value,
    of_difference_in_sd,
    of_hazard_ratio,
    smallest_detectable,
    tipping_effect,
)
from data_schemas.result import Declared
from data_schemas.words import Words

UNMEASURED_MEASURES = {
    "e_value": Declared("model", Words("E-waarde", "E-value"), "ratio"),
    "e_value_limit": Declared(
        "model", Words("E-waarde van de grens bij geen verschil", "E-value of the limit at no difference"), "ratio"
    ),
    "tipping_effect": Declared(
        "model",
        Words("wat een niet gemeten kenmerk zou moeten schelen", "what an unmeasured trait would have to shift"),
        "effect",
    ),
    "tipping_effect_limit": Declared(
        "model",
        Words(
            "wat een niet gemeten kenmerk zou moeten schelen om het interval bij nul te brengen",
            "what an unmeasured trait would have to shift to bring the interval to zero",
        ),
        "effect",
    ),
    "smallest_detectable": Declared(
        "model",
        Words("kleinste verschil dat hier te zien was geweest", "smallest difference that could have been seen here"),
        "effect",
    ),
}
MORE_COMMON = (0.1, 0.25, 0.5)
_SHOWN = ("exact", "released", "rounded")
_E = (
    "E-value (VanderWeele & Ding 2017): how much likelier, both in the outcome and in one of the arms, an unmeasured trait would have to be to "
    "explain {what}"
)
_SOURCES = {
    "weighted_hazard_ratio": "; hazard ratio taken to the ratio of risks of a common event, the cautious of both ways (VanderWeele 2020)",
    "weighted_hazard_ratio;event=rare": "; hazard ratio taken as the ratio of risks, which holds when fewer than some 15 of 100 have the event",
    "weighted_risk_ratio": "; that of the difference in these risks as well, which is explained away when their ratio is",
    "weighted_g": "; difference in SDs taken to a ratio of risks, exp(0.91 d)",
}
_TIPPING = {"weighted_mean_difference": "score", "risk_difference": "share"}
_SHIFT = (
    "|{what}| over how much more common an unmeasured trait is in one arm (Lin, Psaty & Kronmal 1998): what it would have to shift the outcome, in "
    "its own unit, to bring {what} to no difference"
)
_DETECTABLE = (
    "2.80 times the error as told: with 80 of 100 chances, these people would have shown a difference of this size (Bloom 1995)"
)


def unmeasured_records(records: list[dict]) -> Iterator[dict]:
    """An empty row for everything that `follows` from these rows."""
    for record in records:
        of = {name: record.get(name, "") for name in ("arm", "outcome", "time", "n", "events", "residual_df") if name in record}
        measure = record["measure"]
        for source in (name for name in _SOURCES if name.partition(";")[0] == measure):
            of |= {"subgroup": f"of={source}", "unit": "ratio"}
            yield of | {"measure": "e_value", "method": _E.format(what="the estimate away") + _SOURCES[source]}
            told = "the limit nearest to no difference away, 1 when the interval has no difference in it"
            yield of | {"measure": "e_value_limit", "method": _E.format(what=told) + _SOURCES[source]}
        if measure in _TIPPING:
            for share in MORE_COMMON:
                of |= {"subgroup": f"of={measure};more_common={share:g}", "unit": _TIPPING[measure]}
                yield of | {"measure": "tipping_effect", "method": _SHIFT.format(what="the estimate")}
                words = (
                    _SHIFT.format(what="the limit nearest to no difference") + "; 0 when the interval has no difference in it"
                )
                yield of | {"measure": "tipping_effect_limit", "method": words}
            yield of | {"measure": "smallest_detectable", "subgroup": f"of={measure}", "method": _DETECTABLE}


def follows(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that follow from the others as these were told, with their status; and the effective number from its share."""
    place = ["outcome", "arm", "time"]
    source = frame.drop_duplicates([*place, "measure"]).set_index([*place, "measure"])
    values, status, method = (
        frame["estimate"].to_numpy(float).copy(),
        frame["status"].to_numpy(object),
        frame["method"].to_numpy(object),
    )
    p_free = frame["measure"].isin([*UNMEASURED_MEASURES, "effective_n"]).to_numpy(bool)
    columns = [frame[name].to_numpy(object) for name in (*place, "measure", "subgroup")]
    for k in np.flatnonzero(p_free).tolist():
        *where, measure, subgroup = (column[k] for column in columns)
        of = "effective_share" if measure == "effective_n" else dict(part.split("=") for part in subgroup.split(";"))["of"]
        row = source.loc[(*where, of)]
        told = row["status"] in _SHOWN and np.isfinite(row["estimate"])
        values[k] = _value(measure, of, subgroup, row) if told else np.nan
        status[k] = (
            row["status"]
            if told and np.isfinite(values[k])
            else "suppressed"
            if row["status"] == "suppressed"
            else "not_estimable"
        )
        if status[k] == "not_estimable" and not told:
            reason = row["method"].partition(": ")[0]
            method[k] = f"{reason}: {method[k]}" if reason.replace("_", "").isalpha() and reason.islower() else method[k]
    return frame.assign(
        estimate=values,
        status=pd.array(status, dtype=frame["status"].dtype),
        method=pd.array(method, dtype=frame["method"].dtype),
    )


def _value(measure: str, of: str, subgroup: str, row: pd.Series) -> float:
    estimate, low, high = (float(row[name]) for name in ("estimate", "ci_low", "ci_high"))
    if measure == "effective_n":
        return estimate * float(row["n"])
    if measure in ("e_value", "e_value_limit"):
        common = float if "event=rare" in subgroup else of_hazard_ratio
        turn = {"weighted_hazard_ratio": common, "weighted_risk_ratio": float, "weighted_g": of_difference_in_sd}[of]
        found = e_value(*(turn(number) for number in (estimate, low, high)))
        return found.estimate if measure == "e_value" else found.limit if np.isfinite(low) else np.nan
    if measure == "smallest_detectable":
        return smallest_detectable(float(row["std_error"]))
    more = float(dict(part.split("=") for part in subgroup.split(";"))["more_common"])
    if measure == "tipping_effect":
        return tipping_effect(estimate, more)
    nearest = low if estimate >= 0 else high
    return 0.0 if nearest * np.sign(estimate) <= 0 else tipping_effect(nearest, more) if np.isfinite(nearest) else np.nan
