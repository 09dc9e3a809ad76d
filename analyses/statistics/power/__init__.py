"""What a comparison of a given size can show."""

import sys

from analyses.statistics._index import Room

sys.modules[__name__].__class__ = Room
