"""keyworth value: what every customer is worth."""

from typing import Annotated

import typer

from keyworth.cli import answer
from keyworth.cli.drift_answer import told_drift
from keyworth.cli.language import language, t
from keyworth.cli.main import app
from keyworth.cli.options import Book, Debug, Json, Lang, Margin, Model, Seed, Text, left_out, margins_given
from keyworth.runs.defaults import DISCOUNT, HORIZON, VALUED_BY
from keyworth.units import Discount, Horizon, parse_day
from keyworth.words import Message


@app.command(
    "value",
    help=t(
        Message(
            "Value every customer as of a day, and store the value book in the book.\n\n"
            "Examples:\n\n"
            "keyworth value BOOK --as-of 2025-12-31 --horizon 1y --margin 30%\n\n"
            "keyworth value BOOK --margin 酒水=60% --margin 25%"
        )
    ),
)
def value(
    book: Book,
    as_of: Annotated[
        Text, left_out("--as-of", told=Message("The day; the last order's by default."), metavar="DATE")
    ] = None,
    horizon: Annotated[
        str, typer.Option("--horizon", help=t(Message("How far ahead: 1y, 12m, 39w, 90d.")), metavar="TIME")
    ] = HORIZON,
    discount: Annotated[
        str,
        typer.Option("--discount", help=t(Message("What a year takes off the future's worth.")), metavar="RATE"),
    ] = DISCOUNT,
    margin: Margin = None,
    model: Model = VALUED_BY,
    seed: Seed = 1,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.build_values import ValueRequest, build_values
    from keyworth.runs.drift_of_book import drift_since_last_book
    from keyworth.runs.facts import value_facts, value_notes, why_these_models
    from keyworth.runs.value_records import told_paces

    request = ValueRequest(
        as_of=parse_day(as_of, "--as-of"),
        horizon=Horizon.parse(horizon, "--horizon"),
        discount=Discount.parse(discount, "--discount"),
        margins=margins_given(margin),
        model=model,
        seed=seed,
    )
    with answer.progress(Message("Valuing")) as step:
        found = build_values(book, request, step=step)
        step(Message("Comparing with what the value book before expected"))
        before = drift_since_last_book(book, found)
    base, still = found.base, found.customers.still_customers
    if json:
        answer.machine(
            {
                "book_id": found.book_id,
                "as_of": found.as_of,
                "currency": found.currency,
                "basis": found.basis,
                "model": found.buying.name,
                "spending": None if found.spending is None else found.spending.name,
                "because": [
                    one
                    for choice in (found.choice, found.spend_choice)
                    if choice
                    for one in (*choice.because, *choice.about_pace)
                ],
                "pace": found.options.pace,
                "paces": told_paces(found.options.paces),
                "converged": all(
                    model.converged for model in (found.buying, found.risk, found.spending) if model is not None
                ),
                "customers": len(found),
                "known_customers": found.known_customers,
                "knows_who_left": found.knows_who_left,
                "still_customers": None if still is None else round(still, 2),
                "horizon_days": found.options.horizon_days,
                "horizon_value": _money(base.expected),
                "residual_value": _money(base.residual_value),
                "beyond_ledger": base.beyond_ledger,
                "total_value": _money(base.expected),
                "interval_80": [_money(base.interval_80.low), _money(base.interval_80.high)],
                "interval_95": [_money(base.interval_95.low), _money(base.interval_95.high)],
                "expected_purchases": round(base.expected_purchases, 2),
                "past_origins": len(base.origins),
                "past_origins_judged": base.judged,
                "past_origins_inside_80": base.inside_80,
                "ledger_version": found.ledger_version,
                "drift": None if before is None else {"since": before[0], **told_drift(before[1])},
                "notes": value_notes(found),
            }
        )
        return
    answer.facts(*value_facts(found, language()))
    for note in (*why_these_models(found), *value_notes(found)):
        answer.line(note)
    if before is not None and before[1].kind == "drifted":
        answer.line(Message("Since the value book of {day}: {verdict}", day=before[0], verdict=before[1].verdict))
    answer.line(Message("Next: keyworth report {book} -o report.html", book=str(book)))


def _money(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 2)
