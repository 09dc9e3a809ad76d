# Made by `python -m evaluation.contract.documenting` from the public names of the modules.
from analyses.statistics.missing.multiple_imputation import Imputable as Imputable
from analyses.statistics.missing.multiple_imputation import imputable as imputable
from analyses.statistics.missing.multiple_imputation import impute as impute
from analyses.statistics.missing.rubin_pooling import Pooled as Pooled
from analyses.statistics.missing.rubin_pooling import barnard_rubin as barnard_rubin
from analyses.statistics.missing.rubin_pooling import pool_rubin as pool_rubin
from analyses.statistics.missing.single_imputation import at_end_of_scale as at_end_of_scale
from analyses.statistics.missing.single_imputation import baseline_carried_forward as baseline_carried_forward
from analyses.statistics.missing.single_imputation import last_carried_forward as last_carried_forward
from analyses.statistics.missing.tipping_point import ChangeSums as ChangeSums
from analyses.statistics.missing.tipping_point import ShiftedEstimate as ShiftedEstimate
from analyses.statistics.missing.tipping_point import TippingPoint as TippingPoint
from analyses.statistics.missing.tipping_point import change_sums as change_sums
from analyses.statistics.missing.tipping_point import shifted_difference as shifted_difference
from analyses.statistics.missing.tipping_point import shifted_mean as shifted_mean
from analyses.statistics.missing.tipping_point import tipping_point as tipping_point
from analyses.statistics.missing.tipping_point import together as together
