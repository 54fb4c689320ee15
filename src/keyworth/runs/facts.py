"""What every door shows of a result: what it is called, and how much.

Pairs of a title and a value that can be said in any language, but for amounts, which are written for the language
given: how they are rounded depends on it. Nothing is loaded here that the result has not loaded itself.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from keyworth.units import Share
from keyworth.words import Language, Message
from keyworth.words.formatting import estimate, money_change, money_range, rate

if TYPE_CHECKING:
    from keyworth.behaviour import Posterior
    from keyworth.ledger import ImportReport
    from keyworth.runs.backtest_book import BacktestRun
    from keyworth.runs.count_histories import SummaryCounts
    from keyworth.runs.fit_model import FitRun
    from keyworth.runs.fit_season import SeasonRun
    from keyworth.value import BaseFigure, BookComparison, DatedValues

Fact = tuple[Message | str, object]

_MOVES = {
    "came": Message("came"),
    "left": Message("left"),
    "rose": Message("rose"),
    "fell": Message("fell"),
    "steady": Message("steady"),
}


def import_facts(report: "ImportReport") -> list[Fact]:
    """What was read, and what became of it."""
    twice = report.rows_refused_without_customer
    return [
        (Message("rows read"), report.rows_read),
        (Message("rows of orders"), report.rows_of_orders),
        (Message("rows of refunds"), report.rows_of_refunds),
        (Message("rows that are no orders (cancelled, unpaid)"), report.rows_not_orders),
        (Message("rows without a customer, kept apart"), report.rows_without_customer),
        (Message("rows refused"), report.rows_refused),
        *([(Message("rows in both of these counts"), twice)] if twice else []),
        (Message("orders added"), report.orders_added),
        (Message("orders replaced"), report.orders_replaced),
        (Message("orders already known"), report.orders_known),
        (Message("known orders cancelled since"), report.orders_cancelled),
        (Message("refunds added"), report.refunds_added),
        (Message("customers known"), report.customers),
        (Message("ledger version"), report.ledger_version),
    ]


def summary_facts(counts: "SummaryCounts") -> list[Fact]:
    """How many customers there are, and how often they came back."""
    return [
        (Message("as of"), counts.as_of),
        (Message("customers"), counts.customers),
        (Message("repeat purchases"), counts.repeats),
        (Message("customers without a repeat purchase"), counts.zero_repeaters),
        (Message("different histories"), counts.unique_histories),
    ]


def fit_facts(run: "FitRun | SeasonRun") -> list[Fact]:
    """What was fitted to whom, and the parameters with their errors."""
    from keyworth.behaviour import TITLES

    found, errors = run.fit, run.fit.standard_errors or {}
    parameters: list[Fact] = [
        (
            name,
            Message("{value} ± {error}", value=_figure(value), error=_figure(errors[name]))
            if name in errors
            else _figure(value),
        )
        for name, value in asdict(found.parameters).items()
    ]
    return [
        (Message("model"), TITLES[found.model]),
        (Message("as of"), run.as_of),
        (Message("unit of time"), run.unit) if run.unit else (Message("currency"), run.currency),
        (Message("customers"), found.customers),
        *parameters,
        (Message("log-likelihood"), round(found.log_likelihood, 4)),
        (Message("AIC, BIC"), [round(found.aic, 2), round(found.bic, 2)]),
    ]


def posterior_facts(drawn: "Posterior[Any]") -> list[Fact]:
    """Each parameter's median and the interval that holds it 95 times in 100, given the data and the prior."""
    return [
        (
            name,
            Message(
                "{median} (95 in 100 within {low} to {high})",
                median=_figure(median),
                low=_figure(low),
                high=_figure(high),
            ),
        )
        for name, (median, low, high) in drawn.quantiles(0.5, 0.025, 0.975).items()
    ]


def _figure(value: float) -> float | str:
    """A parameter to four decimals; one too small for these keeps its first digits."""
    return round(value, 4) if value >= 0.01 or value == 0 else f"{value:.3g}"


