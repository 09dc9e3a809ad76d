"""The page of defaults says what programs do unless told otherwise; ours and the Python ones do it again here. R's numbers: `r/defaults.R`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.datasets import load_rossi

import evaluation

PAGE = (Path(__file__).parents[2] / "docs" / "defaults.md").read_text(encoding="utf-8")
# survival::aml, maintained arm: weeks, and whether the leukaemia came back
WEEKS, BACK = (9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161), (1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0)
LOG, PLAIN = (0.0359179, 0.9435258), (0.0, 0.4849312)


def line(word: str) -> str:
    return next(row for row in PAGE.splitlines() if word in row)


def test_the_interval_of_a_curve():
    theirs = KaplanMeierFitter().fit(WEEKS, BACK)
    low, high = theirs.confidence_interval_survival_function_.loc[48]
    assert f"log-log {low:.3f} to {high:.3f}" in line("Kaplan-Meier curve")
    assert f"log {LOG[0]:.3f} to {LOG[1]:.3f}; plain {PLAIN[0]:.0f} to {PLAIN[1]:.3f}" in line("Kaplan-Meier curve")
    assert f"share {theirs.survival_function_at_times(48).iloc[0]:.3f}" in line("Kaplan-Meier curve")


def test_ties_in_a_cox_model():
    men = load_rossi().assign(quarter=lambda frame: np.ceil(frame["week"] / 13))
    found = {}
    for time in ("week", "quarter"):
        for ties in ("efron", "breslow"):
            found[time, ties] = float(np.exp(sm.PHReg(men[time], men[["fin"]], men["arrest"], ties=ties).fit().params[0]))
        lifelines = CoxPHFitter().fit(men[[time, "arrest", "fin"]], time, "arrest").hazard_ratios_["fin"]
        assert found[time, "efron"] == pytest.approx(lifelines, rel=1e-5)
    by_week, by_quarter = ([f"{found[time, ties]:.3f}" for ties in ("efron", "breslow")] for time in ("week", "quarter"))
    said = line("ties in a Cox model")
    assert f"{by_week[0]} (Efron), {by_week[1]} (Breslow)" in said and f"{by_quarter[0]} and {by_quarter[1]}" in said
    assert sm.PHReg(men["week"], men[["fin"]], men["arrest"]).ties == "breslow"


def test_the_size_of_a_change(tmp_path):
    folder = evaluation.write_example("fireworks", tmp_path / "submission", "en")
    plan = evaluation.lock_plan(folder / "plan.toml")
    rows = evaluation.run(folder, plan, internal=True).rows("change", outcome="props:parent", arm="all", time="end")
    g, d_av, d_z, r = (rows.set_index("measure")["estimate"][name] for name in ("g", "d_av", "d_z", "correlation"))
    assert f"g {g:.2f}; d_av {d_av:.2f}; d_z {d_z:.2f}. With a correlation of {r:.2f}" in line("pre/post effect size")
    assert d_z / d_av == pytest.approx(1 / np.sqrt(2 * (1 - r)), rel=0.01) and 1 / np.sqrt(2 * 0.2) > 1.5


def test_every_link_of_the_page_leads_somewhere():
    import re

    docs = Path(__file__).parents[2] / "docs"
    assert all((docs / name).exists() for name in re.findall(r"\]\(([\w.-]+\.md)\)", PAGE))
