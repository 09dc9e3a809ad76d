"""Pooling by file: from aggregates the same figures as from rows, and nothing that may not be added up is added up."""

from __future__ import annotations

import json
import stat
from functools import cache
from importlib import resources

import jsonschema
import numpy as np
import pandas as pd
import pytest

from analyses.shared.cohort import pool
from data_schemas.aggregate import Aggregate, aggregate_json, aggregate_schema
from data_schemas.plan import Plan
from evaluation.aggregates.adding import added
from evaluation.aggregates.carried import REASON, carried
from evaluation.aggregates.counting import counted
from evaluation.aggregates.making import counts_of, made, read_aggregate, write_aggregate
from evaluation.aggregates.pooling import pooled
from evaluation.aggregates.signing import known_keys, public_file
from evaluation.contract.examples import write_example
from evaluation.evidence.folder import write_evidence
from evaluation.evidence.running import run
from evaluation.evidence.verification import verified
from evaluation.failures import CannotRead, WrongUse
from evaluation.planning.file import read_plan
from evaluation.planning.lock import lock_plan
from evaluation.release.edition import public
from evaluation.validation.validating import validate
from tests.commands import call
from tests.pretended import by_provider, divided, file_of

KEY = ["analysis", "outcome", "measure", "arm", "subgroup", "time"]
NUMBERS = ["estimate", "ci_low", "ci_high", "p_value", "n", "events", "std_error", "df"]
# fitted by iteration
ITERATED = ("hazards", "event_subgroups", "parametric_survival", "pooling")


