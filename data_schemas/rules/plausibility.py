"""What can be, but hardly is: signs of a slip of the hand, of copying, or of a wrong column. Warnings all."""

from collections.abc import Iterator

import numpy as np

from data_schemas.finding import Delivery, Outcome, TableRule, Tally, WholeRule
from data_schemas.rules._counting import categories_packed, group_sizes, mixed_hash, numbers, positions, series, weeks
from data_schemas.rules.measurements import of_instrument
from data_schemas.words import Words

# Fewer values than this say nothing about a pattern.
ENOUGH = 10
# A questionnaire seldom moves by half its range within a week.
SPEED_SHARE, SPEED_WEEKS = 0.5, 1
# As many equal scores in a row do not come by chance; fewer do.
COPIED_SCORES = 6
# A gap as many times the range of all other scores; less for a number that other programs write for "unknown".
FAR, FAR_OF_A_CODE, FAR_MOST, FEWEST_SCORES = 4.0, 0.5, 0.1, 5
MISSING_CODES = (77, 88, 99, 777, 888, 999, 7777, 8888, 9999, 99999)
HEAPED_FROM, HEAPED_RANGE, HEAPED_SHARE = 40, 20, 0.6
_HEAD = "client,instrument,informant,moment,week,score\n"
_CLIENT = {"treatments": "client,provider,programme,arm\nK-01,p,q,a\nK-02,p,q,a\n"}


def _instruments(delivery: Delivery) -> Iterator[tuple[Words, np.ndarray]]:
    """Name and scores of every instrument that is known; any other name may be anything and is not repeated."""
    frame = delivery.tables["measurements"]
    place, score = positions(frame["instrument"]), numbers(frame["score"])
    for code, name in enumerate(frame["instrument"].cat.categories):
        if name in delivery.instruments:
            scores = score[place == code]
            yield delivery.instruments[name].words, scores[~np.isnan(scores)]


def _scores_vary(delivery: Delivery) -> Tally:
    enough = [(name, scores) for name, scores in _instruments(delivery) if len(scores) >= ENOUGH]
    return Tally(len(enough), tuple({"instrument": name} for name, scores in enough if scores.min() == scores.max()))


def _scores_not_heaped(delivery: Delivery) -> Tally:
    enough = [
        (name, scores)
        for name, scores in _instruments(delivery)
        if len(scores) >= HEAPED_FROM and np.ptp(scores) >= HEAPED_RANGE
    ]
    return Tally(len(enough), tuple({"instrument": name} for name, scores in enough if np.mean(scores % 5 == 0) > HEAPED_SHARE))


def _speed_possible(delivery: Delivery) -> Outcome:
    """Each score against the one before it in its series; only pairs that lie close in time are looked at further."""
    frame = delivery.tables["measurements"]
    which, _ = series(delivery)
    week, score = weeks(delivery), numbers(frame["score"])
    span = of_instrument(delivery, lambda i: None if i.minimum is None or i.maximum is None else i.maximum - i.minimum)
    usable = (which >= 0) & ~(np.isnan(week) | np.isnan(score) | np.isnan(span))
    rows = slice(None) if usable.all() else np.flatnonzero(usable)
    step, same = np.diff(week[rows]), which[rows][1:] == which[rows][:-1]
    # often the file is in order already, and looking is quicker than sorting
    if not np.all((which[rows][1:] > which[rows][:-1]) | (same & (step >= 0))):
        rows = np.flatnonzero(usable)
        rows = rows[np.argsort(which[rows] * 2_048 + week[rows].astype(np.int64) + 600, kind="stable")]
        step, same = np.diff(week[rows]), which[rows][1:] == which[rows][:-1]
    place = np.arange(len(frame), dtype=np.int32)[rows]
    breaks, applies = np.zeros(len(frame), bool), np.zeros(len(frame), bool)
    applies[place[1:][same]] = True
    soon = np.flatnonzero(same & (step <= SPEED_WEEKS) & (step > 0))
    later, earlier = place[soon + 1], place[soon]
    breaks[later] = np.abs(score[later] - score[earlier]) > SPEED_SHARE * span[later]
    return Outcome(breaks, applies)


