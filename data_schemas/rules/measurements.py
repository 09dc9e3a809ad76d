"""Rules across the columns of measurements, and between measurements and the instruments."""

import numpy as np
import pandas as pd

from data_schemas.finding import Delivery, Outcome, TableRule
from data_schemas.words import Words

_SERIES = ["client", "instrument", "informant"]
_HEAD = "client,instrument,informant,moment,week,score\n"
_CLIENT = {"treatments": "client,provider,programme,arm\nK-01,p,q,a\n"}


def _of_instrument(delivery: Delivery, fact) -> np.ndarray:
    """A fact of each row's instrument as floats, NaN where the instrument is unknown or has none."""
    names = delivery.tables["measurements"]["instrument"]
    facts = [fact(delivery.instruments[name]) if name in delivery.instruments else None for name in names.cat.categories]
    values = np.array([np.nan if value is None else float(value) for value in facts] + [np.nan])
    return values[names.cat.codes.to_numpy()]


def _known_instrument(delivery: Delivery) -> Outcome:
    known = _of_instrument(delivery, lambda instrument: 1.0) == 1.0
    named = delivery.tables["measurements"]["instrument"].notna().to_numpy()
    return Outcome(named & ~known, named)


def _score_in_range(delivery: Delivery) -> Outcome:
    score = delivery.tables["measurements"]["score"].to_numpy(float)
    low, high = (_of_instrument(delivery, lambda i, end=end: getattr(i, end)) for end in ("minimum", "maximum"))
    applies = ~np.isnan(score) & (~np.isnan(low) | ~np.isnan(high))
    return Outcome((score < low) | (score > high), applies)


def _one_per_moment(delivery: Delivery) -> Outcome:
    frame = delivery.tables["measurements"]
    applies = (frame["moment"] != "repeated").to_numpy() & frame[["client", "moment"]].notna().all(axis=1).to_numpy()
    twice = np.zeros(len(frame), bool)
    twice[applies] = frame.loc[applies, [*_SERIES, "moment"]].duplicated(keep=False)
    return Outcome(twice, applies)


def _repeated_has_week(delivery: Delivery) -> Outcome:
    frame = delivery.tables["measurements"]
    repeated = (frame["moment"] == "repeated").to_numpy()
    return Outcome(repeated & frame["week"].isna().to_numpy(), repeated)


def _baseline_first(delivery: Delivery) -> Outcome:
    frame = delivery.tables["measurements"]
    usable = frame[[*_SERIES, "moment", "week"]].notna().all(axis=1).to_numpy()
    baseline = usable & (frame["moment"] == "baseline").to_numpy()
    later = (
        usable
        & frame["moment"].isin(["interim", "end", "follow_up_1m", "follow_up_3m", "follow_up_6m", "follow_up_12m"]).to_numpy()
    )
    first = frame.loc[baseline].groupby(_SERIES, observed=True)["week"].max().rename("first")
    joined = frame.loc[later, [*_SERIES, "week"]].merge(first, left_on=_SERIES, right_index=True, how="left")
    breaks, applies = np.zeros(len(frame), bool), np.zeros(len(frame), bool)
    applies[later] = joined["first"].notna().to_numpy()
    breaks[later] = (joined["week"] <= joined["first"]).fillna(False).to_numpy(bool)
    return Outcome(breaks, applies)


def _baseline_before_treatment(delivery: Delivery) -> Outcome:
    frame = delivery.tables["measurements"]
    baseline = (frame["moment"] == "baseline").to_numpy() & frame["week"].notna().to_numpy()
    late = pd.to_numeric(frame["week"]).to_numpy(dtype=float, na_value=np.nan) > 4
    return Outcome(baseline & late, baseline)


_NEEDS = tuple(f"measurements.{column}" for column in ("client", "instrument", "informant", "moment", "week"))

