"""What can go wrong for a user, and the exit code that says so.

    UserError
    ├── NotAccepted       1  the data have findings
    ├── WrongUse          2  the command was used in a way that cannot work
    ├── CannotRead        3  a file cannot be read or written
    ├── PlanInvalid       4  the plan is not valid, not locked, or changed after locking
    └── RenderingFailed   5  a report could not be made

The message holds words for people and never a cell value. Raise with `from None`: what lies beneath can hold data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from data_schemas.words import Words


class Note(UserWarning):
    """Something that a person must know and that does not stop the work; in a notebook a warning."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class UserError(Exception):
    """Shown as a message without a traceback."""

    exit_code: ClassVar[int] = 2

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words

    def _render_traceback_(self) -> list[str]:
        """What IPython and Jupyter show: the message. Where it was raised is of no use to whom it is for."""
        return [f"{type(self).__name__}: {self.words.en}"]


class NotAccepted(UserError):
    """The data have findings."""

    exit_code = 1


class WrongUse(UserError):
    """The command was used in a way that cannot work."""

    exit_code = 2


class CannotRead(UserError):
    """A file cannot be read or written."""

    exit_code = 3


class PlanInvalid(UserError):
    """The plan is not valid, not locked, or was changed after locking."""

    exit_code = 4


class RenderingFailed(UserError):
    """A report could not be made."""

    exit_code = 5


_MOST_NAMED, _HERE = 40, Words("", "")


def no_such(what: Words, wanted: object, known: Iterable[str], within: Words = _HERE) -> WrongUse:
    """The error for a name that does not exist: it says which names do, and which was likely meant.

    >>> str(no_such(Words("maat", "measure"), "G", ["g", "mean_change"], Words(" in change", " in change")))
    "There is no measure 'G' in change. Did you mean 'g'? There are: g, mean_change."
    """
    from difflib import get_close_matches

    names = list(dict.fromkeys(known))
    folded = {name.casefold(): name for name in reversed(names)}
    near = [folded[name] for name in get_close_matches(str(wanted).casefold(), folded, n=1)]
    more = f", ... ({len(names)})" if len(names) > _MOST_NAMED else ""
    shown = ", ".join(name or "''" for name in names[:_MOST_NAMED]) + more
    return WrongUse(
        Words(
            f"Er is geen {what.nl} '{wanted}'{within.nl}."
            + "".join(f" Bedoelt u '{name}'?" for name in near)
            + (f" Er zijn: {shown}." if names else " Er is er geen."),
            f"There is no {what.en} '{wanted}'{within.en}."
            + "".join(f" Did you mean '{name}'?" for name in near)
            + (f" There are: {shown}." if names else " There is none."),
        )
    )
