"""Regression models of scores and outcomes, each with all its coefficients by name."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
