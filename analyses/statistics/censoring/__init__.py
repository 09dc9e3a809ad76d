"""What being lost can do to a curve: weights, and bounds."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
