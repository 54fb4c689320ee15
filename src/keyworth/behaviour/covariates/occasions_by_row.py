"""BG/BB with parameters of every customer's own: what each history says of them, row by row."""

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.occasions.bg_bb_silence import BuyingAndLeaving
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories


def log_likelihood_of_occasions(p: BuyingAndLeaving, h: OccasionHistories) -> Floats:
    """In nats, for one customer of each row; `p` has arrays (n,).

    The letters are those of `bg_bb_silence`: all that was taken and lived through by t_x, and the silence since.
    """
    x, last, n = h.repeats, h.last_repeat, h.occasions
    taken, quiet = np.zeros(len(h)), np.ones(len(h))
    # B(α+x, β+t_x−x) / B(α, β) · B(γ, δ+t_x) / B(γ, δ), factor by factor.
    for j in range(int(last.max(initial=0.0))):
        urn = np.where(j < x, p.alpha + j, 1.0) * np.where(j < last - x, p.beta + j, 1.0)
        lived = (p.delta + j) / ((p.alpha + p.beta + j) * (p.gamma + p.delta + j))
        taken += np.log(urn * np.where(j < last, lived, 1.0))
    for step in range(1, int((n - last).max(initial=0.0)) + 1):
        i = n - step
        both = p.gamma + p.delta + i
        walked = p.gamma / both + (p.delta + i) / both * (p.beta + i - x) / (p.alpha + p.beta + i) * quiet
        quiet = np.where(i >= last, walked, quiet)
    return np.asarray(taken + np.log(quiet))
