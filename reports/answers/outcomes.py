"""Housing, school or work, and reports to the police: how many at the start and how many afterwards, of the same people."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.others import analysis
from reports.text.cells import Cells, hidden
from reports.text.groups import by, compared, grouped, heading, records
from reports.text.markdown import Block, Column, Table, Text, capital, plain
from reports.text.trimming import trimmed
from reports.text.vocabulary import short_outcome_words, subgroup_words

ANALYSES = ("outcomes",)
SHOWN: frozenset[str] = frozenset()
PLACE = 47

_CAPTION = Words(
    "Woonsituatie en dagbesteding, bij de start en na afloop", "Housing and daytime activity, at the start and afterwards"
)
_WHAT, _CATEGORY = Words("Wat", "What"), Words("Categorie", "Category")
_AT = Words("{arm}: {when}", "{arm}: {when}")
_TIMES = {"share_start": Words("start", "start"), "share_end": Words("na afloop", "afterwards")}


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: these follow the main question."""
    return []


def table(evidence: Evidence, lang: Lang) -> Block:
    """A line per category, and per group a column for the start and one for afterwards."""
    rows = evidence.select("outcomes", measure=tuple(_TIMES))
    groups, cells = compared(evidence, rows), Cells(evidence, lang)
    columns = [(arm, measure) for arm in groups for measure in _TIMES]
    lines = [
        [
            plain(short_outcome_words(evidence, outcome)[lang]),
            plain(subgroup_words(outcome, category, evidence)[lang]),
            *(cells.share_of(found.get(column)) for column in columns),
        ]
        for (outcome, category), mine in grouped(records(rows), "outcome", "subgroup").items()
        for found in [by(mine, "arm", "measure")]
    ]
    heads = [Column(_WHAT[lang], 1.1), Column(_CATEGORY[lang], 1.6)]
    heads += [
        Column(_AT[lang].format(arm=heading(evidence, arm, lang), when=_TIMES[name][lang]), 1.2, True) for arm, name in columns
    ]
    heads, lines, left = trimmed(cells, heads, lines, names=2)
    if not lines:
        return Text(f"{plain(capital(hidden(evidence)[lang]))}." if left else "")
    return Table("main-outcomes", _CAPTION[lang], heads, lines, cells.notes())


def tables(evidence: Evidence, lang: Lang) -> Block:
    """All that there is of these outcomes."""
    return analysis(evidence, lang, "outcomes")
