"""What changed since the same provider handed in before (`validate --previous`): facts that were final, and who is gone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.finding import Delivery, Outcome, TableRule, Tally, WholeRule
from data_schemas.rules._counting import is_code, numbers, positions
from data_schemas.words import Words

# What is true at the start does not change afterwards.
FIXED = (
    "provider",
    "programme",
    "arm",
    "start_period",
    "age_group",
    "gender",
    "victim_status",
    "exploitation_type",
    "housing_start",
    "daytime_start",
)
ENOUGH = 10
SHIFT_SD = 1.0
_ROW = ("client", "instrument", "informant", "moment")


def _texts(column: pd.Series) -> pa.Array:
    """Per row the text of a categorical column, null where empty."""
    return pa.array(column.cat.categories, pa.string()).take(pa.array(positions(column), mask=positions(column) < 0))


def _keys(frame: pd.DataFrame, names: Sequence[str]) -> pa.Array:
    """One text per row; null where any part is empty."""
    return pc.binary_join_element_wise(*(_texts(frame[name]) for name in names), "\x1f")


def _before(frame: pd.DataFrame, earlier: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Per row the row of the earlier table with the same key, -1 when there is none."""
    found = pc.index_in(_keys(frame, names), value_set=_keys(earlier, names), skip_nulls=True)
    return pc.fill_null(found, -1).to_numpy(zero_copy_only=False)


def _differs(now: pd.Series, earlier: pd.Series, was: np.ndarray) -> np.ndarray:
    """Rows whose code or name is not what it was; only where both are there and known."""
    old, new = _texts(earlier).take(pa.array(np.maximum(was, 0))), _texts(now)
    known = pc.and_(pc.not_equal(old, "unknown"), pc.not_equal(new, "unknown"))
    changed = pc.fill_null(pc.and_(known, pc.not_equal(old, new)), False)
    return changed.to_numpy(zero_copy_only=False).astype(bool) & (was >= 0)


def _facts_stay(delivery: Delivery) -> Outcome:
    now, earlier = delivery.tables["treatments"], delivery.previous.tables["treatments"]
    if len(earlier) == 0:
        return Outcome(np.zeros(len(now), bool), np.zeros(len(now), bool))
    was = _before(now, earlier, ("client",))
    breaks = np.zeros(len(now), bool)
    for name in FIXED:
        breaks |= _differs(now[name], earlier[name], was)
    return Outcome(breaks, was >= 0)


def _follow_up_grows(delivery: Delivery) -> Outcome:
    now, earlier = delivery.tables["treatments"], delivery.previous.tables["treatments"]
    until = np.append(numbers(earlier["follow_up_weeks"]), np.nan)[_before(now, earlier, ("client",))]
    weeks = numbers(now["follow_up_weeks"])
    return Outcome((weeks < until) | np.isnan(weeks), ~np.isnan(until))


def _scores_stay(delivery: Delivery) -> Outcome:
    now, earlier = delivery.tables["measurements"], delivery.previous.tables["measurements"]
    was = _before(now, earlier, _ROW)
    old, new = np.append(numbers(earlier["score"]), np.nan)[was], numbers(now["score"])
    applies = ~np.isnan(old) & ~np.isnan(new) & ~is_code(now["moment"], "repeated")
    return Outcome(old != new, applies)


def _gone(delivery: Delivery, table: str, names: Sequence[str]) -> Tally:
    earlier = delivery.previous.tables[table]
    was = _before(earlier, delivery.tables[table], names)
    named = ~_keys(earlier, names).is_null().to_numpy(zero_copy_only=False)
    gone = int((named & (was < 0)).sum())
    return Tally(int(named.sum()), ({"number": gone},) if gone else ())


def _clients_stay(delivery: Delivery) -> Tally:
    return _gone(delivery, "treatments", ("client",))


def _measurements_stay(delivery: Delivery) -> Tally:
    return _gone(delivery, "measurements", _ROW)


def _events_stay(delivery: Delivery) -> Tally:
    return _gone(delivery, "events", ("client", "event"))