KNOWN_INSTRUMENT = TableRule(
    "known-instrument",
    "error",
    Words("Onbekend instrument", "Unknown instrument"),
    Words(
        "Elk instrument staat in het register of is in submission.toml beschreven.",
        "Every instrument is in the registry or described in submission.toml.",
    ),
    Words(
        "Gebruik de korte naam uit het register, of beschrijf het instrument onder [instruments] met zijn bron.",
        "Use the short name from the registry, or describe the instrument under [instruments] with its source.",
    ),
    Words("Zonder richting en bereik is een score niet te duiden.", "Without direction and range a score has no meaning."),
    "measurements",
    ("instrument",),
    ("measurements.instrument",),
    _known_instrument,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,30\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-99,self,baseline,0,30\n"},
)

SCORE_IN_RANGE = TableRule(
    "score-in-range",
    "error",
    Words("Score buiten het bereik van het instrument", "Score outside the instrument's range"),
    Words("Elke score ligt binnen het bereik van het instrument.", "Every score lies within the instrument's range."),
    Words(
        "Controleer de score, het instrument en of alle items zijn omgescoord.",
        "Check the score, the instrument, and whether all items were recoded.",
    ),
    Words("Gemiddelden en verschillen zouden niet kloppen.", "Means and differences would be wrong."),
    "measurements",
    ("score",),
    ("measurements.instrument", "measurements.score"),
    _score_in_range,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,65\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,66\n"},
)

ONE_PER_MOMENT = TableRule(
    "one-per-moment",
    "error",
    Words("Meetmoment staat er vaker in", "Moment is there more than once"),
    Words(
        "Per cliënt, instrument en informant is er één meting per meetmoment.",
        "Per client, instrument and informant there is one measurement per moment.",
    ),
    Words(
        "Haal de dubbele meting weg, of noem haar 'herhaalde meting' met de week erbij.",
        "Remove the duplicate, or call it 'repeated measurement' and give its week.",
    ),
    Words("Niet te bepalen is welke score telt.", "It cannot be told which score counts."),
    "measurements",
    ("client", "instrument", "informant", "moment"),
    _NEEDS[:4],
    _one_per_moment,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,30\nK-01,cries-13,self,end,26,20\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,30\nK-01,cries-13,self,baseline,1,20\n"},
)

REPEATED_HAS_WEEK = TableRule(
    "repeated-has-week",
    "error",
    Words("Herhaalde meting zonder week", "Repeated measurement without a week"),
    Words("Een herhaalde meting heeft een week.", "A repeated measurement has a week."),
    Words(
        "Vul de week in, geteld vanaf de start van de behandeling.", "Fill in the week, counted from the start of treatment."
    ),
    Words("De volgorde van de metingen is onbekend.", "The order of the measurements is unknown."),
    "measurements",
    ("week",),
    ("measurements.moment", "measurements.week"),
    _repeated_has_week,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,repeated,3,30\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,repeated,,30\n"},
)

BASELINE_FIRST = TableRule(
    "baseline-first",
    "error",
    Words("Latere meting niet na de voormeting", "Later measurement not after the baseline"),
    Words(
        "Elke latere meting ligt na de voormeting van dezelfde lijst.",
        "Every later measurement comes after the baseline of the same questionnaire.",
    ),
    Words("Verbeter de week of het meetmoment.", "Correct the week or the moment."),
    Words("Verbetering en verslechtering zouden worden verwisseld.", "Improvement and deterioration would be swapped."),
    "measurements",
    ("moment", "week"),
    _NEEDS,
    _baseline_first,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,30\nK-01,cries-13,self,end,26,20\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,9,30\nK-01,cries-13,self,end,8,20\n"},
)

BASELINE_BEFORE_TREATMENT = TableRule(
    "baseline-before-treatment",
    "warning",
    Words("Late voormeting", "Late baseline"),
    Words("De voormeting is uiterlijk in week 4 van de behandeling.", "The baseline is in week 4 of treatment at the latest."),
    Words(
        "Controleer de week; is de lijst echt later ingevuld, noem het dan een tussenmeting.",
        "Check the week; when it really was filled in later, call it an interim measurement.",
    ),
    Words("Een deel van de verandering is dan al voorbij.", "Part of the change is over by then."),
    "measurements",
    ("moment", "week"),
    ("measurements.moment", "measurements.week"),
    _baseline_before_treatment,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,30\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,9,30\n"},
)
