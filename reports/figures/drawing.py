"""What every figure shares: size, colours that survive grey printing and colour blindness, and bytes that never vary.

Each arm gets a colour of Okabe and Ito (2008), a line style and a marker, so that no reader needs the colour.
pyplot is not used: it keeps state, and takes half a second to import. matplotlib itself is imported when something is drawn: the
words of a report are there without it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from data_schemas.evidence import Lang, NumberKind
from reports.text.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Pen(NamedTuple):
    """How one arm is drawn."""

    colour: str
    line: str | tuple
    marker: str


# from dark to light, so that the order of arms can be told on a grey print
PENS = (
    Pen("#0072B2", "-", "o"),
    Pen("#D55E00", (0, (5, 2)), "s"),
    Pen("#009E73", (0, (1, 1.2)), "^"),
    Pen("#CC79A7", (0, (6, 2, 1, 2)), "D"),
)
_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#444444",
    "axes.linewidth": 0.8,
    "axes.labelcolor": "#1a1a1a",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#d9d9d9",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "text.color": "#1a1a1a",
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "legend.handlelength": 3.2,
    # a label from a submission is text, never a formula
    "text.parse_math": False,
}
_DOTS_PER_INCH = 200


@contextmanager
def canvas(width: float = 6.6, height: float = 3.4, *, panels: int = 1) -> Iterator[tuple[list[Axes], io.BytesIO]]:
    """Axes side by side (sharing their y axis) and the file that holds the PNG once the block ends; sizes in inches."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    file = io.BytesIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
        yield list(axes), file
        figure.savefig(file, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})


def pen(position: int) -> Pen:
    """The pen of the arm at this position."""
    return PENS[position % len(PENS)]


def numbers_on(axis, kind: NumberKind, lang: Lang, digits: int | None = None) -> None:
    """Tick labels of an axis written as numbers in the reader's language."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, kind, lang, digits=digits)))
