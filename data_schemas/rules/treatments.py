"""Rules across the columns of treatments."""

import numpy as np

from data_schemas.finding import Delivery, Outcome, TableRule
from data_schemas.words import Words

_ENDED = ("completed", "stopped_by_client", "stopped_by_provider", "by_agreement", "external")
_HEAD = (
    "client,provider,programme,arm,ending,treatment_weeks,sessions_planned,sessions_attended,follow_up_weeks,follow_up_end\n"
)


def _filled(column) -> np.ndarray:
    return column.notna().to_numpy()


def _ongoing_without_duration(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    ongoing = (frame["ending"] == "ongoing").to_numpy()
    return Outcome(ongoing & _filled(frame["treatment_weeks"]), ongoing)


def _ended_with_duration(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    ended = frame["ending"].isin(_ENDED).to_numpy()
    return Outcome(ended & ~_filled(frame["treatment_weeks"]), ended)


def _attended_within_planned(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    both = _filled(frame["sessions_planned"]) & _filled(frame["sessions_attended"])
    more = (frame["sessions_attended"] > frame["sessions_planned"]).fillna(False).to_numpy(bool)
    return Outcome(both & more, both)


def _follow_up_end_known(delivery: Delivery) -> Outcome:
    frame = delivery.tables["treatments"]
    followed = _filled(frame["follow_up_weeks"])
    return Outcome(followed & ~_filled(frame["follow_up_end"]), followed)


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
