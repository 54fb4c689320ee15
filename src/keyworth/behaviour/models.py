"""The models there are, by the name a person writes."""

from typing import Any

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.dependence.model import BG_NBD_SARMANOV, MBG_NBD_SARMANOV, PARETO_NBD_SARMANOV
from keyworth.behaviour.leaving_after_purchase.bg_nbd import BG_NBD
from keyworth.behaviour.leaving_after_purchase.mbg_nbd import MBG_NBD
from keyworth.behaviour.leaving_in_time.gamma_gompertz_nbd import GAMMA_GOMPERTZ_NBD
from keyworth.behaviour.leaving_in_time.pareto_nbd import PARETO_NBD
from keyworth.behaviour.occasions.bg_bb import BG_BB
from keyworth.behaviour.own_rhythm.pareto_ggg import PARETO_GGG
from keyworth.behaviour.regular_timing.bg_cnbd_k import BG_CNBD_K
from keyworth.behaviour.regular_timing.mbg_cnbd_k import MBG_CNBD_K
from keyworth.behaviour.spending.gamma_gamma import GAMMA_GAMMA, GammaGamma
from keyworth.behaviour.spending.root_gamma_gamma import ROOT_GAMMA_GAMMA, RootGammaGamma

# A new model is one file and one entry here; the contract battery in the tests runs over this table.
MODELS: dict[str, BuyingModel[Any]] = {
    model.name: model
    for model in (
        BG_NBD,
        MBG_NBD,
        BG_CNBD_K,
        MBG_CNBD_K,
        PARETO_NBD,
        GAMMA_GOMPERTZ_NBD,
        BG_NBD_SARMANOV,
        MBG_NBD_SARMANOV,
        PARETO_NBD_SARMANOV,
    )
}

# Buying models that are fitted as the others are, and take milliseconds for each answer instead of microseconds: they
# tell of single customers, and no base is valued or back-tested by them.
RHYTHM_MODELS: dict[str, BuyingModel[Any]] = {model.name: model for model in (PARETO_GGG,)}

# Chances to buy that come one by one to everybody: their histories count occasions and measure no time.
OCCASION_MODELS = {model.name: model for model in (BG_BB,)}

# What each purchase brings: from means, or from sums over purchases.
SPEND_MODELS: dict[str, GammaGamma | RootGammaGamma] = {model.name: model for model in (GAMMA_GAMMA, ROOT_GAMMA_GAMMA)}

# Of every model the title by the name.
TITLES: dict[str, str] = {
    model.name: model.title
    for models in (MODELS, RHYTHM_MODELS, OCCASION_MODELS, SPEND_MODELS)
    for model in models.values()
}
