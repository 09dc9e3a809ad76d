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
    Words("Een behandeling die nog loopt heeft geen behandelduur.", "A treatment that is ongoing has no duration."),
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
    Words("Van een behandeling die eindigde is de behandelduur bekend.", "The duration of a treatment that ended is known."),
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
    Words("Er zijn niet meer contacten gevolgd dan gepland.", "No more sessions were attended than planned."),
    Words("Controleer of de kolommen niet verwisseld zijn.", "Check that the columns were not swapped."),
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
    Words("Wie gevolgd is heeft een reden waarom het volgen stopte.", "Who was followed has a reason why follow-up ended."),
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
        "Wie vanaf een latere week gevolgd is, is daarna nog minstens een week gevolgd.",
        "Who was followed from a later week on was followed for at least one week after it.",
    ),
    Words(
        "Controleer of 'gevolgd vanaf week' en 'gevolgd tot en met week' niet verwisseld zijn.",
        "Check that 'followed from week' and 'followed up to week' were not swapped.",
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
        "Wie een reden heeft waarom het volgen stopte, heeft ook de laatste week ervan.",
        "Who has a reason why follow-up ended has its last week too.",
    ),
    Words("Vul in tot en met welke week is gevolgd.", "Fill in up to which week the young person was followed."),
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
        "Wie de behandeling volgens plan afrondde, is ten minste tot dan toe gevolgd.",
        "Who completed treatment was followed until then at least.",
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
    Words("Van een behandeling met een duur is bekend hoe zij eindigde.", "How a treatment with a duration ended is known."),
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
        "Zolang een behandeling loopt, is er nog niets bekend over daarna.",
        "While a treatment is ongoing, nothing is known about afterwards.",
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
        "Duur en gever van nazorg staan alleen bij wie nazorg ontving.",
        "Duration and giver of after-care stand only with those who received it.",
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
