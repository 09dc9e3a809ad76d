"""Rows and numbers of treatments and events that can be, but hardly are: copied, defaults, or counted from elsewhere."""

import numpy as np

from data_schemas.finding import Delivery, Outcome, TableRule, Tally, WholeRule
from data_schemas.rules._counting import mixed_hash, numbers, positions, repeated
from data_schemas.tables import tables
from data_schemas.words import Words

# Fewer values than these say nothing about a pattern.
ENOUGH = 10
ENOUGH_WEEKS = 40
# A row with fewer numbers filled in can equal another by chance.
COPIED_NUMBERS = 4
ROUND_SHARE = 0.6
# How far from its name a moment may lie, in weeks after the end of treatment: expected, and how far off.
OFFSETS = {
    "end": (0, 13),
    "follow_up_1m": (4, 9),
    "follow_up_3m": (13, 13),
    "follow_up_6m": (26, 17),
    "follow_up_12m": (52, 26),
}
_NUMBERS = (
    "treatment_weeks",
    "sessions_planned",
    "sessions_attended",
    "integrity",
    "goal_attainment",
    "satisfaction",
    "follow_up_weeks",
)
_HEAD = "client,instrument,informant,moment,week,score\n"
_EVENTS = "client,event,week_from,week_to,certainty\n"
_DOSE = "client,provider,programme,arm,treatment_weeks,sessions_planned,sessions_attended,integrity\n"
_CLIENT = {"treatments": "client,provider,programme,arm\nK-01,p,q,a\n"}


def _called(name: str) -> Words:
    return tables()["treatments"].column(name).label


def _numbers_vary(delivery: Delivery) -> Tally:
    frame = delivery.tables["treatments"]
    columns = {name: numbers(frame[name]) for name in ("integrity", "goal_attainment", "satisfaction", "sessions_attended")}
    enough = {name: values[~np.isnan(values)] for name, values in columns.items() if (~np.isnan(values)).sum() >= ENOUGH}
    return Tally(
        len(enough),
        tuple({"column": _called(name), "blamed": (name,)} for name, values in enough.items() if values.min() == values.max()),
    )


