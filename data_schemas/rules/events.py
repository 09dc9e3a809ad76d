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
    Words(
        "'Van week' is hier later dan 'Tot en met week'.",
        "'From week' is later than 'To week' here.",
    ),
    Words(
        "Verwissel de twee weken. Is de week bekend, vul dan twee keer dezelfde in.",
        "Swap the two weeks. When the week is known, fill in the same one twice.",
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
        "Deze gebeurtenis ligt na de laatste week waarin de jongere is gevolgd, of die week is niet ingevuld.",
        "This event lies after the last week in which the young person was followed, or that week was not filled in.",
    ),
    Words(
        "Verbeter de week, of vul bij Behandelingen in de kolom 'Gevolgd tot en met week' een latere week in.",
        "Correct the week, or fill in a later week in the column 'Followed up to week' of Treatments.",
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
        "Deze gebeurtenis ligt voor het moment waarop het volgen begon.",
        "This event lies before the moment at which follow-up began.",
    ),
    Words(
        "Verbeter de week, of maak bij Behandelingen 'Gevolgd vanaf week' kleiner.",
        "Correct the week, or make 'Followed from week' smaller in Treatments.",
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
        "Deze gebeurtenis staat in week 0. De eerste week van de behandeling is week 1.",
        "This event stands in week 0. The first week of treatment is week 1.",
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
        "Dezelfde gebeurtenis, in dezelfde weken, staat er van twee bronnen in.",
        "The same event, in the same weeks, is there from two sources.",
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
        "Tussen de eerste en de laatste week van deze gebeurtenis zit meer dan een half jaar.",
        "More than half a year lies between the first and the last week of this event.",
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
