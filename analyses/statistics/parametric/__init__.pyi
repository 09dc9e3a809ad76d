# Made by `python -m evaluation.contract.documenting` from the public names of the modules.
from analyses.statistics.parametric.parametric_survival import ParametricSurvival as ParametricSurvival
from analyses.statistics.parametric.parametric_survival import parametric_from_counts as parametric_from_counts
from analyses.statistics.parametric.parametric_survival import parametric_median as parametric_median
from analyses.statistics.parametric.parametric_survival import parametric_survival as parametric_survival
from analyses.statistics.parametric.parametric_survival import parametric_survival_at as parametric_survival_at
from analyses.statistics.parametric.time_ratio import time_ratio as time_ratio
