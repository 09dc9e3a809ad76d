"""Cox models for events that recur: Andersen-Gill, PWP in total and gap time, WLW, with errors by client.

Own code because records of one client that follow each other need late entry and errors by client, and both libraries have
those wrong (T8).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from analyses.statistics.hazards._cox_fit import Ties
from analyses.statistics.hazards._cox_input import design
from analyses.statistics.hazards.cox_model import CoxModel, cox_model
from analyses.statistics.recurrent_events._recurrent_input import Histories, histories

RecurrentModel = Literal["andersen-gill", "pwp-total", "pwp-gap", "wlw"]
ORDERS = 4


class _Records(NamedTuple):
    """Rows for a Cox model: at risk in (entry, week], whether it ended in an event, whose it is, and its stratum."""

    entry: np.ndarray | None
    week: np.ndarray
    event: np.ndarray
    person: np.ndarray
    stratum: np.ndarray | None


def recurrent_cox(
    entry,
    until,
    person,
    week,
    covariates,
    *,
    model: RecurrentModel = "andersen-gill",
    ties: Ties = "efron",
    orders: int = ORDERS,
    names=None,
    confidence: float = 0.95,
) -> CoxModel:
    """Fit a model for recurrent events, with the Lin-Wei sandwich by client.

    Parameters
    ----------
    entry, until, person, week
        As in `mean_cumulative_function`; several events of a client in one week count as one here.
    covariates : array or DataFrame, shape (clients, p)
        Known at the start of follow-up.
    model : str
        `andersen-gill`: all events share one hazard; the ratio of *rates* (Andersen & Gill 1982, Ann Stat 10:1100).
        `pwp-total`: each event has its own baseline since time zero, at risk once the one before has happened; `pwp-gap`: since
        the event before (Prentice, Williams & Peterson 1981, Biometrika 68:373). `wlw`: each client at risk for the first,
        second, ... event from the start (Wei, Lin & Weissfeld 1989, JASA 84:1065); the ratio is held equal over events.
    orders : int
        How many events per client `wlw` takes.
    ties, names, confidence
        As in `cox_model`. SAS's PHREG and most published tables have Breslow ties.

    Returns
    -------
    CoxModel
        With `error_kind` "cluster"; `reason` as there.

    Notes
    -----
    The records of a client never overlap: (0, 4] and (4, 9]. Both usual routes in Python get the errors of such records wrong
    (pitfall T8); these equal R's `coxph(..., cluster = id)`.

    When not to use
    ---------------
    `pwp-*` and `wlw` as the effect of treatment on all events: they condition on, or mix, what treatment changes, and
    are given to see whether an answer hangs on the model. With fewer than some twenty clients the sandwich is too small.

    Examples
    --------
    Of four clients, each followed for 9 weeks, the two treated have one event each and the others two each: rate ratio near 1/2.

    >>> fit = recurrent_cox([0] * 4, [9] * 4, [0, 1, 2, 2, 3, 3], [5, 8, 2, 6, 3, 7], [[1], [1], [0], [0]])
    >>> round(float(fit.hazard_ratio[0]), 6), fit.clusters
    (0.5, 4)
    """
    given = histories(entry, until, person, week)
    x, names = design(covariates, names, len(given.until))
    rows = _records(given, model, orders)
    return cox_model(
        rows.week,
        rows.event,
        x[rows.person] if len(rows.person) else np.zeros((0, x.shape[1])),
        entry=rows.entry,
        strata=rows.stratum,
        cluster=rows.person,
        ties=ties,
        names=names,
        confidence=confidence,
    )


def _records(given: Histories, model: RecurrentModel, orders: int) -> _Records:
    if model == "wlw":
        return _marginal(given, orders)
    start, stop, event, person, order = _spells(given)
    if model == "andersen-gill":
        return _Records(start, stop, event, person, None)
    if model == "pwp-total":
        return _Records(start, stop, event, person, order)
    if model != "pwp-gap":
        raise ValueError("model must be andersen-gill, pwp-total, pwp-gap or wlw")
    return _Records(None, stop - np.maximum(start, 0), event, person, order)


def _from(entry: np.ndarray) -> np.ndarray:
    """The end of the week before someone is at risk: those from the start are at risk in week 0 as well."""
    return np.where(entry == 0, -1, entry)


def _spells(given: Histories) -> tuple[np.ndarray, ...]:
    """Follow-up of every client cut at the weeks with an event."""
    clients = np.arange(len(given.until))
    number = np.bincount(given.person, minlength=len(clients))
    last = np.full(len(clients), -1)
    last[given.person] = given.week
    open_ended = given.until > last
    person = np.concatenate([given.person, clients[open_ended]])
    stop = np.concatenate([given.week, given.until[open_ended]])
    event = np.concatenate([np.ones(len(given.person), bool), np.zeros(int(open_ended.sum()), bool)])
    order = np.concatenate([given.order, number[open_ended] + 1])
    sequence = np.lexsort((order, person))
    person, stop, event, order = person[sequence], stop[sequence], event[sequence], order[sequence]
    start = np.where(order == 1, _from(given.entry)[person], np.concatenate([[0], stop[:-1]]) if len(stop) else stop)
    return start, stop, event, person, order


def _marginal(given: Histories, orders: int) -> _Records:
    clients = len(given.until)
    stop = np.repeat(given.until[:, None], orders, axis=1)
    event = np.zeros((clients, orders), bool)
    order = given.order
    taken = order <= orders
    stop[given.person[taken], order[taken] - 1] = given.week[taken]
    event[given.person[taken], order[taken] - 1] = True
    return _Records(
        np.repeat(_from(given.entry), orders),
        stop.ravel(),
        event.ravel(),
        np.repeat(np.arange(clients), orders),
        np.tile(np.arange(orders), clients),
    )
