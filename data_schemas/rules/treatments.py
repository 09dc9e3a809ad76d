"""Rules across the columns of treatments."""

import numpy as np

from data_schemas.finding import Delivery, Outcome, TableRule
from data_schemas.rules._counting import is_code, numbers
from data_schemas.words import Words

_ENDED = ("completed", "stopped_by_client", "stopped_by_provider", "by_agreement", "external")
_HEAD = (
    "client,provider,programme,arm,ending,treatment_weeks,sessions_planned,sessions_attended,follow_up_weeks,follow_up_end\n"
)
_FOLLOWED = "client,provider,programme,arm,ending,treatment_weeks,follow_up_from_week,follow_up_weeks,follow_up_end\n"


def _filled(column) -> np.ndarray:
    return column.notna().to_numpy()


def _ongoing_without_duration(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    ongoing = is_code(frame["ending"], "ongoing")
    return Outcome(ongoing & _filled(frame["treatment_weeks"]), ongoing)


def _ended_with_duration(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    ended = is_code(frame["ending"], *_ENDED)
    return Outcome(ended & ~_filled(frame["treatment_weeks"]), ended)


def _attended_within_planned(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    planned, attended = numbers(frame["sessions_planned"]), numbers(frame["sessions_attended"])
    return Outcome(attended > planned, ~np.isnan(planned) & ~np.isnan(attended))


def _follow_up_end_known(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    followed = _filled(frame["follow_up_weeks"])
    return Outcome(followed & ~_filled(frame["follow_up_end"]), followed)


def _follow_up_in_order(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    start, end = numbers(frame["follow_up_from_week"]), numbers(frame["follow_up_weeks"])
    late = start > 0
    return Outcome(~(start < end), late)


def _follow_up_weeks_known(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    ended = _filled(frame["follow_up_end"])
    return Outcome(ended & ~_filled(frame["follow_up_weeks"]), ended)


def _followed_through_treatment(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    duration, until = numbers(frame["treatment_weeks"]), numbers(frame["follow_up_weeks"])
    applies = is_code(frame["ending"], "completed") & ~np.isnan(duration) & ~np.isnan(until)
    return Outcome(until < duration, applies)


def _ending_known(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    timed = _filled(frame["treatment_weeks"])
    return Outcome(timed & ~_filled(frame["ending"]), timed)


_AFTERWARDS = ("continues_without_help", "housing_end", "daytime_end", "after_care")


def _ongoing_without_afterwards(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    ongoing = is_code(frame["ending"], "ongoing")
    said = np.zeros(len(frame), bool)
    for name in _AFTERWARDS:
        said |= _filled(frame[name]) & ~is_code(frame[name], "unknown")
    return Outcome(ongoing & said, ongoing)


def _after_care_received(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    told = _filled(frame["after_care_weeks"]) | (_filled(frame["after_care_by"]) & ~is_code(frame["after_care_by"], "unknown"))
    return Outcome(told & ~is_code(frame["after_care"], "yes"), told)


ONGOING_WITHOUT_DURATION = TableRule(
    "ongoing-without-duration",
    "error",
    Words("Lopende behandeling met een einde", "Ongoing treatment with an end"),
    Words(
        "De behandeling loopt nog, maar er staat al een behandelduur.",
        "Treatment is ongoing, but a duration is there already.",
    ),
    Words(
        "Maak de behandelduur leeg, of kies hoe de behandeling eindigde.",
        "Empty the duration, or choose how the treatment ended.",
    ),
    Words("De behandelduur zou verkeerd meetellen.", "The duration would count wrongly."),
    "treatments",
    ("ending", "treatment_weeks"),
    ("treatments.ending", "treatments.treatment_weeks"),
    _ongoing_without_duration,
    holds={"treatments": _HEAD + "K-01,p,q,a,ongoing,,,,,\n"},
    fails={"treatments": _HEAD + "K-01,p,q,a,ongoing,12,,,,\n"},
)

ENDED_WITH_DURATION = TableRule(
    "ended-with-duration",
    "warning",
    Words("Beëindigde behandeling zonder duur", "Ended treatment without a duration"),
    Words(
        "Deze behandeling is geëindigd, maar de behandelduur is leeg.",
        "This treatment has ended, but its duration is empty.",
    ),
    Words("Vul het aantal weken van start tot einde in.", "Fill in the number of weeks from start to end."),
    Words(
        "De jongere telt niet mee waar de behandelduur nodig is, zoals bij tellen vanaf het einde.",
        "The young person is left out where the duration is needed, such as when counting from the end.",
    ),
    "treatments",
    ("ending", "treatment_weeks"),
    ("treatments.ending", "treatments.treatment_weeks"),
    _ended_with_duration,
    holds={"treatments": _HEAD + "K-01,p,q,a,completed,26,,,,\n"},
    fails={"treatments": _HEAD + "K-01,p,q,a,completed,,,,,\n"},
)

ATTENDED_WITHIN_PLANNED = TableRule(
    "attended-within-planned",
    "warning",
    Words("Meer contacten gevolgd dan gepland", "More sessions attended than planned"),
    Words(
        "Er zijn meer contacten gevolgd dan gepland.",
        "More sessions were attended than planned.",
    ),
    Words(
        "Zijn de twee kolommen verwisseld? Wissel ze dan om.",
        "Were the two columns swapped? Then swap them back.",
    ),
    Words("Het aandeel gevolgde contacten komt boven 100 procent.", "The share of sessions attended exceeds 100 per cent."),
    "treatments",
    ("sessions_planned", "sessions_attended"),
    ("treatments.sessions_planned", "treatments.sessions_attended"),
    _attended_within_planned,
    holds={"treatments": _HEAD + "K-01,p,q,a,completed,26,20,18,,\n"},
    fails={"treatments": _HEAD + "K-01,p,q,a,completed,26,18,20,,\n"},
)

FOLLOW_UP_END_KNOWN = TableRule(
    "follow-up-end-known",
    "warning",
    Words("Reden van einde volgen ontbreekt", "Reason why follow-up ended is missing"),
    Words(
        "De jongere is gevolgd, maar er staat niet waarom het volgen stopte.",
        "The young person was followed, but not why follow-up ended.",
    ),
    Words("Kies de reden uit de lijst.", "Choose the reason from the list."),
    Words("Niet te zien is wie uit beeld raakte.", "It cannot be seen who was lost."),
    "treatments",
    ("follow_up_weeks", "follow_up_end"),
    ("treatments.follow_up_weeks", "treatments.follow_up_end"),
    _follow_up_end_known,
    holds={"treatments": _HEAD + "K-01,p,q,a,completed,26,,,52,end_of_study\n"},
    fails={"treatments": _HEAD + "K-01,p,q,a,completed,26,,,52,\n"},
)

FOLLOW_UP_IN_ORDER = TableRule(
    "follow-up-in-order",
    "error",
    Words("Volgen eindigt voor het begint", "Follow-up ends before it begins"),
    Words(
        "'Gevolgd vanaf week' is niet eerder dan 'Gevolgd tot en met week'.",
        "'Followed from week' is not earlier than 'Followed up to week'.",
    ),
    Words(
        "Zijn de twee weken verwisseld? Wissel ze dan om.",
        "Were the two weeks swapped? Then swap them back.",
    ),
    Words("De tijd waarin iets kon gebeuren zou negatief zijn.", "The time in which something could happen would be negative."),
    "treatments",
    ("follow_up_from_week", "follow_up_weeks"),
    ("treatments.follow_up_from_week", "treatments.follow_up_weeks"),
    _follow_up_in_order,
    holds={"treatments": _FOLLOWED + "K-01,p,q,a,completed,26,10,52,end_of_study\n"},
    fails={"treatments": _FOLLOWED + "K-01,p,q,a,completed,26,52,10,end_of_study\n"},
)

FOLLOW_UP_WEEKS_KNOWN = TableRule(
    "follow-up-weeks-known",
    "warning",
    Words("Duur van het volgen ontbreekt", "Duration of follow-up is missing"),
    Words(
        "Er staat waarom het volgen stopte, maar niet tot en met welke week is gevolgd.",
        "It says why follow-up ended, but not up to which week the young person was followed.",
    ),
    Words(
        "Vul 'Gevolgd tot en met week' in, geteld vanaf de start.",
        "Fill in 'Followed up to week', counted from the start.",
    ),
    Words(
        "De jongere telt niet mee in de tijd tot een gebeurtenis.", "The young person does not count in the time to an event."
    ),
    "treatments",
    ("follow_up_weeks", "follow_up_end"),
    ("treatments.follow_up_weeks", "treatments.follow_up_end"),
    _follow_up_weeks_known,
    holds={"treatments": _FOLLOWED + "K-01,p,q,a,completed,26,,52,end_of_study\n"},
    fails={"treatments": _FOLLOWED + "K-01,p,q,a,completed,26,,,end_of_study\n"},
)

FOLLOWED_THROUGH_TREATMENT = TableRule(
    "followed-through-treatment",
    "warning",
    Words("Volgen stopt voor het einde van de behandeling", "Follow-up stops before the end of treatment"),
    Words(
        "De behandeling is volgens plan afgerond, maar het volgen stopte eerder.",
        "Treatment was completed as planned, but follow-up ended earlier.",
    ),
    Words(
        "Controleer beide: ze tellen allebei vanaf de start van de behandeling, niet vanaf het einde.",
        "Check both: each counts from the start of treatment, not from its end.",
    ),
    Words("De tijd tot een gebeurtenis zou te kort kunnen zijn.", "The time to an event may be too short."),
    "treatments",
    ("treatment_weeks", "follow_up_weeks"),
    ("treatments.ending", "treatments.treatment_weeks", "treatments.follow_up_weeks"),
    _followed_through_treatment,
    holds={"treatments": _FOLLOWED + "K-01,p,q,a,completed,26,,26,end_of_study\n"},
    fails={"treatments": _FOLLOWED + "K-01,p,q,a,completed,26,,25,end_of_study\n"},
)

ENDING_KNOWN = TableRule(
    "ending-known",
    "warning",
    Words("Behandelduur zonder einde", "Duration without an ending"),
    Words(
        "Er staat een behandelduur, maar niet hoe de behandeling eindigde.",
        "There is a duration, but not how treatment ended.",
    ),
    Words("Kies uit de lijst hoe de behandeling eindigde.", "Choose from the list how the treatment ended."),
    Words("Niet te zien is wie voortijdig stopte.", "It cannot be seen who stopped early."),
    "treatments",
    ("ending", "treatment_weeks"),
    ("treatments.ending", "treatments.treatment_weeks"),
    _ending_known,
    holds={"treatments": _FOLLOWED + "K-01,p,q,a,stopped_by_client,9,,52,end_of_study\n"},
    fails={"treatments": _FOLLOWED + "K-01,p,q,a,,9,,52,end_of_study\n"},
)

ONGOING_WITHOUT_AFTERWARDS = TableRule(
    "ongoing-without-afterwards",
    "warning",
    Words("Lopende behandeling met een situatie na afloop", "Ongoing treatment with a situation afterwards"),
    Words(
        "De behandeling loopt nog, maar er is al iets ingevuld over de tijd erna.",
        "Treatment is ongoing, but something is filled in about the time after it.",
    ),
    Words(
        "Maak de kolommen over de situatie na afloop leeg, of kies hoe de behandeling eindigde.",
        "Empty the columns about the situation afterwards, or choose how the treatment ended.",
    ),
    Words("De tussenstand zou als uitkomst tellen.", "The state so far would count as an outcome."),
    "treatments",
    ("ending", *_AFTERWARDS),
    ("treatments.ending",),
    _ongoing_without_afterwards,
    holds={"treatments": "client,provider,programme,arm,ending,continues_without_help\nK-01,p,q,a,ongoing,\n"},
    fails={"treatments": "client,provider,programme,arm,ending,continues_without_help\nK-01,p,q,a,ongoing,yes\n"},
)

AFTER_CARE_RECEIVED = TableRule(
    "after-care-received",
    "warning",
    Words("Nazorg beschreven maar niet ontvangen", "After-care described but not received"),
    Words(
        "Er staat wie nazorg gaf of hoe lang, maar niet dat er nazorg was.",
        "It says who gave after-care or how long, but not that there was any.",
    ),
    Words(
        "Zet 'Nazorg ontvangen' op ja, of maak duur en gever leeg.",
        "Set 'After-care received' to yes, or empty duration and giver.",
    ),
    Words(
        "Deze duur en gever tellen niet mee.",
        "This duration and giver do not count.",
    ),
    "treatments",
    ("after_care", "after_care_weeks", "after_care_by"),
    ("treatments.after_care",),
    _after_care_received,
    holds={
        "treatments": "client,provider,programme,arm,after_care,after_care_weeks,after_care_by\nK-01,p,q,a,yes,12,local_team\n"
    },
    fails={
        "treatments": "client,provider,programme,arm,after_care,after_care_weeks,after_care_by\nK-01,p,q,a,no,12,local_team\n"
    },
)
