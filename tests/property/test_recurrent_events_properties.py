"""Recurrent events: the robust variance equals its definition client by client, and what must not matter does not."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.recurrent_cox import recurrent_cox
from analyses.statistics.recurrent_events.mean_cumulative_function import mean_cumulative_function

close = pytest.approx


@st.composite
def groups(draw, least=1):
    """Clients with late entry, and events within their follow-up, several in a week among them."""
    clients = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), min_size=least, max_size=12))
    entry = np.array([start for start, _ in clients])
    until = entry + np.array([length for _, length in clients])
    marks = draw(st.lists(st.tuples(st.integers(0, len(clients) - 1), st.integers(0, 8)), max_size=25))
    events = [(who, min(int(entry[who]) + 1 + after, int(until[who]))) for who, after in marks]
    return entry, until, np.array([who for who, _ in events], int), np.array([week for _, week in events], int)


def variance_by_definition(entry, until, person, week):
    weeks = int(until.max()) + 1
    grid = np.arange(weeks)
    at_risk = (((entry[:, None] < grid) | (entry[:, None] == 0)) & (grid <= until[:, None])).astype(float)
    own = np.zeros((len(until), weeks))
    np.add.at(own, (person, week), 1)
    total = np.maximum(at_risk.sum(axis=0), 1)
    deviation = (own - at_risk * own.sum(axis=0) / total) / total
    return (np.cumsum(deviation, axis=1) ** 2).sum(axis=0)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(groups())
def test_robust_variance_is_the_sum_over_clients(follow_up):
    curve = mean_cumulative_function(*follow_up)
    assert curve.std_error**2 == close(variance_by_definition(*follow_up), rel=1e-9, abs=1e-12)
    assert (np.diff(curve.mean) >= 0).all()
    assert curve.events.sum() == len(follow_up[2])


@settings(max_examples=60, derandomize=True, deadline=None)
@given(groups(), st.integers(2, 4), st.randoms(use_true_random=False))
def test_order_and_copies_of_clients(follow_up, times, random):
    entry, until, person, week = follow_up
    one = mean_cumulative_function(*follow_up)
    order = list(range(len(until)))
    random.shuffle(order)
    place = np.argsort(order)
    other = mean_cumulative_function(entry[order], until[order], place[person], week)
    assert other.std_error == close(one.std_error, abs=1e-7)
    copies = np.concatenate([person + k * len(until) for k in range(times)])
    many = mean_cumulative_function(np.tile(entry, times), np.tile(until, times), copies, np.tile(week, times))
    assert many.mean == close(one.mean)
    assert many.std_error * np.sqrt(times) == close(one.std_error, abs=1e-7)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(groups(least=4), st.sampled_from(["andersen-gill", "pwp-total", "pwp-gap", "wlw"]))
def test_a_client_without_follow_up_in_common_with_any_event_changes_no_rate_ratio(follow_up, model):
    entry, until, person, week = follow_up
    x = (np.arange(len(until)) % 2)[:, None].astype(float)
    fit = recurrent_cox(*follow_up, x, model=model)
    assume(fit.reason is None and model != "pwp-gap")
    far = np.array([100])
    longer = recurrent_cox(np.append(entry, far), np.append(until, far + 3), person, week, np.vstack([x, [[1.0]]]), model=model)
    assert longer.coefficients == close(fit.coefficients, rel=1e-6, abs=1e-8)
    assert longer.std_error == close(fit.std_error, rel=1e-6, abs=1e-8)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(groups(least=4))
def test_with_one_event_each_at_most_all_but_gap_time_are_cox(follow_up):
    """A client who leaves at the first event has nothing to recur."""
    entry, until, person, week = follow_up
    first = np.full(len(until), 10**6)
    np.minimum.at(first, person, week)
    event = first < 10**6
    until = np.where(event, first, until)
    x = (np.arange(len(until)) % 3)[:, None].astype(float)
    cox = cox_model(until, event, x, entry=entry, cluster=np.arange(len(until)))
    assume(cox.reason is None)
    for model in ("andersen-gill", "pwp-total", "wlw"):
        fit = recurrent_cox(entry, until, np.flatnonzero(event), first[event], x, model=model, orders=1)
        assert fit.coefficients == close(cox.coefficients, rel=1e-6, abs=1e-8)
        assert fit.std_error == close(cox.std_error, rel=1e-6, abs=1e-8)