def _scores_not_copied(delivery: Delivery) -> Outcome:
    """Clients whose scores are all the same as another's: sums of hashes per client, which do not depend on row order."""
    frame = delivery.tables["measurements"]
    client, score = positions(frame["client"]), numbers(frame["score"])
    usable = (client >= 0) & ~np.isnan(score)
    size = len(frame["client"].cat.categories)
    count = np.bincount(client[usable], minlength=size)
    usable &= np.append(count >= COPIED_SCORES, False)[client]
    breaks = np.zeros(len(frame), bool)
    if usable.any():
        what = categories_packed(frame.loc[usable], ("instrument", "informant", "moment"))
        mixed = mixed_hash(
            what.astype(np.uint64) << np.uint64(32) ^ np.round(score[usable] * 100).astype(np.int64).view(np.uint64)
        )
        total = np.zeros(size, np.uint64)
        np.add.at(total, client[usable], mixed)
        full = count >= COPIED_SCORES
        copied = np.zeros(size + 1, bool)
        copied[:-1][full] = group_sizes(total[full].view(np.int64) & (2**62 - 1)) > 1
        breaks = usable & copied[client] & ~_flat(client, score, usable, size)[client]
    return Outcome(breaks, usable)


def _flat(client: np.ndarray, score: np.ndarray, usable: np.ndarray, size: int) -> np.ndarray:
    """Clients with one and the same score everywhere, as the floor of an instrument gives."""
    low, high = np.full(size + 1, np.inf), np.full(size + 1, -np.inf)
    np.minimum.at(low, client[usable], score[usable])
    np.maximum.at(high, client[usable], score[usable])
    return low == high


def _scores_near_others(delivery: Delivery) -> Outcome:
    """Scores on the open side of an instrument whose range is not known, at the far side of a gap that dwarfs the range of all others."""
    frame = delivery.tables["measurements"]
    place, score = positions(frame["instrument"]), numbers(frame["score"])
    breaks, applies = np.zeros(len(frame), bool), np.zeros(len(frame), bool)
    for code, name in enumerate(frame["instrument"].cat.categories):
        known = delivery.instruments.get(name)
        open_sides = [] if known is None else [1] * (known.maximum is None) + [-1] * (known.minimum is None)
        rows = np.flatnonzero((place == code) & ~np.isnan(score)) if open_sides else ()
        if len(rows) < FEWEST_SCORES:
            continue
        applies[rows] = True
        for side in open_sides:
            breaks[rows] |= side * score[rows] >= _far(side * score[rows])
    return Outcome(breaks, applies)


def _far(scores: np.ndarray) -> float:
    """From where on scores lie too far above the rest; infinite when none does. At most a tenth can."""
    ordered = np.sort(scores)
    most = max(1, int(FAR_MOST * len(ordered)))
    rest, after = ordered[-most - 1 : -1], ordered[-most:]
    if len(np.unique(ordered[:-most])) < 3:
        return np.inf
    wide = np.where(np.isin(np.abs(after), MISSING_CODES), FAR_OF_A_CODE, FAR)
    far = after[after - rest > wide * (rest - ordered[0])]
    return far[0] if len(far) else np.inf


_SCORES = ("measurements.client", "measurements.instrument", "measurements.informant", "measurements.score")


def _rows(*scores: object, client: str = "K-01") -> str:
    moments = ("baseline", "interim", "end", "follow_up_1m", "follow_up_3m", "follow_up_6m", "follow_up_12m")
    return "".join(f"{client},cries-13,self,{moments[place]},,{score}\n" for place, score in enumerate(scores))


def _many(scores: list[int]) -> str:
    return _HEAD + "".join(f"K-01,cries-13,self,repeated,{week},{score}\n" for week, score in enumerate(scores))


SCORES_VARY = WholeRule(
    "scores-vary",
    "warning",
    Words("Overal dezelfde score", "The same score everywhere"),
    Words(
        "Alle scores van {instrument} zijn gelijk.",
        "All scores of {instrument} are the same.",
    ),
    Words(
        "Controleer of de juiste kolom is overgenomen, of de formule naar beneden is doorgetrokken.",
        "Check that the right column was copied, and that the formula was filled down.",
    ),
    Words("Er is geen verandering of spreiding uit te rekenen.", "No change or spread can be computed."),
    "measurements",
    ("score",),
    _SCORES,
    _scores_vary,
    holds=_CLIENT | {"measurements": _many([30, 28, 28, 27, 30, 25, 24, 24, 23, 20])},
    fails=_CLIENT | {"measurements": _many([30] * 10)},
)


