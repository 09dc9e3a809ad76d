"""Models of hazards: Cox regression and its kin, with what is asked of a fitted one."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
