"""Mixed models: what must not matter does not, and balanced data give the closed forms of analysis of variance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.statistics.models._mixed_input import cross_products
from analyses.statistics.models._mixed_likelihood import evaluate
from analyses.statistics.models.mixed_model import contrast, fit_mixed


def trial(seed: int, clients: int = 12, moments: int = 5, kept: float = 0.8):
    """A small trial with two arms, a random slope and moments missing at random."""
    rng = np.random.default_rng(seed)
    client, week = (part.ravel() for part in np.mgrid[:clients, :moments])
    start, slope = rng.normal(0, 3, clients), rng.normal(0, rng.choice([0.0, 1.0]), clients)
    arm = client % 2
    y = 20 + start[client] + (slope[client] - 1.5 - arm) * week + rng.normal(0, 2, client.size)
    row = rng.random(client.size) < kept
    row[:3] = True
    X = np.column_stack([np.ones(client.size), week, arm, arm * week]).astype(float)
    return y[row], X[row], client[row], week[row].astype(float)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_order_labels_and_units_do_not_matter(seed, with_slope, reml):
    y, X, client, week = trial(seed)
    slope = week if with_slope else None
    fit = fit_mixed(y, X, client, slope, reml)
    assert fit.reason is None
    order = np.random.default_rng(seed).permutation(len(y))
    other = fit_mixed(
        100.0 * y[order] + 7.0,
        X[order] * [1.0, 10.0, 1.0, 1.0],
        np.array([f"c{k}" for k in -client[order]]),
        None if slope is None else 10.0 * slope[order] + 30.0,
        reml,
    )
    expected = 100.0 * fit.coefficients / [1.0, 10.0, 1.0, 1.0] + [7.0, 0.0, 0.0, 0.0]
    assert other.coefficients == pytest.approx(expected, rel=1e-6, abs=1e-5)
    assert other.residual_variance == pytest.approx(1e4 * fit.residual_variance, rel=1e-6)
    assert other.singular == fit.singular
    for method in ("satterthwaite", "kenward-roger") if reml else ("satterthwaite",):
        one, two = (contrast(f, [0, 0, 0, 1.0], method) for f in (fit, other))
        assert two.df == pytest.approx(one.df, rel=1e-3 if fit.singular else 1e-5)
        assert two.std_error == pytest.approx(100.0 * one.std_error, rel=1e-5)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_the_maximum_is_one_and_the_derivatives_are_right(seed, with_slope, reml):
    y, X, client, week = trial(seed)
    given_ = cross_products(y, X, client, week if with_slope else None)
    rng = np.random.default_rng(seed)
    theta = rng.normal(0.5, 0.5, 3 if with_slope else 1)
    at, h = evaluate(given_, theta, reml), 1e-5
    for j, unit in enumerate(np.eye(len(theta)) * h):
        up, down = evaluate(given_, theta + unit, reml), evaluate(given_, theta - unit, reml)
        assert (up.deviance - down.deviance) / (2 * h) == pytest.approx(at.gradient[j], rel=1e-4, abs=1e-4)
        assert (up.gradient - down.gradient) / (2 * h) == pytest.approx(at.hessian[j], rel=1e-4, abs=1e-4)
    best = fit_mixed(y, X, client, week if with_slope else None, reml).fitted.at
    grid = rng.normal(0.0, 1.5, (200, len(theta)))
    assert min(evaluate(given_, point, reml).deviance for point in grid) >= best.deviance - 1e-9


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 9), st.integers(2, 5))
def test_balanced_data_give_the_analysis_of_variance(seed, clients, moments):
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1, (clients, moments)) + rng.normal(0, 2, (clients, 1))
    within = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    error = (within**2).sum() / ((clients - 1) * (moments - 1))
    between = moments * table.mean(axis=1).var(ddof=1)
    X = np.kron(np.ones((clients, 1)), np.eye(moments))
    fit = fit_mixed(table.ravel(), X, np.repeat(np.arange(clients), moments))
    change = contrast(fit, [-1.0, *[0.0] * (moments - 2), 1.0])
    assert change.estimate == pytest.approx(np.diff(table.mean(axis=0)[[0, -1]])[0], abs=1e-9)
    if between > error:
        assert fit.residual_variance == pytest.approx(error, rel=1e-7)
        assert fit.random_covariance[0, 0] == pytest.approx((between - error) / moments, rel=1e-6)
        # the variance of a change is that of the residual alone: (G - 1)(m - 1) degrees of freedom
        assert change.df == pytest.approx((clients - 1) * (moments - 1), rel=1e-6)
        mean = contrast(fit, np.full(moments, 1 / moments), "kenward-roger")
        assert mean.df == pytest.approx(clients - 1, rel=1e-6)
    else:
        assert fit.singular


def test_clients_pooled_by_pattern_and_one_by_one_agree():
    y, X, client, week = trial(3, clients=300, moments=4)
    pooled = fit_mixed(y, X, client, week)
    single = fit_mixed(y, X, client, week + 1e-9 * np.random.default_rng(0).random(len(y)))
    assert len(pooled.fitted.given.clients_per_pattern) < 16 < len(single.fitted.given.clients_per_pattern)
    assert single.coefficients == pytest.approx(pooled.coefficients, rel=1e-6)
    assert single.random_covariance == pytest.approx(pooled.random_covariance, rel=1e-5)
