# Made by `python -m evaluation.contract.documenting` from the public names of the modules.
from analyses.statistics.interval_censored.interval_score_test import IntervalScoreTest as IntervalScoreTest
from analyses.statistics.interval_censored.interval_score_test import interval_score_test as interval_score_test
from analyses.statistics.interval_censored.turnbull import Turnbull as Turnbull
from analyses.statistics.interval_censored.turnbull import event_free_at as event_free_at
from analyses.statistics.interval_censored.turnbull import event_free_with_interval as event_free_with_interval
from analyses.statistics.interval_censored.turnbull import turnbull as turnbull
