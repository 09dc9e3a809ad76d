"""Rules across the columns of measurements, and between measurements and the instruments."""

from collections.abc import Callable

import numpy as np

from data_schemas.codelists import code_list
from data_schemas.finding import Delivery, Outcome, TableRule
from data_schemas.instruments import Instrument
from data_schemas.rules._counting import group_sizes, is_code, numbers, positions, repeated, series, weeks
from data_schemas.rules._instrument_names import meant
from data_schemas.words import Words

MOMENTS = tuple(code for code in code_list("moment").values if code != "repeated")
# More unknown names than anyone has questionnaires; beyond them no guess is made.
_MOST_NAMES = 40
_NOTHING = Words("", "")
_HEAD = "client,instrument,informant,moment,week,score\n"
_CLIENT = {"treatments": "client,provider,programme,arm\nK-01,p,q,a\n"}


def of_instrument(delivery: Delivery, fact: Callable[[Instrument], float | None]) -> np.ndarray:
    """A fact of each row's instrument as floats, NaN where the instrument is unknown or has none."""
    names = delivery.tables["measurements"]["instrument"]
    facts = [fact(delivery.instruments[name]) if name in delivery.instruments else None for name in names.cat.categories]
    values = np.array([np.nan if value is None else float(value) for value in facts] + [np.nan])
    return values[positions(names)]


def _known_instrument(delivery: Delivery) -> Outcome:
    column = delivery.tables["measurements"]["instrument"]
    known = ~np.isnan(of_instrument(delivery, lambda instrument: 1.0))
    named = positions(column) >= 0
    strange = [(code, name) for code, name in enumerate(column.cat.categories) if name not in delivery.instruments]
    told: dict[Words, list[int]] = {}
    for at, (code, name) in enumerate(strange):
        told.setdefault(meant(name, delivery.instruments) if at < _MOST_NAMES else _NOTHING, []).append(code)
    guesses = {guess: np.isin(positions(column), codes) for guess, codes in told.items()}
    return Outcome(named & ~known, named, tuple((mine, {"guess": guess}) for guess, mine in guesses.items()))


def _informant_fits(delivery: Delivery) -> Outcome:
    frame = delivery.tables["measurements"]
    names, informants = frame["instrument"].cat.categories, frame["informant"].cat.categories
    meant = [delivery.instruments[name].informants if name in delivery.instruments else () for name in names]
    applies = np.array([bool(some) for some in meant] + [False])[positions(frame["instrument"])] & is_code(
        frame["informant"], *(code for code in informants if code != "unknown")
    )
    fits = np.ones((len(names) + 1, len(informants) + 1), bool)
    for place, some in enumerate(meant):
        fits[place, :-1] = informants.isin(some)
    return Outcome(applies & ~fits[positions(frame["instrument"]), positions(frame["informant"])], applies)


def _score_in_range(delivery: Delivery) -> Outcome:
    score = numbers(delivery.tables["measurements"]["score"])
    low, high = (of_instrument(delivery, lambda i, end=end: getattr(i, end)) for end in ("minimum", "maximum"))
    applies = ~np.isnan(score) & (~np.isnan(low) | ~np.isnan(high))
    breaks = (score < low) | (score > high)
    instrument = delivery.tables["measurements"]["instrument"]
    wrong = np.unique(positions(instrument)[breaks])
    names = {place: delivery.instruments[instrument.cat.categories[place]] for place in wrong.tolist()}
    return Outcome(
        breaks, applies, tuple((positions(instrument) == place, {"range": _range(one)}) for place, one in names.items())
    )


def _range(instrument: Instrument) -> Words:
    """What scores an instrument can have, in a sentence."""
    low, high = ("?" if end is None else f"{end:g}" for end in (instrument.minimum, instrument.maximum))
    return Words("{name} loopt van {low} tot en met {high}.", "{name} runs from {low} to {high}.").fill(
        name=instrument.words, low=low, high=high
    )


def _one_per_moment(delivery: Delivery) -> Outcome:
    """Rows that share all but the week; those that share the week as well are the business of `key-twice`."""
    frame = delivery.tables["measurements"]
    which, _ = series(delivery)
    applies = (which >= 0) & is_code(frame["moment"], *MOMENTS)
    moment = which * len(frame["moment"].cat.categories) + positions(frame["moment"])
    more = np.zeros(len(frame), bool)
    twice = np.flatnonzero(applies)[repeated(moment[applies])]
    if len(twice):
        week = np.nan_to_num(weeks(delivery)[twice], nan=1_500).astype(np.int64)
        more[twice] = group_sizes(moment[twice]) > group_sizes(moment[twice] * 4_096 + week + 600)
    return Outcome(more, applies)


def _repeated_has_week(delivery: Delivery) -> Outcome:
    frame = delivery.tables["measurements"]
    repeated = is_code(frame["moment"], "repeated")
    return Outcome(repeated & frame["week"].isna().to_numpy(), repeated)


def _later_in_order(delivery: Delivery) -> Outcome:
    """Each later moment against the latest week of the moments before it, within its series; one step per moment."""
    frame = delivery.tables["measurements"]
    which, count = series(delivery)
    week, moment = weeks(delivery), positions(frame["moment"])
    usable = (which >= 0) & ~np.isnan(week)
    latest = np.full(count, -np.inf)
    breaks, applies = np.zeros(len(frame), bool), np.zeros(len(frame), bool)
    codes = list(frame["moment"].cat.categories)
    for code in MOMENTS[1:]:
        rows = np.flatnonzero(usable & (moment == codes.index(code)))
        before = latest[which[rows]]
        applies[rows] = np.isfinite(before)
        breaks[rows] = week[rows] < before
        np.maximum.at(latest, which[rows], week[rows])
    return Outcome(breaks, applies)


