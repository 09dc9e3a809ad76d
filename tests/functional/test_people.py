"""Each person once: the same people in several submissions, people outside the plan, and instruments that submissions declare."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_schemas.submission import Submission
from evaluation.evidence.running import run
from evaluation.failures import PlanInvalid, WrongUse
from evaluation.planning.copies import alike
from evaluation.validation.validating import validate
from tests.front_door import plan, row, submit

END = {"measures": [{"instrument": "cries-13", "informant": "self", "moments": ["end"], "primary": True}]}


def _people(numbers, **fixed: object) -> pd.DataFrame:
    return pd.DataFrame({"client": [f"K-{number:03d}" for number in numbers]}).assign(**fixed)


def _scores(people: pd.DataFrame, seed: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """A baseline and an end of each person, the same whenever the person is asked."""
    found = []
    for client in people["client"]:
        draws = np.random.default_rng([seed, *client.encode()])
        before = int(draws.integers(20, 65))
        later = int(np.clip(before - draws.integers(0, 25) + shift, 0, 65))
        found += [(client, "baseline", before), (client, "end", later)]
    table = pd.DataFrame(found, columns=["client", "moment", "score"])
    return table.assign(instrument="cries-13", informant="self")


def _submission(folder: Path, name: str, people: pd.DataFrame, scores: pd.DataFrame, manifest: str = "") -> Submission:
    submit(folder / name, {"treatments": people, "measurements": scores}, manifest)
    text = (folder / name / "submission.toml").read_text().replace('"published"', f'"{name}"')
    (folder / name / "submission.toml").write_text(text)
    accepted = validate(folder / name)
    assert accepted.submission is not None, [finding.rule.code for finding in accepted.findings]
    return accepted.submission


def _edition(folder: Path, name: str, numbers, shift: float = 0.0, **fixed: object) -> Submission:
    people = _people(numbers, **fixed)
    return _submission(folder, name, people, _scores(people, shift=shift))


def _count(evidence, measure: str, analysis: str = "flow") -> float:
    outcome, time = "cries-13:self", "end"
    return row(evidence.results[analysis], measure, time=time, outcome=outcome)["estimate"]


def test_people_in_two_submissions_are_refused_without_naming_anyone(tmp_path):
    """A second, cumulative delivery under another name: seven people passed a threshold of ten."""
    two = [_edition(tmp_path, "y2025", range(7)), _edition(tmp_path, "y2026", range(7), shift=-1)]
    with pytest.raises(WrongUse) as refused:
        run(two, plan(**END), internal=True, exploratory=True)
    for text in refused.value.words:
        assert "y2025" in text and "y2026" in text and "7" in text and 'order = ["y2025", "y2026"]' in text
        assert "K-0" not in text and "one" not in text.split()
    assert refused.value.words.nl != refused.value.words.en


@pytest.mark.parametrize("backwards", [False, True])
def test_with_an_order_in_the_plan_the_last_counts_whatever_the_arguments_are(tmp_path, backwards):
    two = [_edition(tmp_path, "y2025", range(8)), _edition(tmp_path, "y2026", range(3, 12), shift=-3)]
    asked = plan(**END, editions={"order": ["y2025", "y2026"]})
    found = run(two[::-1] if backwards else two, asked, internal=True, exploratory=True)
    assert _count(found, "received") == 17 and _count(found, "eligible") == 12
    assert _count(found, "lost_earlier_edition") == 5 and _count(found, "n_pairs", "change") == 12
    alone = [_edition(tmp_path / "alone", "first", range(3)), _edition(tmp_path / "alone", "last", range(3, 12), shift=-3)]
    same = run(alone, plan(**END), internal=True, exploratory=True)
    for measure in ("mean_change", "g"):
        assert _count(found, measure, "change") == pytest.approx(_count(same, measure, "change"), rel=1e-12)


def test_an_order_that_leaves_a_submission_out_is_refused(tmp_path):
    two = [_edition(tmp_path, "y2025", range(7)), _edition(tmp_path, "y2026", range(7))]
    with pytest.raises(WrongUse, match="y2024"):
        run(two, plan(**END, editions={"order": ["y2024", "y2025"]}), internal=True, exploratory=True)


def test_the_same_pseudonym_at_two_providers_is_two_people(tmp_path):
    two = [_edition(tmp_path, "north", range(7), provider="north")]
    people = _people(range(7), provider="south")
    two.append(_submission(tmp_path, "south", people, _scores(people, seed=1)))
    assert _count(run(two, plan(**END), internal=True, exploratory=True), "analysed") == 14


def test_few_people_in_two_submissions_release_nothing(tmp_path):
    two = [_edition(tmp_path, "y2025", range(7)), _edition(tmp_path, "y2026", range(7), shift=-1)]
    asked = plan(**END, editions={"order": ["y2025", "y2026"]})
    released = run(two, asked, exploratory=True)
    shown = [frame[frame["estimate"].notna()] for name, frame in released.results.items() if name != "flow"]
    assert all(frame.empty for frame in shown)


@given(
    shared=st.integers(0, 6),
    sizes=st.tuples(st.integers(7, 9), st.integers(7, 9)),
    ordered=st.booleans(),
    renamed=st.booleans(),
)
@settings(max_examples=8, deadline=None)
def test_nobody_counts_twice(tmp_path_factory, shared, sizes, ordered, renamed):
    """Any two deliveries: refused, or as many people as there are."""
    folder = tmp_path_factory.mktemp("two")
    first, last = range(sizes[0]), range(sizes[0] - shared, sizes[0] - shared + sizes[1])
    two = [_edition(folder, "a", first), _edition(folder, "b", last, shift=-2)]
    order = ["b", "a"] if renamed else ["a", "b"]
    asked = plan(**END, **({"editions": {"order": order}} if ordered else {}))
    if shared and not ordered:
        with pytest.raises(WrongUse):
            run(two, asked, internal=True, exploratory=True)
        return
    found = run(two, asked, internal=True, exploratory=True)
    assert _count(found, "analysed") == sum(sizes) - shared == _count(found, "n_pairs", "change")


def _renamed(submission: Submission, folder: Path, name: str, **fixed: object) -> Submission:
    """The same people under new pseudonyms."""
    tables = {key: table.copy() for key, table in submission.tables.items()}
    new = {old: f"N-{place:03d}" for place, old in enumerate(tables["treatments"]["client"])}
    people = pd.DataFrame({"client": [new[old] for old in tables["treatments"]["client"]]}).assign(**fixed)
    scores = tables["measurements"][["client", "instrument", "informant", "moment", "score"]].astype(object)
    return _submission(folder, name, people, scores.assign(client=scores["client"].map(new)))


@pytest.mark.parametrize("fixed", [{}, {"provider": "another"}])
def test_copies_under_other_pseudonyms_are_refused(tmp_path, fixed):
    first = _edition(tmp_path, "y2025", range(8))
    copied = _renamed(first, tmp_path, "y2026", **fixed)
    with pytest.raises(WrongUse) as refused:
        run([first, copied], plan(**END), internal=True, exploratory=True)
    assert "8" in refused.value.words.nl and "different_people" in refused.value.words.en
    checked = run([first, copied], plan(**END, editions={"different_people": True}), internal=True, exploratory=True)
    assert _count(checked, "analysed") == 16


@pytest.mark.parametrize(("size", "highest"), [(11, 20), (11, 75), (60, 20), (60, 75), (400, 40)])
def test_different_people_are_seldom_taken_for_copies(size, highest):
    """Whole scores with a floor, the later one resembling the first: of 100 pairs of submissions hardly one is called alike."""
    draws, called = np.random.default_rng(size * highest), 0
    for _ in range(100):
        called += alike(*(_drawn(draws, size, highest) for _ in range(2))) > 0
    assert called <= 1


@pytest.mark.parametrize(("size", "copies"), [(11, 9), (60, 30), (400, 300)])
def test_copies_among_others_are_found(size, copies):
    draws = np.random.default_rng(size)
    for _ in range(20):
        (one, who), (other, _) = _drawn(draws, size, 75), _drawn(draws, size, 75)
        mine = one["measurements"]["client"].cat.codes < copies
        other["measurements"].loc[mine, "score"] = one["measurements"].loc[mine, "score"]
        assert alike((one, who), (other, who)) >= copies // 2


def _drawn(draws: np.random.Generator, size: int, highest: int):
    ability = draws.normal(0.5, 0.3, size)
    scores = [np.clip(np.round(highest * (ability + draws.normal(-drop, 0.2, size))), 0, highest) for drop in (0.0, 0.15)]
    frame = pd.DataFrame({"client": np.tile(np.arange(size), 2), "score": np.concatenate(scores)})
    frame = frame.assign(
        client=pd.Categorical(frame["client"], categories=range(size)),
        week=pd.array([None] * (2 * size), dtype="Int32"),
        instrument=pd.Categorical(["scale"] * (2 * size)),
        informant=pd.Categorical(["self"] * (2 * size)),
        moment=pd.Categorical(np.repeat(["baseline", "end"], size), categories=["baseline", "end"]),
    )
    return {"measurements": frame}, np.ones(size, bool)


def _declared(better: bool) -> str:
    return (
        '\n[instruments.scale]\nnl = "Schaal"\nen = "Scale"\nminimum = 0\nmaximum = 100\n'
        f'higher_is_better = {str(better).lower()}\nsource = "made up for this test"\n'
    )


def test_an_instrument_that_submissions_declare_differently_is_refused(tmp_path):
    """The order of the submissions decided the sign of every result."""
    two = []
    for name, better in (("north", True), ("south", False)):
        people = _people(range(7), provider=name)
        scores = _scores(people, seed=len(two)).assign(instrument="scale")
        two.append(_submission(tmp_path, name, people, scores, _declared(better)))
    asked = plan(measures=[{"instrument": "scale", "informant": "self", "moments": ["end"]}])
    for order in (two, two[::-1]):
        with pytest.raises(WrongUse) as refused:
            run(order, asked, internal=True, exploratory=True)
        assert all("north" in text and "south" in text and "scale" in text for text in refused.value.words)


def test_the_registry_cannot_be_declared_anew(tmp_path):
    people = _people(range(3))
    folder = submit(
        tmp_path / "s",
        {"treatments": people, "measurements": _scores(people)},
        _declared(True).replace("instruments.scale", "instruments.cries-13"),
    )
    validation = validate(folder)
    assert not validation.accepted
    (finding,) = [finding for finding in validation.findings if finding.rule.code == "manifest-wrong"]
    assert "cries-13" in finding.expectation.nl and "andere naam" in finding.repair.nl


def _mixed(folder: Path) -> Submission:
    """Forty people whom a plan of programme `care` with arms a and b is about, and twenty-three others."""
    people = _people(range(63), arm=["a"] * 20 + ["b"] * 20 + ["c"] * 11 + ["a"] * 7 + ["b"] * 5)
    people["programme"] = ["care"] * 51 + ["elsewhere"] * 12
    return _submission(folder, "mixed", people, _scores(people))


def test_all_holds_whom_the_plan_is_about_and_the_flow_counts_the_others(tmp_path):
    mixed = _mixed(tmp_path)
    found = run(mixed, plan(**END, comparison={"arms": ["a", "b"]}), internal=True, exploratory=True)
    assert [_count(found, name) for name in ("received", "lost_other_programme", "eligible", "analysed")] == [63, 23, 40, 40]
    assert _count(found, "n_pairs", "change") == 40
    assert set(found.results["change"]["arm"]) == {"all", "a", "b", "a - b"}
    in_arm = found.results["flow"].query("time == 'end' and arm == 'a'").set_index("measure")["estimate"]
    assert in_arm[["received", "lost_other_programme", "eligible"]].tolist() == [27, 7, 20]
    alone = run(mixed, plan(**END), internal=True, exploratory=True)
    assert [_count(alone, name) for name in ("received", "lost_other_programme", "analysed")] == [63, 12, 51]


def test_a_compared_arm_may_carry_another_programme(tmp_path):
    """Usual care elsewhere has a programme name of its own."""
    people = _people(range(24), arm=["new"] * 12 + ["usual"] * 12)
    people["programme"] = ["care"] * 12 + ["usual-care"] * 12
    both = _submission(tmp_path, "both", people, _scores(people))
    found = run(both, plan(**END, comparison={"arms": ["new", "usual"]}), internal=True, exploratory=True)
    assert _count(found, "analysed") == 24 and _count(found, "lost_other_programme") == 0


@pytest.mark.parametrize("compared", [{}, {"comparison": {"arms": ["a", "b"]}}])
def test_a_programme_that_nobody_has_is_refused(tmp_path, compared):
    with pytest.raises(PlanInvalid, match="nowhere"):
        run(_mixed(tmp_path), plan(**END, programme="nowhere", **compared), internal=True, exploratory=True)


def test_released_flow_adds_up_with_people_outside_the_plan(tmp_path):
    found = run(_mixed(tmp_path), plan(**END, comparison={"arms": ["a", "b"]}), exploratory=True).results["flow"]
    mine = found[(found["arm"] == "all") & (found["time"] == "end") & (found["outcome"] == "cries-13:self")]
    counts = mine.set_index("measure")["estimate"]
    assert counts["eligible"] == 50 and counts["received"] == 65  # 40 to 58, and 60 to 87
