"""The findings as one page to send to a colleague, with a privacy page to sign. One file, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources

from data_schemas.finding import Finding, Rule
from data_schemas.identifiers import identifiers
from data_schemas.rules import privacy as privacy_rules
from data_schemas.rules.reading import CELL_DATE
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.privacy.anonymity import Anonymity, Grouping
from evaluation.privacy.check import PrivacyCheck, advice, people_column_words
from evaluation.validation.guessing import DATED
from evaluation.validation.telling import PARTS, SEVERITY, grouped, shown_lines, skipped_words, where
from evaluation.validation.validation import Validation

# Lines written out per finding; a list of thousands helps nobody and makes the page heavy.
LISTED_LINES = 200

_W = {
    "title": Words("Bevindingen bij inzending {name}", "Findings on submission {name}"),
    "contents": Words("Inhoud", "Contents"),
    "back": Words("Naar de inhoud", "To the contents"),
    "rows": Words("Ingelezen", "Read"),
    "table": Words("tabel", "table"),
    "count": Words("rijen", "rows"),
    "guessed": Words("Hoe de bestanden zijn gelezen", "How the files were read"),
    "findings": Words("Bevindingen", "Findings"),
    "nothing": Words("Er is niets gevonden dat aandacht vraagt.", "Nothing was found that needs attention."),
    "lines": Words("Alle rijen", "All rows"),
    "code": Words("Code", "Code"),
    "privacy": Words("Privacycontrole", "Privacy check"),
    "privacy_lead": Words(
        "Dit blad is bedoeld om te bewaren en te ondertekenen. Het noemt geen enkele waarde uit de inzending.",
        "This sheet is meant to be kept and signed. It names no value of the submission.",
    ),
    "searched": Words("Waarin is gezocht", "What was searched"),
    "where": Words("waar", "where"),
    "columns": Words("kolommen", "columns"),
    "other_sheet": Words("ander tabblad, plaats {place}", "other sheet, position {place}"),
    "names": Words(
        "Ook doorzocht: de koppen van alle kolommen en {count} teksten ernaast (namen van bestanden "
        "en tabbladen, opmerkingen bij cellen, tekstvakken, wat over de inzending is ingevuld). Waarden die de afspraken in "
        "hun kolom toelaten (een code uit de lijst, een getal binnen de grenzen) zijn niet als identificerend beoordeeld.",
        "Also searched: the headers of all columns and {count} texts beside them (names of files "
        "and sheets, notes at cells, text boxes, what was said of the submission). Values that the contract allows in "
        "their column (a code of the list, a number within its bounds) were not judged as identifying.",
    ),
    "sought": Words("Waarnaar is gezocht", "What was searched for"),
    "kind": Words("soort", "kind"),
    "source": Words("vorm volgens", "form according to"),
    "result": Words("gevonden (plaatsen)", "found (places)"),
    "none": Words("niets", "nothing"),
    "found": Words("Wat er is gevonden", "What was found"),
    "groups": Words("Herkenbaarheid in combinatie (k en l)", "Recognisability in combination (k and l)"),
    "nobody": Words(
        "Er zijn geen ingevulde kenmerken waarmee jongeren van elkaar te onderscheiden zijn.",
        "No descriptor is filled in by which young people could be told apart.",
    ),
    "k_lead": Words(
        "Een groep is iedereen met dezelfde combinatie van: {columns}. Er zijn {groups} groepen onder {people} jongeren. "
        "k is de grootte van de kleinste groep; groepen onder {wanted} heten hier klein.",
        "A group is everyone with the same combination of: {columns}. There are {groups} groups among {people} young people. "
        "k is the size of the smallest group; groups below {wanted} are called small here.",
    ),
    "counted": Words("ontbrekende waarden tellen als", "missing values count as"),
    "own": Words("een eigen waarde", "a value of their own"),
    "any": Words("'kan alles zijn'", "'may be anything'"),
    "small_groups": Words("kleine groepen", "small groups"),
    "small_people": Words("jongeren daarin", "young people in them"),
    "without": Words("Wat de groepen klein maakt", "What makes the groups small"),
    "left_out": Words("als deze kolom wegblijft", "if this column is left out"),
    "people_left": Words("jongeren in een kleine groep", "young people in a small group"),
    "smallest": Words(
        "Al met {columns} alleen ontstaan kleine groepen.", "With {columns} alone there are small groups already."
    ),
    "repair": Words("Wat het herstelt", "What would repair it"),
    "diversity": Words(
        "l is het kleinste aantal verschillende waarden van een gevoelige kolom binnen een groep; bij l = 1 weet wie de "
        "groep kent ook dit gegeven.",
        "l is the smallest number of different values of a sensitive column within a group; with l = 1, who knows the group "
        "knows this fact as well.",
    ),
    "sensitive": Words("gevoelige kolom", "sensitive column"),
    "uniform": Words("groepen waarin iedereen hetzelfde heeft", "groups in which everyone has the same"),
    "sign": Words("Beoordeling", "Assessment"),
    "sign_lead": Words(
        "Het zoeken gebeurt op vorm en woorden: het vindt niet alles. Kijk zelf ook naar de gegevens voor u tekent.",
        "The search goes by form and words: it does not find everything. Look at the data yourself before you sign.",
    ),
    "person": Words("Naam", "Name"),
    "role": Words("Functie", "Position"),
    "date": Words("Datum", "Date"),
    "signature": Words("Handtekening", "Signature"),
}
# the style sheet of the page, written into it: one file, nothing from elsewhere
_STYLE = "\n" + resources.files(__package__).joinpath("findings.css").read_text(encoding="utf-8")


def findings_page(validation: Validation, lang: Lang) -> str:
    """The page as HTML: verdict, findings with all their words and lines, what was not checked, and the privacy page."""
    title = _W["title"].fill(name=validation.name)[lang]
    tone = "yes" if validation.accepted else "no"
    groups = grouped(validation.findings)
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="verdict {tone}">{escape(validation.verdict()[lang])}</p>',
        _contents(groups, lang),
        _rows(validation, lang),
        f"<h2 id='findings'>{_word('findings', lang)}</h2>",
        *(_group(group, lang, number) for number, group in enumerate(groups, start=1)),
        *([] if validation.findings else [_paragraph(_W["nothing"], lang)]),
        _paragraph(skipped_words(validation.skipped), lang),
        _privacy(validation.privacy, _about_people(validation.findings), lang),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n" + "\n".join(filter(None, parts)) + "\n</main>\n</body>\n</html>\n"
    )


def _word(name: str, lang: Lang) -> str:
    return escape(_W[name][lang])


def _paragraph(words: Words | None, lang: Lang) -> str:
    return f"<p>{escape(words[lang])}</p>" if words else ""


def _grid(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; numbers stand to the right."""
    numeric = [all(isinstance(row[place], int) for row in rows) for place in range(len(heads))]
    cells = [' class="n"' if number else "" for number in numeric]
    head = "".join(f'<th scope="col"{cell}>{escape(text)}</th>' for text, cell in zip(heads, cells))
    body = "".join(
        "<tr>" + "".join(f"<td{cell}>{escape(str(value))}</td>" for value, cell in zip(row, cells)) + "</tr>" for row in rows
    )
    label = escape(", ".join(heads), quote=True)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _rows(validation: Validation, lang: Lang) -> str:
    rows = [(tables()[name].label[lang], count) for name, count in validation.rows.items()]
    grid = _grid([_W["table"][lang], _W["count"][lang]], rows) if rows else ""
    notes = "".join(f"<li>{escape(note[lang])}</li>" for note in validation.notes)
    read = f"<h2>{_word('guessed', lang)}</h2><ul>{notes}</ul>" if notes else ""
    return f"<h2>{_word('rows', lang)}</h2>{grid}{read}"