def _treatments_not_copied(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    columns = np.column_stack([numbers(frame[name]) for name in _NUMBERS])
    applies = (~np.isnan(columns)).sum(axis=1) >= COPIED_NUMBERS
    described = [name for name, kind in frame.dtypes.items() if kind == "category" and name != "client"]
    key = np.zeros(len(frame), np.uint64)
    for place, name in enumerate(described):
        codes = np.arange(len(frame[name].cat.categories) + 1, dtype=np.uint64)
        key += mixed_hash(codes ^ (np.uint64(place + 1) << np.uint64(48)))[positions(frame[name])]
    for place, values in enumerate(np.nan_to_num(columns, nan=-1).T):
        key += mixed_hash(np.round(values * 100).astype(np.int64).view(np.uint64) ^ (np.uint64(place + 64) << np.uint64(48)))
    breaks = np.zeros(len(frame), bool)
    if applies.any():
        breaks[applies] = repeated(key[applies])
    return Outcome(breaks, applies)


def _near_its_name(delivery: Delivery) -> Outcome:
    frame, treatments = delivery.tables["measurements"], delivery.tables["treatments"]
    client = positions(treatments["client"])
    duration = np.full(len(treatments["client"].cat.categories) + 1, np.nan)
    duration[client[client >= 0]] = numbers(treatments["treatment_weeks"])[client >= 0]
    since_end = numbers(frame["week"]) - duration[positions(frame["client"])]
    codes = [*frame["moment"].cat.categories]
    expected, off = np.full(len(codes) + 1, np.nan), np.full(len(codes) + 1, np.nan)
    for code, (weeks, most) in OFFSETS.items():
        expected[codes.index(code)], off[codes.index(code)] = weeks, most
    moment = positions(frame["moment"])
    away = np.abs(since_end - expected[moment]) - off[moment]
    return Outcome(away > 0, ~np.isnan(away))


def _weeks_not_months(delivery: Delivery) -> Tally:
    frame = delivery.tables["events"]
    week = numbers(frame["week_from"])
    exact = week[(week == numbers(frame["week_to"])) & (week > 0)]
    if len(exact) < ENOUGH_WEEKS:
        return Tally(0, ())
    return Tally(len(exact), ({},) if np.mean(exact % 4 == 0) > ROUND_SHARE else ())


NUMBERS_VARY = WholeRule(
    "numbers-vary",
    "warning",
    Words("Overal hetzelfde getal", "The same number everywhere"),
    Words(
        "In de kolom {column} staat overal hetzelfde getal.",
        "The column {column} has the same number everywhere.",
    ),
    Words(
        "Controleer of het echte waarden zijn; laat de cellen leeg als het niet is vastgelegd.",
        "Check that these are real values; leave the cells empty when it was not recorded.",
    ),
    Words("Een standaardwaarde zou als uitkomst in het rapport staan.", "A default would be in the report as an outcome."),
    "treatments",
    ("integrity", "goal_attainment", "satisfaction", "sessions_attended"),
    ("treatments.client",),
    _numbers_vary,
    holds={
        "treatments": "client,provider,programme,arm,satisfaction\n"
        + "".join(f"K-{n:02d},p,q,a,{6 + n % 4}\n" for n in range(ENOUGH))
    },
    fails={
        "treatments": "client,provider,programme,arm,satisfaction\n" + "".join(f"K-{n:02d},p,q,a,8\n" for n in range(ENOUGH))
    },
)

TREATMENTS_NOT_COPIED = TableRule(
    "treatments-not-copied",
    "warning",
    Words("Traject gelijk aan een ander", "Trajectory equal to another"),
    Words(
        "Twee behandelingen zijn in alle kolommen gelijk, ook in de getallen.",
        "Two treatments are the same in all columns, numbers included.",
    ),
    Words(
        "Is er een rij gekopieerd, haal die dan weg. Staat dezelfde jongere er met twee codes in, houd er dan één.",
        "If a row was copied, remove it. If the same young person is there under two codes, keep one.",
    ),
    Words("Iemand zou dubbel tellen.", "Someone would count twice."),
    "treatments",
    ("client",),
    ("treatments.client",),
    _treatments_not_copied,
    holds={"treatments": _DOSE + "K-01,p,q,a,26,20,18,80\nK-02,p,q,a,26,20,18,81\n"},
    fails={"treatments": _DOSE + "K-01,p,q,a,26,20,18,80\nK-02,p,q,a,26,20,18,80\n"},
)

NEAR_ITS_NAME = TableRule(
    "moment-near-its-name",
    "warning",
    Words("Week past niet bij het meetmoment", "Week does not fit the moment"),
    Words(
        "De week van deze meting past niet bij het meetmoment en de behandelduur.",
        "The week of this measurement does not fit its moment and the duration of treatment.",
    ),
    Words(
        "Controleer de week (geteld vanaf de start, ook na afloop), het meetmoment en de behandelduur.",
        "Check the week (counted from the start, also afterwards), the moment and the duration of treatment.",
    ),
    Words("Metingen van verschillende momenten zouden door elkaar lopen.", "Measurements of different moments would be mixed."),
    "measurements",
    ("moment", "week"),
    ("measurements.client", "measurements.moment", "measurements.week", "treatments.treatment_weeks"),
    _near_its_name,
    holds={
        "treatments": "client,provider,programme,arm,treatment_weeks\nK-01,p,q,a,26\n",
        "measurements": _HEAD + "K-01,cries-13,self,follow_up_6m,52,20\n",
    },
    fails={
        "treatments": "client,provider,programme,arm,treatment_weeks\nK-01,p,q,a,26\n",
        "measurements": _HEAD + "K-01,cries-13,self,follow_up_6m,26,20\n",
    },
)

WEEKS_NOT_MONTHS = WholeRule(
    "weeks-not-months",
    "notice",
    Words("Weken die uit maanden lijken te komen", "Weeks that seem to come from months"),
    Words(
        "Opvallend veel weken van gebeurtenissen zijn een veelvoud van vier. Zijn het maanden?",
        "Very many weeks of events are multiples of four. Are they months?",
    ),
    Words(
        "Is alleen de maand bekend, vul dan de eerste en de laatste week van die maand in.",
        "When only the month is known, fill in the first and the last week of that month.",
    ),
    Words("De tijd tot een gebeurtenis lijkt preciezer dan zij is.", "The time to an event looks more precise than it is."),
    "events",
    ("week_from", "week_to"),
    ("events.week_from", "events.week_to"),
    _weeks_not_months,
    holds=_CLIENT | {"events": _EVENTS + "".join(f"K-01,running_away,{n + 1},{n + 1},actual\n" for n in range(ENOUGH_WEEKS))},
    fails=_CLIENT
    | {"events": _EVENTS + "".join(f"K-01,running_away,{4 * n + 4},{4 * n + 4},actual\n" for n in range(ENOUGH_WEEKS))},
)
