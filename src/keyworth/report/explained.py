"""How it was computed and what it cannot know, in words that a general manager reads."""

from collections.abc import Mapping
from datetime import date

from keyworth.report.content import ReportContent, SectionName
from keyworth.report.tables import Table
from keyworth.report.voice import Voice
from keyworth.value import Basis
from keyworth.words import Message
from keyworth.words.formatting import UNKNOWN, exact_money, measure


def how_sure(content: ReportContent, voice: Voice) -> list[str]:
    """What the interval of the base is made of."""
    base = content.base
    said = []
    if base.horizon_value.interval_80 is not None:
        if base.widened_by:
            dates = {"count": len(base.widened_by), "dates": _listed(base.widened_by, voice)}
            said.append(
                Message(
                    "The interval holds what chance does to all customers together and what we do not know of"
                    " the model; it was widened by how far totals missed at {count} past dates of this ledger"
                    " ({dates}).",
                    **dates,
                )
                if base.model_errors_known
                else Message(
                    "The interval holds what chance does to all customers together, but not what we do not know of"
                    " the model, which the fit could not tell; it was widened by how far totals missed at {count}"
                    " past dates of this ledger ({dates}).",
                    **dates,
                )
            )
        else:
            said.append(
                base.not_widened
                or Message(
                    "The history is too short to measure how far such totals missed in the past. The interval"
                    " leaves that out, so the truth will miss it more often than it says."
                )
            )
    if base.residual_value is not None:
        beyond = base.beyond_ledger
        said.append(
            Message(
                "All the time after today together: {value} (residual value, discounted at {rate} a year)."
                " {share} of it lies further ahead than the ledger reaches back: that part is extrapolation.",
                value=voice.amounts.one(base.residual_value),
                rate=voice.rate(content.provenance.discount.annual if content.provenance.discount else None),
                share=voice.rate(beyond),
            )
        )
    if base.chance_withheld is not None:
        said.append(base.chance_withheld)
    return [voice.say(message) for message in said]


def _listed(days: tuple[date, ...], voice: Voice) -> str:
    """A few dates as they are; many as the first and the last."""
    if len(days) <= 4:
        return ("、" if voice.lang == "zh" else ", ").join(day.isoformat() for day in days)
    ends = (min(days).isoformat(), max(days).isoformat())
    return ("～" if voice.lang == "zh" else " – ").join(ends)


def method(content: ReportContent, voice: Voice) -> list[str]:
    made = content.provenance
    said = [
        Message(
            "From each customer's orders we take how often they came back, when they last bought and how long"
            " we have known them. Purchases of one day count once."
        ),
        Message(
            "A model ({model}) reads from everybody's histories together how often people buy and when they"
            " stay away for good. Nobody says goodbye: that somebody has left is a chance, not an entry.",
            model=made.model,
        ),
    ]
    if made.spend_model is not None:
        said.append(
            Message(
                "A second model ({model}) gives what a purchase of each customer brings. Who bought little so"
                " far is drawn towards the average of all.",
                model=made.spend_model,
            )
        )
    said += [
        *_what_is_counted(content, voice),
        Message("Churn risk has two parts: already gone, and still here but leaving within {span}.", span=voice.span),
        _COUNTED_IN[content.basis],
        *content.method,
    ]
    return [voice.say(message) for message in said]


def _what_is_counted(content: ReportContent, voice: Voice) -> tuple[Message, ...]:
    end = voice.day(content.horizon_end)
    if voice.amounts.counted:
        return (
            Message(
                "Expected purchases are the chance of being still a customer, times the purchases until {end}.", end=end
            ),
            Message(
                "Value if kept is here the purchases of the next {span} of someone who is still a customer.",
                span=voice.span,
            ),
        )
    return (
        Message(
            "Expected {of_what} is the chance of being still a customer, times the purchases until {end}, times"
            " what a purchase brings. It is not discounted, so that it can be set beside what then comes in.",
            of_what=voice.of_what,
            end=end,
        ),
        Message("Value if kept is the residual value of someone who is still a customer."),
    )


_COUNTED_IN: Mapping[Basis, Message] = {
    "margin": Message("All money here is margin: what remains of revenue after the cost of what was sold."),
    "revenue": Message("All money here is revenue: what customers pay, before any cost. Costs are not known."),
    "purchases": Message(
        "Everything here is counted in purchases, days on which somebody bought, because the orders carry no"
        " amounts, or too few to learn from. Whoever buys more is worth more, however much they pay."
    ),
}


def limits(content: ReportContent, voice: Voice) -> list[str]:
    said = [
        Message("Only customers who have already bought are counted. Those whom you will still win are not in it."),
        Message(
            "The model sees orders only: no promotion, no price, no competitor, no season, and nothing that you"
            " will do from now on. It says what comes if everything stays as it was."
        ),
        Message(
            "A single customer's figure is rough, the sum of many is not. Use the lists to choose whom to look"
            " after, not to promise an amount."
        ),
        *content.limits,
    ]
    if content.data.maybe_older:
        said.append(
            Message(
                "The first purchase of up to {customers} may lie before the ledger begins ({first}): they may"
                " be older than they look.",
                customers=voice.customers(content.data.maybe_older),
                first=voice.day(content.data.first_day),
            )
        )
    return [voice.say(message) for message in said]