@cache
def example(name: str, folder):
    target = folder / name
    write_example(name, target)
    lock_plan(target / "plan.toml")
    return validate(target).submission, read_plan(target / "plan.toml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("aggregates")


def parts_of(submission, way: str):
    size = len(submission.tables["treatments"])
    if way == "provider":
        return by_provider(submission)
    return divided(submission, np.arange(size) % 3 if way == "thirds" else (np.arange(size) * 7 // size))


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("consortium", "provider"),
        ("fireworks", "thirds"),
        ("beat-the-blues", "sevenths"),
        ("anorexia", "thirds"),
        ("rossi", "sevenths"),
    ],
)
def test_pooled_equals_stacked(name, way, folder):
    submission, plan = example(name, folder)
    stacked = run(submission, plan, internal=True)
    given = [file_of(part, plan) for part in parts_of(submission, way)]
    done = pooled(given, plan, internal=True).evidence
    told = carried(plan, "exact")
    assert set(done.results) == {name for name in stacked.results if name in told}
    compared = 0
    for analysis, frame in done.results.items():
        theirs = stacked.results[analysis]
        measures = told[analysis]
        both = theirs[theirs["measure"].isin(measures)].merge(frame, on=KEY, how="left", suffixes=("", "_pooled"))
        # rows that hang on columns that are not counted (how treatment ended) are not there
        both = both[both["status_pooled"].notna()]
        compared += len(both)
        for column in NUMBERS:
            one, other = both[column].to_numpy(float), both[f"{column}_pooled"].to_numpy(float)
            assert (np.isnan(one) == np.isnan(other)).all(), (analysis, column)
            close = 1e-6 if analysis in ITERATED else 1e-10
            np.testing.assert_allclose(other, one, rtol=close, atol=close, err_msg=f"{analysis} {column}")
        assert (both["method"] == both["method_pooled"]).all(), analysis
        others = frame[~frame["measure"].isin(measures)]
        assert others["estimate"].isna().all(), analysis
        unsaid = others[~others["method"].str.startswith((REASON, "gate_closed"))]
        assert not len(unsaid), (analysis, unsaid["measure"].unique(), unsaid["method"].iloc[0])
    assert compared > 100
    if name in ("consortium", "fireworks"):
        change = done.results["change"]
        assert change.loc[change["measure"] == "recovered", "estimate"].notna().any()
    unsaid = {one.analysis for one in done.record.deviations if "cannot be calculated from these aggregates" in one.reason.en}
    assert unsaid == set(stacked.results) - set(done.results)
    assert stacked.record.gates == done.record.gates


def test_what_is_told_hangs_on_the_sums_alone(folder):
    """Other people with the same sums give the same answers; what is not told would not: bootstraps of people."""
    submission, plan = example("beat-the-blues", folder)
    one = counted(pool([submission]), plan)
    assert max(int(table["n"].max()) for table in one.scores.values()) > 10
    stacked, done = (
        run(submission, plan, internal=True),
        pooled([file_of(part, plan) for part in parts_of(submission, "thirds")], plan, internal=True).evidence,
    )
    for evidence, told in ((stacked, True), (done, False)):
        rows = evidence.results["change"]
        assert rows.loc[rows["measure"] == "g_bootstrap", "estimate"].notna().all() == told
        assert rows.loc[rows["measure"] == "g", "estimate"].notna().all()


def test_the_order_of_addition_matters_to_the_last_digits_only(folder):
    submission, plan = example("fireworks", folder)
    parts = [counted(pool([part]), plan) for part in parts_of(submission, "sevenths")]
    once, twice = added(parts), added([added(parts[:3]), added(parts[3:])])
    whole = counted(pool([submission]), plan)
    for name, table in whole.scores.items():
        for other in (once, twice):
            pd.testing.assert_frame_equal(table, other.scores[name], rtol=1e-12)
    pd.testing.assert_frame_equal(whole.people, twice.people)


def test_a_release_from_aggregates_is_a_release(folder, tmp_path):
    submission, plan = example("consortium", folder)
    given = [file_of(part, plan) for part in by_provider(submission)]
    out = write_evidence(pooled(given, plan).evidence, tmp_path / "released")
    assert list(verified(out)) == []
    done, stacked = pooled(given, plan).evidence, run(submission, plan)
    statuses = {status for frame in done.results.values() for status in frame["status"]}
    assert "exact" not in statuses and "rounded" in statuses
    rows = done.results["change"]
    ranks = rows[rows["measure"] == "friedman"]
    assert set(ranks["status"]) == {"not_estimable"} and ranks["method"].str.startswith((REASON, "gate_closed")).all()
    # what else goes through the door with them can make a band wider or hold more back; these have no such neighbours
    every = ("competing_events", "hazards", "over_time", "revictimisation")
    ours, theirs = (pd.concat([one.results[name].set_index(KEY)["estimate"] for name in every]) for one in (done, stacked))
    both = pd.concat([ours, theirs], axis=1, keys=["ours", "theirs"]).dropna()
    assert len(both) > 50 and np.allclose(both["ours"], both["theirs"], rtol=1e-9)


def test_rounded_counts_are_those_of_a_release(folder):
    submission, plan = example("rossi", folder)
    for part in divided(submission, np.arange(432) % 2):
        name, one = file_of(part, plan, public(10))
        assert one.form == "rounded" and not one.held_back, name
        assert all(row[one.people.columns.index("n")] >= 10 for row in one.people.rows)
        events = pd.DataFrame(one.events.rows, columns=one.events.columns)
        released = run(part, plan).results["revictimisation"]
        horizon = max(plan.events.horizons_weeks)
        for cell, row in enumerate(one.people.rows):
            arm = row[one.people.columns.index("arm")]
            mine = events[events["cell"] == cell]
            told = released[(released["arm"] == arm) & (released["measure"] == "events") & (released["time"] == str(horizon))]
            assert mine.loc[mine["event"] == 1, "n"].sum() == told["estimate"].item()
            assert set(mine["n"] % 5) == {0}


def test_rounded_aggregates_give_a_release(folder, tmp_path):
    submission, plan = example("rossi", folder)
    given = [file_of(part, plan, public(10)) for part in divided(submission, np.arange(432) % 2)]
    done = pooled(given, plan).evidence
    assert list(verified(write_evidence(done, tmp_path / "rounded"))) == []
    exact = run(submission, plan, internal=True).results["revictimisation"].set_index(KEY)["estimate"]
    rounded = done.results["revictimisation"].set_index(KEY)["estimate"]
    at = [key for key in rounded.index if key[2] == "survival" and key[5] == "52" and "-" not in key[3][:3]]
    assert rounded[at].notna().any()
    # rounded twice: within a band of ten in each of two parts, and once more, of some 200 people
    assert (rounded[at] - exact[at]).abs().max() < 0.1
    with pytest.raises(WrongUse, match="rounded"):
        pooled(given, plan, internal=True)


@pytest.mark.parametrize(("name", "ways"), [("beat-the-blues", 2), ("rossi", 3), ("consortium", 2)])
def test_limits_of_rounded_aggregates_hold_the_exact_ones(name, ways, folder):
    """Whatever each provider's rounding hid: every interval that is told lies around that of the stacked rows."""
    submission, plan = example(name, folder)
    size = len(submission.tables["treatments"])
    given = [file_of(part, plan, public(10)) for part in divided(submission, np.arange(size) % ways)]
    done, stacked = pooled(given, plan).evidence, run(submission, plan, internal=True)
    # of an outcome that a provider holds back as a whole the release is about the people of the others, and says so by their number
    of_some = {name for _, one in given for name in one.held_back}
    held = 0
    for analysis, frame in done.results.items():
        both = frame[frame["status"] == "rounded"].merge(stacked.results[analysis], on=KEY, suffixes=("", "_exact"))
        both = both[(both["ci_low"].notna() | both["ci_high"].notna()) & ~both["outcome"].isin(of_some)]
        assert (both["ci_low"].fillna(-np.inf) <= both["ci_low_exact"].fillna(np.inf) + 1e-9).all(), analysis
        assert (both["ci_high"].fillna(np.inf) >= both["ci_high_exact"].fillna(-np.inf) - 1e-9).all(), analysis
        held += len(both)
    assert held > 40
    # conditions of the plan are decided on the released numbers of all
    known = {(gate.outcome, gate.time): gate for gate in done.record.gates if gate.name == "smallest_measured"}
    for gate in stacked.record.gates:
        if gate.name == "smallest_measured":
            told = known[gate.outcome, gate.time]
            # what a provider held back counts as nobody
            assert told.found <= gate.found + 0.12 and (gate.open or not told.open)
    if name == "consortium":
        assert {gate.open for gate in known.values()} == {True, False}
        rows = done.results["change"]
        assert rows.loc[(rows["measure"] == "mean_change_clustered") & (rows["arm"] == "all"), "estimate"].notna().any()


def test_rounded_aggregates_of_another_edition_or_of_nobody_are_refused(folder):
    submission, plan = example("fireworks", folder)
    given = [file_of(part, plan, public(10)) for part in parts_of(submission, "sevenths")[:2]]
    with pytest.raises(WrongUse, match="are empty"):
        pooled(given, plan)
    told = [(name, sealed(one, edition="committee")) for name, one in given]
    with pytest.raises(WrongUse, match="committee edition"):
        pooled(told, plan)


def test_what_too_few_stand_behind_is_held_back_and_said(folder):
    submission, plan = example("consortium", folder)
    smallest = min(by_provider(submission), key=lambda part: len(part.tables["treatments"]))
    _, one = file_of(smallest, plan, public(10))
    assert not one.people.rows and not one.events.rows and len(one.held_back) > 5


@pytest.fixture(scope="module")
def given(folder):
    submission, plan = example("fireworks", folder)
    return [file_of(part, plan) for part in parts_of(submission, "thirds")], plan


def refused(given, plan, words: str, keys=None):
    with pytest.raises(WrongUse) as caught:
        pooled(given, plan, internal=True, keys=keys)
    assert words in caught.value.words.en and caught.value.words.nl != caught.value.words.en


def sealed(one: Aggregate, **changes) -> Aggregate:
    changed = one.model_copy(update=changes | {"signature": None})
    return changed.model_copy(update={"sha256": changed.digest()})


def test_what_may_not_be_added_up_is_refused(given, folder):
    files, plan = given
    (name, one), (other, two), _ = files
    refused(files[:1], plan, "at least two")
    refused([files[0], ("copy.json", one)], plan, "same aggregate")
    renamed = sealed(one, submissions=(one.submissions[0].model_copy(update={"name": "another"}),), marks=("0" * 16,))
    refused([files[0], ("renamed.json", renamed)], plan, "same aggregate")
    refused([(name, one.model_copy(update={"people": two.people})), files[1]], plan, "was changed")
    refused([files[0], (other, sealed(two, plan="0" * 64))], plan, "another plan")
    refused([files[0], (other, sealed(two, contract="0" * 64))], plan, "another version of the contract")
    turned = {key: instrument.model_copy(update={"maximum": 99.0}) for key, instrument in two.instruments.items()}
    refused([files[0], (other, sealed(two, instruments=turned))], plan, "do not describe instrument")
    refused([files[0], (other, sealed(two, form="rounded"))], plan, "not rounded in the same way")
    refused([files[0], (other, sealed(two, marks=(*two.marks, one.marks[0])))], plan, "in part about the same young people")
    refused([files[0], (other, sealed(two, submissions=one.submissions))], plan, "submission called")
    submission, _ = example("fireworks", folder)
    shared = divided(submission, np.where(np.arange(52) < 20, 0, 1))
    refused([file_of(submission, plan), file_of(shared[0], plan)], plan, "in part about the same young people")


def test_a_sketch_notices_people_in_common(folder):
    submission, plan = example("rossi", folder)
    first, second = divided(submission, np.arange(432) % 2)
    refused_by_sketch = [file_of(first, plan, public(10)), file_of(submission, plan, public(10))]
    with pytest.raises(WrongUse, match="same young people"):
        pooled(refused_by_sketch, plan)
    one, two = (made([part], plan, public(10)).marks for part in (first, second))
    assert len(one) == len(two) == 256 and sum(map(str.__eq__, one, two)) < 3


def test_keys_say_whose_it_is(given, tmp_path):
    files, plan = given
    written = []
    for number, (_, one) in enumerate(files):
        path, _ = write_aggregate(one, tmp_path / f"{number}.json", tmp_path / f"{number}.key")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / f"{number}.key").stat().st_mode) == 0o600
        written.append((path.name, read_aggregate(path)))
    keys = known_keys([public_file(tmp_path / f"{number}.key") for number in range(3)])
    assert pooled(written, plan, internal=True, keys=keys).evidence.results
    refused(written, plan, "not signed with a key", keys=known_keys([public_file(tmp_path / "0.key")]))
    refused(files, plan, "not signed with a key", keys=keys)
    stolen = written[0][1].model_copy(update={"signature": written[1][1].signature})
    refused([("0.json", stolen), written[1]], plan, "signature", keys=keys)
    (tmp_path / "0.key").chmod(0o644)
    with pytest.raises(WrongUse, match="Others can read"):
        write_aggregate(files[0][1], tmp_path / "again.json", tmp_path / "0.key")


