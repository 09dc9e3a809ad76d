"""The estimators: arrays (or counts) in, a small frozen result out. They know the libraries of science, and nothing of the house.

A room per subject; `from analyses.statistics import events` shows what there is. What a room needs for itself begins with an underscore.

One vocabulary for all results, each number or array alike; `tests/house/test_vocabulary.py` holds it:

* `estimate`, `std_error`, `ci_low`, `ci_high`, `p_value`, `df`: an answer, and what belongs to it **on the scale of the estimate**;
* `statistic`, `df`, `p_value`: a test;
* `names`, `coefficients`, `std_error`, `ci_low`, `ci_high`, `p_value`, `covariance`: a model, on the scale of its coefficients; what
  is turned into ratios says so (`hazard_ratio`, `hazard_ratio_ci_low`, `hazard_ratio_ci_high`);
* `confidence`: of the interval, 0 to 1; `reason`: why there is no answer, a code of the list `not_estimable`; None when there is one;
* `n`: people, `events`: events, `clients`: people with rows of their own, `rows`: those rows.

Of arguments: `week` is the whole week in which something happened or ended, `at_week` (`at_weeks`) the week (weeks) at which an answer is wanted,
`horizon_weeks`, `follow_up_weeks` a length of time; half weeks are refused by `_weeks.whole_weeks`, with one message. Models take
`response` and `design` with `names`, events models `week`, `event`, `covariates`. Singular names, also for arrays.
"""
