"""Text for people, in Dutch and in English, always as a pair."""

from __future__ import annotations

import unicodedata
from typing import Literal, NamedTuple, get_args

Lang = Literal["nl", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


class Words(NamedTuple):
    """One text in both languages.

    >>> Words("week", "week")["nl"]
    'week'
    >>> Words("{n} regels", "{n} rows").fill(n=3)["en"]
    '3 rows'
    """

    nl: str
    en: str

    def __getitem__(self, lang: Lang) -> str:  # type: ignore[override]
        if lang not in LANGS:
            raise KeyError(f"language must be one of {', '.join(LANGS)}")
        return self.nl if lang == "nl" else self.en

    def fill(self, **values: object) -> Words:
        """Both texts with their placeholders filled; a `Words` value fills each text in its own language."""
        return Words(
            *(self[lang].format_map({k: v[lang] if isinstance(v, Words) else v for k, v in values.items()}) for lang in LANGS)
        )


# a joiner within an emoji or a script, and a soft hyphen, are part of ordinary text
_ALLOWED = "\n\t\r\u200d\u00ad"


def unseen(text: str) -> bool:
    """Whether a text holds signs that cannot be seen, or that turn the direction of writing.

    >>> unseen("EMDR (kort)"), unseen("EMDR\u202e(kort)"), unseen("EMDR\x07")
    (False, True, True)
    """
    return any(unicodedata.category(sign) in ("Cc", "Cf") and sign not in _ALLOWED for sign in text)
