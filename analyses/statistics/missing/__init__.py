"""Scores that are missing: imputation, pooling, and how far an answer hangs on them."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
