"""Buying, leaving, spending: histories in, frozen results out; one file per model.

>>> h = PurchaseHistories.from_columns([2, 1, 0, 0, 7, 1], [30.4, 1.7, 0, 0, 29.4, 5], [38.9] * 6)
>>> p = MbgNbdParameters(r=0.525, alpha=6.183, a=0.891, b=1.614)  # or MBG_NBD.fit(h).parameters
>>> MBG_NBD.chance_alive(p, h).round(2).tolist()
[0.71, 0.17, 0.39, 0.39, 0.62, 0.26]
>>> MBG_NBD.expected_purchases(p, h, ahead=39).round(2).tolist()
[1.26, 0.19, 0.15, 0.15, 3.15, 0.29]
"""

from keyworth.behaviour.bootstrap import BootstrapInterval, Refits, refits
from keyworth.behaviour.buying_model import BuyingModel, Form, Futures, PurchaseForecaster
from keyworth.behaviour.contracts.bdw import BDW, BdwParameters
from keyworth.behaviour.contracts.model import ContractModel
from keyworth.behaviour.contracts.models import CONTRACT_MODELS
from keyworth.behaviour.contracts.sbg import SBG, SbgParameters
from keyworth.behaviour.contracts.survivors import Survivors, survivor_faults
from keyworth.behaviour.contracts.tenures import Tenures
from keyworth.behaviour.contracts.value import NewContractValue, new_contract_value
from keyworth.behaviour.covariates.by_row import ParametersByRow
from keyworth.behaviour.covariates.covariate_fit import Coefficient, CovariateFit, HeldOut
from keyworth.behaviour.covariates.fit import with_covariates
from keyworth.behaviour.covariates.pooled import pooled
from keyworth.behaviour.covariates.pooled_fit import GroupParameters, PooledFit
from keyworth.behaviour.covariates.saved_covariate_fits import load_covariate_fit, save_covariate_fit
from keyworth.behaviour.dependence.dependent_fit import DependentFit
from keyworth.behaviour.dependence.fit import fit_dependence
from keyworth.behaviour.dependence.model import BG_NBD_SARMANOV, MBG_NBD_SARMANOV, PARETO_NBD_SARMANOV
from keyworth.behaviour.dependence.parameters import (
    BgNbdSarmanovParameters,
    MbgNbdSarmanovParameters,
    ParetoNbdSarmanovParameters,
)
from keyworth.behaviour.drift import Drift, Foretold, drift
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.bg_nbd import BG_NBD, BgNbdParameters
from keyworth.behaviour.leaving_after_purchase.mbg_nbd import MBG_NBD, MbgNbdParameters
from keyworth.behaviour.leaving_in_time.gamma_gompertz_nbd import GAMMA_GOMPERTZ_NBD, GammaGompertzNbdParameters
from keyworth.behaviour.leaving_in_time.pareto_nbd import PARETO_NBD, ParetoNbdParameters
from keyworth.behaviour.models import MODELS, OCCASION_MODELS, RHYTHM_MODELS, SPEND_MODELS, TITLES
from keyworth.behaviour.nested import LikelihoodRatio, likelihood_ratio
from keyworth.behaviour.next_purchase import chance_of_purchase, time_to_next_purchase
from keyworth.behaviour.occasions.bg_bb import BG_BB, BgBb, BgBbParameters
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.behaviour.own_rhythm.pareto_ggg import PARETO_GGG, ParetoGggParameters
from keyworth.behaviour.paces.learning import TaughtDay, learn_pace, learn_pace_table
from keyworth.behaviour.paces.pace_table import PaceTable
from keyworth.behaviour.paces.paced_model import PacedModel
from keyworth.behaviour.posterior import Posterior, sample_posterior
from keyworth.behaviour.regular_timing.bg_cnbd_k import BG_CNBD_K, BgCnbdKParameters
from keyworth.behaviour.regular_timing.mbg_cnbd_k import MBG_CNBD_K, MbgCnbdKParameters
from keyworth.behaviour.saved_fits import SavedFit, load_fit, load_saved_fit, save_fit
from keyworth.behaviour.saved_text import Provenance, provenance_of
from keyworth.behaviour.spending.gamma_gamma import GAMMA_GAMMA, LEAST_ABOVE_ONE, GammaGammaParameters
from keyworth.behaviour.spending.root_gamma_gamma import ROOT_GAMMA_GAMMA, RootGammaGammaParameters
from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.behaviour.spending.spend_sums import SpendSums
from keyworth.behaviour.unique_histories import UniqueHistories
from keyworth.behaviour.updating import update
from keyworth.behaviour.worlds import CountsAhead, Worlds

__all__ = [
    "BDW",
    "BG_BB",
    "BG_CNBD_K",
    "BG_NBD",
    "BG_NBD_SARMANOV",
    "CONTRACT_MODELS",
    "GAMMA_GAMMA",
    "GAMMA_GOMPERTZ_NBD",
    "LEAST_ABOVE_ONE",
    "MBG_CNBD_K",
    "MBG_NBD",
    "MBG_NBD_SARMANOV",
    "MODELS",
    "OCCASION_MODELS",
    "PARETO_GGG",
    "PARETO_NBD",
    "PARETO_NBD_SARMANOV",
    "RHYTHM_MODELS",
    "ROOT_GAMMA_GAMMA",
    "SBG",
    "SPEND_MODELS",
    "TITLES",
    "BdwParameters",
    "BgBb",
    "BgBbParameters",
    "BgCnbdKParameters",
    "BgNbdParameters",
    "BgNbdSarmanovParameters",
    "BootstrapInterval",
    "BuyingModel",
    "Coefficient",
    "ContractModel",
    "CountsAhead",
    "CovariateFit",
    "DependentFit",
    "Drift",
    "Fit",
    "Foretold",
    "Form",
    "Futures",
    "GammaGammaParameters",
    "GammaGompertzNbdParameters",
    "GroupParameters",
    "HeldOut",
    "LikelihoodRatio",
    "MbgCnbdKParameters",
    "MbgNbdParameters",
    "MbgNbdSarmanovParameters",
    "NewContractValue",
    "OccasionHistories",
    "PaceTable",
    "PacedModel",
    "ParametersByRow",
    "ParetoGggParameters",
    "ParetoNbdParameters",
    "ParetoNbdSarmanovParameters",
    "PooledFit",
    "Posterior",
    "Provenance",
    "PurchaseForecaster",
    "PurchaseHistories",
    "Refits",
    "RootGammaGammaParameters",
    "SavedFit",
    "SbgParameters",
    "SpendHistories",
    "SpendSums",
    "Survivors",
    "TaughtDay",
    "Tenures",
    "UniqueHistories",
    "Worlds",
    "chance_of_purchase",
    "drift",
    "fit_dependence",
    "learn_pace",
    "learn_pace_table",
    "likelihood_ratio",
    "load_covariate_fit",
    "load_fit",
    "load_saved_fit",
    "new_contract_value",
    "pooled",
    "provenance_of",
    "refits",
    "sample_posterior",
    "save_covariate_fit",
    "save_fit",
    "survivor_faults",
    "time_to_next_purchase",
    "update",
    "with_covariates",
]
