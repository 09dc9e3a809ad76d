"""Whether the delivery can carry the plan (`validate --plan`): the arms, instruments and moments that it names, with enough people."""

from collections.abc import Iterator

import numpy as np

from data_schemas.codelists import code_list
from data_schemas.finding import Delivery, Tally, WholeRule
from data_schemas.plan import Measure
from data_schemas.rules._counting import is_code, numbers, positions
from data_schemas.tables import tables
from data_schemas.words import Words


def _instrument(delivery: Delivery, measure: Measure) -> Words:
    known = delivery.instruments.get(measure.instrument)
    return known.words if known else Words(measure.instrument, measure.instrument)


def _programme_there(delivery: Delivery) -> Tally:
    there = is_code(delivery.tables["treatments"]["programme"], delivery.plan.programme).any()
    return Tally(1, () if there else ({"programme": delivery.plan.programme},))


def _arms_there(delivery: Delivery) -> Tally:
    arms = delivery.plan.comparison.arms if delivery.plan.comparison else ()
    column = delivery.tables["treatments"]["arm"]
    return Tally(len(arms), tuple({"arm": arm} for arm in arms if not is_code(column, arm).any()))


def _of_measure(delivery: Delivery, measure: Measure, moment: str) -> np.ndarray:
    """Clients (positions) with a score of this measure at this moment."""
    frame = delivery.tables["measurements"]
    rows = (
        is_code(frame["instrument"], measure.instrument)
        & is_code(frame["informant"], measure.informant)
        & is_code(frame["moment"], moment)
        & ~np.isnan(numbers(frame["score"]))
        & (positions(frame["client"]) >= 0)
    )
    return np.unique(positions(frame["client"])[rows])


def _measures_there(delivery: Delivery) -> Tally:
    measures = delivery.plan.measures
    absent = [measure for measure in measures if len(_of_measure(delivery, measure, "baseline")) == 0]
    return Tally(
        len(measures),
        tuple(
            {
                "instrument": _instrument(delivery, measure),
                "informant": code_list("informant").label(measure.informant),
            }
            for measure in absent
        ),
    )


def _arm_clients(delivery: Delivery) -> Iterator[tuple[str, np.ndarray]]:
    """Per planned arm (all clients together when nothing is compared) the positions of the clients whom the plan is about.

    Those of its programme; of an arm in which nobody has that, everyone (as in `evaluation.planning.scope.in_plan`).
    """
    frame = delivery.tables["treatments"]
    mine = is_code(frame["programme"], delivery.plan.programme)
    for arm in delivery.plan.comparison.arms if delivery.plan.comparison else ("",):
        whole = is_code(frame["arm"], arm) if arm else mine
        yield arm, positions(frame["client"])[whole & mine if (whole & mine).any() else whole]


def _moments_enough(delivery: Delivery) -> Tally:
    """People with both the baseline and the later moment, per measure, moment and arm, against the plan's threshold."""
    needed = delivery.plan.disclosure.threshold
    checked, broken = 0, []
    for measure in delivery.plan.measures:
        start = _of_measure(delivery, measure, "baseline")
        for moment in measure.moments:
            both = np.intersect1d(start, _of_measure(delivery, measure, moment))
            for arm, clients in _arm_clients(delivery):
                checked += 1
                if np.isin(both, clients).sum() < needed:
                    broken.append(
                        {
                            "instrument": _instrument(delivery, measure),
                            "moment": code_list("moment").label(moment),
                            "arm": _in_arm(arm),
                            "needed": needed,
                        }
                    )
    return Tally(checked, tuple(broken))


def _in_arm(arm: str) -> Words:
    return Words(f" in groep {arm}", f" in arm {arm}") if arm else Words("", "")


def _followed_enough(delivery: Delivery) -> Tally:
    """People followed up to each horizon of the plan, per arm, against the plan's threshold."""
    if delivery.plan.events is None:
        return Tally(0, ())
    frame, needed = delivery.tables["treatments"], delivery.plan.disclosure.threshold
    until, checked, broken = numbers(frame["follow_up_weeks"]), 0, []
    for horizon in delivery.plan.events.horizons_weeks:
        for arm, clients in _arm_clients(delivery):
            checked += 1
            if (np.isin(positions(frame["client"]), clients) & (until >= horizon)).sum() < needed:
                broken.append({"horizon": horizon, "arm": _in_arm(arm), "needed": needed})
    return Tally(checked, tuple(broken))


