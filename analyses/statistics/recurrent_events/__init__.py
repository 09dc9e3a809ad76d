"""Events that happen more than once: how many a client has had on average."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
