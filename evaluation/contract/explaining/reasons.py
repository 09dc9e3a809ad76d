"""Why something cannot be estimated."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.codelists import code_list
from data_schemas.words import Words
from evaluation.contract.explaining.entry import Entry
from evaluation.output.pages import Text

KIND = Words("Redenen waarom iets niet te schatten is", "Reasons why something cannot be estimated")
PLACE = 40

_ABOUT = Words(
    "`{code}`: staat bij een uitkomst met status `not_estimable`. Zie ook `not-estimable`.",
    "`{code}`: stands with a result of status `not_estimable`. See also `not-estimable`.",
)


def entries() -> Iterator[Entry]:
    """One per reason."""
    for reason in code_list("not_estimable").codes:
        title = Words(*(text[:1].upper() + text[1:] for text in reason.label))
        yield Entry(reason.code, title, lambda lang, code=reason.code: [Text(_ABOUT[lang].format(code=code))])
