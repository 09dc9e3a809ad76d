"""Who and what is missing: moments that were not reached, questionnaires without a score, descriptors nobody registered."""

from collections.abc import Iterator

import numpy as np

from data_schemas.codelists import code_list
from data_schemas.finding import Delivery, Tally, WholeRule
from data_schemas.rules._counting import is_code, numbers, positions, series
from data_schemas.rules.measurements import MOMENTS
from data_schemas.tables import tables
from data_schemas.words import Words

# A share over fewer people is not worth a warning.
ENOUGH = 10
# Round bounds of our own, named in the words; the report computes what the loss may mean.
REACHED_SHARE = 0.7
UNSCORED_SHARE = 0.2
UNKNOWN_SHARE = 0.5
_HEAD = "client,instrument,informant,moment,week,score\n"
_CLIENTS = "client,provider,programme,arm\n" + "".join(f"K-{n:02d},p,q,a\n" for n in range(ENOUGH))


def _label(moment: str) -> Words:
    return code_list("moment").label(moment)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _known_instruments(delivery: Delivery) -> Iterator[tuple[Words, np.ndarray]]:
    frame = delivery.tables["measurements"]
    for code, name in enumerate(frame["instrument"].cat.categories):
        if name in delivery.instruments:
            yield delivery.instruments[name].words, positions(frame["instrument"]) == code


def _moments_reached(delivery: Delivery) -> Tally:
    """Per instrument and moment: of the series with a baseline, the share measured; ongoing treatments are not missed."""
    frame, treatments = delivery.tables["measurements"], delivery.tables["treatments"]
    which, count = series(delivery)
    ongoing = np.zeros(len(treatments["client"].cat.categories) + 1, bool)
    ongoing[positions(treatments["client"])[is_code(treatments["ending"], "ongoing")]] = True
    scored = (which >= 0) & ~np.isnan(numbers(frame["score"])) & ~ongoing[positions(frame["client"])]
    checked, broken = 0, []
    for name, mine in _known_instruments(delivery):
        start = np.zeros(count, bool)
        start[which[scored & mine & is_code(frame["moment"], MOMENTS[0])]] = True
        for moment in MOMENTS[1:]:
            there = np.zeros(count, bool)
            there[which[scored & mine & is_code(frame["moment"], moment)]] = True
            if start.sum() < ENOUGH or not there.any():
                continue
            checked += 1
            share = float((start & there).sum() / start.sum())
            if share < REACHED_SHARE:
                broken.append({"instrument": name, "moment": _label(moment), "percent": _percent(share)})
    return Tally(checked, tuple(broken))


def _scores_filled(delivery: Delivery) -> Tally:
    frame = delivery.tables["measurements"]
    empty = np.isnan(numbers(frame["score"]))
    checked, broken = 0, []
    for name, mine in _known_instruments(delivery):
        for moment in (*MOMENTS, "repeated"):
            rows = mine & is_code(frame["moment"], moment)
            if rows.sum() < ENOUGH:
                continue
            checked += 1
            share = float(empty[rows].mean())
            if share > UNSCORED_SHARE:
                broken.append({"instrument": name, "moment": _label(moment), "percent": _percent(share)})
    return Tally(checked, tuple(broken))


def _called(name: str) -> Words:
    return tables()["treatments"].column(name).label


def _descriptors_known(delivery: Delivery) -> Tally:
    """Descriptors that are unknown for most were probably not registered."""
    frame = delivery.tables["treatments"]
    coded = [name for name, kind in frame.dtypes.items() if kind == "category" and "unknown" in frame[name].cat.categories]
    filled = [name for name in coded if len(frame) >= ENOUGH and (positions(frame[name]) >= 0).any()]
    shares = {name: float(np.mean(is_code(frame[name], "unknown") | (positions(frame[name]) < 0))) for name in filled}
    return Tally(
        len(filled),
        tuple({"column": _called(name), "percent": _percent(share)} for name, share in shares.items() if share > UNKNOWN_SHARE),
    )


def _measured_at_start(delivery: Delivery) -> Tally:
    """Clients with any questionnaire at all, of those with a treatment."""
    frame, treatments = delivery.tables["measurements"], delivery.tables["treatments"]
    clients = len(treatments["client"].cat.categories)
    if clients < ENOUGH:
        return Tally(0, ())
    with_baseline = np.zeros(clients + 1, bool)
    with_baseline[positions(frame["client"])[is_code(frame["moment"], MOMENTS[0])]] = True
    share = float(with_baseline[:-1].mean())
    return Tally(clients, ({"percent": _percent(share)},) if share < REACHED_SHARE else ())


