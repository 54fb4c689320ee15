"""Groups that borrow from one another: between one fit for all and a fit for each."""

from dataclasses import replace

import numpy as np
import pytest
from every_model import CASES

from keyworth.behaviour import (
    GAMMA_GAMMA,
    MBG_NBD,
    MODELS,
    MbgNbdParameters,
    PurchaseHistories,
    SpendHistories,
    pooled,
)
from keyworth.behaviour.covariates.processes import PROCESSES
from keyworth.behaviour.parameters import as_array, from_array
from keyworth.errors import HistoryRefused, NotEnoughHistory, OptionRefused

TRUE_SPREAD = 0.5
SIZES = [25] * 7 + [300] * 4


def shops(name="mbg-nbd", seed=3, sizes=SIZES, spread=TRUE_SPREAD):
    """Customers of shops that differ in buying alone: the histories, whose each is, and what each shop has of it."""
    rng = np.random.default_rng(seed)
    model = MODELS[name]
    p = from_array(model.parameter_kind, CASES[name].example)
    own = rng.normal(0.0, spread, len(sizes))
    told = []
    for shop, size in enumerate(sizes):
        h = model.simulate(replace(p, alpha=p.alpha * np.exp(-own[shop])), rng.integers(189, 365, size) / 7, seed=shop)
        told.append((h.repeats, h.last_repeat, h.observed_for, h.log_gaps))
    x, last, observed, gaps = np.hstack(told)
    names = np.repeat([f"shop {shop:02d}" for shop in range(len(sizes))], sizes)
    return PurchaseHistories.from_columns(x, last, observed, log_gaps=gaps), names, own


@pytest.fixture(scope="module")
def chain():
    h, names, own = shops()
    return h, names, own, pooled(MBG_NBD, h, names)


def of_shop(fit):
    logs = np.log([each.parameters.alpha for each in fit.groups])
    return logs.mean() - logs


def test_how_much_groups_differ_is_found_and_small_ones_borrow(chain):
    h, names, own, fit = chain
    assert fit.converged
    assert fit.spreads["buying"] == pytest.approx(own.std(), abs=0.2)
    assert fit.lift.p_value < 1e-4
    alone = pooled(MBG_NBD, h, names, processes=["buying"], spread=np.inf)
    truth = own - own.mean()
    error, error_alone = (np.sqrt(np.mean((of_shop(each) - truth) ** 2)) for each in (fit, alone))
    assert error < error_alone
    widths = {each.customers: np.log(each.high["alpha"] / each.low["alpha"]) for each in fit.groups}
    assert widths[300] < widths[25]
    assert len(fit.plain.parameters.__dataclass_fields__) < fit.effective_parameters < 4 + 2 * len(SIZES)
    assert fit.log_likelihood > fit.plain.log_likelihood


def test_no_spread_is_one_fit_for_all(chain):
    h, names, _, _ = chain
    fit = pooled(MBG_NBD, h, names, spread=0.0)
    plain = MBG_NBD.fit(h)
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    for each in fit.groups:
        assert as_array(each.parameters) == pytest.approx(as_array(plain.parameters), rel=1e-6)
    error = np.log(fit.groups[0].high["alpha"] / fit.groups[0].low["alpha"]) / (2 * 1.959963984540054)
    assert error == pytest.approx(np.sqrt(plain.covariance[1, 1]), rel=1e-3)


def test_an_endless_spread_in_everything_is_a_fit_for_each():
    h, names, _ = shops(sizes=[400, 500, 600])
    fit = pooled(MBG_NBD, h, names, processes=MBG_NBD.parameter_names, spread=np.inf)
    for each in fit.groups:
        alone = MBG_NBD.fit(h.rows(np.flatnonzero(names == each.name)))
        assert alone.converged
        assert as_array(each.parameters) == pytest.approx(as_array(alone.parameters), rel=1e-3)
        error = np.log(each.high["a"] / each.low["a"]) / (2 * 1.959963984540054)
        assert error == pytest.approx(np.sqrt(alone.covariance[2, 2]), rel=2e-2)


