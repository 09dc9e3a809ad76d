"""A researcher's data frame becomes a submission: by a mapping, with nothing guessed, and the same as the files of the example."""

from __future__ import annotations

import stat

import pandas as pd
import pytest
from lifelines.datasets import load_rossi

import evaluation

ARMS = {1: "aid", 0: "no-aid"}
FIXED = {
    "provider": "public-trial", "programme": "financial-aid", "follow_up_weeks": 52, "follow_up_end": "end_of_study",
}  # fmt: skip
ARREST = {"arrest": {"week": "week", "where": "arrest", "source": "police"}}


@pytest.fixture
def rossi() -> pd.DataFrame:
    return load_rossi().assign(id=lambda frame: [f"R-{number:03d}" for number in range(1, len(frame) + 1)])


def made(frame: pd.DataFrame, **more):
    asked = {"columns": {"client": "id", "arm": "fin"}, "codes": {"arm": ARMS}, "fixed": FIXED, "events": ARREST}
    return evaluation.from_frame(frame, name="again", nature="public", **(asked | more))


def test_it_gives_what_the_example_gives(rossi, tmp_path):
    """The same men by way of a frame and of the files: equal results, to the last digit."""
    folder = evaluation.write_example("rossi", tmp_path / "rossi", "en")
    plan = evaluation.lock_plan(folder / "plan.toml")
    mine, theirs = (evaluation.run(one, plan, internal=True).rows("revictimisation") for one in (made(rossi), folder))
    assert len(mine) > 100 and mine.reset_index(drop=True).equals(theirs.reset_index(drop=True))


def test_scores_at_several_moments_and_a_covariate_of_its_own():
    people = pd.DataFrame({"id": list("abc"), "t0": [30, 25, None], "t1": [20.0, None, 8.0], "iq": [71, 85, 90]})
    validation = evaluation.from_frame(
        people, name="three", nature="fictional", columns={"client": "id", "iq": "iq"}, fixed={"provider": "here", "programme": "care"},
        scores={"cries-13:self": {"baseline": "t0", "end": "t1"}},
        covariates={"iq": {"nl": "IQ", "en": "IQ", "kind": "whole", "minimum": 40, "maximum": 160, "role": "confounder", "risk": "quasi"}},
    )  # fmt: skip
    assert validation.accepted and validation.rows == {"treatments": 3, "measurements": 4}
    assert validation.submission.tables["treatments"]["iq"].tolist() == [71, 85, 90]


def test_the_files_can_be_kept_for_their_owner_only(rossi, tmp_path):
    made(rossi, out=tmp_path / "kept")
    assert evaluation.validate(tmp_path / "kept").accepted
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "kept").iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {"client": "ids"}}, "no column 'ids'. Did you mean 'id'"),
        ({"columns": {"client": "id", "am": "fin"}}, "no column 'am'. Did you mean 'arm'"),
        ({"columns": {"arm": "fin"}}, "Name the column with the pseudonym"),
        ({"codes": {"arm": {1: "aid"}}}, "codes['arm'] does not name: 216 rows, the first at position 0"),
        ({"events": {"arrest": {"week": "week", "wher": "arrest"}}}, "Not this: wher"),
        ({"scores": {"cries-13": {"baseline": "age"}}}, "no instrument with its informant"),
    ],
)
def test_a_slip_is_one_line_that_names_what_there_is(rossi, change, said):
    with pytest.raises(evaluation.UserError) as refused:
        made(rossi, **change)
    assert said in str(refused.value)


def test_no_message_says_a_value():
    people = pd.DataFrame({"id": ["a"], "sex": ["Zwetlana Geheim"]})
    asked = {"columns": {"client": "id", "gender": "sex"}, "fixed": {"provider": "here", "programme": "care"}}
    with pytest.raises(evaluation.UserError) as refused:
        evaluation.from_frame(people, name="one", codes={"gender": {"F": "girl"}}, **asked)
    assert "Zwetlana" not in str(refused.value)
    validation = evaluation.from_frame(people, name="one", **asked)
    assert not validation.accepted and "Zwetlana" not in repr(validation) + validation.markdown("nl")
