"""Exact ties, AIC, BIC and concordance against R's survival (tests/reference/r/cox_more.R), and a second opinion of Python's libraries."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.hazards.concordance import concordance
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.predicted_survival import predicted_survival

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "cox_more.json").read_text(encoding="utf-8"))["cases"]
EXACT = [case for case in CASES if case["exact"]]
close = pytest.approx


def given(case):
    """The transplant data have half days, and are taken in those."""
    data = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    unit = 2 if case["data"] == "heart" else 1
    column = {key: None if case[key] is None else data[case[key]] for key in ("entry", "strata", "cluster")}
    entry = None if column["entry"] is None else column["entry"] * unit
    return (data[case["time"]] * unit, data[case["event"]]), data[np.atleast_1d(case["x"])], column | {"entry": entry}


def label(case):
    parts = [case["data"], *np.atleast_1d(case["x"])[:1]]
    return "-".join(parts + [key for key in ("entry", "strata", "cluster") if case[key]])


@pytest.mark.parametrize("case", EXACT, ids=label)
def test_exact_ties_equal_coxph(case):
    follow_up, x, column = given(case)
    model = cox_model(*follow_up, x, entry=column["entry"], strata=column["strata"], ties="exact")
    assert model.reason is None
    assert model.coefficients == close(np.atleast_1d(case["exact_coef"]), rel=1e-8)
    assert model.std_error == close(np.atleast_1d(case["exact_se"]), rel=1e-8)
    assert (model.log_likelihood_null, model.log_likelihood) == close(tuple(case["exact_loglik"]), rel=1e-10)
    assert model.score_test.statistic == close(case["exact_score"], rel=1e-8)
    assert model.aic == close(case["exact_aic"], rel=1e-10)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_criteria_equal_aic_and_bic(case):
    """R counts the events, not the people, in BIC."""
    follow_up, x, column = given(case)
    model = cox_model(*follow_up, x, entry=column["entry"], strata=column["strata"])
    assert (model.aic, model.bic) == close((case["aic"], case["bic"]), rel=1e-10)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_concordance_equals_r(case):
    follow_up, x, column = given(case)
    risk = x.to_numpy(float) @ np.atleast_1d(np.array(case["coef"], float))
    found = concordance(*follow_up, risk, entry=column["entry"], strata=column["strata"])
    concordant, discordant, tied_risk, tied_week, tied_both = case["count"]
    assert (found.concordant, found.discordant, found.tied_risk) == (concordant, discordant, tied_risk)
    assert found.tied_week == tied_week + tied_both
    assert (found.estimate, found.std_error) == close((case["concordance"], case["concordance_se"]), rel=1e-10)
    if case["cluster"]:
        clustered = concordance(*follow_up, risk, entry=column["entry"], strata=column["strata"], cluster=column["cluster"])
        assert clustered.std_error == close(case["clustered_se"], rel=1e-10)


def test_two_tied_events_by_hand():
    """Two of three have the event in one week, covariates 1, 1 and 0: r^2 over the three sets of two, r^2 + 2 r, has no maximum.

    With one of each in a second week of two (r over r + 1, lost) and one (1): r^2 / (r^2 + 2 r) * 1 / (1 + r) is largest at r = sqrt(2).
    """
    week, event, x = [1, 1, 1, 2, 2], [1, 1, 0, 1, 0], [1, 1, 0, 0, 1]
    model = cox_model(week, event, x, ties="exact", strata=[1, 1, 1, 2, 2])
    assert model.hazard_ratio[0] == close(np.sqrt(2.0), rel=1e-9)


@pytest.mark.parametrize(
    ("treated", "others", "events", "ratio"), [(5, 7, 9, 0.5), (3000, 5000, 400, 2.0), (200, 300, 490, 0.5)]
)
def test_one_week_is_a_noncentral_hypergeometric_distribution(treated, others, events, ratio):
    """scipy's distribution of how many of the events are among the treated: the fitted ratio has the observed number as its mean."""
    from scipy.stats import nchypergeom_fisher

    people = treated + others
    mean = nchypergeom_fisher(people, treated, events, ratio).mean()
    seen = round(mean)
    x = np.repeat([1, 1, 0, 0], [seen, treated - seen, events - seen, others - events + seen])
    event = np.repeat([1, 0, 1, 0], [seen, treated - seen, events - seen, others - events + seen])
    model = cox_model(np.ones(people, int), event, x, ties="exact")
    fitted = nchypergeom_fisher(people, treated, events, model.hazard_ratio[0])
    assert fitted.mean() == close(seen, rel=1e-8)
    assert model.std_error[0] == close(fitted.var() ** -0.5, rel=1e-7)