def _descriptors_there(delivery: Delivery) -> Tally:
    plan, frame = delivery.plan, delivery.tables["treatments"]
    named = [*plan.subgroups, *(plan.comparison.covariates if plan.comparison else ())]
    named += [*(plan.events.censoring_covariates if plan.events else ()), *(plan.over_time.dose if plan.over_time else ())]
    # baseline scores have a rule of their own; what the contract does not know must be among the covariates that the manifest declares
    wanted = list(dict.fromkeys([*named, *(name for name in plan.weighted_covariates if ":" not in name)]))
    known = tables()["treatments"]
    label = {name: known.column(name).label if name in known.names else Words(name, name) for name in wanted}
    return Tally(
        len(wanted),
        tuple({"column": label[name]} for name in wanted if name not in frame or frame[name].isna().all()),
    )


def _events_there(delivery: Delivery) -> Tally:
    """Each kind of event that the plan counts, of any certainty and week: never recorded is not the same as never happened."""
    wanted = delivery.plan.events.event if delivery.plan.events else ()
    column = delivery.tables["events"]["event"]
    label = code_list("event").label
    return Tally(len(wanted), tuple({"event": label(name)} for name in wanted if not is_code(column, name).any()))


_HEAD = "client,instrument,informant,moment,week,score\n"
_PLAN = """contract = "1"
title = "Voorbeeld"
question = "Wat verandert er tijdens de behandeling?"
programme = "q"
design = "quasi_experimental"
subgroups = ["gender"]
seed = 1

[estimand]
population = "jongeren"
treatment = "q"
intercurrent_events = "geen"
outcome = "klachten"
summary = "verschil"

[[measures]]
instrument = "cries-13"
informant = "self"
moments = ["end"]
primary = true

[events]
event = ["running_away"]
horizons_weeks = [26]
restricted_mean_weeks = 26

[comparison]
arms = ["a", "b"]
"""
_CLIENTS = "client,provider,programme,arm,gender,follow_up_weeks\n" + "".join(
    f"K-{n:02d},p,q,{'ab'[n % 2]},girl,52\n" for n in range(20)
)


def _measured(clients: int, instrument: str = "cries-13") -> str:
    return _HEAD + "".join(
        f"K-{n:02d},{instrument},self,{moment}\n" for n in range(clients) for moment in ("baseline,0,30", "end,26,20")
    )


_EVENTS = "client,event,week_from,week_to,certainty\nK-01,running_away,3,3,actual\n"
_GOOD = {"plan": _PLAN, "treatments": _CLIENTS, "measurements": _measured(20), "events": _EVENTS}
_NOTHING = Words("Deze vraag van het plan krijgt geen antwoord.", "This question of the plan gets no answer.")
_HELD_BACK = Words(
    "Uitkomsten over zo weinig jongeren worden niet vrijgegeven.", "Results about so few young people are not released."
)

PROGRAMME_THERE = WholeRule(
    "plan-programme-there",
    "warning",
    Words("Programma van het plan ontbreekt", "Programme of the plan is missing"),
    Words(
        "Er zijn geen behandelingen van programma {programme}.",
        "There are no treatments of programme {programme}.",
    ),
    Words(
        "Gebruik in de kolom Programma de korte naam uit het plan.",
        "Use the short name of the plan in the column Programme.",
    ),
    Words("Het plan levert geen enkele uitkomst.", "The plan yields no result at all."),
    "treatments",
    ("programme",),
    ("plan", "treatments.programme"),
    _programme_there,
    holds=_GOOD,
    fails=_GOOD | {"treatments": _CLIENTS.replace(",q,", ",r,")},
)

ARMS_THERE = WholeRule(
    "plan-arms-there",
    "warning",
    Words("Groep van het plan ontbreekt", "Arm of the plan is missing"),
    Words(
        "Groep {arm} uit het plan komt niet voor.",
        "Arm {arm} of the plan does not occur.",
    ),
    Words(
        "Gebruik in de kolom Groep de namen uit het plan. Levert een andere aanbieder deze groep, dan is het goed.",
        "Use the names of the plan in the column Arm. If another provider delivers this arm, it is fine.",
    ),
    Words("Met alleen deze inzending is er niets te vergelijken.", "With this delivery alone there is nothing to compare."),
    "treatments",
    ("arm",),
    ("plan", "treatments.arm"),
    _arms_there,
    holds=_GOOD,
    fails=_GOOD | {"treatments": _CLIENTS.replace(",b,", ",a,")},
)

