"""Rules across the columns of events, and between events and treatments."""

import numpy as np

from data_schemas.finding import Delivery, Outcome, TableRule
from data_schemas.rules._counting import categories_packed, group_sizes, numbers, positions
from data_schemas.words import Words

_HEAD = "client,event,week_from,week_to,certainty\n"
_CLIENT = {"treatments": "client,provider,programme,arm,follow_up_weeks\nK-01,p,q,a,52\n"}


def _weeks_in_order(delivery: Delivery) -> Outcome:
    frame = delivery.tables["events"]
    first, last = numbers(frame["week_from"]), numbers(frame["week_to"])
    return Outcome(first > last, ~np.isnan(first) & ~np.isnan(last))


def _of_client(delivery: Delivery, name: str) -> np.ndarray:
    """A number of each event's client; NaN where the client has no treatment."""
    treatments = delivery.tables["treatments"]
    client = positions(treatments["client"])
    known = client >= 0
    value = np.full(len(treatments["client"].cat.categories) + 1, np.nan)
    value[client[known]] = numbers(treatments[name])[known]
    return value[positions(delivery.tables["events"]["client"])]


def _within_follow_up(delivery: Delivery) -> Outcome:
    frame = delivery.tables["events"]
    week = numbers(frame["week_to"])
    applies = (positions(frame["client"]) >= 0) & ~np.isnan(week)
    return Outcome(applies & ~(week <= _of_client(delivery, "follow_up_weeks")), applies)


def _after_entry(delivery: Delivery) -> Outcome:
    since, last = _of_client(delivery, "follow_up_from_week"), numbers(delivery.tables["events"]["week_to"])
    applies = (since > 0) & ~np.isnan(last)
    return Outcome(last <= since, applies)


def _after_the_start(delivery: Delivery) -> Outcome:
    week = numbers(delivery.tables["events"]["week_from"])
    return Outcome(week < 1, ~np.isnan(week))


def _told_once(delivery: Delivery) -> Outcome:
    frame = delivery.tables["events"]
    first, last = numbers(frame["week_from"]), numbers(frame["week_to"])
    applies = (positions(frame["client"]) >= 0) & ~np.isnan(first) & ~np.isnan(last)
    what = categories_packed(frame.loc[applies], ("client", "event"))
    weeks = (what * 2_048 + first[applies].astype(np.int64)) * 2_048 + last[applies].astype(np.int64)
    same_source = weeks * (len(frame["source"].cat.categories) + 1) + positions(frame["source"])[applies] + 1
    breaks = np.zeros(len(frame), bool)
    breaks[applies] = group_sizes(weeks) > group_sizes(same_source)
    return Outcome(breaks, applies)


def _window_narrow(delivery: Delivery) -> Outcome:
    frame = delivery.tables["events"]
    width = numbers(frame["week_to"]) - numbers(frame["week_from"])
    return Outcome(width > 26, width > 0)


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

AFTER_ENTRY = TableRule(
    "event-after-entry",
    "error",
    Words("Gebeurtenis voor het volgen begon", "Event before follow-up began"),
    Words(
        "Van wie vanaf een latere week gevolgd is, liggen de gebeurtenissen na die week.",
        "The events of who was followed from a later week on come after that week.",
    ),
    Words(
        "Verbeter de week, of vul bij behandelingen in dat het volgen eerder begon.",
        "Correct the week, or fill in with treatments that follow-up began earlier.",
    ),
    Words(
        "Gebeurtenissen van voor het volgen zijn alleen bekend van wie daarna in beeld kwam; ze meetellen vertekent.",
        "Events from before follow-up are known only for those who came into view later; counting them gives bias.",
    ),
    "events",
    ("week_to",),
    ("events.client", "events.week_to", "treatments.follow_up_from_week"),
    _after_entry,
    holds={
        "treatments": "client,provider,programme,arm,follow_up_from_week,follow_up_weeks\nK-01,p,q,a,10,52\n",
        "events": _HEAD + "K-01,running_away,11,11,actual\n",
    },
    fails={
        "treatments": "client,provider,programme,arm,follow_up_from_week,follow_up_weeks\nK-01,p,q,a,10,52\n",
        "events": _HEAD + "K-01,running_away,10,10,actual\n",
    },
)

AFTER_THE_START = TableRule(
    "event-after-start",
    "warning",
    Words("Gebeurtenis in week 0", "Event in week 0"),
    Words(
        "Gebeurtenissen tellen vanaf week 1, de eerste week van de behandeling.",
        "Events count from week 1, the first week of treatment.",
    ),
    Words(
        "Gebeurde het voor de start, haal de rij dan weg. Telt u vanaf 0, tel er dan overal 1 bij op.",
        "If it happened before the start, remove the row. If you count from 0, add 1 everywhere.",
    ),
    Words("De gebeurtenis telt mee alsof zij meteen bij de start was.", "The event counts as if it were right at the start."),
    "events",
    ("week_from",),
    ("events.week_from",),
    _after_the_start,
    holds=_CLIENT | {"events": _HEAD + "K-01,running_away,1,1,actual\n"},
    fails=_CLIENT | {"events": _HEAD + "K-01,running_away,0,1,actual\n"},
)

TOLD_ONCE = TableRule(
    "event-told-once",
    "warning",
    Words("Gebeurtenis van twee bronnen", "Event from two sources"),
    Words(
        "Een gebeurtenis van dezelfde jongere in dezelfde weken staat er één keer in, ook als twee bronnen haar melden.",
        "An event of the same young person in the same weeks is there once, even when two sources report it.",
    ),
    Words(
        "Is het dezelfde gebeurtenis, houd dan één rij over. Zijn het er echt twee, dan hoeft u niets te doen.",
        "If it is the same event, keep one row. If there really were two, nothing needs doing.",
    ),
    Words(
        "In het aantal gebeurtenissen per jongere telt zij dubbel.", "It counts twice in the number of events per young person."
    ),
    "events",
    ("event", "week_from", "week_to", "source"),
    ("events.client", "events.event", "events.week_from", "events.week_to", "events.source"),
    _told_once,
    holds=_CLIENT
    | {
        "events": "client,event,week_from,week_to,certainty,source\nK-01,running_away,8,8,actual,police\n"
        "K-01,running_away,9,9,actual,self_report\n"
    },
    fails=_CLIENT
    | {
        "events": "client,event,week_from,week_to,certainty,source\nK-01,running_away,8,8,actual,police\n"
        "K-01,running_away,8,8,actual,self_report\n"
    },
)

WINDOW_NARROW = TableRule(
    "event-window-narrow",
    "notice",
    Words("Gebeurtenis in een lange periode", "Event within a long period"),
    Words(
        "De weken waarin een gebeurtenis kan vallen liggen ten hoogste een half jaar uit elkaar.",
        "The weeks in which an event can fall are at most half a year apart.",
    ),
    Words(
        "Vul, als dat bekend is, een kortere periode in. Anders hoeft u niets te doen.",
        "Fill in a shorter period when it is known. Otherwise nothing needs doing.",
    ),
    Words("De tijd tot de gebeurtenis wordt onzekerder.", "The time to the event becomes less certain."),
    "events",
    ("week_from", "week_to"),
    ("events.week_from", "events.week_to"),
    _window_narrow,
    holds=_CLIENT | {"events": _HEAD + "K-01,running_away,8,12,actual\n"},
    fails=_CLIENT | {"events": _HEAD + "K-01,running_away,8,40,actual\n"},
)
