"""How it was computed and what it cannot know, in words that a general manager reads."""

from collections.abc import Mapping
from datetime import date

from keyworth.behaviour import TITLES
from keyworth.report.content import ReportContent
from keyworth.report.voice import Voice
from keyworth.value import CANNOT_TELL, Basis, broken_promise, for_analysts
from keyworth.words import Message, shown


def cautions(content: ReportContent, voice: Voice) -> list[str]:
    """What a reader must know before the figure itself: why it may be wrong by more than its interval says."""
    found = [*content.cautions]
    if not content.base.knows_who_left:
        found.append(CANNOT_TELL)
    if content.base.figure.not_widened is not None:
        found.append(content.base.figure.not_widened)
    broken = broken_promise(content.base.figure)
    if broken is not None:
        found.insert(0, broken)
    return [voice.say(message) for message in found]


def how_sure(content: ReportContent, voice: Voice) -> list[str]:
    """What the interval of the base is made of, and how much of all the future is extrapolation."""
    figure, said = content.base.figure, []
    if figure.origins:
        dates = {"count": len(figure.origins), "dates": _listed(figure.origins, voice)}
        said.append(
            Message(
                "The interval holds what chance does to all customers together and what we do not know of"
                " the model; it was widened by how far totals missed at {count} past dates of this ledger"
                " ({dates}).",
                **dates,
            )
            if content.provenance.model_errors_known
            else Message(
                "The interval holds what chance does to all customers together, but not what we do not know of"
                " the model, which the fit could not tell; it was widened by how far totals missed at {count}"
                " past dates of this ledger ({dates}).",
                **dates,
            )
        )
    if figure.residual_value is not None and content.base.knows_who_left:
        said.append(
            Message(
                "All the time after today together: {value} (residual value, discounted at {rate} a year)."
                " {share} of it lies further ahead than the ledger reaches back: that part is extrapolation.",
                value=voice.amounts.one(figure.residual_value),
                rate=voice.rate(content.provenance.discount.annual),
                share=voice.rate(figure.beyond_ledger),
            )
        )
    return [voice.say(message) for message in said]


def _listed(days: tuple[date, ...], voice: Voice) -> str:
    """A few dates as they are; many as the first and the last."""
    if len(days) <= 4:
        return shown(days, voice.lang)
    ends = (min(days).isoformat(), max(days).isoformat())
    return ("～" if voice.lang == "zh" else " – ").join(ends)


def method(content: ReportContent, voice: Voice) -> list[str]:
    """The steps from orders to value, in the order in which they are taken."""
    made = content.provenance
    said = [
        Message(
            "From each customer's orders we take how often they came back, when they last bought and how long"
            " we have known them. Purchases of one day count once."
        ),
        Message(
            "A model ({model}) reads from everybody's histories together how often people buy and when they"
            " stay away for good. Nobody says goodbye: that somebody has left is a chance, not an entry.",
            model=TITLES[made.buying.name],
        ),
    ]
    if made.spending is not None:
        said.append(
            Message(
                "A second model ({model}) gives what a purchase of each customer brings. Who bought little so"
                " far is drawn towards the average of all.",
                model=TITLES[made.spending.name],
            )
        )
    said += [
        _what_is_expected(content, voice),
        *(_kept_and_at_risk(voice) if content.base.knows_who_left else ()),
        _COUNTED_IN[content.basis],
    ]
    return [voice.say(message) for message in said]


def _what_is_expected(content: ReportContent, voice: Voice) -> Message:
    end = voice.day(content.horizon_end)
    if not content.base.knows_who_left:
        if voice.amounts.counted:
            return Message("Expected purchases are those that the model foretells until {end}.", end=end)
        return Message(
            "Expected {of_what} is the purchases that the model foretells until {end}, times what a purchase brings."
            " It is not discounted, so that it can be set beside what then comes in.",
            of_what=voice.of_what,
            end=end,
        )
    if voice.amounts.counted:
        return Message(
            "Expected purchases are the chance of being still a customer, times the purchases until {end}.", end=end
        )
    return Message(
        "Expected {of_what} is the chance of being still a customer, times the purchases until {end}, times"
        " what a purchase brings. It is not discounted, so that it can be set beside what then comes in.",
        of_what=voice.of_what,
        end=end,
    )


def _kept_and_at_risk(voice: Voice) -> tuple[Message, Message]:
    if voice.amounts.counted:
        kept = Message(
            "Value if kept is here the purchases of the next {span} of someone who is still a customer.",
            span=voice.span,
        )
    else:
        kept = Message("Value if kept is the residual value of someone who is still a customer.")
    return kept, Message(
        "Churn risk has two parts: already gone, and still here but leaving within {span}.", span=voice.span
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
    """What the figures leave out, whatever the ledger, and what is thin in this one."""
    verdicts = [model.verdict for model in content.provenance.models]
    said_elsewhere = (
        CANNOT_TELL,
        content.base.figure.not_widened,
        *content.cautions,
        *verdicts,
        *map(for_analysts, verdicts),
    )
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
        *(note for note in content.limits if note not in said_elsewhere),
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


def absent(content: ReportContent, voice: Voice) -> list[tuple[str, str]]:
    """What the page leaves out, by its title, with why."""
    unknown = Message("These orders do not show who has left for good and who has not.")
    nothing = Message("Nothing is expected of anyone here.")
    knows = content.base.knows_who_left
    reasons = [
        (
            Message("Those at risk"),
            bool(content.at_risk),
            Message("Nobody of high value is more likely to leave than to stay.") if knows else unknown,
        ),
        (Message("Value if kept against churn risk"), content.risk_map is not None, nothing if knows else unknown),
        (Message("Already gone, leaving, staying"), content.churn is not None, unknown),
        (Message("How few customers carry how much"), content.concentration.top_fifth is not None, nothing),
        (Message("Were we right before?"), content.backtest is not None, content.too_short),
    ]
    return [(voice.say(title), voice.say(why)) for title, shown, why in reasons if not shown and why is not None]
