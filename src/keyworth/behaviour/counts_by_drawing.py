"""Next purchases in every world, for models whose distribution cannot be turned round at a place: drawn instead."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.histories import PurchaseHistories
from keyworth.behaviour.parameters import from_array
from keyworth.behaviour.worlds import CountsAhead, Worlds

_CHUNK = 4_096  # histories drawn together, and kept while their neighbours are asked for


def counts_by_drawing(model: BuyingModel[Any], worlds: Worlds, h: PurchaseHistories, ahead: float) -> CountsAhead:
    """One future of each history in each world, by `draw_ahead`.

    The answer to `counts_ahead` of a model that knows no better: right, but with more noise than spread places
    leave, and a history's draws depend on its place among all.
    """

    @lru_cache(maxsize=8)
    def drawn(chunk: int) -> NDArray[np.int32]:
        part = h.rows(slice(chunk * _CHUNK, (chunk + 1) * _CHUNK))
        columns = [
            model.draw_ahead(
                from_array(model.parameter_kind, world), part, ahead,
                seed=worlds.seed + (chunk << 32), first_draw=k, form="numpy",
            ).purchases[0]
            for k, world in enumerate(worlds.parameters)
        ]  # fmt: skip
        return np.column_stack(columns)

    def rows(start: int, end: int) -> NDArray[np.int32]:
        chunks = range(start // _CHUNK, -(-end // _CHUNK))
        together = np.concatenate([drawn(chunk) for chunk in chunks])
        return together[start - chunks.start * _CHUNK :][: end - start]

    return rows
