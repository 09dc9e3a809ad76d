"""Change within people and between groups: effect sizes, individual change, cut-offs."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
