"""Our own sheet of findings in a workbook: what a provider marked there as seen is read back."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.words import Words
from evaluation.reading.headers import plain

FINDINGS_SHEETS = ("bevindingen", "findings")
SEEN = Words("Gezien, geen persoon", "Seen, no person")
PLACES = Words("Plaatsen", "Places")
YES = Words("ja", "yes")
_YES = frozenset((*YES, "x", "j", "y", "ok", "gezien", "seen"))


def seen_places(rows: list[list[str]]) -> Iterator[str]:
    """The places beside which somebody answered yes.

    >>> list(seen_places([["Soort", "Gezien, geen persoon", "Plaatsen"], ["FOUT", "ja", "Metingen!G4"], ["FOUT", "", "Metingen!G5"]]))
    ['Metingen!G4']
    """
    answer = place = None
    for row in rows:
        heads = [plain(text) for text in row]
        if found := [at for at, head in enumerate(heads) if head in {plain(text) for text in SEEN}]:
            answer = found[0]
            place = next((at for at, head in enumerate(heads) if head in {plain(text) for text in PLACES}), None)
        elif answer is not None and place is not None and max(answer, place) < len(row) and heads[answer] in _YES:
            yield row[place]