def _baseline_first(delivery: Delivery) -> Outcome:
    """Every moment against the baseline alone."""
    frame = delivery.tables["measurements"]
    which, count = series(delivery)
    week = weeks(delivery)
    usable = (which >= 0) & ~np.isnan(week)
    baseline = np.flatnonzero(usable & is_code(frame["moment"], MOMENTS[0]))
    first = np.full(count, np.nan)
    np.fmax.at(first, which[baseline], week[baseline])
    start = np.append(first, np.nan)[which]
    applies = usable & is_code(frame["moment"], *MOMENTS[1:]) & ~np.isnan(start)
    return Outcome(applies & (week <= start), applies)


def _baseline_before_treatment(delivery: Delivery) -> Outcome:
    frame = delivery.tables["measurements"]
    week = weeks(delivery)
    baseline = is_code(frame["moment"], "baseline") & ~np.isnan(week)
    return Outcome(baseline & (week > 4), baseline)


_NEEDS = tuple(f"measurements.{column}" for column in ("client", "instrument", "informant", "moment", "week"))

KNOWN_INSTRUMENT = TableRule(
    "known-instrument",
    "error",
    Words("Vragenlijst die niet bekend is", "Unknown instrument"),
    Words(
        "Deze vragenlijst is niet bekend. {guess}",
        "This questionnaire is not known. {guess}",
    ),
    Words(
        "Kies de naam uit de lijst van de kolom Instrument. Gebruikt u een andere lijst, beschrijf die dan op het "
        "tabblad Inzending, met de bron.",
        "Choose the name from the list of the column Instrument. If you use another one, describe it on the sheet "
        "Submission, with its source.",
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
    Words("Score die niet kan", "Score outside the instrument's range"),
    Words(
        "Deze score kan niet voorkomen. {range}",
        "This score cannot occur. {range}",
    ),
    Words(
        "Verbeter de score, of kies de goede vragenlijst. Is de totaalscore opnieuw uitgerekend volgens de handleiding?",
        "Correct the score, or choose the right questionnaire. Was the total calculated again as the manual says?",
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
        "Van deze jongere staat dezelfde lijst er vaker in bij hetzelfde meetmoment.",
        "The same questionnaire of this young person is there more than once for the same moment.",
    ),
    Words(
        "Haal de dubbele meting weg, of kies 'herhaalde meting' en vul de week in.",
        "Remove the duplicate, or choose 'repeated' and fill in the week.",
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
    Words(
        "Deze herhaalde meting heeft geen week.",
        "This repeated measurement has no week.",
    ),
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
        "Deze latere meting ligt niet na de voormeting van dezelfde lijst.",
        "This later measurement does not come after the baseline of the same questionnaire.",
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
    Words(
        "Deze voormeting is na week 4 van de behandeling.",
        "This baseline is after week 4 of treatment.",
    ),
    Words(
        "Verbeter de week. Is de lijst echt later ingevuld, kies dan 'tussenmeting'.",
        "Correct the week. If it really was filled in later, choose 'interim'.",
    ),
    Words("Een deel van de verandering is dan al voorbij.", "Part of the change is over by then."),
    "measurements",
    ("moment", "week"),
    ("measurements.moment", "measurements.week"),
    _baseline_before_treatment,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,30\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,9,30\n"},
)

LATER_IN_ORDER = TableRule(
    "moments-in-order",
    "error",
    Words("Meetmomenten in de verkeerde volgorde", "Moments in the wrong order"),
    Words(
        "Tussenmeting, nameting en follow-up staan niet in deze volgorde in de tijd.",
        "Interim, end and follow-up do not come in this order in time.",
    ),
    Words("Verbeter de week of het meetmoment.", "Correct the week or the moment."),
    Words(
        "Een follow-up zou als eerdere meting meetellen, of andersom.",
        "A follow-up would count as an earlier measurement, or the other way round.",
    ),
    "measurements",
    ("moment", "week"),
    _NEEDS,
    _later_in_order,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,end,26,30\nK-01,cries-13,self,follow_up_6m,52,20\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,end,56,30\nK-01,cries-13,self,follow_up_6m,52,20\n"},
)

INFORMANT_FITS = TableRule(
    "informant-fits-instrument",
    "warning",
    Words("Ingevuld door iemand voor wie de lijst niet is", "Informant does not fit the instrument"),
    Words(
        "Deze vragenlijst is niet bedoeld voor wie haar hier invulde.",
        "This questionnaire is not meant for who filled it in here.",
    ),
    Words(
        "Controleer de kolom Informant. Is de lijst echt door een ander ingevuld, dan hoeft u niets te doen.",
        "Check the column Informant. If it really was filled in by another, nothing needs doing.",
    ),
    Words(
        "Betrouwbaarheid, normen en grenswaarde van het instrument gelden dan niet.",
        "Reliability, norms and cut-off of the instrument then do not hold.",
    ),
    "measurements",
    ("instrument", "informant"),
    ("measurements.instrument", "measurements.informant"),
    _informant_fits,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,baseline,0,30\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,professional,baseline,0,30\n"},
)