@pytest.mark.slow
def test_groups_that_do_not_differ_are_told_so(chain):
    h, names, _, _ = chain
    mixed = np.random.default_rng(8).permutation(names)
    fit = pooled(MBG_NBD, h, mixed)
    assert fit.converged
    assert fit.lift.p_value > 0.01
    assert max(fit.spreads.values()) < 0.15
    alike = pooled(MBG_NBD, h, mixed, spread=0.0)
    assert str(alike.verdict) == "Groups differ by no more than chance: one fit for all serves every group."


def test_the_spread_found_is_the_likeliest(chain):
    """The rounds end where Laplace's approximation of the groups' likelihood is highest, but for its third slopes."""
    from keyworth.behaviour.covariates import pooled as room

    h, names, _, fit = chain
    heights = {}
    settled = room.settle

    def watched(*arguments):
        found = settled(*arguments)
        heights[arguments[2]["buying"]] = found.evidence
        return found

    found = fit.spreads["buying"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "settle", watched)
        for factor in (0.9, 1.0, 1.1):
            pooled(MBG_NBD, h, names, processes=["buying"], spread=found * factor)
    assert heights[found] > heights[found * 0.9]
    assert heights[found] > heights[found * 1.1]


def test_a_new_group_has_everybodys_parameters_and_is_told(chain):
    h, _, _, fit = chain
    own = fit.customers_of(["shop 00", "shop 99"])
    assert own.unknown == {"group": 1}
    assert isinstance(fit.parameters, MbgNbdParameters)
    assert own.parameters[own.which[1]] == fit.parameters
    assert own.chance_alive(h.rows(slice(0, 2)))[0] == MBG_NBD.chance_alive(
        fit.group("shop 00").parameters, h.rows(slice(0, 1))
    )


def test_spending_is_pooled_too():
    rng = np.random.default_rng(4)
    group = np.repeat(np.arange(8), [20] * 5 + [200] * 3)
    own = rng.normal(0.0, 0.4, 8)[group]
    repeats = rng.integers(1, 5, len(group))
    rate = rng.gamma(4.0, 1.0, len(group)) / (15.0 * np.exp(own))
    mean = np.array([rng.gamma(6.0, 1.0 / each, k).mean() for each, k in zip(rate, repeats, strict=True)])
    fit = pooled(GAMMA_GAMMA, SpendHistories.from_columns(repeats, mean), group)
    assert 0.2 < fit.spreads["spending"] < 0.8
    assert [each.name for each in fit.groups] == [str(each) for each in range(8)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name in MODELS if name in PROCESSES and name not in ("mbg-nbd", "ggompertz-nbd")]
)
def test_every_model_pools(name):
    h, names, own = shops(name, sizes=[20] * 6 + [200] * 4)
    fit = pooled(MODELS[name], h, names)
    assert fit.converged
    assert fit.lift.p_value < 0.01
    assert np.corrcoef(of_shop(fit), own)[0, 1] > 0.6


@pytest.mark.slow
def test_a_model_richer_than_what_happened_says_so():
    h, names, _ = shops("ggompertz-nbd", sizes=[20] * 6 + [200] * 4)
    fit = pooled(MODELS["ggompertz-nbd"], h, names, spread=TRUE_SPREAD)
    assert not fit.converged
    assert "s and beta ran to the edge" in str(fit.verdict) or "s ran to the edge" in str(fit.verdict)
    assert fit.groups[0].high["s"] == np.inf


def test_too_few_and_too_many_groups_are_refused(chain):
    h, names, _, _ = chain
    with pytest.raises(NotEnoughHistory, match="2 groups tell nothing"):
        pooled(MBG_NBD, h, np.where(names == "shop 00", "a", "b"))
    with pytest.raises(HistoryRefused, match="300 can be told apart"):
        pooled(MBG_NBD, h, np.arange(len(h)))


def test_a_spread_that_makes_no_sense_is_refused(chain):
    h, names, _, _ = chain
    for spread in (-1.0, np.nan, {"spending": 0.2}):
        with pytest.raises(OptionRefused, match="A spread is 0 or more"):
            pooled(MBG_NBD, h, names, spread=spread)
