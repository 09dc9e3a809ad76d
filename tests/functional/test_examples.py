"""The examples: each is accepted as it is written, and the fictional consortium shows what it promises to show."""

from __future__ import annotations

import hashlib
import io
import tomllib

import pandas as pd
import pytest

from data_schemas.plan import Plan
from data_schemas.words import LANGS
from evaluation.contract.examples import examples, write_example
from evaluation.contract.examples.fiction.draws import Draws
from evaluation.validation.validating import validate

# SHA-256 of the tables: the same text on every machine, with every numpy
CONSORTIUM = {
    "treatments": "5024e30ba38c541c8c591d795b63981ddc7181b213b811a97b92ac87b4e41896",
    "measurements": "c602dc1fd5aa0d80267f3a10e29f0d37ef2c37a6915fd2b3d6495f1de1f9d341",
    "events": "6343eb94f0fc248295399bbaaecfdcba4aff3b9b068b25bd3d352787aa92bfbc",
}


@pytest.fixture(scope="module")
def consortium() -> dict[str, pd.DataFrame]:
    return {name: pd.read_csv(io.StringIO(text)) for name, text in examples()["consortium"].tables().items()}


@pytest.mark.parametrize("name", list(examples()))
def test_an_example_is_accepted(name, tmp_path):
    validation = validate(write_example(name, tmp_path / name))
    assert validation.submission is not None
    assert validation.submission.manifest.name == name


@pytest.mark.parametrize("name", list(examples()))
@pytest.mark.parametrize("lang", LANGS)
def test_an_example_has_a_plan_in_both_languages(name, lang):
    plan = Plan(**tomllib.loads(examples()[name].plan(lang)))
    assert plan.lock is None and plan.title


def test_the_plans_differ_in_their_words_only():
    for example in examples().values():
        dutch, english = (Plan(**tomllib.loads(example.plan(lang))) for lang in LANGS)
        words = {"title", "question", "estimand"}
        assert dutch.model_dump(exclude=words) == english.model_dump(exclude=words)


def test_the_consortium_is_the_same_everywhere():
    found = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in examples()["consortium"].tables().items()}
    assert found == CONSORTIUM


def test_the_consortium_says_that_it_is_fictional():
    manifest = tomllib.loads(examples()["consortium"].manifest)
    assert manifest["nature"] == "fictional"
    for label in (manifest["title"], *manifest["labels"].values()):
        assert "fictie" in label["nl"].lower() and "fictional" in label["en"].lower()


def test_the_consortium_is_as_small_and_uneven_as_the_field(consortium):
    treatments = consortium["treatments"]
    sizes = treatments["provider"].value_counts()
    assert len(sizes) == 6 and 150 <= sizes.sum() <= 250 and (sizes < 10).sum() == 1
    assert 0 < (treatments["gender"] == "boy").sum() < 10
    assert 0.25 <= treatments["ending"].isin(["stopped_by_client", "stopped_by_provider"]).mean() <= 0.35


def test_the_consortium_changes_the_questionnaire_at_18(consortium):
    measurements = consortium["measurements"]
    adults = measurements[measurements["instrument"] == "ies-r"]
    assert len(adults) > 20 and "baseline" not in set(adults["moment"])
    oldest = consortium["treatments"].set_index("client")["age_group"].reindex(adults["client"])
    assert set(oldest) <= {"14_15", "16_17"}


def test_the_consortium_improves_as_published_care_does(consortium):
    """Change over the SD at baseline; PTSD .6-.9 in the programme."""
    measurements = consortium["measurements"].merge(consortium["treatments"][["client", "arm"]], on="client")
    wide = measurements[measurements["instrument"] == "cries-13"].pivot_table(
        index=["client", "arm"], columns="moment", values="score"
    )
    effect = (wide["baseline"] - wide["end"]) / wide["baseline"].std()
    by_arm = effect.groupby("arm").mean()
    assert 0.6 <= by_arm["fictional-programme"] <= 0.9
    assert 0.1 <= by_arm["usual-care"] < by_arm["fictional-programme"]


def test_the_consortium_misses_those_who_are_worse_off(consortium):
    """Who was worse at the end answers less often half a year later: not missing at random."""
    cries = (
        consortium["measurements"]
        .query("instrument == 'cries-13'")
        .pivot_table(index="client", columns="moment", values="score")
    )
    at_end = cries.dropna(subset=["end"])
    assert at_end.loc[at_end["follow_up_6m"].isna(), "end"].mean() > at_end.loc[at_end["follow_up_6m"].notna(), "end"].mean()


def test_the_consortium_is_exploited_again_as_often_as_published(consortium):
    """12-month re-exploitation 15-30 % (1 - Kaplan-Meier by hand), with events that are ranges of weeks and unsure ones."""
    events, treatments = consortium["events"], consortium["treatments"].set_index("client")
    sure = events[events["event"].str.contains("exploitation") & events["certainty"].isin(["actual", "presumed"])]
    first = sure.groupby("client")["week_to"].min().reindex(treatments.index)
    left = 1.0
    for week in range(1, 53):
        at_risk = (first.fillna(treatments["follow_up_weeks"]) >= week).sum()
        left *= 1 - (first == week).sum() / at_risk
    assert 0.15 <= 1 - left <= 0.30
    assert (events["week_from"] < events["week_to"]).sum() >= 20
    assert set(events["certainty"]) == {"actual", "presumed", "signal"}
    assert 0.6 <= events.loc[events["event"] == "running_away", "client"].nunique() / len(treatments) <= 0.9


def test_the_consortium_has_repeated_measurements_on_both_sides_of_the_start(consortium):
    repeated = consortium["measurements"].query("moment == 'repeated'")
    phases = repeated.assign(before=repeated["week"] < 1).groupby("client")["before"].agg(["sum", "size"])
    assert ((phases["sum"] >= 3) & (phases["size"] - phases["sum"] >= 5)).sum() >= 10


def test_draws_have_the_right_moments():
    """Mean and SD of 20,000 draws within four standard errors of what they should be."""
    draws = Draws(5)
    normal = pd.Series([draws.normal(10.0, 2.0) for _ in range(20_000)])
    assert abs(normal.mean() - 10.0) < 4 * 2.0 / 20_000**0.5
    assert abs(normal.std() - 2.0) < 4 * 2.0 / (2 * 20_000) ** 0.5
    faces = pd.Series([draws.whole(1, 6) for _ in range(6_000)]).value_counts()
    assert set(faces.index) == set(range(1, 7)) and faces.between(1000 - 4 * 29, 1000 + 4 * 29).all()


def test_draws_follow_a_curve():
    draws = Draws(6)
    moments = pd.Series([draws.from_curve((0, 10, 20), (0.0, 0.2, 0.3)) for _ in range(4_000)], dtype=float)
    assert abs(moments.notna().mean() - 0.3) < 0.03 and abs((moments < 10).mean() - 0.2) < 0.03
