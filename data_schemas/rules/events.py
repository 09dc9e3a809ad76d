"""Rules across the columns of events, and between events and treatments."""

import numpy as np

from data_schemas.finding import Delivery, Outcome, TableRule
from data_schemas.words import Words

_HEAD = "client,event,week_from,week_to,certainty\n"
_CLIENT = {"treatments": "client,provider,programme,arm,follow_up_weeks\nK-01,p,q,a,52\n"}


def _numbers(column) -> np.ndarray:
    return column.to_numpy(dtype=float, na_value=np.nan)


def _weeks_in_order(delivery: Delivery) -> Outcome:
    frame = delivery.tables["events"]
    first, last = _numbers(frame["week_from"]), _numbers(frame["week_to"])
    return Outcome(first > last, ~np.isnan(first) & ~np.isnan(last))


def _within_follow_up(delivery: Delivery) -> Outcome:
    frame, treatments = delivery.tables["events"], delivery.tables["treatments"]
    row = frame["client"].cat.codes.to_numpy()
    until = np.append(_numbers(treatments["follow_up_weeks"]), np.nan)[row]
    week = _numbers(frame["week_to"])
    applies = (row >= 0) & ~np.isnan(week)
    return Outcome(applies & ~(week <= until), applies)


WEEKS_IN_ORDER = TableRule(
    "event-weeks-in-order",
    "error",
    Words("Weken in de verkeerde volgorde", "Weeks in the wrong order"),
    Words("'Van week' ligt niet na 'tot en met week'.", "'From week' does not come after 'to week'."),
    Words(
        "Verwissel de twee weken, of vul bij een bekende week twee keer dezelfde in.",
        "Swap the two weeks, or fill in the same one twice when the week is known.",
    ),
    Words("Niet te bepalen is wanneer het gebeurde.", "It cannot be told when it happened."),
    "events",
    ("week_from", "week_to"),
    ("events.week_from", "events.week_to"),
    _weeks_in_order,
    holds=_CLIENT | {"events": _HEAD + "K-01,running_away,8,10,actual\n"},
    fails=_CLIENT | {"events": _HEAD + "K-01,running_away,10,8,actual\n"},
)

WITHIN_FOLLOW_UP = TableRule(
    "event-within-follow-up",
    "error",
    Words("Gebeurtenis na het volgen", "Event after follow-up"),
    Words(
        "Elke gebeurtenis ligt binnen de weken waarin de jongere gevolgd is.",
        "Every event lies within the weeks in which the young person was followed.",
    ),
    Words(
        "Verbeter de week, of vul bij behandelingen in tot en met welke week is gevolgd.",
        "Correct the week, or fill in with treatments up to which week the young person was followed.",
    ),
    Words(
        "De gebeurtenis zou niet meetellen, of de tijd tot die gebeurtenis niet kloppen.",
        "The event would not count, or the time to it would be wrong.",
    ),
    "events",
    ("week_to",),
    ("events.client", "events.week_to", "treatments.follow_up_weeks"),
    _within_follow_up,
    holds=_CLIENT | {"events": _HEAD + "K-01,running_away,52,52,actual\n"},
    fails=_CLIENT | {"events": _HEAD + "K-01,running_away,53,53,actual\n"},
)
