"""What each section says in one or two sentences: the finding first, for one who reads nothing else."""

import numpy as np

from keyworth.report.content import ReportContent
from keyworth.report.labels import cohort_label
from keyworth.report.voice import Voice
from keyworth.words import Message


def base_sentence(content: ReportContent, voice: Voice) -> str:
    worth = content.base.horizon_value
    if worth.interval_80 is None:
        return voice.say(
            Message(
                "Expected {of_what} of the next {span}: {value}; how sure this is was not computed.",
                of_what=voice.of_what,
                span=voice.span,
                value=voice.amounts.one(worth.expected),
            )
        )
    return voice.say(
        Message(
            "Expected {of_what} of the next {span}: {value}, with an 8 in 10 chance of {range}.",
            of_what=voice.of_what,
            span=voice.span,
            value=voice.amounts.one(worth.expected),
            range=voice.amounts.between(worth.interval_80),
        )
    )


def concentration_sentence(content: ReportContent, voice: Voice) -> str:
    found = content.concentration
    assert found is not None
    top = (voice.rate(0.2), voice.rate(found.top_fifth))
    if top == (voice.rate(found.for_four_fifths), voice.rate(0.8)):  # the rule itself: once is enough
        return voice.say(
            Message(
                "The most valuable {fifth} of customers carry {share} of the expected {of_what}.",
                fifth=top[0],
                share=top[1],
                of_what=voice.of_what,
            )
        )
    return voice.say(
        Message(
            "The most valuable {fifth} of customers carry {share} of the expected {of_what}; {few} carry {most}.",
            fifth=voice.rate(0.2),
            share=voice.rate(found.top_fifth),
            of_what=voice.of_what,
            few=voice.rate(found.for_four_fifths),
            most=voice.rate(0.8),
        )
    )


def rfm_sentence(content: ReportContent, voice: Voice) -> str:
    """Where the most is expected, and the cell that is slipping: often here once, long not seen."""
    grid = content.rfm
    assert grid is not None
    total = float(np.nansum(grid.value))
    if not total > 0:
        return voice.say(Message("Nothing is expected of anyone here."))
    recent = float(np.nansum(grid.value[0])) / total
    often = grid.customers[2:, grid.customers.shape[1] // 2 :].sum() if grid.customers.shape[0] > 2 else 0
    return voice.say(
        Message(
            "Who bought most recently (first row) carries {share} of what is expected. Once frequent, but not"
            " seen for a long time (lower right): {customers}.",
            share=voice.rate(recent),
            customers=voice.customers(int(often)),
        )
    )


def risk_map_sentence(content: ReportContent, voice: Voice) -> str:
    found = content.risk_map
    assert found is not None
    prevent = next(one for one in found.quadrants if one.name == "prevent")
    if not prevent.customers:
        return voice.say(
            Message(
                "Nobody worth {threshold} or more if kept is at a churn risk of {risk} or more.",
                threshold=voice.amounts.in_words(found.value_threshold),
                risk=voice.rate(found.risk_threshold),
            )
        )
    return voice.say(
        Message(
            "Worth {threshold} or more if kept, and at a churn risk of {risk} or more: {customers}. Act here first.",
            customers=voice.customers(prevent.customers),
            threshold=voice.amounts.in_words(found.value_threshold),
            risk=voice.rate(found.risk_threshold),
        )
    )


def churn_sentence(content: ReportContent, voice: Voice) -> str:
    split = content.churn
    assert split is not None
    gone, leaving, staying = voice.shares([split.gone, split.leaving, split.staying])
    return voice.say(
        Message(
            "Of all customers, {gone} have probably left already, {leaving} are here but will leave within"
            " {span}, {staying} stay.",
            gone=gone,
            leaving=leaving,
            staying=staying,
            span=voice.span,
        )
    )


def cohort_sentence(content: ReportContent, voice: Voice) -> str:
    cohorts = content.cohorts
    assert cohorts
    worth = [cohort.value or 0.0 for cohort in cohorts]
    best, total = cohorts[worth.index(max(worth))], sum(worth)
    return voice.say(
        Message(
            "Most is expected of those who first bought in {when}: {value}, {share} of the whole.",
            when=cohort_label(best, voice),
            value=voice.amounts.in_words(max(worth)),
            share=voice.rate(max(worth) / total if total > 0 else None),
        )
    )


def tracking_sentence(content: ReportContent, voice: Voice) -> str:
    found = content.tracking
    assert found is not None
    unseen = np.array([found.fitted_until is not None and day > found.fitted_until for day in found.days], dtype=bool)
    after = bool(unseen.any())
    chosen = unseen if after else np.ones(len(found.days), dtype=bool)
    came, expected = float(np.nansum(found.actual[chosen])), float(np.nansum(found.expected[chosen]))
    values = {
        "came": voice.count(came),
        "expected": voice.count(expected),
        "off": voice.difference(expected / came - 1 if came > 0 else None),
    }
    if after:
        return voice.say(
            Message(
                "In the time that the model had not seen, {expected} repeat purchases were expected and"
                " {came} came ({off}).",
                **values,
            )
        )
    return voice.say(Message("{expected} repeat purchases were expected so far and {came} came ({off}).", **values))


def repeat_sentence(content: ReportContent, voice: Voice) -> str:
    found = content.repeat_counts
    assert found is not None
    once = float(found.actual[0]) / max(float(found.actual.sum()), 1.0)
    return voice.say(
        Message(
            "{share} of customers bought once and never again; the model expects {expected}.",
            share=voice.rate(once),
            expected=voice.rate(float(found.expected[0]) / max(float(found.expected.sum()), 1e-12)),
        )
    )


def backtest_sentence(content: ReportContent, voice: Voice) -> str:
    found = content.backtest
    assert found is not None
    held = [one for one in found.origins if one.interval_80 is not None]
    inside = sum(one.interval_80.low <= one.actual <= one.interval_80.high for one in held if one.interval_80)
    if not held:
        return voice.say(Message("The history is too short to look back from an earlier date."))
    return voice.say(
        Message(
            "We looked back to past dates ({origins}) and forecast the next {days} days; the actual total lay"
            " within the 80% interval at {inside} of them.",
            origins=len(held),
            days=found.holdout_days,
            inside=inside,
        )
    )


def brief(content: ReportContent, voice: Voice) -> list[tuple[str, str]]:
    """The report in a few sentences, each with the section that proves it."""
    said = []
    if content.concentration is not None and content.concentration.top_fifth is not None:
        said.append(("concentration", concentration_sentence(content, voice)))
    if content.at_risk:
        gone = sum(one.win_back for one in content.at_risk)
        said.append(
            (
                "at-risk",
                voice.say(
                    Message(
                        "Those whose leaving would cost most put {value} at stake: {here} still here to call on,"
                        " {gone} probably gone to win back.",
                        value=voice.amounts.in_words(sum(one.at_stake for one in content.at_risk)),
                        here=voice.customers(len(content.at_risk) - gone),
                        gone=voice.customers(gone),
                    )
                ),
            )
        )
    if content.risk_map is not None:
        said.append(("risk-map", risk_map_sentence(content, voice)))
    if content.churn is not None:
        said.append(("churn", churn_sentence(content, voice)))
    if content.backtest is not None and content.backtest.origins:
        said.append(("backtest", backtest_sentence(content, voice)))
    elif content.tracking is not None and content.tracking.days:
        said.append(("tracking", tracking_sentence(content, voice)))
    return said