MEASURES_THERE = WholeRule(
    "plan-measures-there",
    "warning",
    Words("Instrument van het plan ontbreekt", "Instrument of the plan is missing"),
    Words(
        "Er zijn geen voormetingen van {instrument}, ingevuld door: {informant}.",
        "There are no baselines of {instrument}, filled in by: {informant}.",
    ),
    Words(
        "Voeg de metingen toe, of controleer de kolommen instrument en informant.",
        "Add the measurements, or check the columns instrument and informant.",
    ),
    _NOTHING,
    "measurements",
    ("instrument", "informant"),
    ("plan", *(f"measurements.{name}" for name in ("client", "instrument", "informant", "moment", "score"))),
    _measures_there,
    holds=_GOOD,
    fails=_GOOD | {"measurements": _measured(20, "sdq")},
)

MOMENTS_ENOUGH = WholeRule(
    "plan-moments-enough",
    "warning",
    Words("Te weinig jongeren met beide metingen", "Too few young people with both measurements"),
    Words(
        "Minder dan {needed} jongeren{arm} hebben een voormeting en een {moment} van {instrument}.",
        "Fewer than {needed} young people{arm} have a baseline and a {moment} of {instrument}.",
    ),
    Words(
        "Voeg metingen toe die er nog liggen. Samen met andere aanbieders kan het wel genoeg zijn.",
        "Add measurements that are still lying about. Together with other providers it may be enough.",
    ),
    _HELD_BACK,
    "measurements",
    ("moment",),
    MEASURES_THERE.needs,
    _moments_enough,
    holds=_GOOD,
    fails=_GOOD | {"measurements": _measured(19)},
)

FOLLOWED_ENOUGH = WholeRule(
    "plan-followed-enough",
    "warning",
    Words("Te weinig jongeren lang genoeg gevolgd", "Too few young people followed long enough"),
    Words(
        "Minder dan {needed} jongeren{arm} zijn gevolgd tot en met week {horizon}.",
        "Fewer than {needed} young people{arm} were followed up to week {horizon}.",
    ),
    Words(
        "Vul 'gevolgd tot en met week' in voor iedereen van wie het bekend is.",
        "Fill in 'followed up to week' for everyone for whom it is known.",
    ),
    _HELD_BACK,
    "treatments",
    ("follow_up_weeks",),
    ("plan", "treatments.client", "treatments.follow_up_weeks"),
    _followed_enough,
    holds=_GOOD,
    fails=_GOOD | {"treatments": _CLIENTS.replace(",52\n", ",25\n")},
)

DESCRIPTORS_THERE = WholeRule(
    "plan-descriptors-there",
    "warning",
    Words("Kenmerk van het plan ontbreekt", "Descriptor of the plan is missing"),
    Words(
        "De kolom '{column}' is niet ingevuld, en het plan gebruikt haar.",
        "The column '{column}' was not filled in, and the plan uses it.",
    ),
    Words(
        "Voeg de kolom toe en vul haar in. Staat zij niet in het contract, geef haar dan op bij de kenmerken van uzelf (covariates).",
        "Add the column and fill it in. When it is not in the contract, declare it among your own covariates.",
    ),
    Words(
        "De uitsplitsing of correctie die het plan belooft kan niet.",
        "The breakdown or adjustment that the plan promises cannot be made.",
    ),
    "treatments",
    (),
    ("plan", "treatments.client"),
    _descriptors_there,
    holds=_GOOD,
    fails=_GOOD | {"treatments": _CLIENTS.replace(",girl,", ",,")},
)

EVENTS_THERE = WholeRule(
    "plan-events-there",
    "warning",
    Words("Gebeurtenis van het plan is nooit vastgelegd", "Event of the plan was never recorded"),
    Words(
        "Bij de gebeurtenissen staat nergens '{event}'.",
        "'{event}' stands nowhere among the events.",
    ),
    Words(
        "Kijk na of dit is bijgehouden. Zo niet, haal het dan uit het plan. Is het echt nooit gebeurd, dan is het goed.",
        "See whether this was kept track of. If not, take it out of the plan. If it really never happened, all is well.",
    ),
    Words(
        "Het lijkt dan of het bij niemand gebeurde: de curve blijft op 100 %.",
        "It then looks as if it happened to nobody: the curve stays at 100 %.",
    ),
    "events",
    ("event",),
    ("plan", "treatments.client"),
    _events_there,
    holds=_GOOD,
    fails=_GOOD | {"events": _EVENTS.replace("running_away", "arrest")},
)
