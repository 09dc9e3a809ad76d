"""What every figure shares: size, colours that survive grey printing and colour blindness, and bytes that never vary.

Each arm gets a colour of Okabe and Ito (2008), a line style and a marker, so that no reader needs the colour.
pyplot is not used: it keeps state, and takes half a second to import. matplotlib itself is imported when something is drawn: the
words of a report are there without it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

from data_schemas.evidence import Lang, NumberKind
from reports.text.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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
# a small screen gets a drawing of its own: as wide as a telephone, with letters of the same size
_SMALL_WIDTH, _SMALL_LABEL = 3.7, 20
# what stands beside the axes and is left out there: the alt text and the table have it
BESIDE = "beside"


class Png(bytes):
    """A picture, and the same for a small screen; empty where it cannot be drawn so narrow."""

    small: bytes = b""


class _File(io.BytesIO):
    """Where a picture is written; what it holds knows its small variant."""

    small: bytes = b""

    def getvalue(self) -> Png:
        """The picture."""
        made = Png(super().getvalue())
        made.small = self.small
        return made


@contextmanager
def canvas(
    width: float = 6.6, height: float = 3.4, *, panels: int = 1, small: bool = True
) -> Iterator[tuple[list[Axes], _File]]:
    """Axes side by side (sharing their y axis) and the file that holds the PNG once the block ends; sizes in inches."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    file = _File()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
        yield list(axes), file
        figure.savefig(file, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
        if small:
            file.small = _narrow(figure)


def _narrow(figure: Figure) -> bytes:
    """The same drawing for a small screen: narrower, long labels broken, and without the numbers beside the axes."""
    for axes in figure.axes:
        for text in axes.texts:
            text.set_visible(text.get_gid() != BESIDE)
        for axis in (axes.yaxis,):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            if max(map(len, labels), default=0) > _SMALL_LABEL:
                axis.set_ticklabels([fill(" ".join(label.split()), _SMALL_LABEL) for label in labels])
    for legend in list(figure.legends):
        handles, words = legend.legend_handles, [text.get_text() for text in legend.texts]
        legend.remove()
        figure.legend(handles, [fill(word, _SMALL_LABEL * 2) for word in words], loc="outside lower center", ncols=1)
    width, height = figure.get_size_inches()
    figure.set_size_inches(min(_SMALL_WIDTH, width), height * 1.2)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    return out.getvalue()


def pen(position: int) -> Pen:
    """The pen of the arm at this position."""
    return PENS[position % len(PENS)]


def numbers_on(axis, kind: NumberKind, lang: Lang, digits: int | None = None) -> None:
    """Tick labels of an axis written as numbers in the reader's language."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, kind, lang, digits=digits)))