SCORES_NOT_HEAPED = WholeRule(
    "scores-not-heaped",
    "warning",
    Words("Opvallend veel ronde scores", "Remarkably many round scores"),
    Words(
        "Opvallend veel scores van {instrument} eindigen op 0 of 5.",
        "Very many scores of {instrument} end in 0 or 5.",
    ),
    Words(
        "Controleer of de scores zijn afgerond of geschat; neem de berekende totaalscore over.",
        "Check whether scores were rounded or estimated; copy the computed total.",
    ),
    Words("Kleine veranderingen zijn niet te zien.", "Small changes cannot be seen."),
    "measurements",
    ("score",),
    _SCORES,
    _scores_not_heaped,
    holds=_CLIENT | {"measurements": _many([(7 * n) % 60 for n in range(HEAPED_FROM)])},
    fails=_CLIENT | {"measurements": _many([(5 * n) % 60 for n in range(HEAPED_FROM)])},
)

SPEED_POSSIBLE = TableRule(
    "speed-possible",
    "warning",
    Words("Heel snelle verandering", "Very fast change"),
    Words(
        "Binnen een week verandert deze score meer dan de helft van wat mogelijk is.",
        "Within a week this score changes by more than half of what is possible.",
    ),
    Words(
        "Controleer de score en de week; soms is een lijst omgekeerd gescoord of van iemand anders.",
        "Check the score and the week; sometimes a questionnaire was scored upside down or is someone else's.",
    ),
    Words("De verandering zou zwaar meetellen.", "The change would weigh heavily."),
    "measurements",
    ("week", "score"),
    (*_SCORES, "measurements.week"),
    _speed_possible,
    holds=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,repeated,1,60\nK-01,cries-13,self,repeated,2,30\n"},
    fails=_CLIENT | {"measurements": _HEAD + "K-01,cries-13,self,repeated,1,60\nK-01,cries-13,self,repeated,2,5\n"},
)

SCORES_NOT_COPIED = TableRule(
    "scores-not-copied",
    "warning",
    Words("Scores gelijk aan die van een ander", "Scores equal to someone else's"),
    Words(
        "Twee jongeren hebben op alle momenten precies dezelfde scores.",
        "Two young people have exactly the same scores at all moments.",
    ),
    Words(
        "Controleer of er rijen zijn gekopieerd zonder de scores aan te passen.",
        "Check whether rows were copied without changing the scores.",
    ),
    Words("Iemand zou dubbel tellen, een ander niet.", "Someone would count twice, someone else not at all."),
    "measurements",
    ("client", "score"),
    (*_SCORES, "measurements.moment"),
    _scores_not_copied,
    holds=_CLIENT | {"measurements": _HEAD + _rows(40, 33, 21, 20, 18, 17) + _rows(40, 33, 21, 20, 18, 16, client="K-02")},
    fails=_CLIENT | {"measurements": _HEAD + _rows(40, 33, 21, 20, 18, 17) + _rows(40, 33, 21, 20, 18, 17, client="K-02")},
)

SCORES_NEAR_OTHERS = TableRule(
    "score-far-from-others",
    "warning",
    Words("Score ver van alle andere", "Score far from all others"),
    Words(
        "Deze score ligt ver van alle andere scores van dezelfde lijst.",
        "This score lies far from all other scores of the same questionnaire.",
    ),
    Words(
        "Controleer de score: een code voor onbekend (99, 999), een dubbel getypt cijfer of een vergeten komma? Laat de cel leeg als de "
        "score niet bekend is.",
        "Check the score: a code for unknown (99, 999), a digit typed twice or a forgotten decimal point? Leave the cell empty when the score "
        "is not known.",
    ),
    Words("Eén zo'n score bepaalt het gemiddelde en de spreiding.", "One such score decides the mean and the spread."),
    "measurements",
    ("score",),
    _SCORES[1:2] + _SCORES[3:],
    _scores_near_others,
    holds=_CLIENT | {"measurements": _HEAD + _rows(40, 33, 21, 20, 18, 17).replace("cries-13", "props")},
    fails=_CLIENT | {"measurements": _HEAD + _rows(40, 33, 21, 20, 18, 99999).replace("cries-13", "props")},
)
