"""The models of contracts there are, by the name a person writes."""

from typing import Any

from keyworth.behaviour.contracts.bdw import BDW
from keyworth.behaviour.contracts.model import ContractModel
from keyworth.behaviour.contracts.sbg import SBG

CONTRACT_MODELS: dict[str, ContractModel[Any]] = {model.name: model for model in (SBG, BDW)}
