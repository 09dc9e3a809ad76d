"""Who the people were at the start."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words, column_words
from reports.cells import Cells
from reports.groups import arms, heading
from reports.markdown import Block, Column, Table, plain
from reports.vocabulary import subgroup_words

ANALYSES = ("baseline",)
PLACE = 20

_CAPTION = Words("Deelnemers bij de start", "Participants at the start")
_WHAT = Words("Kenmerk", "Characteristic")
_CATEGORY = Words("Categorie", "Category")


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: who they were is not a finding."""
    return []


def table(evidence: Evidence, lang: Lang) -> Block:
    """A line per category; everyone and each arm beside each other."""
    rows = evidence.rows("baseline", measure="share")
    groups, cells = arms(evidence, rows), Cells(evidence, lang)
    lines = []
    for outcome, category in dict.fromkeys(zip(rows["outcome"], rows["subgroup"])):
        mine = rows[(rows["outcome"] == outcome) & (rows["subgroup"] == category)]
        lines.append(
            [
                plain(column_words(outcome)[lang]),
                plain(subgroup_words(outcome, category)[lang]),
                *(cells.share_of(mine[mine["arm"] == arm]) for arm in groups),
            ]
        )
    heads = [Column(_WHAT[lang], 1.3), Column(_CATEGORY[lang], 1.4)]
    heads += [Column(heading(evidence, arm, lang), 1.6, numeric=True) for arm in groups]
    return Table("baseline", _CAPTION[lang], heads, lines, cells.notes())