def _level_stays(delivery: Delivery) -> Tally:
    """Mean score per instrument and moment against the earlier delivery's, in its standard deviations."""
    now, earlier = delivery.tables["measurements"], delivery.previous.tables["measurements"]
    checked, broken = 0, []
    for name in now["instrument"].cat.categories.intersection(earlier["instrument"].cat.categories):
        new, old = (_baseline_scores(frame, name) for frame in (now, earlier))
        if name not in delivery.instruments or min(len(new), len(old)) < ENOUGH or old.std() == 0:
            continue
        checked += 1
        if abs(new.mean() - old.mean()) > SHIFT_SD * old.std(ddof=1):
            broken.append({"instrument": delivery.instruments[name].words})
    return Tally(checked, tuple(broken))


def _baseline_scores(frame: pd.DataFrame, instrument: str) -> np.ndarray:
    scores = numbers(frame["score"])[is_code(frame["instrument"], instrument) & is_code(frame["moment"], "baseline")]
    return scores[~np.isnan(scores)]


_TREATMENTS = "client,provider,programme,arm,gender,follow_up_weeks\n"
_MEASUREMENTS = "client,instrument,informant,moment,week,score\n"
_EVENTS = "client,event,week_from,week_to,certainty\n"
_ONE = {"treatments": _TREATMENTS + "K-01,p,q,a,girl,52\n", "previous/treatments": _TREATMENTS + "K-01,p,q,a,girl,26\n"}
_CHECK = Words(
    "Kijk wat er klopt: de vorige of deze inzending. Was de vorige fout, dan hoeft u niets te doen.",
    "See which is right: the previous delivery or this one. If the previous one was wrong, nothing needs doing.",
)
_DIFFERENT = Words(
    "Uitkomsten van vorig jaar zijn niet meer na te rekenen met deze gegevens.",
    "Last year's results can no longer be recomputed from these data.",
)


def _level(start: int) -> str:
    return _MEASUREMENTS + "".join(f"K-{n:02d},cries-13,self,baseline,0,{start + n}\n" for n in range(ENOUGH))


FACTS_STAY = TableRule(
    "previous-facts-stay",
    "warning",
    Words("Vast gegeven anders dan vorige keer", "Fixed fact differs from last time"),
    Words(
        "Wat bij de start gold, is hier anders dan in de vorige inzending.",
        "What held at the start is different here from the previous submission.",
    ),
    _CHECK,
    Words("Misschien hoort het pseudoniem nu bij iemand anders.", "The pseudonym may now belong to someone else."),
    "treatments",
    FIXED,
    ("previous", "treatments.client"),
    _facts_stay,
    holds=_ONE,
    fails=_ONE | {"previous/treatments": _TREATMENTS + "K-01,p,q,b,girl,26\n"},
)

FOLLOW_UP_GROWS = TableRule(
    "previous-follow-up-grows",
    "warning",
    Words("Korter gevolgd dan vorige keer", "Followed for less time than last time"),
    Words(
        "Deze jongere is korter gevolgd dan in de vorige inzending stond.",
        "This young person was followed for a shorter time than the previous submission said.",
    ),
    _CHECK,
    Words("Tijd waarin niets gebeurde zou verdwijnen.", "Time in which nothing happened would disappear."),
    "treatments",
    ("follow_up_weeks",),
    ("previous", "treatments.client", "treatments.follow_up_weeks"),
    _follow_up_grows,
    holds=_ONE,
    fails=_ONE | {"previous/treatments": _TREATMENTS + "K-01,p,q,a,girl,60\n"},
)

SCORES_STAY = TableRule(
    "previous-scores-stay",
    "warning",
    Words("Score anders dan vorige keer", "Score differs from last time"),
    Words(
        "Deze score is anders dan in de vorige inzending.",
        "This score is different from the previous submission.",
    ),
    _CHECK,
    _DIFFERENT,
    "measurements",
    ("score",),
    ("previous", *(f"measurements.{name}" for name in (*_ROW, "score"))),
    _scores_stay,
    holds=_ONE
    | {
        "measurements": _MEASUREMENTS + "K-01,cries-13,self,baseline,0,30\n",
        "previous/measurements": _MEASUREMENTS + "K-01,cries-13,self,baseline,0,30\n",
    },
    fails=_ONE
    | {
        "measurements": _MEASUREMENTS + "K-01,cries-13,self,baseline,0,30\n",
        "previous/measurements": _MEASUREMENTS + "K-01,cries-13,self,baseline,0,20\n",
    },
)

