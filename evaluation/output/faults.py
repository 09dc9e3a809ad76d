"""An error of ours, said without showing data: an exception's text can hold a cell, its place in our code cannot."""

from __future__ import annotations

from pathlib import Path

from data_schemas.words import Words


def fault_place(error: BaseException) -> str:
    """File and line where it was raised."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"


def fault_words(error: BaseException) -> Words:
    """What to tell the user, and what to report."""
    kind, place = type(error).__name__, fault_place(error)
    return Words(
        f"Dit is een fout in het programma, niet in uw gegevens ({kind}, {place}). Meld deze regel; stuur geen gegevens mee.",
        f"This is an error in the program, not in your data ({kind}, {place}). Report this line; do not send any data.",
    )
