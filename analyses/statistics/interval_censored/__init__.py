"""Events known only within a range of weeks."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
