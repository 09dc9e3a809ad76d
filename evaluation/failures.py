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

from typing import ClassVar

from data_schemas.words import Words


class UserError(Exception):
    """Shown as a message without a traceback."""

    exit_code: ClassVar[int] = 2

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


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