_SCORES = tuple(f"measurements.{name}" for name in ("client", "instrument", "informant", "moment", "score"))


def _baselines(count: int, score: str = "30") -> str:
    return "".join(f"K-{n:02d},cries-13,self,baseline,0,{score}\n" for n in range(count))


def _ends(count: int) -> str:
    return "".join(f"K-{n:02d},cries-13,self,end,26,20\n" for n in range(count))


MOMENTS_REACHED = WholeRule(
    "moments-reached",
    "warning",
    Words("Veel uitval tussen de metingen", "Much drop-out between measurements"),
    Words(
        "Van wie een voormeting van {instrument} heeft, is {percent}% ook bij de {moment} gemeten. Dat is minder dan 70%.",
        "Of those with a baseline of {instrument}, {percent}% were also measured at {moment}. That is less than 70%.",
    ),
    Words(
        "Zoek na of er nog ingevulde lijsten liggen. Wie is gemist blijft gemist: vul niets achteraf in.",
        "See whether filled-in questionnaires are still lying about. Who was missed stays missed: fill in nothing afterwards.",
    ),
    Words(
        "Wie uitvalt verschilt vaak van wie blijft; het rapport laat zien hoeveel dat kan uitmaken.",
        "Those who drop out often differ from those who stay; the report shows how much that may matter.",
    ),
    "measurements",
    ("moment",),
    _SCORES,
    _moments_reached,
    holds={"treatments": _CLIENTS, "measurements": _HEAD + _baselines(ENOUGH) + _ends(7)},
    fails={"treatments": _CLIENTS, "measurements": _HEAD + _baselines(ENOUGH) + _ends(6)},
)

SCORES_FILLED = WholeRule(
    "scores-filled",
    "warning",
    Words("Veel lijsten zonder score", "Many questionnaires without a score"),
    Words(
        "Van de lijsten van {instrument} ({moment}) heeft {percent}% geen score. Dat is meer dan 20%.",
        "Of the questionnaires of {instrument} ({moment}), {percent}% have no score. That is more than 20%.",
    ),
    Words(
        "Controleer of de scores zijn overgenomen en of de regel voor ontbrekende antwoorden is gevolgd.",
        "Check that the scores were copied and that the rule for missing answers was followed.",
    ),
    Words("Deze metingen tellen niet mee.", "These measurements do not count."),
    "measurements",
    ("score",),
    _SCORES,
    _scores_filled,
    holds={"treatments": _CLIENTS, "measurements": _HEAD + _baselines(ENOUGH)},
    fails={"treatments": _CLIENTS, "measurements": _HEAD + _baselines(ENOUGH, score="")},
)

DESCRIPTORS_KNOWN = WholeRule(
    "descriptors-known",
    "notice",
    Words("Kenmerk meestal onbekend", "Descriptor mostly unknown"),
    Words(
        "De kolom {column} is bij {percent}% leeg of onbekend.",
        "The column {column} is empty or unknown for {percent}%.",
    ),
    Words("Vul aan wat in het dossier staat.", "Add what the case files hold."),
    Words("Naar dit kenmerk is niet uit te splitsen.", "Results cannot be broken down by this descriptor."),
    "treatments",
    (),
    ("treatments.client",),
    _descriptors_known,
    holds={
        "treatments": "client,provider,programme,arm,gender\n"
        + "".join(f"K-{n:02d},p,q,a,{'girl' if n % 2 else 'unknown'}\n" for n in range(ENOUGH))
    },
    fails={
        "treatments": "client,provider,programme,arm,gender\n"
        + "".join(f"K-{n:02d},p,q,a,{'girl' if n == 1 else 'unknown'}\n" for n in range(ENOUGH))
    },
)

MEASURED_AT_START = WholeRule(
    "measured-at-start",
    "warning",
    Words("Weinig jongeren met een voormeting", "Few young people with a baseline"),
    Words(
        "Van de jongeren heeft {percent}% een voormeting. Dat is minder dan 70%.",
        "Of the young people {percent}% have a baseline. That is less than 70%.",
    ),
    Words(
        "Voeg de voormetingen toe die ontbreken. Zijn de codes van de jongeren op beide tabbladen gelijk?",
        "Add the baselines that are missing. Are the codes of the young people the same on both sheets?",
    ),
    Words("Verandering is alleen te zien bij wie een voormeting heeft.", "Change can be seen only in those with a baseline."),
    "measurements",
    ("client", "moment"),
    ("measurements.client", "measurements.moment"),
    _measured_at_start,
    holds={"treatments": _CLIENTS, "measurements": _HEAD + _baselines(7)},
    fails={"treatments": _CLIENTS, "measurements": _HEAD + _baselines(6)},
)
