"""Documents that were numbered together taken apart: a reference into another document stays as words, without a link."""

from __future__ import annotations

import json
from collections.abc import Iterator

from data_schemas.words import Lang, Words

_OF_THE_REPORT = Words("van het rapport", "of the report")


def marker(name: str) -> str:
    """What stands before each document in the Markdown of several."""
    return f"::: {{.document name={name}}}\n:::"


def parted(tree: bytes, lang: Lang) -> dict[str, bytes]:
    """pandoc's tree of each document by its name, from the tree of all of them."""
    whole = json.loads(tree)
    documents: dict[str, list[dict]] = {}
    for block in whole["blocks"]:
        if block["t"] == "Div" and "document" in block["c"][0][1]:
            documents[dict(block["c"][0][2])["name"]] = []
        else:
            documents[next(reversed(documents))].append(block)
    first = next(iter(documents))
    made = {}
    for name, blocks in documents.items():
        own = {element["c"][place][0] for element in _elements(blocks) if (place := _LABELLED.get(element["t"])) is not None}
        for element in _elements(blocks):
            if element["t"] == "Link" and element["c"][2][0].startswith("#") and element["c"][2][0][1:] not in own:
                more = [] if name == first else [{"t": "Space"}, {"t": "Str", "c": _OF_THE_REPORT[lang]}]
                element["t"], element["c"] = "Span", [["", [], []], element["c"][1] + more]
        made[name] = json.dumps({**whole, "blocks": blocks}, ensure_ascii=False).encode()
    return made


# where the label of an element stands in its content
_LABELLED = {"Header": 1, "Table": 0, "Figure": 0, "Div": 0, "Span": 0}


def _elements(node: object) -> Iterator[dict]:
    if isinstance(node, dict):
        if "t" in node:
            yield node
        yield from _elements(node.get("c"))
    elif isinstance(node, list):
        for part in node:
            yield from _elements(part)
