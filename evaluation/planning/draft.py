"""A plan to fill in, drafted from the shape of a submission: never from an outcome."""

from __future__ import annotations

import hashlib

import tomlkit

from data_schemas.submission import CONTRACT_VERSION, Submission


def draft_plan(submission: Submission) -> str:
    """A plan to fill in, drafted from a submission's shape: which arms, instruments and moments there are, never an outcome."""
    treatments, measurements = submission.tables["treatments"], submission.tables["measurements"]
    arms = [str(arm) for arm in treatments["arm"].cat.categories]
    document = tomlkit.document()
    document.add(tomlkit.comment("Fill in every line that holds <...>, then:  evaluation plan lock plan.toml"))
    document.update(
        {
            "contract": CONTRACT_VERSION,
            "title": "<short title>",
            "question": "<the question, as one sentence>",
            "programme": str(treatments["programme"].cat.categories[0]),
            "design": "change",
            "seed": 0,
        }
    )
    document.add(
        tomlkit.comment('outcomes_known = "no", "partly" or "yes": were outcomes known when you wrote this? Yours to say')
    )
    document["estimand"] = {
        "population": "<for whom the answer holds>",
        "treatment": "<the treatment, against what>",
        "intercurrent_events": "<what can intervene, and how it is handled>",
        "outcome": "<the variable, and when it is measured>",
        "summary": "<the summary measure, such as the mean change>",
    }
    if len(arms) > 1:
        document["comparison"] = {"arms": arms[:2]}
    measures = _measures_present(measurements)
    if measures:
        document["measures"] = measures
    if treatments["follow_up_weeks"].notna().any():
        events = {
            "event": ["sexual_exploitation", "criminal_exploitation"],
            "certainty": ["actual", "presumed"],
            "time_zero": "start",
            "horizons_weeks": [26, 52],
            "restricted_mean_weeks": 52,
        }
        document["events"] = events
    document["gates"] = {"smallest_measured": 0.6} | ({"attrition": "cautious"} if len(arms) > 1 else {})
    document["disclosure"] = {"threshold": 10}
    # from the shape alone: the hash of a submission would let every score choose the seed
    document["seed"] = int(hashlib.sha256((submission.name + tomlkit.dumps(document)).encode()).hexdigest()[:6], 16)
    return tomlkit.dumps(document)


def _measures_present(measurements) -> list[dict]:
    later = measurements[
        measurements["moment"].isin(["interim", "end", "follow_up_1m", "follow_up_3m", "follow_up_6m", "follow_up_12m"])
    ]
    moments = list(measurements["moment"].cat.categories)
    groups = later.groupby(["instrument", "informant"], observed=True)["moment"].unique()
    return [
        {
            "instrument": str(instrument),
            "informant": str(informant),
            "moments": sorted((str(moment) for moment in present), key=moments.index),
        }
        for (instrument, informant), present in groups.items()
    ]