def data_facts(content: ReportContent, voice: Voice) -> list[tuple[str, str]]:
    data = content.data
    facts = [
        (Message("First and last day"), f"{data.first_day.isoformat()} – {data.last_day.isoformat()}"),
        (Message("Orders"), voice.count(data.orders)),
        (Message("Rows read"), voice.count(data.rows_read)),
        (Message("Rows refused"), voice.count(data.rows_refused)),
        (Message("Rows without a customer"), voice.count(data.rows_without_customer)),
    ]
    if data.spent is not None:
        facts.insert(2, (Message("Spent in all"), exact_money(float(round(data.spent)), content.currency, voice.lang)))
    matched = (data.refunds_by_reference, data.refunds_by_item, data.refunds_by_date)
    if any(share is not None for share in matched):
        shares = [voice.rate(share) for share in matched]
        facts.append(
            (
                Message("Refunded money set against"),
                voice.say(
                    Message(
                        "its order {by_reference}, an earlier purchase of the item {by_item}, only the day {by_date}",
                        by_reference=shares[0],
                        by_item=shares[1],
                        by_date=shares[2],
                    )
                ),
            )
        )
    return [(voice.say(label), value) for label, value in facts]


def provenance_facts(content: ReportContent, voice: Voice) -> list[tuple[str, str]]:
    made = content.provenance
    spending, money = [], []
    if made.spend_model is not None:
        spending = [(Message("Model of spending"), made.spend_model)]
        money = [
            (Message("Discounting"), voice.rate(made.discount.annual if made.discount else None)),
            (Message("Left out of the spending model"), voice.count(made.left_out_of_spend)),
        ]
    facts = [
        (Message("Value book"), made.book_id or UNKNOWN),
        (Message("As of"), content.as_of.isoformat()),
        (Message("Horizon"), f"{voice.span} ({content.horizon_end.isoformat()})"),
        (Message("Ledger version"), str(made.ledger_version)),
        (Message("Model of buying"), made.model),
        *spending,
        (Message("Time is counted in"), made.unit.said(voice.lang)),
        *money,
        (Message("Options"), " ".join(f"{name} {value}".strip() for name, value in made.options) or UNKNOWN),
        (Message("Software"), f"Keyworth {made.software_version}"),
        (Message("Written"), content.written_at.strftime("%Y-%m-%d %H:%M")),
    ]
    return [(voice.say(label), value) for label, value in facts]


def parameter_table(content: ReportContent, voice: Voice) -> Table | None:
    found = content.provenance.parameters
    if not found:
        return None
    head = tuple(voice.say(m) for m in (Message("Parameter"), Message("Value"), Message("Standard error")))
    return Table(head, tuple((one.name, measure(one.value, 4), measure(one.standard_error, 2)) for one in found))


MISSING: Mapping[SectionName, Message] = {
    "concentration": Message("Nothing is expected of anyone, so nobody carries anything. It appears with orders."),
    "rfm": Message("It appears as soon as the ledger holds customers with purchases."),
    "risk_map": Message(
        "It needs an amount for each order and a model that can tell who has left. It then shows whom to keep."
    ),
    "churn": Message(
        "This book's model cannot tell whether someone who bought once has left, so no chances are shown."
        " Value the book with MBG/NBD to see them."
    ),
    "cohorts": Message("It appears as soon as the ledger holds customers with purchases."),
    "tracking": Message("It appears after some ten weeks of orders in which customers come back."),
    "repeat_counts": Message("It appears as soon as customers have come back."),
    "top": Message("Nobody is expected to buy again yet. The list fills with the first repeat purchases."),
    "at_risk": Message(
        "It needs a model that can tell who has left, and an amount for each order. Value the book with"
        " MBG/NBD to see it."
    ),
    "backtest": Message(
        "The history is too short to hold back its end and compare. It appears with about twice the hold-out"
        " period of orders; run keyworth backtest to choose a shorter one."
    ),
}


TITLES: Mapping[SectionName, Message] = {
    "at_risk": Message("Those at risk"),
    "risk_map": Message("Value if kept against churn risk"),
    "churn": Message("Already gone, leaving, staying"),
    "top": Message("Top customers"),
    "concentration": Message("How few customers carry how much"),
    "rfm": Message("RFM: how recently, how often"),
    "cohorts": Message("When customers came"),
    "tracking": Message("Does the model follow what happens?"),
    "repeat_counts": Message("Customers by number of repeat purchases"),
    "backtest": Message("Were we right before?"),
}


def absent(content: ReportContent, voice: Voice, shown: set[str]) -> list[tuple[str, str]]:
    """What the page leaves out, with why, and what would fill it; `shown` are the charts that it has."""
    drawn = {"cohorts": "cohort_value", "tracking": "tracking_weekly"}
    there = {
        "at_risk": bool(content.at_risk),
        "top": bool(content.top),
        "backtest": content.backtest is not None,
    }
    return [
        (voice.say(title), voice.say(content.missing.get(name, MISSING[name])))
        for name, title in TITLES.items()
        if not there.get(name, drawn.get(name, name) in shown)
    ]
