"""The account of how it was done: plan, data quality, methods, deviations, provenance. Tables of what the evidence records."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pandas as pd

from data_schemas.evidence import STATUSES, Evidence, Lang, Words, code_list
from reports.text.cells import people
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain, slug
from reports.text.methods import method_markdown
from reports.text.numbers import number
from reports.text.vocabulary import analysis_words, measure_words, outcome_words

_WHAT = Words("Wat", "What")
LOCKED = Words(
    "Het plan is vastgelegd op {day}, voordat dit programma de uitkomsten berekende. Kenmerk: `{sha}`.",
    "The plan was locked on {day}, before this program calculated the results. Fingerprint: `{sha}`.",
)
LOCKED_BUT_EXPLORATORY = Words(
    "In het plan staat dat het is vastgelegd op {day}, met kenmerk `{sha}`. Dit rapport is toch verkennend.",
    "The plan says that it was locked on {day}, with fingerprint `{sha}`. This report is exploratory all the same.",
)
OUTCOMES_KNOWN = {
    None: Words(
        "Of de schrijvers de uitkomsten toen al kenden, zegt het plan niet.",
        "Whether its writers knew the results by then, the plan does not say.",
    ),
    "no": Words(
        "De schrijvers van het plan verklaren zelf dat zij de uitkomsten toen niet kenden. Dat is niet na te gaan.",
        "The writers of the plan declare themselves that they did not know the results then. That cannot be checked.",
    ),
    "partly": Words(
        "De schrijvers van het plan verklaren zelf dat zij de uitkomsten toen voor een deel kenden.",
        "The writers of the plan declare themselves that they knew part of the results then.",
    ),
    "yes": Words(
        "De schrijvers van het plan verklaren zelf dat zij de uitkomsten toen al kenden.",
        "The writers of the plan declare themselves that they knew the results already.",
    ),
}
NOT_LOCKED = Words("Het plan is niet vastgelegd.", "The plan was not locked.")
_FINDING = Words("Wat opviel", "What stood out")
_KIND = Words("Soort", "Kind")
_SUBMISSION = Words("Gegevens", "Data")
_ROWS = Words("Regels", "Rows")
_TIMES = Words("Hoe vaak", "How often")
_SEVERITY = {"warning": Words("waarschuwing", "warning"), "notice": Words("melding", "notice"), "error": Words("fout", "error")}
_QUALITY = Words("Wat de controle van de gegevens opleverde", "What the check of the data found")
_CLEAN = Words("De controle van de gegevens leverde geen waarschuwingen op.", "The check of the data gave no warnings.")
_NOT_TOLD = Words(
    "Wat de controle opleverde staat niet in deze uitgave: hoeveel regels een waarschuwing kregen, zegt iets over enkele jongeren. De aanbieder "
    "heeft de bevindingen.",
    "What the check found is not in this edition: how many rows had a warning says something of single young people. The provider has the findings.",
)
_METHODS = Words("Methoden: {analysis}", "Methods: {analysis}")
_ANALYSIS = Words("Onderdeel", "Part")
_MEASURE = Words("Getal", "Number")
_METHOD = Words("Methode", "Method")
_SHARED = Words("Bij elk van deze: {parts}.", "For each of these: {parts}.")
_SOURCE = Words("Bron", "Source")
_DATA = Words("Gebruikte gegevens", "Data used")
_PRINT = Words("Kenmerk", "Fingerprint")
_REPEAT = Words("Waarmee dit te herhalen is", "What is needed to repeat this")
_VALUE = Words("Waarde", "Value")
_HASHES = {
    "plan": Words("plan", "plan"),
    "contract": Words("afspraken over de gegevens", "data contract"),
    "code": Words("rekenprogramma", "program code"),
}
_VERSIONS = Words("versies van de programma's", "versions of the programs")
_RESULTS = Words("{n} bestanden met resultaten samen", "{n} files with results together")
_RELEASED = Words("Hoeveel cijfers zijn vrijgegeven", "How many figures were released")
_THRESHOLD = Words(
    "Cijfers over minder dan {threshold} {people} zijn niet getoond. Aantallen en gemiddelden zijn afgerond.",
    "Figures about fewer than {threshold} {people} are not shown. Counts and means are rounded.",
)
_FROM_THRESHOLD = Words(
    "In deze vertrouwelijke uitgave zijn aantallen vanaf {threshold} exact. Kleinere staan er niet in, en ook niet wat ze zou verraden; "
    "alleen hoeveel er een lijst niet invulden staat er altijd. "
    "Curves geven de weken waarop er {threshold} bij gekomen zijn; van andere weken staat er hooguit waar het getal tussen ligt.",
    "In this confidential edition counts from {threshold} on are exact. Smaller ones are not in it, nor what would give them away; only how "
    "many did not fill in a list is always told. Curves give the weeks at which {threshold} more had come; of other weeks they say at most "
    "between what the number lies.",
)
_EXACT = Words("In deze interne versie zijn alle cijfers exact.", "In this internal edition all figures are exact.")
_STATUSES = {
    "exact": Words("Exact", "Exact"),
    "released": Words("Vrijgegeven", "Released"),
    "rounded": Words("Afgerond", "Rounded"),
    "suppressed": Words("Niet getoond", "Not shown"),
    "not_estimable": Words("Niet te schatten", "Not estimable"),
}
_INSTRUMENTS = Words("Gebruikte vragenlijsten", "Questionnaires used")
_INSTRUMENT = Words("Vragenlijst", "Questionnaire")
_RELIABILITY = Words("Betrouwbaarheid", "Reliability")
_CUTOFF = Words("Klinische grens", "Clinical cut-off")
_NO_SOURCE = Words("geen gecontroleerde bron", "no verified source")


def instruments(evidence: Evidence, lang: Lang) -> Block:
    """Each questionnaire that the plan names, with the verified numbers that the analyses may use."""
    lines = []
    for measure in evidence.record.plan.measures:
        known = evidence.record.instruments.get(measure.instrument)
        if known is None:
            continue
        name = outcome_words(evidence, f"{measure.instrument}:{measure.informant}")[lang]
        reliability, cutoff = known.reliability(measure.informant), known.cutoff(measure.informant)
        lines.append(
            [
                plain(name),
                _sourced(reliability, reliability and f"{reliability.kind}", lang),
                _sourced(cutoff, None, lang),
                plain(known.source),
            ]
        )
    heads = [
        Column(_INSTRUMENT[lang], 1.6),
        Column(_RELIABILITY[lang], 1.4),
        Column(_CUTOFF[lang], 1.4),
        Column(_SOURCE[lang], 2.4),
    ]
    return Table("instruments", _INSTRUMENTS[lang], heads, lines)


def findings(evidence: Evidence, lang: Lang) -> Block:
    """How often each rule did not hold in the accepted data."""
    record = evidence.record
    if not record.findings:
        return Text((_CLEAN if record.edition == "internal" else _NOT_TOLD)[lang])
    found: dict[tuple, list[int | None]] = {}
    for finding in record.findings:
        name = plain(_submission(evidence, finding.submission)[lang])
        found.setdefault((plain(finding.title.words[lang]), _SEVERITY[finding.severity][lang], name), []).append(finding.rows)
    lines = [[*named, str(len(rows)), _sum(rows, lang)] for named, rows in found.items()]
    heads = [Column(_FINDING[lang], 3), Column(_KIND[lang], 1), Column(_SUBMISSION[lang], 1.6)]
    heads += [Column(_TIMES[lang], 0.8, True), Column(_ROWS[lang], 0.8, True)]
    return Table("findings", _QUALITY[lang], heads, lines)


def methods(evidence: Evidence, lang: Lang) -> Block:
    """The method of every measure, as the results name it; a table per analysis. What all share stands under the table."""
    heads = [Column(_MEASURE[lang], 1.6), Column(_METHOD[lang], 3.4)]
    tables = []
    for analysis, rows in sorted(evidence.results.items()):
        found = list(_methods(evidence, rows))
        shared = _shared([method for _, method in found])
        lines = [[capital(plain(measures[lang])), method_markdown(_rest(method, shared), lang)] for measures, method in found]
        caption = _METHODS.fill(analysis=analysis_words(analysis))[lang]
        notes = [_SHARED.fill(parts=method_markdown("; ".join(shared), lang))[lang]] if shared else []
        tables.append(Table(f"methods-{slug(analysis)}", plain(caption), heads, lines, notes))
    return Blocks(tables)


def provenance(evidence: Evidence, lang: Lang) -> Block:
    """The data with their sources and fingerprints, and everything that a repeat of the run needs."""
    record = evidence.record
    data = [
        [plain(_submission(evidence, submission.name)[lang]), plain(submission.source), f"`{submission.sha256[:16]}`"]
        for submission in record.submissions
    ]
    hashes = record.provenance.model_dump()
    lines = [[name[lang], f"`{hashes[key][:16]}`"] for key, name in _HASHES.items()]
    results = "\n".join(f"{file} {sha}" for file, sha in sorted(record.provenance.results.items()))
    lines.append([_RESULTS.fill(n=len(record.provenance.results))[lang], f"`{sha256(results.encode()).hexdigest()[:16]}`"])
    versions = ", ".join(f"{name} {version}" for name, version in record.provenance.versions.items())
    lines.append([_VERSIONS[lang], plain(versions)])
    return Blocks(
        [
            Table(
                "data", _DATA[lang], [Column(_SUBMISSION[lang], 1.3), Column(_SOURCE[lang], 3), Column(_PRINT[lang], 1.3)], data
            ),
            Table("repeat", _REPEAT[lang], [Column(_WHAT[lang], 2), Column(_VALUE[lang], 2)], lines),
        ]
    )


def released(evidence: Evidence, lang: Lang) -> Block:
    """How many figures of each analysis left exactly, rounded or not at all."""
    statuses = evidence.record.release.statuses
    given = [status for status in STATUSES if any(counts.get(status) for counts in statuses.values())]
    lines = [
        [analysis_words(name)[lang], *(number(counts.get(status, 0), "count", lang) for status in given)]
        for name, counts in sorted(statuses.items())
    ]
    heads = [Column(_ANALYSIS[lang], 2.4), *(Column(_STATUSES[status][lang], 1.2, numeric=True) for status in given)]
    return Blocks([Text(release_words(evidence)[lang]), Table("released", _RELEASED[lang], heads, lines)])


def release_words(evidence: Evidence) -> Words:
    """How figures were released in this edition."""
    text = {"internal": _EXACT, "committee": _FROM_THRESHOLD, "released": _THRESHOLD}[evidence.record.edition]
    return text.fill(threshold=evidence.record.release.threshold, people=people(evidence))


def _methods(evidence: Evidence, rows: pd.DataFrame) -> Iterator[tuple[Words, str]]:
    """The measures that share a method, and the method without the reason that can stand before it."""
    reasons = code_list("not_estimable")
    by_method: dict[str, list[str]] = {}
    for measure, method in dict.fromkeys(zip(rows["measure"], rows["method"])):
        reason, colon, rest = method.partition(": ")
        text = rest if colon and reason in reasons else method
        if text and measure not in by_method.setdefault(text, []):
            by_method[text].append(measure)
    for method, measures in by_method.items():
        words = [measure_words(evidence, measure) for measure in measures]
        yield Words(", ".join(word.nl for word in words), ", ".join(word.en for word in words)), method


def _shared(methods: list[str]) -> list[str]:
    """The parts that every method of an analysis ends with."""
    split = [method.split("; ") for method in methods]
    if len(split) < 2:
        return []
    return [part for part in split[0][1:] if all(part in parts[1:] for parts in split)]


def _rest(method: str, shared: list[str]) -> str:
    first, *parts = method.split("; ")
    return "; ".join([first, *(part for part in parts if part not in shared)])


def _sum(rows: list[int | None], lang: Lang) -> str:
    """Rows of several findings together; a dash when none may be told."""
    told = [count for count in rows if count is not None]
    return number(sum(told), "count", lang) if told else "–"


def _submission(evidence: Evidence, name: str) -> Words:
    found = next((submission for submission in evidence.record.submissions if submission.name == name), None)
    return found.title.words if found is not None and found.title is not None else Words(name, name)


def _sourced(entry, kind: str | None, lang: Lang) -> str:
    if entry is None:
        return _NO_SOURCE[lang]
    return number(entry.value, "effect", lang) + (f" ({plain(kind)})" if kind else "")
