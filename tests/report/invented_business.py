"""A business that never was, with a report's every section filled by a seeded simulation."""

import dataclasses
from datetime import date, datetime, timedelta

import numpy as np

from keyworth.backtest import DECIDING, GroupRow, OriginTotal, RepeatCounts, Scores, Tracking
from keyworth.report import content as c
from keyworth.report import risk_map
from keyworth.units import Discount, Horizon, TimeUnit
from keyworth.value import (
    BaseFigure,
    Basis,
    Interval,
    ModelChoice,
    ModelUsed,
    TriedModel,
    churn_split,
    cohorts_by_quarter,
    concentration,
    most_at_stake,
    rfm_grid,
    thresholds_by_share,
)
from keyworth.words import Message

AS_OF = date(2026, 11, 22)
FIRST = date(2023, 11, 23)
RATE, LAST_YEAR = Message("same rate as so far"), Message("last year again")
NAMES = (
    "苏州恒泽精密机械制造有限公司",
    "上海锦程国际物流有限公司",
    "古丽娜尔·买买提",
    "欧阳婧怡",
    "Harbour & Finch Trading",
    "宁波北仑港联合仓储物流及供应链管理股份有限公司苏州工业园区第二分公司综合采购部",
    "王莉",
    "南京云锦文化传播有限公司",
    "Elena O’Rourke",
    "湖州南浔古镇文旅发展有限公司",
)


def filled(customers: int = 6218, seed: int = 7, basis: Basis = "margin", scale: float = 1.0) -> c.ReportContent:
    rng = np.random.default_rng(seed)
    n = customers
    born = rng.integers(0, 1060, n)
    observed = 1095.0 - born
    rate = rng.gamma(0.6, 1 / 24, n)
    stays = rng.beta(1.6, 3.0, n)
    life = rng.exponential(900 * stays + 30, n)
    active = np.minimum(life, observed)
    repeats = rng.poisson(rate * active)
    last = np.where(repeats > 0, active * rng.beta(np.maximum(repeats, 1), 1), 0.0)
    worth = 260 * rng.gamma(2.5, 1 / rng.gamma(4, 1 / 3, n)) * scale
    expected_rate = (0.6 + repeats) / (24 + observed)
    gap = observed - last
    chance = 1 / (1 + 0.35 * np.exp(np.minimum(gap * expected_rate * 0.55 - 1.5, 30)))
    leaving = chance * 0.25 * (1 - stays)
    value = chance * expected_rate * 310 * worth
    kept = np.minimum(expected_rate * 900, 60) * worth
    spent = (repeats + 1) * worth
    order = np.argsort(-value)
    total = float(value.sum())
    stake = kept * (1 - chance + leaving)
    prevent, win_back = most_at_stake(kept, 1 - chance, leaving, thresholds_by_share(kept))

    def name(place: int, row: int) -> str:
        return NAMES[place % len(NAMES)] if place % 4 else f"{100000 + row:08d}"

    def when(index: int) -> date:
        return AS_OF - timedelta(days=int(gap[index]))

    top = tuple(
        c.TopCustomer(
            customer=name(place, int(i)),
            value=float(value[i]),
            median=float(value[i] * 0.93),
            interval_50=Interval(float(value[i] * 0.75), float(value[i] * 1.2)),
            interval_80=Interval(float(value[i] * (0.5 if place % 5 else 0.1)), float(value[i] * 1.6)),
            share=float(value[i] / total),
            chance=float(chance[i]),
            last_purchase=when(i),
            reason=Message("gone {gone}, leaving {leaving}", gone="23%", leaving="12%"),
        )
        for place, i in enumerate(order[:20])
    )
    at_risk = tuple(
        c.AtRiskCustomer(
            customer=name(place + 1, int(i)),
            at_stake=float(stake[i]),
            value_if_kept=float(kept[i]),
            gone=float(1 - chance[i]),
            leaving=float(leaving[i]),
            win_back=place >= len(prevent),
            last_purchase=when(i),
            reason=Message("gone {gone}, leaving {leaving}", gone="23%", leaving="12%"),
        )
        for place, i in enumerate([*prevent, *win_back])
    )
    weeks = 156
    season = 1 + 0.25 * np.sin(np.arange(weeks) / 52 * 2 * np.pi)
    expected = np.minimum(np.arange(weeks) * 3.2, 330) * 1.0
    actual = rng.poisson(np.maximum(expected * season, 0.5)).astype(float)
    totals = tuple(
        OriginTotal(
            origin=date(2025, 2, 22) + timedelta(days=91 * k),
            end=date(2025, 2, 22) + timedelta(days=91 * (k + 1)),
            customers=n,
            expected=total * (0.7 + 0.06 * k),
            actual=total * (0.7 + 0.06 * k) * m,
            interval_80=Interval(total * (0.64 + 0.06 * k), total * (0.77 + 0.06 * k)),
            interval_95=Interval(total * (0.60 + 0.06 * k), total * (0.81 + 0.06 * k)),
        )
        for k, m in enumerate((1.02, 0.96, 1.13, 1.04))
    )
    histogram = np.bincount(np.minimum(repeats, 10), minlength=11)
    return c.ReportContent(
        business="江南里餐饮",
        as_of=AS_OF,
        currency="CNY",
        basis=basis,
        horizon=Horizon.parse("12m"),
        written_at=datetime(2026, 11, 23, 9, 12),
        base=c.BaseWorth(
            figure=figure(total, float((chance * kept).sum()), tuple(one.origin for one in totals)),
            customers=n,
            known=n + 39,
            same_span_before=total * 1.08,
            still_customers=float(chance.sum()),
        ),
        data=c.DataNotes(
            first_day=FIRST,
            last_day=AS_OF,
            orders=int((repeats + 1).sum()),
            spent=float(spent.sum()),
            rows_read=int((repeats + 1).sum()) + 412,
            rows_refused=37,
            rows_without_customer=375,
            refunds_by_reference=0.81,
            refunds_by_item=0.12,
            refunds_by_date=0.07,
            maybe_older=1203,
        ),
        provenance=c.Provenance(
            book_id="7f3a2c11d0e94b58",
            ledger_version=12,
            software_version="0.1.0",
            unit=TimeUnit.WEEK,
            discount=Discount.parse("10%"),
            buying=model("mbg-nbd", r=(0.6012, 0.0113), alpha=(3.412, 0.141), a=(0.811, 0.062), b=(2.07, 0.21)),
            spending=model("gamma-gamma", p=(2.48, 0.09), q=(3.98, 0.14), gamma=(782.0, 41.0)),
            left_out_of_spend=14,
            margins={"酒水": 0.6, "": 0.3} if basis == "margin" else {},
            choice=chosen(("mbg-nbd", 0.0), ("pareto-nbd", 0.0009), ("bg-nbd", 0.0411)),
            spend_choice=chosen(("root-gamma-gamma", 0.0), ("gamma-gamma", 0.0082)),
        ),
        concentration=concentration(value),
        rfm=rfm_grid(gap, repeats + 1.0, spent, value, chance),
        risk_map=risk_map(kept, 1 - chance + leaving, chance * kept),
        churn=churn_split(kept, 1 - chance, leaving),
        cohorts=cohorts_by_quarter(
            np.datetime64(FIRST) + born.astype("timedelta64[D]"), spent=spent, value=value, chance=chance
        ),
        repeat_counts=RepeatCounts(histogram, histogram * rng.normal(1, 0.05, 11)),
        top=top,
        at_risk=at_risk,
        backtest=c.Backtest(
            holdout_days=91,
            totals=totals,
            measured=(
                c.Measured("purchases", scores(0.021, 1.42, 0.63), ((RATE, scores(0.3, 1.61, 0.5)),)),
                c.Measured(
                    "margin" if basis == "margin" else "revenue",
                    scores(-0.034, 512.0 * scale, 0.58),
                    ((RATE, scores(0.2, 588.0 * scale, 0.4)), (LAST_YEAR, scores(0.1, 497.0 * scale, None))),
                ),
            ),
            verdicts=(
                Message("{what}: the model does at least as well as “{rule}” on every measure.",
                        what=Message("purchases"), rule=RATE),
            ),
            deciles=tuple(GroupRow(i + 1, 10, 90.0 - 9 * i, 88.0 - 8 * i) for i in range(10)),
            by_past_repeats=tuple(GroupRow(i, 40 - 4 * i, 8.0 * i + 2, 7.0 * i + 3) for i in range(8)),
            tracking=Tracking(np.arange(weeks) * 7 + 6, actual, expected),
        ),
    )  # fmt: skip


