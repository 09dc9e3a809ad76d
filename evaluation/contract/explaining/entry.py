"""One thing that can be explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from data_schemas.words import Lang, Words
from evaluation.output.pages import Block, Heading


@dataclass(frozen=True, slots=True)
class Entry:
    """A code, a title, and what there is to say in a language (blocks below the title)."""

    code: str
    title: Words
    body: Callable[[Lang], Sequence[Block]] = field(repr=False)

    def page(self, lang: Lang, level: int = 2) -> list[Block]:
        """Title and body."""
        return [Heading(level, self.title[lang], self.code), *self.body(lang)]