def test_the_schema_is_that_of_the_file(given):
    text = resources.files("data_schemas").joinpath("aggregate.schema.json").read_text(encoding="utf-8")
    assert text == aggregate_schema()
    jsonschema.validate(json.loads(aggregate_json(given[0][0][1])), json.loads(text))


def test_counts_come_back_from_the_file(given, folder):
    files, plan = given
    submission, _ = example("fireworks", folder)
    for (_, one), part in zip(files, parts_of(submission, "thirds")):
        ours, theirs = counted(pool([part]), plan), counts_of(one)
        pd.testing.assert_frame_equal(ours.people, theirs.people, check_dtype=False)
        for name, table in ours.scores.items():
            pd.testing.assert_frame_equal(table, theirs.scores[name], check_dtype=False, rtol=0, atol=0)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "1"}', "\0"])
def test_what_is_no_aggregate_is_said(text, tmp_path):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(CannotRead):
        read_aggregate(tmp_path / "a.json")


def test_a_table_that_is_none_is_refused(given, tmp_path):
    one = given[0][0][1]
    name, table = next(iter(one.scores.items()))
    row = list(table.rows[0])
    for column, value in (("n", 0), ("n", 10_000), ("n", 1.5), ("cell", 999)):
        wrong = list(row)
        wrong[table.columns.index(column)] = value
        changed = one.model_copy(update={"scores": {name: table.model_copy(update={"rows": (tuple(wrong), *table.rows[1:])})}})
        (tmp_path / "a.json").write_text(aggregate_json(changed))
        with pytest.raises(CannotRead):
            read_aggregate(tmp_path / "a.json")


