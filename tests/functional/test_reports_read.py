"""Reports read with the evidence beside them: every sentence with a number, every interval, every sum and every repeated number.

The evidence is read as it was written, not as the report takes it in; where a report rounds numbers together, the rule is in
`reports.text.agreeing`, and is checked here by what it promises.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import groupby

import pytest

from data_schemas.evidence import read_evidence
from evaluation.rendering.pandoc import tree, written
from evaluation.rendering.parting import parted
from reports.answers import flow
from reports.figures import drawing
from reports.text.vocabulary import moment_words, outcome_words, short_outcome_words
from tests.documents import assembled, filled
from tests.reading import Table, intervals, page_of, rounds_to, template, value
from tests.report_sentences import ANY, NUMBER, Read, event, lost, main, sentences
from tests.small_cases import CASES, evidence_of

# what the documents themselves say in numbers, and names that hold a number
FIXED = re.compile(
    r"95%.interval|n < \d+|\b0[.,]1\b(?= a| is| it)|\b0[.,]25\b|100%|\b\d+ (?:breed|wide)|≤ ?1\b"
    r"|(?:Tabel|Table|Figuur|Figure|paragraaf|section|bijlage|annex)\s[A-Z]?[\d.]+|^[A-Z]?\d*[.\d]*\s|(?:CRIES|SDQ|DSM)-[\dIV]+"
    r"|\(10-40\)|\d+ (?:tot en met|to|of|or) \d+|(?:jonger dan|under) 12|24 (?:of ouder|or older)|deze \d+|[a-f0-9]{12}"
    r"|\(\d+\) (?:staan in|are in)|(?:14) (?:november|November) 2023"
    r"|Cohen \(1988\)|\b600\b|joint-2013-2018|(?:and \d+ more|en nog \d+), in|(?:Left out:|Weggelaten:|Another|Nog) \d+ (?:lines|regels)"
)
# their prose has no numbers of these data
ELSEWHERE = (
    "sec-formulas",
    "sec-methods",
    "sec-provenance",
    "sec-quality",
    "sec-others",
    "sec-plan",
    "sec-reading",
    "sec-colophon",
)
# the example or the case, whether exact, the language, and how many sentences with numbers it has at least
EDITIONS = {
    "fireworks nl": ("fireworks", False, "nl", 12),
    "fireworks internal en": ("fireworks", True, "en", 10),
    "consortium en": ("consortium", False, "en", 14),
    "rossi nl": ("rossi", False, "nl", 9),
    "11 people nl": ("11 people", False, "nl", 4),
    "34 people nl": ("34 people", False, "nl", 11),
    "34 people internal nl": ("34 people", True, "nl", 10),
}
# by how much shares of one whole that are counted in bands may be moved to make a whole together
MOST_MOVED = 0.12


@pytest.fixture(scope="module", params=EDITIONS)
def read(request, finished, tmp_path_factory) -> Read:
    name, internal, lang, least = EDITIONS[request.param]
    home = tmp_path_factory.mktemp("read")
    evidence = evidence_of(CASES[name], home, internal=internal) if name in CASES else finished(name, internal) / "evidence"
    place = filled(home / "place", evidence)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_DOTS_PER_INCH", 30)
        document = tree(place, lang, assembled(place, "committee", lang))
    made = written(place, parted(document, lang), ("html", "pdf"), lang)
    page = page_of(made["committee", "html"]).followed_by(page_of(made["committee-annex", "html"]))
    return Read(read_evidence(evidence), lang, page, made["committee", "pdf"], least)


def test_every_number_in_a_sentence_is_that_of_the_evidence(read):
    """What no template accounts for must be fixed text or a name: no number stands in a report that nobody recomputes."""
    names = {words[read.lang] for frame in read.evidence.results.values() for code in frame["outcome"].unique() for words in (
        outcome_words(read.evidence, code), short_outcome_words(read.evidence, code))}  # fmt: skip
    names |= {moment_words(time)[read.lang] for frame in read.evidence.results.values() for time in frame["time"].unique()}
    # the profile was written with the results, and is told as it stands in the record
    names |= {" ".join(label.words[read.lang].split()) for one in read.evidence.record.profile for label in one.shows}
    checked, loose = 0, []
    for section, text in read.page.prose:
        if section.startswith(ELSEWHERE) or section.endswith("-annex"):
            continue
        left = text
        for pattern, check in sentences(read.lang):
            for found in pattern.finditer(text):
                said = {name: part for name, part in found.groupdict().items() if part is not None}
                check(read, said | {"way": said.get("way", ""), "said": found.group()}, text)
                left = left.replace(found.group(), "")
                checked += 1
        for name in sorted(names, key=len, reverse=True):
            left = re.sub(re.escape(name), "", left, flags=re.IGNORECASE)
        if re.search(r"\d", FIXED.sub("", left)):
            loose.append((section, left))
    assert loose == [], "\n".join(text for _, text in loose)
    assert checked >= read.least, checked


def test_a_wrong_number_would_be_found(read):
    """Each number of each sentence, changed by one in its last digit, is no longer that of the evidence."""
    found = 0
    for _, text in read.page.prose:
        for pattern, check in sentences(read.lang):
            for match in pattern.finditer(text):
                said = {name: part for name, part in match.groupdict().items() if part is not None}
                said |= {"way": said.get("way", ""), "said": match.group()}
                for name in ("size", "low", "g_high", "received", "analysed", "missing", "n", "k", "threshold"):
                    if re.fullmatch(NUMBER, said.get(name, "")):
                        wrong = re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit.group()) + 3) % 10), said[name])
                        with pytest.raises(AssertionError):
                            check(read, said | {name: wrong}, text)
                        found += 1
    assert found >= read.least


def test_every_interval_is_that_of_one_row(read):
    """In tables and in what pictures say: estimate and limits stand together in the evidence."""
    rows = [
        row for frame in read.evidence.results.values() for row in frame.to_dict("records") if row["ci_low"] == row["ci_low"]
    ]
    texts = [cell for table in read.page.tables for line in table.lines for cell in line] + read.page.alts
    found = {one for text in texts for one in intervals(text)}
    assert len(found) > 5 or read.evidence.record.release.statuses["change"].get("released", 0) < 60
    assert [one for one in found if not any(_same(read, one, row) for row in rows)] == []


def _same(read: Read, found: tuple[str, str, str], row: dict) -> bool:
    """Whether a printed interval is that of a row; a share may be rounded together with others, and stays within it."""
    estimate, low, high = found
    if not (read.is_(low, row["ci_low"]) and read.is_(high, row["ci_high"])):
        return False
    if row["measure"] == "prediction_interval":  # drawn around what the providers show together
        at = {name: row[name] for name in ("outcome", "time", "arm")}
        return any(
            read.is_(estimate, value) for value in read.evidence.select("pooling", measure="pooled_effect", **at)["estimate"]
        )
    if row["measure"] == "mean_later":
        return rounds_to(estimate, row["estimate"], read.lang, units=1.5)
    moved = abs(value(estimate, read.lang) - row["estimate"])
    return read.is_(estimate, row["estimate"]) or (estimate.endswith("%") and moved < MOST_MOVED)


def test_shares_of_a_whole_are_no_more_than_a_whole(read):
    """The categories of a characteristic, and the classes of change: all of it when nothing is held back, never more."""
    sums = [
        total
        for table in read.page.tables
        if table.label == "tbl-baseline" or table.label.startswith("tbl-classes")
        for total in (_columns(read, table) if table.label == "tbl-baseline" else _lines(read, table))
    ]
    assert (
        sums
        or read.evidence.record.plan.programme == "financial-aid"
        or len(read.evidence.select("flow", status="rounded")) == 0
    )
    assert [total for total in sums if total > 1 + 1e-9] == []
    if read.evidence.record.edition == "internal":
        assert [total for total in sums if abs(total - 1) > 1e-9] == []


def _columns(read: Read, table: Table) -> Iterator[float]:
    """Per characteristic and group the sum of its categories."""
    for _, lines in groupby(table.lines[1:], key=lambda line: line[0]):
        mine = list(lines)
        for place in range(2, len(mine[0])):
            yield sum(_shares(read, line[place]) for line in mine)


def _lines(read: Read, table: Table) -> Iterator[float]:
    yield from (sum(_shares(read, cell) for cell in line[2:]) for line in table.lines[1:])


def _shares(read: Read, cell: str) -> float:
    found = re.match(rf"{NUMBER}%?", cell)
    return value(found.group(), read.lang) if found and found.group().endswith("%") else 0.0


def test_before_and_after_differ_by_the_change(read):
    """In an exact table; a released one gives the mean before and the change."""
    for table in (table for table in read.page.tables if table.label.startswith("tbl-change-") and table.lines[0][2] == "n"):
        heads = table.lines[0]
        later = "Later" in heads
        assert later == (read.evidence.record.edition == "internal")
        for line in table.lines[1:] if later else ():
            before, after, moved = (re.match(NUMBER, line[place]) for place in (3, 4, 5))
            if before and after and moved:
                start, end, change_ = (value(found.group(), read.lang) for found in (before, after, moved))
                assert round(end - start - change_, 6) == 0, line


def test_the_same_people_are_as_many_everywhere(read):
    """Those with both measurements, and those under observation when the curve starts, are those of the response."""
    flow_rows = {
        (row["outcome"], row["time"], row["arm"]): row["estimate"]
        for row in read.evidence.select("flow", measure="analysed").to_dict("records")
    }
    for table in read.page.tables:
        if table.label.startswith("tbl-change-") and table.lines[0][2] == "n":
            outcome = next(
                code for code in {key[0] for key in flow_rows} if table.label == f"tbl-change-{re.sub('[^a-z0-9]+', '-', code)}"
            )
            for moment, arm, n, *_ in table.lines[1:]:
                counted = flow_rows[outcome, read.moment(moment), read.arm(arm)]
                assert not re.match(r"\d", n) or counted != counted or read.is_(n, counted)
        if table.label.startswith("tbl-at-risk"):
            for arm, first, *_ in table.lines[1:]:
                counted = flow_rows[event(read), "", read.arm(arm)]
                assert not re.match(r"\d", first) or counted != counted or read.is_(first, counted)


def test_with_and_without_an_event_make_a_whole(read):
    """The share with an event, as if nothing came first, beside the share without one: at every week and in every group."""
    horizons = next((table for table in read.page.tables if table.label.startswith("tbl-horizons")), None)
    beside = next((table for table in read.page.tables if table.label.startswith("tbl-competing-events")), None)
    if horizons is None or beside is None:
        return
    weeks = {line[0].rpartition(" ")[2]: line[1:] for line in horizons.lines[1:] if "week" in line[0] and "%" in line[1]}
    checked = 0
    for line in (line for line in beside.lines[1:] if line[0].startswith("1 ")):
        for with_, without_ in zip(line[-len(horizons.lines[0]) + 1 :], weeks[line[1].rpartition(" ")[2]]):
            if "%" in with_ and "%" in without_:
                assert round(_shares(read, with_) + _shares(read, without_), 9) == 1
                checked += 1
    assert checked


def test_drop_out_is_one_number(read):
    """On the first page, in its table and in the profile: the share of all in scope who do not count, at the same moment."""
    told = [
        found
        for _, text in read.page.prose
        for found in template(flow.MISSING, read.lang, moment=ANY, people=ANY, about="ongeveer |about |").finditer(text)
    ]
    for found in told:
        time = read.moment(found["moment"])
        missing = lost(read, {"outcome": main(read), "time": time, "arm": "all"})
        named = [name[read.lang] for name in (short_outcome_words(read.evidence, main(read)),)]
        profiled = re.findall(
            rf"{re.escape(named[0])}, {re.escape(moment_words(time)[read.lang])}: (?:uitval|drop-out) ({NUMBER})",
            _cells(read, "tbl-profile"),
        )
        assert all(read.is_(share, missing) for share in [found["missing"], *profiled])


def _cells(read: Read, label: str) -> str:
    return " ".join(cell for table in read.page.tables if table.label == label for line in table.lines for cell in line)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this computer")
def test_a_pdf_says_the_same_as_the_page(read, tmp_path):
    """Every sentence of the first page, and every number with its interval, stand in the PDF as they do in HTML."""
    (tmp_path / "report.pdf").write_bytes(read.pdf)
    told = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = re.sub(r"(?m)^.*(?:bladzijde|page) \d+ (?:van|of) \d+$", "", told.replace("\u2060", ""))
    pages = re.sub(r"\((?:bladzijde|page) \d+\)", "", pages)
    plain = re.sub(r"\s", "", pages)
    for section, text in read.page.prose:
        if section == "sec-found" and not text.startswith(("Figuur", "Figure")):
            for sentence in re.split(r"(?<=[.:;]) ", text):
                assert re.sub(r"\s", "", sentence) in plain, sentence


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this computer")
def test_the_report_is_short_and_its_first_page_answers(read, tmp_path):
    """At most twelve pages; the first has the question, each answer, how sure it is, and the figure of the main question when there is one."""
    (tmp_path / "report.pdf").write_bytes(read.pdf)
    told = subprocess.run(["pdftotext", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True).stdout
    pages = told.rstrip("\f").split("\f")
    first = " ".join(pages[0].split())
    assert len(pages) <= 12
    question, sure, last = {
        "nl": ("De vraag:", "Hoe zeker is dat?", "beslist de commissie."),
        "en": ("The question:", "How sure is that?", "for the committee to decide."),
    }[read.lang]
    assert [part for part in (question, sure, last) if part not in first] == [], first
    assert first.index(question) < first.index(sure) < first.index(last)
    captions = [text for section, text in read.page.prose if section == "sec-found" and text.startswith(("Figuur", "Figure"))]
    assert all(" ".join(caption.split()) in first for caption in captions) and len(captions) <= 1
    answers = [text for section, text in read.page.prose if section == "sec-found" and "?" in text.split(":")[0]]
    assert len(answers) >= 2 and not any(
        "voorwaarde uit het plan" in text or "condition in the plan" in text for text in answers
    )


def test_the_text_for_the_worksheet_fits(read):
    text = " ".join(text for section, text in read.page.prose if section == "sec-worksheet")
    assert 60 < len(text.split()) <= 640 and not re.search(r"\*\*|@|\{", text)


def test_a_dutch_report_is_dutch(read):
    """Names of people, tests and questionnaires are the same in both languages; nothing else is English, and no file is named."""
    if read.lang != "nl":
        return
    words = re.compile(
        r"\b(the|of the|with|people|which|whose|and|from|each|between|events?|subgroups?|missing|status|gate|closed|open|cel|cellen)\b"
    )
    texts = [text for section, text in read.page.prose if section != "sec-formulas"]
    texts += [cell for table in read.page.tables for line in table.lines for cell in line] + read.page.alts
    names = {text for one in read.evidence.record.instruments.values() for text in (one.source, one.nl)}
    names |= {one.source for one in read.evidence.record.submissions} | {
        text for pair in read.evidence.record.labels.values() for text in pair.words
    }
    found = []
    for text in texts:
        bare = text
        for name in sorted(names | {"open verblijf"}, key=len, reverse=True):
            bare = bare.replace(" ".join(name.split()), "")
        if words.search(bare) or re.search(r"\.(csv|json|toml|py)\b", bare):
            found.append(bare)
    assert found == []
