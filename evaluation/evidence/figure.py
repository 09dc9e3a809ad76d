"""A figure of the report in a notebook: the same picture from the same rows, with the words that go with it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from html import escape
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """A raster figure; the coordinates in a vector file would give the data away.

    Parameters
    ----------
    caption
        What stands under it.
    alt
        What it shows, in words, for whoever cannot see it.
    png
        The picture.
    private
        It shows exact results: its file is for its owner's eyes only.
    """

    caption: str
    alt: str
    png: bytes = field(repr=False)
    private: bool = False

    def save(self, path: str | Path) -> Path:
        """Write the picture as a PNG file.

        Raises
        ------
        evaluation.failures.CannotRead
            The place cannot be written.
        """
        from evaluation.output.files import whole_file

        return whole_file(Path(path), self.png, private=self.private, replace=True)

    def _repr_png_(self) -> bytes:
        return self.png

    def _repr_html_(self) -> str:
        source = f"data:image/png;base64,{b64encode(self.png).decode()}"
        return (
            f'<figure style="margin:0;max-width:46rem"><img src="{source}" alt="{escape(self.alt)}" style="max-width:100%">'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )
