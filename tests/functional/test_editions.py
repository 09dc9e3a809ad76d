"""Two editions of one dossier: the public one as ever, and one for named readers under a duty of confidentiality."""

from __future__ import annotations

import re
import shutil
import stat

import numpy as np
import pytest

from data_schemas.evidence import read_evidence
from evaluation.evidence.verification import OF_LISTS
from evaluation.release.edition import committee, public
from tests.commands import call

COMMITTEE = """
[disclosure.committee]
readers = ["Subcommittee on youth"]
confidentiality = "the committee's rules of procedure"
approved_by = "privacy officer"
"""
KEYS = ["analysis", "outcome", "measure", "arm", "subgroup", "time"]


@pytest.fixture(scope="module")
def editions(finished, tmp_path_factory):
    """A submission, its plan with a committee, and both editions with one ledger."""
    home = tmp_path_factory.mktemp("editions")
    shutil.copytree(finished("fireworks", False) / "submission", home / "submission")
    plan = home / "submission" / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").partition("[lock]")[0] + COMMITTEE, encoding="utf-8")
    assert call(["plan", "lock", plan]).code == 0
    for name in ("committee", "public"):
        done = call(
            [
                "run",
                home / "submission",
                "--plan",
                plan,
                "--out",
                home / name,
                "--edition",
                name,
                "--ledger",
                home / "ledger.json",
            ]
        )
        assert done.code == 0, done.text
    return home


def test_without_named_readers_there_is_none(finished, tmp_path):
    home = finished("fireworks", False) / "submission"
    done = call(
        ["run", home, "--plan", home / "plan.toml", "--out", tmp_path / "out", "--edition", "committee", "--lang", "en"]
    )
    assert done.code == 4 and "[disclosure.committee]" in done.text and not (tmp_path / "out").exists()


def test_the_evidence_says_which_edition_it_is_and_is_its_owners(editions):
    records = {name: read_evidence(editions / name).record for name in ("committee", "public")}
    assert {name: (one.edition, one.release.threshold) for name, one in records.items()} == {
        "committee": ("committee", 5), "public": ("released", 10),
    }  # fmt: skip
    assert stat.S_IMODE((editions / "committee" / "evidence.json").stat().st_mode) == 0o600
    for name in records:
        done = call(["evidence", "verify", editions / name])
        assert done.code == 0, done.text


def test_counts_of_the_committee_are_exact_from_five_on_and_the_public_ones_are_their_bands(editions, finished):
    exact = read_evidence(finished("fireworks", True) / "evidence").results
    told = {name: read_evidence(editions / name).results for name in ("committee", "public")}
    compared = 0
    for analysis, inside in exact.items():
        counts = inside[inside["unit"] == "people"].set_index(KEYS)["estimate"]
        for name, edition in (("committee", committee()), ("public", public())):
            rows = told[name][analysis].set_index(KEYS)["estimate"].dropna()
            shown = rows.index.intersection(counts.index)
            small = counts[shown][counts[shown] < edition.threshold].index.get_level_values("measure")
            # who filled in a list, and why others did not, is told the committee as it is
            assert name == "committee" or small.empty
            assert all(re.match(OF_LISTS, measure) for measure in small)
            if name == "committee":
                assert (rows[shown] == counts[shown]).all()
                compared += len(shown)
    assert compared > 40


def test_more_leaves_for_the_committee_and_its_intervals_are_the_exact_ones(editions, finished):
    exact = read_evidence(finished("fireworks", True) / "evidence").results["change"].set_index(KEYS)
    told = {name: read_evidence(editions / name).results["change"].set_index(KEYS) for name in ("committee", "public")}
    shown = {name: frame["estimate"].notna().sum() for name, frame in told.items()}
    assert shown["committee"] > shown["public"] > 0
    mine = told["committee"].dropna(subset=["ci_low", "ci_high"])
    mine = mine[mine["unit"].isin(["score", "SD"])]
    other = exact.loc[mine.index]
    width = (mine["ci_high"] - mine["ci_low"]) / (other["ci_high"] - other["ci_low"])
    assert len(mine) > 100 and np.median(width) < 1.02
    assert (mine["ci_low"] <= other["ci_low"] + 1e-9).all() and (mine["ci_high"] >= other["ci_high"] - 1e-9).all()


def test_the_public_edition_is_the_same_with_a_committee_as_without(editions, finished):
    without = read_evidence(finished("fireworks", False) / "evidence").results
    for name, frame in read_evidence(editions / "public").results.items():
        assert frame.drop(columns=["p_value"]).equals(without[name].drop(columns=["p_value"])) or name in (
            "missing_data",
            "change",
        )


def test_every_page_of_the_report_says_for_whom_it_is(editions):
    done = call(["report", editions / "committee", "--to", "html", "--lang", "en", "--out", editions / "report"])
    assert done.code == 0, done.text
    page = (editions / "report" / "committee-en.html").read_text(encoding="utf-8")
    assert "CONFIDENTIAL, COMMITTEE EDITION, FOR Subcommittee on youth" in page and "privacy officer" in page
    assert re.search(r'@top-center \{ content: "CONFIDENTIAL, [^"]*Subcommittee on youth, COPY [0-9a-f]{12}"', page)
    # of a heading what it is: three lines with all readers stood above every paragraph
    assert set(re.findall(r'class="status-mark">([^<]*)<', page)) == {"(CONFIDENTIAL, COMMITTEE EDITION)"}
    assert stat.S_IMODE((editions / "report" / "committee-en.html").stat().st_mode) == 0o600


def test_the_same_edition_again_stands_in_the_ledger(editions):
    plan = editions / "submission" / "plan.toml"
    for name in ("committee", "public"):
        arguments = ["run", editions / "submission", "--plan", plan, "--edition", name, "--ledger", editions / "ledger.json"]
        assert call([*arguments, "--out", editions / f"{name}-again"]).code == 0
        assert (editions / f"{name}-again" / "evidence.json").read_bytes() == (editions / name / "evidence.json").read_bytes()


def test_a_report_does_not_mix_editions(editions, tmp_path):
    """Of the committee's rows in the public folder a report was made that said it was for everyone."""
    mixed = tmp_path / "mixed"
    shutil.copytree(editions / "public", mixed)
    shutil.copy(editions / "committee" / "results" / "change.csv", mixed / "results")
    for more in ([], ["--eject", tmp_path / "project"]):
        done = call(["report", mixed, "--to", "html", *more])
        assert done.code == 3 and "results/change.csv" in done.text and not list(mixed.glob("*.html"))
    shutil.copy(editions / "committee" / "evidence.json", mixed)
    assert call(["report", mixed, "--to", "html"]).code == 3


@pytest.mark.parametrize("name", ["run", "pool"])
def test_exact_figures_are_not_asked_for_as_the_committees_edition(editions, tmp_path, name):
    """It was made, with everything in it, without a word."""
    given = {"run": [editions / "submission"], "pool": [tmp_path / "a.json", tmp_path / "b.json"]}[name]
    plan = editions / "submission" / "plan.toml"
    done = call([name, *given, "--plan", plan, "--out", tmp_path / "out", "--internal", "--edition", "committee"])
    assert done.code == 2 and "--edition committee" in done.text and not (tmp_path / "out").exists()