def _contents(groups: Sequence[tuple[Finding, ...]], lang: Lang) -> str:
    """What is on the page, each with a link to it."""
    entries = [
        f'<li><a href="#f{number}">{SEVERITY[group[0].rule.severity][lang]}: {escape(group[0].rule.title[lang])}</a></li>'
        for number, group in enumerate(groups, start=1)
    ]
    return (
        f'<nav aria-label="{_word("contents", lang)}" id="top"><h2>{_word("contents", lang)}</h2><ol>{"".join(entries)}'
        f'<li><a href="#privacy">{_word("privacy", lang)}</a></li></ol></nav>'
    )


def _group(group: tuple[Finding, ...], lang: Lang, number: int) -> str:
    """Findings that ask for the same: each place with the fact that should hold, then the repair once."""
    rule = group[0].rule
    places = "".join(
        f'<p class="where">{escape(where(finding, lang))}</p><p>{escape(finding.expectation[lang])}</p>{_lines(finding, lang)}'
        for finding in group
    )
    return (
        f'<section class="finding {rule.severity}" id="f{number}"><h3><span class="tag">{SEVERITY[rule.severity][lang]}</span> '
        f"{escape(rule.title[lang])}</h3>{places}"
        f"<p><b>{PARTS['repair'][lang]}.</b> {escape(group[0].repair[lang])}</p>"
        f"<p><b>{PARTS['effect'][lang]}.</b> {escape(rule.effect[lang])}</p>"
        f"<p><b>{PARTS['more'][lang]}.</b> <code>evaluation explain {rule.code}</code></p>"
        f'<p class="back"><a href="#top">{_word("back", lang)}</a></p></section>'
    )


