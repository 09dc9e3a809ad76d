"""What a manifest says in words: a source or a title can hold a name too."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from data_schemas.words import Words

MAX_ANSWERS = 5_000
_ANSWERS = {
    "name": Words("Korte naam", "Short name"),
    "source": Words("Bron", "Source"),
    "nature": Words("Aard", "Nature"),
    "title": Words("Titel", "Title"),
    "labels": Words("een langere naam", "a longer name"),
    "instruments": Words("een eigen vragenlijst", "an own questionnaire"),
}
_ANSWER = Words("{what} ({place})", "{what} ({place})")


def answers(manifest: str | None, place: Words) -> tuple[tuple[tuple[Words, str], ...], tuple[tuple[Words, str], ...]]:
    """What was written about the submission, with the words for its place: a source or a title can hold a name too.

    Second come those in which an author's name is due: sources of questionnaires, and of what was published.
    """
    try:
        content = tomllib.loads(manifest or "")
        leaves = list(_leaves(content))
    except (ValueError, RecursionError):  # not TOML: its lines are searched as they stand
        lines = [line.partition("=")[2].strip().strip("\"'") for line in (manifest or "").splitlines()[:MAX_ANSWERS]]
        return tuple((place, text) for text in lines if text), ()
    found = [
        (key, (_ANSWER.fill(what=_ANSWERS[key], place=place) if key in _ANSWERS else place, text))
        for key, text in leaves
        if text
    ]
    public = content.get("nature") == "public"
    cited = {"instruments", *(("source", "title") if public else ())}
    texts = [one for key, one in found if key not in cited], [one for key, one in found if key in cited]
    return tuple(texts[0][:MAX_ANSWERS]), tuple(texts[1][:MAX_ANSWERS])


def _leaves(content: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a manifest, own keys among them, with the first key above it."""
    if isinstance(content, dict):
        for name, inner in content.items():
            yield from _leaves(inner, key or name)
            if key:
                yield key, name
    elif isinstance(content, list):
        for inner in content:
            yield from _leaves(inner, key)
    else:
        yield key, str(content)
