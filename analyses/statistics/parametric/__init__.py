"""Events in time by a named distribution: smooth curves of a fixed form, and how many times as long it takes in one group."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
