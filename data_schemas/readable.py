"""Text that people can read as it stands: no signs that cannot be seen, or that turn the direction of writing."""

from __future__ import annotations

import unicodedata

from pydantic_core import PydanticCustomError

# a joiner within an emoji or a script, and a soft hyphen, are part of ordinary text
_ALLOWED = "\n\t\r\u200d\u00ad"


def unseen(text: str) -> bool:
    """Whether a text holds signs that cannot be seen.

    >>> unseen("EMDR (kort)"), unseen("EMDR\\u202e(kort)"), unseen("EMDR\\x07")
    (False, True, True)
    """
    return any(unicodedata.category(sign) in ("Cc", "Cf") and sign not in _ALLOWED for sign in text)


def readable(text: str) -> str:
    """The text itself, for a pydantic field.

    Raises
    ------
    PydanticCustomError
        `unseen_signs`, or `string_too_short` when it is blank.
    """
    if not text.strip():
        raise PydanticCustomError("string_too_short", "fill in a text")
    if unseen(text):
        raise PydanticCustomError("unseen_signs", "it holds signs that cannot be seen")
    return text