def test_exact_ties_have_no_robust_errors_and_no_curve():
    with pytest.raises(ValueError, match="exact ties"):
        cox_model([1, 2, 3], [1, 1, 1], [0, 1, 0], ties="exact", robust=True)
    with pytest.raises(ValueError, match="exact ties"):
        predicted_survival(cox_model([1, 2, 3], [1, 1, 1], [0, 1, 0], ties="exact"), [0])


def test_concordance_by_hand():
    """Someone lost in week 2 is there for the event of week 2; someone who comes in week 2 is not. Five usable pairs, four right, a tie."""
    found = concordance([1, 2, 2, 5, 6], [1, 1, 0, 0, 0], [9, 4, 4, 3, 1], entry=[0, 0, 0, 0, 2])
    assert (found.concordant, found.discordant, found.tied_risk) == (4, 0, 1)
    assert found.estimate == close(0.9)
    assert 0 < found.ci_low < found.estimate < found.ci_high < 1


def test_concordance_without_an_answer_says_why():
    assert concordance([1, 2], [0, 0], [1, 2]).reason == "no_events"
    assert concordance([1, 1], [1, 1], [1, 2]).reason == "empty_group"
    certain = concordance([1, 2], [1, 0], [2, 1])
    assert (certain.reason, certain.estimate) == ("no_information", 1.0) and np.isnan(certain.ci_low)
    assert concordance([1, 2], [1, 0], [0.1 + 0.2, 0.3]).tied_risk == 1


# where Python's libraries are right (pitfalls T4, T8): no late entry, or no errors by client


@pytest.mark.parametrize("strata", [None, "race"])
def test_lifelines_agrees_without_late_entry(strata):
    from lifelines import CoxPHFitter

    data = pd.read_csv(HERE / "data" / "rossi.csv")
    names = ["fin", "age", "prio"]
    theirs = CoxPHFitter().fit(
        data[[*names, "week", "arrest", *([strata] if strata else [])]],
        "week",
        "arrest",
        strata=strata,
        fit_options={"precision": 1e-12},
    )
    mine = cox_model(data["week"], data["arrest"], data[names], strata=None if strata is None else data[strata])
    assert mine.coefficients == close(theirs.params_[names].to_numpy(), rel=1e-6)
    assert mine.std_error == close(theirs.standard_errors_[names].to_numpy(), rel=1e-6)
    assert mine.log_likelihood == close(theirs.log_likelihood_, rel=1e-9)
    assert mine.aic == close(theirs.AIC_partial_, rel=1e-9)
    if strata is None:
        risk = data[names].to_numpy(float) @ mine.coefficients
        assert concordance(data["week"], data["arrest"], risk).estimate == close(theirs.concordance_index_, rel=1e-9)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_statsmodels_agrees_when_nobody_is_at_risk_in_the_week_of_entry(ties):
    """`PHReg` counts a record as at risk at its entry (T8): half a week later it does not."""
    from statsmodels.duration.hazard_regression import PHReg

    data = pd.read_csv(HERE / "data" / "bladder2.csv")
    names = ["rx", "number", "size"]
    theirs = PHReg(data["stop"], data[names], status=data["event"], entry=data["start"] + 0.5, ties=ties)
    fit = theirs.fit(disp=0, method="newton", tol=1e-12, maxiter=100)
    mine = cox_model(data["stop"], data["event"], data[names], entry=data["start"], ties=ties)
    assert mine.coefficients == close(fit.params, rel=1e-6)
    assert mine.std_error == close(fit.bse, rel=1e-6)
    assert mine.log_likelihood == close(fit.llf, rel=1e-9)


def test_statsmodels_errors_by_client_agree_without_late_entry():
    from statsmodels.duration.hazard_regression import PHReg

    data = pd.read_csv(HERE / "data" / "lung.csv")
    names = ["age", "sex", "ecog"]
    fit = PHReg(data["month"], data[names], status=data["event"], ties="breslow").fit(groups=data["inst"], disp=0)
    mine = cox_model(data["month"], data["event"], data[names], ties="breslow", cluster=data["inst"])
    assert mine.std_error == close(fit.bse, rel=1e-5)


def test_statsmodels_conditional_logistic_regression_is_exact_ties():
    """Weeks as groups in which the number of events is given: another algorithm for the same likelihood."""
    from statsmodels.discrete.conditional_models import ConditionalLogit

    rng = np.random.default_rng(4)
    week, x = rng.integers(1, 5, 60), rng.normal(size=(60, 2)).round(1)
    event = rng.random(60) < 0.5
    at_risk = [(at, person) for at in range(1, 5) for person in range(60) if week[person] >= at]
    group, person = np.array(at_risk).T
    happens = (event[person] & (week[person] == group)).astype(int)
    theirs = ConditionalLogit(happens, x[person], groups=group).fit(method="newton", tol=1e-12, disp=0)
    mine = cox_model(week, event, x, ties="exact")
    assert mine.coefficients == close(theirs.params, rel=1e-6)
    assert mine.std_error == close(theirs.bse, rel=1e-4)
