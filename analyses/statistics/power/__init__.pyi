# Made by `python -m evaluation.contract.documenting` from the public names of the modules.
from analyses.statistics.power.effect_power import EffectPlan as EffectPlan
from analyses.statistics.power.effect_power import SharePlan as SharePlan
from analyses.statistics.power.effect_power import change_plan as change_plan
from analyses.statistics.power.effect_power import difference_plan as difference_plan
from analyses.statistics.power.effect_power import share_plan as share_plan
from analyses.statistics.power.event_power import EventPlan as EventPlan
from analyses.statistics.power.event_power import Formula as Formula
from analyses.statistics.power.event_power import event_plan as event_plan
from analyses.statistics.power.event_power import expected_events as expected_events
from analyses.statistics.power.event_power import power_of as power_of
from analyses.statistics.power.event_power import required_events as required_events
