"""What went into a report, and what is needed to make it again: labels with their figures."""

from keyworth.behaviour import TITLES
from keyworth.report.content import ReportContent
from keyworth.report.voice import Voice
from keyworth.words import Message, shown
from keyworth.words.formatting import exact_money

Facts = list[tuple[str, str]]


def data_facts(content: ReportContent, voice: Voice) -> Facts:
    """What was read, what of it could not be used, and what became of refunds."""
    data, base = content.data, content.base
    facts = [
        (Message("First and last day"), f"{data.first_day.isoformat()} – {data.last_day.isoformat()}"),
        (Message("Orders"), voice.count(data.orders)),
    ]
    if data.spent is not None:
        facts.append(
            (Message("Spent by these customers"), exact_money(float(round(data.spent)), content.currency, voice.lang))
        )
    facts += [
        (Message("Rows read"), voice.count(data.rows_read)),
        (Message("Rows refused"), voice.count(data.rows_refused)),
        (Message("Rows without a customer"), voice.count(data.rows_without_customer)),
        (Message("Customers in the ledger"), _customers(base.known, base.customers, voice)),
    ]
    if data.refunds_by_reference is not None:
        facts.append(
            (
                Message("Refunded money set against"),
                voice.say(
                    Message(
                        "its order {by_reference}, an earlier purchase of the item {by_item}, only the day {by_date}",
                        by_reference=voice.rate(data.refunds_by_reference),
                        by_item=voice.rate(data.refunds_by_item),
                        by_date=voice.rate(data.refunds_by_date),
                    )
                ),
            )
        )
    return [(voice.say(label), value) for label, value in facts]


def _customers(known: int, valued: int, voice: Voice) -> str:
    """Why the page speaks of fewer people than the ledger knows."""
    if known <= valued:
        return voice.count(known)
    return voice.say(
        Message(
            "{known}; {left_out} of them {left_out:is|are} not in this report: by its day they had bought nothing, or"
            " everything was cancelled or refunded in full",
            known=voice.count(known),
            left_out=voice.count(known - valued),
        )
    )


def provenance_facts(content: ReportContent, voice: Voice) -> Facts:
    """The value book and everything that was chosen for it."""
    made = content.provenance
    facts = [
        (Message("Value book"), made.book_id),
        (Message("As of"), content.as_of.isoformat()),
        (Message("Horizon"), f"{voice.span} ({content.horizon_end.isoformat()})"),
        (Message("Ledger version"), str(made.ledger_version)),
        (Message("Model of buying"), TITLES[made.buying.name]),
        (Message("Time is counted in"), made.unit.said(voice.lang)),
    ]
    if made.spending is not None:
        facts += [
            (Message("Model of spending"), TITLES[made.spending.name]),
            (Message("Left out of the spending model"), voice.count(made.left_out_of_spend)),
            (Message("Discounting"), voice.rate(made.discount.annual)),
        ]
    if made.margins:
        facts.append((Message("Margin given"), _margins(content, voice)))
    facts += [
        (Message("Software"), f"Keyworth {made.software_version}"),
        (Message("Written"), content.written_at.strftime("%Y-%m-%d %H:%M")),
    ]
    return [(voice.say(label), value) for label, value in facts]


def _margins(content: ReportContent, voice: Voice) -> str:
    named = content.provenance.margins
    rest = Message("for everything") if set(named) == {""} else Message("everything else")
    parts = [f"{name or voice.say(rest)} {voice.rate(rate)}" for name, rate in named.items()]
    return shown(parts, voice.lang)
