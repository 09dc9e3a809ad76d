"""The numbers of the door, from the rules as data."""

from __future__ import annotations

from data_schemas.release_rules import release_rules

_RULES = release_rules()
DOMINANT_SHARE: float = _RULES["group-disclosure"].parameters["dominant_share"]
GRID_WEEKS: int = _RULES["rounded-curves"].parameters["grid_weeks"]
MINIMUM_DF: int = _RULES["minimum-df"].parameters["minimum"]
LARGEST_SHARE: float = _RULES["dominance"].parameters["largest_share"]
LARGEST_STEP: float = _RULES["rounded-estimates"].parameters["largest_step"]
"""Of what weights leave of an arm, and of one group's events that follow from no bands: told where as many as are hidden are at most this part."""
STEPS_PER_ERROR: float = _RULES["rounded-estimates"].parameters["steps_per_standard_error"]
MAY_BE_SAID: frozenset[str] = frozenset(_RULES["silent-reasons"].parameters["may_be_said"])
