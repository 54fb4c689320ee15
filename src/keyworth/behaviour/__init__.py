"""Buying, leaving, spending: histories in, frozen results out; one file per model."""

from keyworth.behaviour.bg_nbd import BG_NBD, BgNbdParameters
from keyworth.behaviour.buying_model import BuyingModel, Form, Futures
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.gamma_gamma import GAMMA_GAMMA, GammaGammaParameters
from keyworth.behaviour.histories import PurchaseHistories
from keyworth.behaviour.mbg_nbd import MBG_NBD, MbgNbdParameters
from keyworth.behaviour.models import MODELS
from keyworth.behaviour.spend_histories import SpendHistories
from keyworth.behaviour.unique_histories import UniqueHistories

__all__ = [
    "BG_NBD",
    "GAMMA_GAMMA",
    "MBG_NBD",
    "MODELS",
    "BgNbdParameters",
    "BuyingModel",
    "Fit",
    "Form",
    "Futures",
    "GammaGammaParameters",
    "MbgNbdParameters",
    "PurchaseHistories",
    "SpendHistories",
    "UniqueHistories",
]