def _lines(finding: Finding, lang: Lang) -> str:
    """All rows to unfold, when the phrase that says where does not name them all already."""
    listed = shown_lines(finding.lines, lang, LISTED_LINES)
    if listed == shown_lines(finding.lines, lang):
        return ""
    return f"<details><summary>{_word('lines', lang)}</summary><p>{escape(listed)}</p></details>"


def _about_people(findings: Sequence[Finding]) -> list[Finding]:
    """What was found about people, where the reader of the files finds it: the same findings as above, dates in cells among them."""
    own = {rule.code for rule in vars(privacy_rules).values() if isinstance(rule, Rule)}
    return [finding for finding in findings if finding.rule.code in own or _dated(finding)]


def _dated(finding: Finding) -> bool:
    """Whether a date stands in cells, as a date or as text."""
    return finding.rule is CELL_DATE or finding.values.get("guess") in DATED


def _privacy(check: PrivacyCheck, findings: Sequence[Finding], lang: Lang) -> str:
    searched = [
        (
            one.file,
            tables()[one.table].label[lang] if one.table else _W["other_sheet"].fill(place=one.place)[lang],
            one.columns,
            one.rows,
        )
        for one in check.searched
    ]
    heads = [_W["where"][lang], _W["table"][lang], _W["columns"][lang], _W["count"][lang]]
    found = {label.en: 0 for label, _ in check.kinds}
    dates = identifiers()["date"].label
    for finding in findings:
        kind = dates if _dated(finding) else finding.values.get("what")
        if isinstance(kind, Words):
            found[kind.en] += max(len(finding.lines), 1)
    sought = [(label[lang], source[lang], found[label.en] or _W["none"][lang]) for label, source in check.kinds]
    return "\n".join(
        [
            f'<div class="page"><h2 id="privacy">{_word("privacy", lang)}</h2>',
            _paragraph(_W["privacy_lead"], lang),
            f"<h3>{_word('searched', lang)}</h3>{_grid(heads, searched)}",
            _paragraph(_W["names"].fill(count=check.names), lang),
            f"<h3>{_word('sought', lang)}</h3>",
            _grid([_W["kind"][lang], _W["source"][lang], _W["result"][lang]], sought),
            f"<h3>{_word('found', lang)}</h3>",
            _found(findings, lang),
            f"<h3>{_word('groups', lang)}</h3>",
            _groups(check.anonymity, lang) if check.anonymity else _paragraph(_W["nobody"], lang),
            _signature(lang),
            "</div>",
        ]
    )


def _found(findings: Sequence[Finding], lang: Lang) -> str:
    if not findings:
        return _paragraph(_W["nothing"], lang)
    items = "".join(
        f"<li><b>{SEVERITY[finding.rule.severity][lang]}</b> {escape(finding.rule.title[lang])}: "
        f"{escape(finding.expectation[lang])} ({escape(where(finding, lang))})</li>"
        for finding in findings
    )
    return f"<ul>{items}</ul>"


def _groups(counted: Anonymity, lang: Lang) -> str:
    lead = _W["k_lead"].fill(
        columns=_labels(counted.columns, lang), groups=counted.groups, people=counted.people, wanted=counted.wanted
    )
    k_rows = [_k_row("own", counted.own, lang), _k_row("any", counted.any, lang)]
    parts = [
        _paragraph(lead, lang),
        _grid([_W["counted"][lang], "k", _W["small_groups"][lang], _W["small_people"][lang]], k_rows),
    ]
    if counted.own.k < counted.wanted:
        without = [(_labels([name], lang), people) for name, people in counted.without]
        smallest = _W["smallest"].fill(columns=_labels(counted.smallest, lang))
        parts += [
            f"<h3>{_word('without', lang)}</h3>",
            _paragraph(smallest, lang),
            _grid([_W["left_out"][lang], _W["people_left"][lang]], without),
            f"<h3>{_word('repair', lang)}</h3>",
            _paragraph(advice(counted), lang),
        ]
    if counted.diversity:
        heads = [_W["sensitive"][lang], f"l ({_W['own'][lang]})", f"l ({_W['any'][lang]})", _W["uniform"][lang]]
        rows = [(_labels([one.column], lang), one.l_own, one.l_any, one.uniform_groups) for one in counted.diversity]
        parts += [_paragraph(_W["diversity"], lang), _grid(heads, rows)]
    return "\n".join(parts)


def _k_row(name: str, grouping: Grouping, lang: Lang) -> tuple[object, ...]:
    return (_W[name][lang], grouping.k, grouping.small_groups, grouping.small_people)


def _labels(columns: Sequence[str], lang: Lang) -> str:
    return ", ".join(people_column_words(name)[lang] for name in columns)


def _signature(lang: Lang) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_word(name, lang)}</th><td></td></tr>' for name in ("person", "role", "date", "signature")
    )
    return f'<h3>{_word("sign", lang)}</h3>{_paragraph(_W["sign_lead"], lang)}<table class="sign">{rows}</table>'
