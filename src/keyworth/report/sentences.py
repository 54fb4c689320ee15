"""What each section says in one or two sentences: the finding first, for one who reads nothing else."""

import numpy as np

from keyworth.backtest import WHOLE_NUMBERS, too_sure
from keyworth.report.content import Backtest, ReportContent
from keyworth.report.labels import cohort_label
from keyworth.report.voice import Voice
from keyworth.value import BASES, broken_promise
from keyworth.words import Message


def base_sentence(content: ReportContent, voice: Voice) -> str:
    """How often totals lie in an interval is only said where that was measured, and the past kept it."""
    figure = content.base.figure
    values = {
        "of_what": voice.of_what,
        "span": voice.span,
        "value": voice.amounts.one(figure.expected),
        "range": voice.amounts.between(figure.interval_80),
    }
    if broken_promise(content.base.figure) is not None:
        return voice.say(Message("Expected {of_what} of the next {span}: {value} (80% interval {range}).", **values))
    if figure.not_widened is None:
        return voice.say(
            Message("Expected {of_what} of the next {span}: {value}, with an 8 in 10 chance of {range}.", **values)
        )
    return voice.say(Message("Expected {of_what} of the next {span}: {value} ({range} by the model alone).", **values))


def concentration_sentence(content: ReportContent, voice: Voice) -> str:
    found = content.concentration
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
            fifth=top[0],
            share=top[1],
            of_what=voice.of_what,
            few=voice.rate(found.for_four_fifths),
            most=voice.rate(0.8),
        )
    )


def rfm_sentence(content: ReportContent, voice: Voice) -> str:
    """Where the most is expected, and the cell that is slipping: often here once, long not seen."""
    grid = content.rfm
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
    act_here = next(one for one in found.quadrants if one.name == "high_value_high_risk")
    limits = {
        "threshold": voice.amounts.in_words(found.limits.value),
        "risk": voice.rate(found.limits.risk),
    }
    if not act_here.customers:
        return voice.say(
            Message("Nobody worth {threshold} or more if kept is at a churn risk of {risk} or more.", **limits)
        )
    return voice.say(
        Message(
            "Worth {threshold} or more if kept, and at a churn risk of {risk} or more: {customers}. Act here first.",
            customers=voice.customers(act_here.customers),
            **limits,
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
    worth = [cohort.value or 0.0 for cohort in content.cohorts]
    best, total = content.cohorts[worth.index(max(worth))], sum(worth)
    return voice.say(
        Message(
            "Most is expected of those who first bought in {when}: {value}, {share} of the whole.",
            when=cohort_label(best, voice),
            value=voice.amounts.in_words(max(worth)),
            share=voice.rate(max(worth) / total if total > 0 else None),
        )
    )


def tracking_sentence(content: ReportContent, voice: Voice) -> str:
    found = content.backtest
    assert found is not None
    unseen = np.array([day > found.fitted_until for day in content.weeks], dtype=bool)
    came, expected = (float(line[unseen].sum()) for line in (found.tracking.actual, found.tracking.expected))
    return voice.say(
        Message(
            "In the time that the model had not seen, {expected} repeat purchases were expected and"
            " {came} came ({off}).",
            came=voice.count(came),
            expected=voice.count(expected),
            off=voice.difference(came / expected - 1 if expected > 0 else None),
        )
    )


def repeat_sentence(content: ReportContent, voice: Voice) -> str:
    found = content.repeat_counts
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
    if len(found.totals) == 1:
        return voice.say(_only_origin(found, voice))
    inside = sum(one.inside_80 for one in found.totals)
    judged = [one.inside_80 for one in found.totals if one.widened_by]
    values = {"origins": len(found.totals), "days": found.holdout_days, "inside": inside}
    if inside < len(found.totals) and judged:
        return voice.say(
            Message(
                "At {origins} past dates we forecast the next {days} days. At {judged} of them the interval could be"
                " widened by earlier misses, as today's is: there the actual total lay within the 80% interval {inside}"
                " {inside:time|times}.",
                **values | {"judged": len(judged), "inside": sum(judged)},
            )
        )
    if inside == len(found.totals):
        return voice.say(
            Message(
                "At {origins} past dates we forecast the next {days} days; each time the actual total lay within the"
                " 80% interval.",
                **values,
            )
        )
    return voice.say(
        Message(
            "At {origins} past dates we forecast the next {days} days; the actual total lay within the 80% interval at"
            " {inside} of them. There were too few earlier dates to widen these intervals by, as today's is.",
            **values,
        )
    )


def _only_origin(found: Backtest, voice: Voice) -> Message:
    (one,) = found.totals
    values = {
        "origin": voice.day(one.origin),
        "days": found.holdout_days,
        "off": voice.difference(one.actual / one.expected - 1 if one.expected else None),
    }
    if one.inside_80:
        return Message(
            "History allows one look back: on {origin} we forecast the next {days} days. What came lay {off} from the"
            " forecast, within the 80% interval.",
            **values,
        )
    return Message(
        "History allows one look back: on {origin} we forecast the next {days} days. What came lay {off} from the"
        " forecast, outside the 80% interval.",
        **values,
    )


def verdicts(content: ReportContent, voice: Voice) -> list[str]:
    """Where a simple rule misses by less than the model, said plainly."""
    found = content.backtest
    said = [] if found is None else [voice.say(verdict) for verdict in found.verdicts]
    return [sentence[:1].upper() + sentence[1:] for sentence in said]  # some begin with what was expected


def doubts_of_single_intervals(content: ReportContent, voice: Voice) -> list[str]:
    """Said above intervals of single customers where those of the latest past date held too few."""
    if content.backtest is None:
        return []
    latest = content.backtest.totals[-1].origin
    return [
        voice.say(
            Message(
                "These intervals are too narrow: on {origin}, 80% intervals of purchases held {share} of customers.",
                origin=voice.day(latest),
                share=voice.rate(one.model.calibration_80),
            )
            if one.what == "purchases"
            else Message(
                "These intervals are too narrow: on {origin}, 80% intervals of {what} held {share} of those who "
                "bought.",
                origin=voice.day(latest),
                what=BASES[one.what],
                share=voice.rate(one.model.calibration_80),
            )
        )
        for one in content.backtest.measured
        if one.what == content.basis and too_sure(one.model)
    ]


def whole_numbers(voice: Voice) -> str:
    """Why the table and the verdicts may differ on how often intervals held."""
    return voice.say(WHOLE_NUMBERS)


def brief(content: ReportContent, voice: Voice) -> list[tuple[str, str]]:
    """The report in a few sentences, each with the section that proves it."""
    found = []
    if content.concentration.top_fifth is not None:
        found.append(("concentration", concentration_sentence(content, voice)))
    if content.at_risk:
        found.append(("at-risk", _at_stake(content, voice)))
    if content.risk_map is not None:
        found.append(("risk-map", risk_map_sentence(content, voice)))
    if content.churn is not None:
        found.append(("churn", churn_sentence(content, voice)))
    if content.backtest is not None:
        found.append(("backtest", backtest_sentence(content, voice)))
    return found


def _at_stake(content: ReportContent, voice: Voice) -> str:
    gone = sum(one.win_back for one in content.at_risk)
    return voice.say(
        Message(
            "Those whose leaving would cost most put {value} at stake: {here} still here to call on,"
            " {gone} probably gone to win back.",
            value=voice.amounts.in_words(sum(one.at_stake for one in content.at_risk)),
            here=voice.customers(len(content.at_risk) - gone),
            gone=voice.customers(gone),
        )
    )
