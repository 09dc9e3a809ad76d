"""One vocabulary for all results and arguments of the estimators, as the docstring of `analyses.statistics` has it."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from types import MappingProxyType

import pytest

import analyses.statistics
from analyses.statistics._weeks import whole_weeks
from evaluation.contract.documenting._stubs import homes, rooms

OTHERWISE = MappingProxyType(
    {
        r"(chi2|chi_?sq(uared?)?|z|t|f|u|w)(_?stat(istic)?)?|stat|test_statistic": "statistic",
        r"degrees_of_freedom|dof|ddf|d_f|nu": "df",
        r"p|pval|pvalue|p_?vals|p_?values|significance|.*_(pval|pvalue|p_values)": "p_value",
        r"se|s_e|ses|stderr|std_?err|std_errors|standard_errors?|sem|.*_(se|stderr|std_errors|standard_errors?)": "std_error",
        r"(.*_)?(lower|upper|lcl|ucl|ci_lower|ci_upper|ci_lows|ci_highs|conf_low|conf_high)": "ci_low, ci_high",
        r"ci|limits|interval|conf_int|confidence_interval": "ci_low, ci_high",
        r"coef|coefs|coefficient|beta|betas|params|parameters": "coefficients",
        r"cov|vcov|cov_params": "covariance",
        r"hr|hazard_ratios|ratios|odds_ratios|exp_coef": "hazard_ratio, odds_ratio",
        r"conf_level|level_of_confidence|conf": "confidence",
        r"why|why_not|message": "reason",
        r"weeks|times?|duration|durations|t_end": "week, at_week, at_weeks or ..._weeks",
        r"horizon|horizons|follow_up|tau_weeks": "horizon_weeks, follow_up_weeks",
        r"records|n_rows|nobs|n_obs": "rows",
        r"n_events|n_event|d": "events",
        r"n_clients|n_people|people|sample_size": "n, clients",
        r"y|outcome|endog|response_variable": "response",
        r"x_matrix|exog|X|design_matrix": "design, covariates",
        r"column_names|labels_of_columns": "names",
    }
)
"""What a thing is called elsewhere, as a pattern of the whole name, and what it is called here."""
# `u` and `w` could be a statistic of ranks, `t` an argument that is one
ARGUMENTS_MAY = {"t", "z", "d", "times"}


def _members(room):
    for name, module in homes(room):
        yield name, getattr(import_module(f"analyses.statistics.{room.name}.{module}"), name)


def _results():
    """Public records of the rooms with the names of their fields and properties."""
    for room in rooms():
        for name, found in _members(room):
            if is_dataclass(found):
                names = [field.name for field in fields(found)]
                names += [key for kind in found.__mro__ for key, value in vars(kind).items() if isinstance(value, property)]
                numbers = {field.name for field in fields(found) if field.type == "float"}
                yield pytest.param(names, numbers, id=f"{room.name}.{name}")


def _functions():
    for room in rooms():
        for name, found in _members(room):
            if inspect.isfunction(found):
                yield pytest.param(list(inspect.signature(found).parameters), id=f"{room.name}.{name}")


def _otherwise(name: str) -> str:
    return next((here for pattern, here in OTHERWISE.items() if re.fullmatch(pattern, name)), "")


@pytest.mark.parametrize(("names", "numbers"), list(_results()))
def test_a_result_speaks_the_vocabulary(names, numbers):
    wrong = {name: here for name in names if (here := _otherwise(name))}
    assert not wrong, f"other names are used here: {wrong}"


@pytest.mark.parametrize(("names", "numbers"), list(_results()))
def test_what_belongs_together_is_together(names, numbers):
    """Limits in pairs; one answer with the reason why there is none; a test with its p, and p beside what it is about."""
    missing = []
    for name in names:
        if name.endswith("ci_low"):
            missing += [name.replace("ci_low", "ci_high")]
        if name.endswith("ci_high"):
            missing += [name.replace("ci_high", "ci_low")]
    if {"ci_low", "p_value", "std_error"} & numbers:
        missing += ["reason"]
    if "p_value" in names and not {"estimate", "coefficients", "statistic", "observed", "effect"} & set(names):
        missing += ["statistic"]
    if "coefficients" in names:
        missing += ["names"]
    assert set(missing) <= set(names), sorted(set(missing) - set(names))


@pytest.mark.parametrize("names", list(_functions()))
def test_arguments_speak_the_vocabulary(names):
    wrong = {name: here for name in names if name not in ARGUMENTS_MAY and (here := _otherwise(name))}
    assert not wrong, f"other names are used here: {wrong}"


@pytest.mark.parametrize(("name", "here"), [
    ("chi2", "statistic"), ("degrees_of_freedom", "df"), ("standard_errors", "std_error"), ("p_values", "p_value"),
    ("weeks", "week"), ("hazard_ratios", "hazard_ratio"), ("model_p_values", "p_value"), ("upper", "ci_high"),
])  # fmt: skip
def test_the_names_that_were_are_found(name, here):
    assert here in _otherwise(name)


@pytest.mark.parametrize("name", [
    "statistic", "df", "std_error", "p_value", "week", "at_week", "at_weeks", "horizon_weeks", "ci_low", "hazard_ratio_ci_high",
    "cumulative_hazard_std_error", "model_covariance", "names", "rows", "clients", "likelihood_ratio_test", "response", "design",
])  # fmt: skip
def test_the_names_that_are_to_be_are_not(name):
    assert not _otherwise(name)


def test_the_vocabulary_is_written_down():
    """Every name that stands here for others is in the docstring, so that who writes an estimator finds it."""
    told = analyses.statistics.__doc__
    for here in OTHERWISE.values():
        for name in re.findall(r"[a-z_]+", here.replace(" or ", " ")):
            assert name.strip("_") in told, name


def test_half_weeks_are_refused_in_the_same_words_everywhere():
    """Whatever asks for a week of each person raises what `whole_weeks` raises."""
    from analyses.statistics.events.event_counts import event_counts
    from analyses.statistics.hazards.cox_model import cox_model
    from analyses.statistics.hazards.fine_gray import fine_gray

    with pytest.raises(ValueError) as told:
        whole_weeks([1.5, 2], "week")
    for estimator in (lambda week: event_counts(week, [1, 0]), lambda week: cox_model(week, [1, 0], [0, 1])):
        with pytest.raises(ValueError, match=re.escape(str(told.value))):
            estimator([1.5, 2])
    with pytest.raises(ValueError, match=re.escape(str(told.value))):
        fine_gray([1.5, 2], [1, 0], [0, 1])
