"""Covariates of a provider's own: declared, typed and checked, counted among what identifies, used by a plan, and named nowhere else."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from evaluation.evidence.running import run
from evaluation.failures import PlanInvalid, WrongUse
from evaluation.validation.validating import validate
from tests.cohorts import MANIFEST, small_plan
from tests.commands import call

OWN = """
[covariates.age_years]
nl = "Leeftijd in jaren"
en = "Age in years"
kind = "whole"
minimum = 10
maximum = 24
role = "confounder"
risk = "quasi"

[covariates.school]
nl = "Soort school"
en = "Kind of school"
kind = "code"
role = "confounder"
risk = "none"
codes.low = { nl = "praktijkonderwijs", en = "practical education" }
codes.high = { nl = "havo of hoger", en = "general or higher" }

[covariates.note]
nl = "Bijzonderheid"
en = "Particular"
kind = "number"
minimum = 0
maximum = 1
role = "description"
risk = "sensitive"
"""


def _folder(folder, manifest: str = MANIFEST + OWN, change=lambda frame: frame):
    folder.mkdir()
    (folder / "submission.toml").write_text(manifest, encoding="utf-8")
    n = 120
    k = np.arange(n)
    people = pd.DataFrame(
        {
            "client": [f"c{i}" for i in k],
            "provider": "one",
            "programme": "care",
            "arm": np.where((k % 5 < 2) | (k % 7 == 0), "new", "old"),
            "age_years": 12 + k % 5,
            "Soort school": np.where(k % 3 == 0, "havo of hoger", "low"),
            "note": 0.5,
        }
    )
    change(people).to_csv(folder / "treatments.csv", index=False)
    scores = [
        {"client": f"c{i}", "instrument": "worry", "informant": "self", "moment": m, "score": s + i % 4}
        for i in k
        for m, s in (("baseline", 20), ("end", 12 + i % 5))
    ]
    pd.DataFrame(scores).to_csv(folder / "measurements.csv", index=False)
    return folder


def _plan(*covariates: str):
    return small_plan(
        measures=[{"instrument": "worry", "informant": "self", "moments": ["end"]}],
        comparison={"arms": ("new", "old")},
        weighting={"estimand": "ate", "covariates": covariates, "resamples": 199},
    )


def test_they_are_columns_like_any_other(tmp_path):
    found = validate(_folder(tmp_path / "s"))
    assert found.accepted, [finding.rule.code for finding in found.findings]
    people = found.submission.tables["treatments"]
    assert people["age_years"].dtype == "Int32" and people["note"].dtype == "float64"
    assert people["school"].cat.categories.tolist() == ["low", "high"] and (people["school"] == "high").sum() == 40
    assert not [finding for finding in found.findings if finding.rule.code == "column-unknown"]


def test_a_plan_makes_arms_alike_in_them(tmp_path):
    submission = validate(_folder(tmp_path / "s")).submission
    evidence = run(submission, _plan("age_years", "school"), exploratory=True, internal=True)
    rows = evidence.select("weighted_comparison", measure="smd_after")
    assert {"covariate=age_years", "covariate=school"} <= set(rows["subgroup"])
    before = evidence.select("weighted_comparison", measure="smd_before", subgroup="covariate=age_years")["estimate"].iloc[0]
    people = submission.tables["treatments"]
    age, new = people["age_years"].to_numpy(float), (people["arm"] == "new").to_numpy()
    spread = np.sqrt((age[new].var(ddof=1) + age[~new].var(ddof=1)) / 2)
    assert before == pytest.approx((age[new].mean() - age[~new].mean()) / spread)
    assert evidence.record.labels["age_years"].en == "Age in years"


@pytest.mark.parametrize("name", ["note", "length"])
def test_a_plan_may_only_use_what_is_declared_as_a_confounder(tmp_path, name):
    with pytest.raises(PlanInvalid, match="age_years"):
        run(validate(_folder(tmp_path / "s")).submission, _plan(name), exploratory=True)


@pytest.mark.parametrize(("column", "value", "code"), [
    ("age_years", 9, "cell-out-of-range"), ("age_years", "geheim", "cell-not-whole"), ("Soort school", "geheim", "cell-not-in-list"),
    ("note", "geheim", "cell-not-number"),
])  # fmt: skip
def test_wrong_cells_are_found_and_not_repeated(tmp_path, column, value, code):
    def broken(frame):
        frame = frame.astype({column: object})
        frame.loc[3, column] = value
        return frame

    found = validate(_folder(tmp_path / "s", change=broken))
    (finding,) = [one for one in found.findings if one.rule.code == code]
    assert finding.lines.tolist() == [5] and finding.letters == ("EFG"[["age_years", "Soort school", "note"].index(column)],)
    done = call(["validate", tmp_path / "s", "--json", tmp_path / "f.json", "--html", tmp_path / "f.html"])
    told = done.text + (tmp_path / "f.json").read_text() + (tmp_path / "f.html").read_text()
    for hidden in ("geheim", "age_years", "Leeftijd in jaren", "Soort school", "praktijkonderwijs", "Bijzonderheid"):
        assert hidden not in told
    assert "eigen kenmerk" in done.text


def test_a_column_that_was_declared_must_be_there(tmp_path):
    found = validate(_folder(tmp_path / "s", change=lambda frame: frame.drop(columns="age_years")))
    (finding,) = [one for one in found.findings if one.rule.code == "column-missing"]
    assert "own covariate 1" in finding.expectation.en + finding.repair.en


def test_they_count_among_what_identifies(tmp_path):
    """One of a kind by age: with the age there is a group of one, without the declaration of a risk there is none."""

    def old(frame):
        frame.loc[0, "age_years"] = 24
        return frame

    found = validate(_folder(tmp_path / "s", change=old))
    assert found.privacy.anonymity.own.k == 1 and found.privacy.anonymity.columns == ("own covariate 1",)
    assert "groups-large-enough" in {finding.rule.code for finding in found.findings} | {
        finding.rule.code.removeprefix("privacy-") for finding in found.findings
    }
    told = validate(_folder(tmp_path / "t", MANIFEST + OWN.replace('"quasi"', '"none"'), old))
    assert told.privacy.anonymity is None


@pytest.mark.parametrize("wrong", [
    OWN.replace("covariates.age_years", "covariates.gender"), OWN.replace('"Age in years"', '"Gender"'), OWN.replace('"Age in years"', '"Particular"'),
    OWN.replace("minimum = 10", "minimum = 30"), OWN.replace('role = "confounder"\n', "", 1), OWN.replace('kind = "whole"', 'kind = "text"'),
])  # fmt: skip
def test_a_wrong_declaration_is_a_finding_without_its_names(tmp_path, wrong):
    found = validate(_folder(tmp_path / "s", MANIFEST + wrong))
    findings = [one for one in found.findings if one.rule.code == "manifest-wrong"]
    assert findings and not found.accepted
    for finding in findings:
        assert "age_years" not in finding.expectation.en + finding.repair.en


def test_two_submissions_declare_one_covariate_alike(tmp_path):
    one = validate(_folder(tmp_path / "a")).submission
    manifest = (MANIFEST + OWN).replace('"small"', '"other"')
    change = lambda frame: frame.assign(client="d" + frame["client"].str[1:], provider="two")  # noqa: E731
    other = _folder(tmp_path / "b", manifest.replace("maximum = 24", "maximum = 25"), change)
    scores = pd.read_csv(other / "measurements.csv")
    scores.assign(client="d" + scores["client"].str[1:], score=scores["score"] + scores.index % 3).to_csv(
        other / "measurements.csv", index=False
    )
    with pytest.raises(WrongUse, match="age_years"):
        run([one, validate(other).submission], _plan("age_years"), exploratory=True)
    (other / "submission.toml").write_text(manifest, encoding="utf-8")
    evidence = run([one, validate(other).submission], _plan("age_years", "school"), exploratory=True, internal=True)
    assert len(evidence.select("weighted_comparison", measure="weighted_mean_difference")) == 1


def test_a_workbook_declares_them_on_its_sheet(tmp_path):
    """Dotted keys on the sheet of the submission, and a column more on that of the treatments."""
    import openpyxl

    folder = _folder(tmp_path / "s")
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Inzending"
    rows = [("Contract", "1"), ("Korte naam", "small"), ("Aard", "fictief")]
    fixed = {
        "nl": "Leeftijd in jaren",
        "en": "Age in years",
        "kind": "whole",
        "minimum": "10",
        "maximum": "24",
        "role": "confounder",
        "risk": "quasi",
    }
    rows += [(f"covariates.age_years.{key}", value) for key, value in fixed.items()]
    for row in rows:
        page.append(row)
    sheet = book.create_sheet("Behandelingen")
    people = pd.read_csv(folder / "treatments.csv").drop(columns=["Soort school", "note"])
    for row in [people.columns.tolist(), *people.to_numpy().tolist()]:
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    found = validate(tmp_path / "book.xlsx")
    assert found.accepted, [(finding.rule.code, finding.repair.en) for finding in found.findings]
    assert found.submission.tables["treatments"]["age_years"].max() == 16


def test_a_submission_without_them_keeps_its_hash(tmp_path):
    """The manifest is as it was when none is declared."""
    found = validate(_folder(tmp_path / "s", MANIFEST, lambda frame: frame.drop(columns=["age_years", "Soort school", "note"])))
    assert "covariates" not in json.loads(found.submission.manifest.model_dump_json())


def test_they_describe_the_start_adjust_and_divide(tmp_path):
    """Mean age by hand, shares of the kind of school, the difference adjusted for both by least squares, and subgroups of one of them."""
    submission = validate(_folder(tmp_path / "s")).submission
    plan = _plan("age_years").model_copy(update={"subgroups": ("school",), "described": ("note",)})
    plan = plan.model_copy(
        update={"comparison": plan.comparison.model_copy(update={"covariates": ("age_years", "school")}), "weighting": None}
    )
    evidence = run(submission, plan, exploratory=True, internal=True)
    people, scores = submission.tables["treatments"], submission.tables["measurements"]
    age = people["age_years"].to_numpy(float)
    (mean,) = evidence.select("baseline", outcome="age_years", measure="mean_baseline", arm="all")["estimate"]
    (high,) = evidence.select("baseline", outcome="school", measure="share", arm="all", subgroup="high")["estimate"]
    assert mean == pytest.approx(age.mean()) and high == pytest.approx(40 / 120)
    assert (
        len(evidence.select("baseline", outcome="note", measure="mean_baseline", arm="all")) == 1
    )  # described, and for no plan to use

    by_moment = scores.pivot(index="client", columns="moment", values="score").loc[people["client"]]
    new, high = ((people[name] == code).to_numpy(float) for name, code in (("arm", "new"), ("school", "high")))
    design = np.column_stack([new, by_moment["baseline"], age, high, np.ones(120)]).astype(float)
    by_hand = np.linalg.lstsq(design, by_moment["end"].to_numpy(float), rcond=None)[0][0]
    (found,) = evidence.select("change", measure="adjusted_difference")["estimate"]
    assert found == pytest.approx(by_hand, rel=1e-8)
    (row,) = evidence.select("subgroups", measure="n_pairs", subgroup="school=high")["estimate"]
    assert row == 40
    assert evidence.record.labels["school=high"].nl == "havo of hoger"
    silent = run(submission, plan.model_copy(update={"described": ()}), exploratory=True, internal=True)
    assert silent.select("baseline", outcome="note").empty and "note" not in silent.record.labels


@pytest.mark.parametrize(("part", "told"), [
    ({"described": ("shoe_size",)}, "note"), ({"subgroups": ("age_years",)}, "as a code as well"), ({"subgroups": ("note",)}, "school"),
    ({"comparison": {"arms": ("new", "old"), "covariates": ("shoe_size",)}}, "age_years"),
    ({"comparison": {"arms": ("new", "old"), "covariates": ("note",)}}, "age_years"),
])  # fmt: skip
def test_what_a_plan_cannot_use_is_refused_with_what_it_can(tmp_path, part, told):
    measures = [{"instrument": "worry", "informant": "self", "moments": ["end"]}]
    with pytest.raises(PlanInvalid, match=told):
        run(validate(_folder(tmp_path / "s")).submission, small_plan(measures=measures, **part), exploratory=True)


def test_locking_says_what_the_contract_does_not_know(tmp_path):
    """A misspelt descriptor can only be seen beside a submission; whoever locks a plan hears of it."""
    assert call(["example", "consortium", "--out", tmp_path / "e"]).code == 0
    file = tmp_path / "e" / "plan.toml"
    text = file.read_text(encoding="utf-8")
    assert "Niet in het contract" not in call(["plan", "lock", file]).text
    file.write_text(text.replace('subgroups = ["', 'subgroups = ["gendre", "', 1), encoding="utf-8")
    assert "Niet in het contract: gendre" in call(["plan", "lock", file]).text
    five = '["gender", "setting", "age_group", "victim_status", "honour_context"]'
    file.write_text(
        "".join(f"subgroups = {five}\n" if line.startswith("subgroups") else line for line in text.splitlines(keepends=True)),
        encoding="utf-8",
    )
    done = call(["plan", "show", file])
    assert done.code and "door toeval afwijkt" in done.text


def test_pooling_by_counts_refuses_them(tmp_path):
    from evaluation.aggregates.counting import check_plan

    with pytest.raises(WrongUse, match="school"):
        check_plan(small_plan(subgroups=("school",)))


def test_few_without_a_value_are_not_told(tmp_path):
    """Six people have no age: what is said of these alone stays with whoever holds the data."""

    def few(frame):
        frame["age_years"] = frame["age_years"].astype(object)
        frame.loc[:5, "age_years"] = ""
        return frame.assign(follow_up_weeks=20 + frame.index % 30)

    folder = _folder(tmp_path / "s", change=few)
    events = [
        {"client": f"c{k}", "event": "arrest", "week_from": 3 + k % 15, "week_to": 3 + k % 15, "certainty": "actual"}
        for k in range(0, 120, 2)
    ]
    pd.DataFrame(events).to_csv(folder / "events.csv", index=False)
    plan = small_plan(
        measures=[], comparison={"arms": ("new", "old"), "covariates": ("age_years",)},
        events={"event": ["arrest"], "horizons_weeks": [20], "restricted_mean_weeks": 20},
    )  # fmt: skip
    submission = validate(folder).submission
    assert submission is not None
    told = {}
    for internal in (True, False):
        rows = run(submission, plan, exploratory=True, internal=internal).select("hazards", measure="hazard_ratio", arm="all")
        told[internal] = dict(zip(rows["subgroup"], rows["status"]))
    assert told[True] == {"age_years=each_unit": "exact", "age_years=missing": "exact"}
    # that there is a row would say that somebody has none
    assert set(told[False]) == {"age_years=each_unit"}
    missing = run(submission, plan, exploratory=True).select("baseline", outcome="age_years", measure="n_missing")
    assert missing["estimate"].isna().all()