def test_the_road_by_commands(tmp_path):
    for name in ("one", "two"):
        call(["example", "rossi", "--out", tmp_path / name])
    call(["plan", "lock", tmp_path / "one" / "plan.toml"])
    plan = str(tmp_path / "one" / "plan.toml")
    for number, name in enumerate(("one", "two")):
        for table in ("treatments", "events"):
            file = tmp_path / name / f"{table}.csv"
            frame = pd.read_csv(file, dtype=str, keep_default_na=False)
            frame[frame["client"].map(lambda client: sum(map(ord, client)) % 2) == number].to_csv(file, index=False)
        manifest = tmp_path / name / "submission.toml"
        manifest.write_text(manifest.read_text().replace('name = "rossi"', f'name = "{name}"'))
        done = call(["run", tmp_path / name, "--plan", plan, "--aggregate", "--out", tmp_path / f"{name}.json",
                     "--key", tmp_path / f"{name}.key", "--lang", "en"])  # fmt: skip
        assert done.code == 0, done.text
        shown = call(["aggregate", "show", tmp_path / f"{name}.json", "--lang", "en"])
        assert shown.code == 0 and "may leave the house" in shown.text and "no-aid" in shown.text
    files = [str(tmp_path / f"{name}.json") for name in ("one", "two")]
    keys = [part for name in ("one", "two") for part in ("--keys", str(tmp_path / f"{name}.key.pub"))]
    done = call(["pool", *files, "--plan", plan, "--out", tmp_path / "pooled", *keys])
    assert done.code == 0, done.text
    assert call(["evidence", "verify", tmp_path / "pooled"]).code == 0
    text = (tmp_path / "two.json").read_text()
    (tmp_path / "two.json").write_text(text.replace('"threshold": 10', '"threshold": 11'))
    assert call(["aggregate", "show", tmp_path / "two.json"]).code == 1
    done = call(["pool", *files, "--plan", plan, "--out", tmp_path / "again", "--lang", "nl"])
    assert done.code == 2 and "is veranderd" in done.text