CLIENTS_STAY = WholeRule(
    "previous-clients-stay",
    "warning",
    Words("Jongeren verdwenen sinds vorige keer", "Young people gone since last time"),
    Words(
        "Van wie in de vorige inzending stond, ontbreken er nu {number}.",
        "Of those in the previous submission, {number} are missing now.",
    ),
    Words(
        "Voeg hun rijen weer toe, of gebruik dezelfde codes als vorige keer.",
        "Add their rows again, or use the same codes as last time.",
    ),
    Words(
        "Wie slecht afliep verdwijnt makkelijker dan wie goed afliep.",
        "Those with bad outcomes disappear more easily than those with good ones.",
    ),
    "treatments",
    ("client",),
    ("previous", "treatments.client"),
    _clients_stay,
    holds=_ONE,
    fails=_ONE | {"previous/treatments": _TREATMENTS + "K-01,p,q,a,girl,26\nK-02,p,q,a,girl,26\n"},
)

MEASUREMENTS_STAY = WholeRule(
    "previous-measurements-stay",
    "warning",
    Words("Metingen verdwenen sinds vorige keer", "Measurements gone since last time"),
    Words(
        "Van de metingen in de vorige inzending ontbreken er nu {number}.",
        "Of the measurements in the previous submission, {number} are missing now.",
    ),
    Words("Voeg ze weer toe.", "Add them again."),
    _DIFFERENT,
    "measurements",
    ("client", "moment"),
    ("previous", *(f"measurements.{name}" for name in _ROW)),
    _measurements_stay,
    holds=SCORES_STAY.holds,
    fails=_ONE
    | {
        "measurements": _MEASUREMENTS + "K-01,cries-13,self,baseline,0,30\n",
        "previous/measurements": _MEASUREMENTS + "K-01,cries-13,self,baseline,0,30\nK-01,cries-13,self,end,26,20\n",
    },
)

EVENTS_STAY = WholeRule(
    "previous-events-stay",
    "warning",
    Words("Gebeurtenissen verdwenen sinds vorige keer", "Events gone since last time"),
    Words(
        "Van de gebeurtenissen in de vorige inzending ontbreken er nu {number}.",
        "Of the events in the previous submission, {number} are missing now.",
    ),
    Words("Voeg ze weer toe, ook als ze inmiddels zijn opgelost.", "Add them again, even when they have been resolved since."),
    Words("Terugval zou te laag uitvallen.", "Relapse would come out too low."),
    "events",
    ("client", "event"),
    ("previous", "events.client", "events.event"),
    _events_stay,
    holds=_ONE
    | {
        "events": _EVENTS + "K-01,running_away,8,8,actual\n",
        "previous/events": _EVENTS + "K-01,running_away,8,8,actual\n",
    },
    fails=_ONE
    | {
        "events": _EVENTS + "K-01,running_away,8,8,actual\n",
        "previous/events": _EVENTS + "K-01,arrest,9,9,actual\n",
    },
)

LEVEL_STAYS = WholeRule(
    "previous-level-stays",
    "warning",
    Words("Heel ander niveau dan vorige keer", "Very different level from last time"),
    Words(
        "De voormetingen van {instrument} liggen gemiddeld heel anders dan in de vorige inzending.",
        "The baselines of {instrument} are on average very different from the previous submission.",
    ),
    Words(
        "Controleer of dezelfde versie, schaal en scoringsregel zijn gebruikt.",
        "Check that the same version, scale and scoring rule were used.",
    ),
    Words("Oude en nieuwe scores zijn dan niet te vergelijken.", "Old and new scores cannot then be compared."),
    "measurements",
    ("score",),
    ("previous", "measurements.instrument", "measurements.moment", "measurements.score"),
    _level_stays,
    holds=_ONE | {"measurements": _level(30), "previous/measurements": _level(31)},
    fails=_ONE | {"measurements": _level(10), "previous/measurements": _level(50)},
)
