"""What the next collection of data needs, computed from what was missing in this one. Advice on data, never on care."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, Words
from reports.answers.flow import missing_share
from reports.text.cells import about, people
from reports.text.groups import main_outcomes, moments, planned_arms, records
from reports.text.markdown import Block, Text, lower_word, plain
from reports.text.numbers import is_number, number
from reports.text.vocabulary import measure_words, moment_words, short_outcome_words

MEASURE = Words(
    "**Meet meer {people} op {outcome}, {moment}.** Nu ontbreekt {about}{missing}.",
    "**Measure more {people} on {outcome}, {moment}.** {missing} are missing now.",
)
ASKED = Words(" Het plan vraagt dat minstens {least} is gemeten.", " The plan asks that at least {least} are measured.")
_REASON = Words(" De meest genoemde reden: {reason}.", " The reason named most: {reason}.")
SMALL = Words(
    "**Voeg jaren of aanbieders samen.** De kleinste groep telt voor de hoofdvraag {about}{n} {people}; dan zijn alleen grote verschillen te "
    "zien.",
    "**Combine years or providers.** The smallest group has {about}{n} {people} for the main question; then only large differences can be seen.",
)
_TOO_SMALL = Words(
    "**Voeg jaren of aanbieders samen.** In een groep zijn nu te weinig {people} om cijfers te tonen.",
    "**Combine years or providers.** In one group there are too few {people} to show figures now.",
)
UNKNOWN = Words(
    "**Leg {what} vaker vast.** Van {about}{share} is dat nu onbekend of niet ingevuld.",
    "**Record {what} more often.** For {about}{share} it is unknown or not filled in now.",
)
_ALIKE = Words(
    "**Maak de groepen bij de start beter vergelijkbaar**, en leg van beide dezelfde kenmerken vast. Nu is een verschil niet toe te schrijven.",
    "**Make the groups more alike at the start**, and record the same characteristics of both. A difference cannot be ascribed now.",
)
_NO_GROUP = Words(
    "**Overweeg een groep om mee te vergelijken**, zoals een wachtlijst of gebruikelijke hulp, of herhaalde metingen voor de start.",
    "**Consider a group to compare with**, such as a waiting list or usual care, or repeated measurements before the start.",
)
_RELIABLE = Words(
    "**Zoek de betrouwbaarheid van {names} op** in een bron die te lezen is. Zonder dat getal is niet te zeggen wie duidelijk veranderde.",
    "**Look up the reliability of {names}** in a source that can be read. Without that number nobody can say who clearly changed.",
)
_RECORD = Words("**Leg {what} vast.** Daarover zijn nu geen gegevens.", "**Record {what}.** There are no data on it now.")
REPAIR = Words("**Voorkom bij het invullen:** {titles}.", "**Prevent when filling in:** {titles}.")
_NOTHING = Words("Uit wat ontbrak volgt geen aanbeveling.", "Nothing that was missing calls for advice.")
_ROWS = Words("regels", "rows")
_CARE = {
    "satisfaction": Words("tevredenheid", "satisfaction"),
    "goal_attainment": Words("doelrealisatie", "goal attainment"),
    "integrity": Words("behandelintegriteit", "treatment integrity"),
}
_UNTOLD = ("unknown", "missing")
_AND = Words(" en ", " and ")
_SMALL_GROUP, _MOST_REPAIRS = 50, 4
# a tenth missing is worth a sentence: below that the other advice matters more
_WORTH = 0.1


def advice(evidence: Evidence, lang: Lang) -> Block:
    """A list of what to do better, the most missing first."""
    return Text("\n".join(f"- {sentence}" for sentence in advised(evidence, lang)) or _NOTHING[lang])


def advised(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """The sentences of `advice`."""
    yield from _measure(evidence, lang)
    yield from _groups(evidence, lang)
    yield from _larger(evidence, lang)
    yield from _unknown(evidence, lang)
    names = [
        short_outcome_words(evidence, f"{m.instrument}:{m.informant}")
        for m in evidence.record.plan.measures
        if not _reliable(evidence, m)
    ]
    if names:
        yield _RELIABLE.fill(names=_listed(names))[lang]
    untold = [words for name, words in _CARE.items() if evidence.select("indicators", measure=name).empty]
    if untold and any(submission.nature != "public" for submission in evidence.record.submissions):
        yield _RECORD.fill(what=_listed(untold))[lang]
    yield from _repairs(evidence, lang)


def _repairs(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """What stood out most often in the check of the data, with how many rows."""
    rows: dict[Words, int] = {}
    for one in evidence.record.findings:
        if one.rows:
            rows[one.title.words] = rows.get(one.title.words, 0) + one.rows
    most = sorted(rows, key=lambda title: -rows[title])[:_MOST_REPAIRS]
    told = [f"{plain(lower_word(title[lang]))} ({number(rows[title], 'count', lang)} {_ROWS[lang]})" for title in most]
    if told:
        yield REPAIR[lang].format(titles="; ".join(told))


def _measure(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """The main outcome and moment of which most are missing."""
    rows = evidence.select("flow", measure="analysed", arm="all")
    told = [
        (missing, outcome, time)
        for outcome in main_outcomes(evidence, rows)
        for time in moments(rows.loc[(rows["outcome"] == outcome) & (rows["time"] != ""), "time"])
        if (missing := missing_share(evidence, outcome, time)) is not None and missing >= _WORTH
    ]
    if not told:
        return
    missing, outcome, time = max(told)
    exact = evidence.record.edition != "released"
    named = {
        "outcome": _plain(short_outcome_words(evidence, outcome)),
        "moment": moment_words(time),
        "people": people(evidence),
        "about": about(evidence),
        "missing": Words(*(number(missing, "share", each, digits=int(exact)) for each in ("nl", "en"))),
    }
    least, reasons = (
        evidence.record.plan.gates.smallest_measured,
        evidence.select("flow", outcome=outcome, time=time, arm="all"),
    )
    text = MEASURE.fill(**named)[lang]
    if least is not None:
        text += ASKED.fill(least=Words(*(number(float(least), "share", each) for each in ("nl", "en"))))[lang]
    lost_for = [
        row for row in records(reasons) if row["measure"].startswith("lost_") and is_number(row["estimate"]) and row["estimate"]
    ]
    if lost_for:
        most = max(lost_for, key=lambda row: row["estimate"])
        text += _REASON.fill(reason=_plain(measure_words(evidence, most["measure"])))[lang]
    yield text


def _groups(evidence: Evidence, lang: Lang) -> Iterator[str]:
    if evidence.record.plan.comparison is None:
        yield _NO_GROUP[lang]
    elif any(
        not gate.open and gate.name in ("largest_baseline_difference", "smallest_overlap") for gate in evidence.record.gates
    ):
        yield _ALIKE[lang]


def _larger(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """The smallest group that counts for a main outcome."""
    rows = evidence.select("flow", measure="analysed")
    rows = rows[rows["outcome"].isin(main_outcomes(evidence, rows))]
    arms = planned_arms(evidence) or ("all",)
    mine = rows[rows["arm"].isin(arms)]
    if mine.empty:
        return
    if mine["estimate"].isna().any() or not mine["estimate"].min():
        yield _TOO_SMALL.fill(people=people(evidence))[lang]
    elif mine["estimate"].min() < _SMALL_GROUP:
        n = Words(*(number(mine["estimate"].min(), "count", each) for each in ("nl", "en")))
        yield SMALL.fill(n=n, people=people(evidence), about=about(evidence))[lang]


def _unknown(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """The characteristic that is unknown for the largest share."""
    rows = records(evidence.select("baseline", measure="share", arm="all", subgroup=_UNTOLD))
    shares: dict[str, float] = {}
    for row in rows:
        if is_number(row["estimate"]):
            shares[row["outcome"]] = shares.get(row["outcome"], 0.0) + row["estimate"]
    if shares and max(shares.values()) >= _WORTH:
        most = max(shares, key=lambda name: shares[name])
        share = Words(*(number(shares[most], "share", each, digits=0) for each in ("nl", "en")))
        what = _plain(short_outcome_words(evidence, most))
        yield UNKNOWN.fill(what=Words(*map(lower_word, what)), share=share, about=about(evidence))[lang]


def _reliable(evidence: Evidence, measure) -> bool:
    known = evidence.record.instruments.get(measure.instrument)
    return known is not None and known.reliability(measure.informant) is not None


def _plain(words: Words) -> Words:
    return Words(*map(plain, words))


def _listed(names: list[Words]) -> Words:
    unique = list(dict.fromkeys(_plain(name) for name in names))
    *first, last = unique
    return Words(
        *(
            f"{', '.join(name[each] for name in first)}{_AND[each]}{last[each]}" if first else last[each]
            for each in ("nl", "en")
        )
    )
