"""How the answers of the analyses are shown, one module per question; found by walking this package.

A module has `ANALYSES` (whose results it shows), `SHOWN` (the measures that its section shows; empty when it shows all), `PLACE`
(its order on the first page) and `headlines(evidence, lang)`: what the first page says of it, as Markdown sentences. It may have
`certainty(evidence, lang)`: what it adds to how sure that is; `drawn(evidence, lang, name, outcome)`: the figures of one outcome of an
analysis, from evidence that has of that analysis nothing else; and `PARTS`: by the name of a place in the report (`comparison`,
`subgroups`, `providers`, or `own` in the provider's edition) a function of evidence and language that gives the block to put there.
Whatever else it offers is called by its own section in `reports/sections`. An analysis that no module names, and the measures and
subgroups that a section leaves, are shown by `reports.others`: nothing in the evidence can be left out of a report.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pandas as pd

from data_schemas.evidence import Evidence, Lang
from reports.text.markdown import Block, Blocks, Picture


@cache
def answers() -> tuple[ModuleType, ...]:
    """Every module, in the order of the first page."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return tuple(sorted((module for module in modules if hasattr(module, "ANALYSES")), key=lambda module: module.PLACE))


def leftovers(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """The rows that no section shows, by analysis: all of an analysis without a module, and what a section leaves of its own."""
    shown = {name: module.SHOWN for module in answers() for name in module.ANALYSES}
    found = {}
    for name, rows in sorted(evidence.results.items()):
        if name in shown and not shown[name]:
            continue
        rest = rows[~rows["measure"].isin(shown.get(name, ())) | (rows["subgroup"] != "")]
        if len(rest):
            found[name] = rest
    return found


# several parts of a report ask whether there is anything there, and drawing takes long
@lru_cache(maxsize=16)
def placed(evidence: Evidence, lang: Lang, place: str) -> Block:
    """What the modules put in one place of the report, in their order; an empty block when none has anything there."""
    made = [module.PARTS[place](evidence, lang) for module in answers() if place in getattr(module, "PARTS", {})]
    return Blocks([block for block in made if block.markdown()])


def drawable() -> list[str]:
    """The analyses of which a report has a figure per outcome."""
    return sorted(name for module in answers() if hasattr(module, "drawn") for name in module.ANALYSES)


def pictures(evidence: Evidence, lang: Lang, name: str, outcome: str, time: str = "") -> list[Picture]:
    """The figures of one outcome of an analysis, of one moment when it is named; none when there is too little to draw."""
    rows = evidence.select(name, outcome=outcome, **({"time": time} if time else {}))
    alone = Evidence(evidence.record, {**evidence.results, name: rows})
    return [
        picture
        for module in answers()
        if name in module.ANALYSES and hasattr(module, "drawn")
        for picture in _pictures(module.drawn(alone, lang, name, outcome))
    ]


def _pictures(block: Block) -> list[Picture]:
    if isinstance(block, Picture):
        return [block]
    return [found for part in block.parts for found in _pictures(part)] if isinstance(block, Blocks) else []


def has_section(name: str) -> bool:
    """Whether a module shows this analysis, or a part of it."""
    return any(name in module.ANALYSES for module in answers())
