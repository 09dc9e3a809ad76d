# Made by `python -m evaluation.contract.documenting` from the public names of the modules.
from analyses.statistics.inference.multiplicity import benjamini_hochberg as benjamini_hochberg
from analyses.statistics.inference.multiplicity import bonferroni as bonferroni
from analyses.statistics.inference.multiplicity import holm as holm
from analyses.statistics.inference.noncentral import noncentrality_interval as noncentrality_interval
from analyses.statistics.inference.rank_distributions import doubled_ranks as doubled_ranks
from analyses.statistics.inference.rank_distributions import rank_sum_chances as rank_sum_chances
from analyses.statistics.inference.rank_distributions import signed_rank_chances as signed_rank_chances
from analyses.statistics.inference.rank_distributions import without_noise as without_noise
from analyses.statistics.inference.wald import ChiSquaredTest as ChiSquaredTest
from analyses.statistics.inference.wald import chi_squared_test as chi_squared_test
from analyses.statistics.inference.wald import normal_quantile as normal_quantile
from analyses.statistics.inference.wald import quadratic_test as quadratic_test
from analyses.statistics.inference.wald import two_sided_p as two_sided_p