def value_facts(book: "DatedValues", lang: Language) -> list[Fact]:
    """What the base is worth, and how sure that is. Money is called what it is: revenue is never taken for profit."""
    from keyworth.value import BASES

    base, basis, money, still = book.base, BASES[book.basis], book.money, book.customers.still_customers
    within_80, within_95 = _how_surely(base)
    left_out = book.known_customers - len(book)
    facts: list[Fact] = [
        (Message("value book"), book.book_id),
        (Message("as of"), book.as_of),
        (Message("customers"), len(book)),
        *([] if still is None else [(Message("of whom probably still customers"), round(still))]),
        *([(Message("not valued: nothing bought by then, or all given back"), left_out)] if left_out else []),
        (
            Message("{basis} expected within {horizon}", basis=basis, horizon=book.options.horizon),
            estimate(base.expected, money, lang),
        ),
        (
            within_80,
            money_range(base.interval_80.low, base.interval_80.high, money, lang),
        ),
        (
            within_95,
            money_range(base.interval_95.low, base.interval_95.high, money, lang),
        ),
    ]
    if base.residual_value is None:
        return facts
    return [
        *facts,
        (
            Message(
                "residual value ({basis}, discounted at {rate} a year)",
                basis=basis,
                rate=Share(book.options.discount.annual),
            ),
            estimate(base.residual_value, money, lang),
        ),
        (Message("  of which beyond the ledger's own length (extrapolated)"), rate(base.beyond_ledger, lang)),
    ]


def _how_surely(base: "BaseFigure") -> tuple[Message, Message]:
    """What the two intervals are called: how often totals lie in one is only promised where the past kept it."""
    from keyworth.value import broken_promise

    if base.not_widened is not None:  # nor is it known where it was not measured how far totals miss
        return Message("  80% interval by the model alone"), Message("  95% interval by the model alone")
    if broken_promise(base) is not None:
        return Message("  80% interval"), Message("  95% interval")
    return Message("  8 in 10 chance of"), Message("  95 in 100 chance of")


def value_notes(book: "DatedValues") -> tuple[Message, ...]:
    """What a reader must know beside the figures; first, where past totals did not keep what an interval promises."""
    from keyworth.value import broken_promise

    broken = broken_promise(book.base)
    return book.notes if broken is None else (broken, *book.notes)


def why_these_models(book: "DatedValues") -> tuple[Message, ...]:
    """In one sentence for each, where no model was named; the others are in the book."""
    choices = [choice for choice in (book.choice, book.spend_choice) if choice is not None]
    return tuple(one for choice in choices for one in (choice.because[0], *choice.about_pace))


def backtest_facts(run: "BacktestRun") -> list[Fact]:
    """Which model was asked, from which day and how far ahead, and of whom."""
    from keyworth.behaviour import TITLES

    return [
        (Message("model"), TITLES[run.latest.base.buying.model]),
        *(
            ()
            if run.latest.base.spend is None
            else ((Message("model of spending"), TITLES[run.latest.base.spend.fit.model]),)
        ),
        (Message("predicted on"), run.latest.origin.as_of),
        (Message("days held back"), run.holdout_days),
        (Message("customers"), run.purchases.customers),
    ]


def comparison_facts(found: "BookComparison", lang: Language) -> list[Fact]:
    """What both books come to, and who moved between them."""
    from keyworth.value import BASES

    before, after = found.days
    return [
        (Message("counted in"), BASES[found.basis]),
        (Message("total as of {day}", day=before), estimate(found.total_before, found.money, lang)),
        (Message("total as of {day}", day=after), estimate(found.total_after, found.money, lang)),
        *(
            (
                _MOVES[one.move],
                Message(
                    "{customers} {customers:customer|customers}, {change}",
                    customers=one.customers,
                    change=money_change(one.change, found.money, lang),
                ),
            )
            for one in found.movements
        ),
    ]
