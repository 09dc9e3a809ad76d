# Made by `python -m evaluation.contract.documenting` from the public names of the modules.
from analyses.statistics.rates.rate_model import Family as Family
from analyses.statistics.rates.rate_model import RateModel as RateModel
from analyses.statistics.rates.rate_model import rate_model as rate_model
from analyses.statistics.rates.rate_model import ratio_of_rates as ratio_of_rates
from analyses.statistics.rates.rates import Rate as Rate
from analyses.statistics.rates.rates import RateRatio as RateRatio
from analyses.statistics.rates.rates import person_years as person_years
from analyses.statistics.rates.rates import rate as rate
from analyses.statistics.rates.rates import rate_ratio as rate_ratio