def figure(expected: float, residual: float | None, origins: tuple[date, ...] = ()) -> BaseFigure:
    """A base figure some per cent wide."""
    wide = {80: Interval(expected * 0.94, expected * 1.064), 95: Interval(expected * 0.91, expected * 1.1)}
    return BaseFigure(
        expected=expected,
        median=expected,
        interval_80=wide[80],
        interval_95=wide[95],
        model_80=wide[80],
        model_95=wide[95],
        model_sd=expected / 50,
        expected_purchases=expected / 260,
        residual_value=residual,
        beyond_ledger=None if residual is None else 0.22,
        widened_by=0.02,
        origins=origins,
        not_widened=None if origins else Message("{count} {count:customer|customers}", count=0),
    )


def chosen(*tried: tuple[str, float]) -> ModelChoice:
    """A choice by two past days of the first of the models tried, each so far behind it."""
    return ModelChoice(
        because=(Message("{model}: the only model that could be fitted at past days.", model="MBG/NBD"),),
        origins=(date(2024, 11, 22), date(2025, 11, 22)),
        holdout_days=365,
        tried=tuple(
            TriedModel(
                name,
                chosen=by == 0,
                within_noise=by < 0.002,
                behind=dict.fromkeys(DECIDING, (by, by - 0.001 * (by > 0), by + 0.004 * (by > 0))),
            )
            for name, by in tried
        ),
    )


def model(name: str, **parameters: tuple[float, float]) -> ModelUsed:
    return ModelUsed(
        name=name,
        parameters={key: value for key, (value, _) in parameters.items()},
        standard_errors={key: error for key, (_, error) in parameters.items()},
        log_likelihood=-1.0,
        converged=True,
        verdict=Message("Value if kept"),
    )


def scores(bias: float, mae: float, spearman: float | None) -> Scores:
    return Scores(100, 1.0, 1.0, bias, mae, 2 * mae, spearman, 0.7, 0.6, 0.81, 0.94)


def bare(why: Message) -> c.ReportContent:
    """A handful of customers of whom the fit can tell nothing, and a history too short to look back in."""
    few = filled(5)
    return dataclasses.replace(
        few,
        currency="XXX",
        basis="revenue",
        base=dataclasses.replace(few.base, figure=figure(0.0, 0.0), known=5, still_customers=None),
        provenance=dataclasses.replace(few.provenance, spending=None, margins={}, choice=None, spend_choice=None),
        concentration=concentration(np.zeros(5)),
        rfm=dataclasses.replace(few.rfm, chance=None),
        cohorts=tuple(dataclasses.replace(one, still_customers=None) for one in few.cohorts),
        top=tuple(dataclasses.replace(one, chance=None) for one in few.top),
        risk_map=None,
        churn=None,
        at_risk=(),
        backtest=None,
        too_short=why,
    )
