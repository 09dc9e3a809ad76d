"""A plan to fill in, drafted from the shape of a submission: never from an outcome.

Shape is who and what was asked: programmes and arms with their sizes, which questionnaires have a baseline and which later moments, whether
anybody's follow-up is known, and which kinds of event anybody keeps track of. Of events nothing else is looked at: not whose, how many,
when, how certain or in which arm; so a draft is the same whatever happened, as long as each kind was recorded at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pandas as pd
import tomlkit

from data_schemas.submission import CONTRACT_VERSION, Submission
from data_schemas.tables.events import TABLE as EVENTS

_OPEN = {
    "population": "<for whom the answer holds>",
    "treatment": "<the treatment, against what>",
    "intercurrent_events": "<what can intervene, and how it is handled>",
    "outcome": "<the variable, and when it is measured>",
    "summary": "<the summary measure, such as the mean change>",
}
_EXPLOITATION = ("sexual_exploitation", "criminal_exploitation")
_FILL_IN = "Fill in every line that holds <...>, then:  evaluation plan lock plan.toml"
_ALIKE = 'arms that were not made by lot: covariates = [...] here, and  [weighting] estimand = "overlap"  to make them alike in these'
_BY_LOT = 'design = "experimental" when the arms were made by lot'
_KNOWN = 'outcomes_known = "no", "partly" or "yes": were outcomes known when you wrote this? Yours to say'

_PRIMARY = "primary = true  on each measure that answers the question; without it the first does, and the events"
_COMMITTEE = "[disclosure.committee] with readers, confidentiality and approved_by: a confidential edition, from five people on"


def draft_plan(submission: Submission) -> str:
    """A plan to fill in, drafted from a submission's shape. What it compares its design can carry: two arms, or nothing."""
    treatments, measurements = submission.tables["treatments"], submission.tables["measurements"]
    programme = _largest(treatments["programme"])[0]
    arms = _arms(treatments, programme)
    compared = len(arms) > 1
    document = tomlkit.document()
    document.add(tomlkit.comment(_FILL_IN))
    document.update(
        {
            "contract": CONTRACT_VERSION,
            "title": "<short title>",
            "question": "<the question, as one sentence>",
            "programme": programme,
            "design": "quasi_experimental" if compared else "change",
            "seed": 0,
        }
    )
    for note in (*([_BY_LOT] if compared else []), _KNOWN):
        document.add(tomlkit.comment(note))
    document["estimand"] = dict(_OPEN)
    if compared:
        document["comparison"] = {"arms": arms[:2]}
        document["comparison"].add(tomlkit.comment(_ALIKE))
        if len(arms) > 2:
            document["comparison"].add(tomlkit.comment(f"the other arms are no part of this plan: {', '.join(arms[2:])}"))
    measures = _measures_present(measurements)
    if measures:
        document["measures"] = measures
    if treatments["follow_up_weeks"].notna().any() or not measures:
        document["events"] = _events(submission.tables["events"])
    document["gates"] = {"smallest_measured": 0.6} | ({"attrition": "cautious"} if compared else {})
    document["disclosure"] = {"threshold": 10}
    # from the shape alone: the hash of a submission would let every score choose the seed
    document["seed"] = int(hashlib.sha256((submission.name + tomlkit.dumps(document)).encode()).hexdigest()[:6], 16)
    if len(measures) > 1:
        document["measures"][0].add(tomlkit.comment(_PRIMARY))
    document["disclosure"].add(tomlkit.comment(_COMMITTEE))
    return tomlkit.dumps(document)


def _largest(names: pd.Series) -> list[str]:
    """Names, those of most people first; of as many in alphabetical order."""
    sizes = names.astype(str).value_counts()
    return [str(name) for name in sorted(sizes.index, key=lambda name: (-sizes[name], name))]


def _arms(treatments: pd.DataFrame, programme: str) -> list[str]:
    """The arms, those with people of the programme first: an arm that has none can only be compared with."""
    mine = set(treatments["arm"][treatments["programme"] == programme].astype(str))
    return sorted(_largest(treatments["arm"]), key=lambda arm: arm not in mine)


def _events(events: pd.DataFrame) -> Mapping[str, object]:
    """Exploitation of a kind that was ever recorded; otherwise whatever else was, and exploitation where nothing was."""
    recorded = [code for code in EVENTS.column("event").codes.values if (events["event"] == code).any()]
    return {
        "event": [code for code in recorded if code in _EXPLOITATION] or recorded or list(_EXPLOITATION),
        "certainty": ["actual", "presumed"],
        "time_zero": "start",
        "horizons_weeks": [26, 52],
        "restricted_mean_weeks": 52,
    }


def _measures_present(measurements: pd.DataFrame) -> list[dict]:
    """Questionnaires with a baseline and their later moments."""
    key = ["instrument", "informant"]
    moments = [moment for moment in measurements["moment"].cat.categories if moment not in ("baseline", "repeated")]
    found = []
    for (instrument, informant), mine in measurements.groupby(key, observed=True)["moment"]:
        present = set(mine.astype(str))
        later = [str(moment) for moment in moments if moment in present]
        if later and "baseline" in present:
            found.append({"instrument": str(instrument), "informant": str(informant), "moments": later})
    return found
