# Made by `python -m evaluation.contract.documenting` from the public names of the modules.
from analyses.statistics.hazards.clustered_cox import log_hazard_ratio_by_cluster as log_hazard_ratio_by_cluster
from analyses.statistics.hazards.concordance import Concordance as Concordance
from analyses.statistics.hazards.concordance import concordance as concordance
from analyses.statistics.hazards.cox_model import CoxModel as CoxModel
from analyses.statistics.hazards.cox_model import ErrorKind as ErrorKind
from analyses.statistics.hazards.cox_model import cox_model as cox_model
from analyses.statistics.hazards.fine_gray import FineGray as FineGray
from analyses.statistics.hazards.fine_gray import fine_gray as fine_gray
from analyses.statistics.hazards.firth_cox import FirthCox as FirthCox
from analyses.statistics.hazards.firth_cox import firth_cox as firth_cox
from analyses.statistics.hazards.predicted_survival import PredictedSurvival as PredictedSurvival
from analyses.statistics.hazards.predicted_survival import predicted_survival as predicted_survival
from analyses.statistics.hazards.proportional_hazards import ProportionalHazards as ProportionalHazards
from analyses.statistics.hazards.proportional_hazards import Transform as Transform
from analyses.statistics.hazards.proportional_hazards import proportional_hazards as proportional_hazards
from analyses.statistics.hazards.recurrent_cox import RecurrentModel as RecurrentModel
from analyses.statistics.hazards.recurrent_cox import recurrent_cox as recurrent_cox