def test_whom_the_plan_is_about_is_kept(folder):
    """Eligibility by a descriptor that the plan uses for nothing else, and by the half-year of the start."""
    submission, plan = example("consortium", folder)
    periods = sorted(submission.tables["treatments"]["start_period"].dropna().unique())
    asked = {"age_group": ["14_15", "16_17"], "start_from": periods[1]}
    document = plan.model_dump(mode="json", exclude={"lock", "gates"}) | {"eligibility": asked}
    narrow = Plan(**{key: value for key, value in document.items() if value is not None})
    stacked = run(submission, narrow, internal=True, exploratory=True).results
    given = [file_of(part, narrow) for part in by_provider(submission)]
    done = pooled(given, narrow, internal=True, exploratory=True).evidence.results
    for analysis, measure in (
        ("flow", "lost_not_eligible"),
        ("flow", "eligible"),
        ("change", "g"),
        ("hazards", "hazard_ratio"),
    ):
        frames = [rows[analysis][rows[analysis]["measure"] == measure] for rows in (done, stacked)]
        ours, theirs = (frame.set_index(KEY)["estimate"] for frame in frames)
        np.testing.assert_allclose(ours, theirs.reindex(ours.index), rtol=1e-6)
        assert len(ours) and ours.notna().any()
    few = [
        file_of(part, narrow, public(10)) for part in divided(submission, np.arange(len(submission.tables["treatments"])) % 2)
    ]
    told = pooled(few, narrow, exploratory=True).evidence.results["change"]
    assert told.loc[told["measure"] == "mean_change", "estimate"].notna().any()


def test_a_plan_that_weights_is_refused(folder):
    submission, plan = example("consortium", folder)
    weighted = plan.model_copy(update={"weighting": object()})
    for edition in (None, public(10)):
        with pytest.raises(WrongUse, match="weights its arms"):
            made([submission], weighted, edition)
