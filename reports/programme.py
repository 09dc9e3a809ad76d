"""What was studied and how it is accounted for: the programme and the plan at the front, who, when and with what at the end."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import DESIGN_NAMES, Evidence, Lang, Words
from reports.account import LOCKED, LOCKED_BUT_EXPLORATORY, NOT_LOCKED, OUTCOMES_KNOWN, release_words
from reports.text.markdown import Block, Blocks, Column, Table, Text, plain
from reports.text.numbers import day
from reports.text.vocabulary import arm_words

_ABOUT = Words(
    "Dit rapport gaat over {programme}. Het is een {design}. {locked} {known}",
    "This report is about {programme}. It is a {design}. {locked} {known}",
)
_COMPARED = Words("Vergeleken worden {a} en {b}.", "Compared are {a} and {b}.")
_WHAT = Words("Wat", "What")
_TEXT = Words("Zoals in het plan", "As in the plan")
_CAPTION = Words("Wat precies is onderzocht", "What exactly was studied")
_ESTIMAND = {
    "population": Words("Voor wie", "For whom"),
    "treatment": Words("Behandeling en vergelijking", "Treatment and comparison"),
    "outcome": Words("Uitkomst", "Outcome"),
    "summary": Words("Samenvattend getal", "Summary measure"),
    "intercurrent_events": Words("Als er iets tussenkomt", "When something intervenes"),
}
_DATA = Words("**Gegevens:** {names}. {source}", "**Data:** {names}. {source}")
_SOURCE = Words("Bron: {source}.", "Source: {source}.")
_NO_SOURCE = Words("De bron is niet genoemd.", "The source is not named.")
_AUTHORS = Words("**Opgesteld door:** {authors}.", "**Written by:** {authors}.")
_PERIOD = Words("**Periode:** {period}.", "**Period:** {period}.")
_VERSION = Words("**Versie van het rapport:** {version}.", "**Version of the report:** {version}.")
_UNNAMED = Words(
    "**Opgesteld door, en over welke periode:** dat staat niet in het plan.",
    "**Written by, and on which period:** the plan does not say.",
)
_MADE = Words(
    "**Rekenprogramma:** versie {version}. Wie dezelfde gegevens en hetzelfde plan heeft, krijgt dezelfde cijfers. "
    "[De vingerafdrukken van gegevens, plan en programma staan in @sec-provenance.]{{.refers .elsewhere}}",
    "**Program:** version {version}. Those who have the same data and the same plan get the same figures. [The "
    "fingerprints of data, plan and program are in @sec-provenance.]{{.refers .elsewhere}}",
)
_OWN = "intervention-evaluation"


def programme(evidence: Evidence, lang: Lang) -> Block:
    """The programme, the kind of study, when the plan was locked, and what exactly was studied."""
    plan = evidence.record.plan
    name = Words(*map(plain, evidence.label(plan.programme)))
    said = [
        _ABOUT.fill(programme=name, design=DESIGN_NAMES[plan.design], locked=_locked(evidence), known=_known(evidence))[lang]
    ]
    if plan.comparison is not None:
        a, b = (Words(*map(plain, arm_words(evidence, arm))) for arm in plan.comparison.arms)
        said.append(_COMPARED.fill(a=a, b=b)[lang])
    lines = [[words[lang], plain(getattr(plan.estimand, key))] for key, words in _ESTIMAND.items()]
    heads = [Column(_WHAT[lang], 1), Column(_TEXT[lang], 3)]
    return Blocks([Text(" ".join(said)), Table("plan", _CAPTION[lang], heads, lines)])


def colophon(evidence: Evidence, lang: Lang) -> Block:
    """Authors, period and version as the plan has them, the data with their source, the program, and how figures were released."""
    return Text("\n".join(f"- {sentence}" for sentence in _colophon(evidence, lang)))


def _colophon(evidence: Evidence, lang: Lang) -> Iterator[str]:
    record = evidence.record
    account = record.plan.account
    if account is None:
        yield _UNNAMED[lang]
    else:
        yield _AUTHORS[lang].format(authors=plain("; ".join(account.authors)))
        yield _PERIOD[lang].format(period=plain(account.period))
        yield _VERSION[lang].format(version=plain(account.version))
    for submission in record.submissions:
        name = submission.title.words[lang] if submission.title is not None else submission.name
        source = plain(_own_half(submission.source, lang)).rstrip(". ")
        told = _SOURCE[lang].format(source=source) if source else _NO_SOURCE[lang]
        yield _DATA[lang].format(names=plain(name), source=told)
    yield _MADE.fill(version=plain(record.provenance.versions.get(_OWN, "")))[lang]
    yield release_words(evidence)[lang]


def _own_half(source: str, lang: Lang) -> str:
    """The half of a source that is in this language, where it is given in both with a slash between."""
    halves = source.split(" / ")
    return halves[("nl", "en").index(lang)] if len(halves) == 2 else source


def _locked(evidence: Evidence) -> Words:
    lock = evidence.record.plan.lock
    if lock is None:
        return NOT_LOCKED
    text = LOCKED_BUT_EXPLORATORY if evidence.record.exploratory else LOCKED
    when = Words(*(day(lock.locked_at, lang) for lang in ("nl", "en")))
    return text.fill(day=when, sha=lock.sha256[:12])


def _known(evidence: Evidence) -> Words:
    return OUTCOMES_KNOWN[evidence.record.plan.outcomes_known]
