"""When customers came: what each intake is still expected to bring, and how many of it are still here."""

from itertools import pairwise

from keyworth.report.chart import Chart, Spec
from keyworth.report.content import ReportContent
from keyworth.report.labels import cohort_label
from keyworth.report.sentences import cohort_sentence
from keyworth.report.theme import Frame, Margins, across, linear, plot, rows, shown_in, ticks
from keyworth.report.voice import Voice
from keyworth.value import Cohort
from keyworth.words import Message


def cohort_value(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    cohorts = content.cohorts
    steps = ticks(max(cohort.value or 0.0 for cohort in cohorts))
    layers = [
        _bars([(i, 0.0, c.value or 0.0) for i, c in enumerate(cohorts)], "accent", steps, voice.amounts.tick),
        _years(cohorts, voice, frame),
    ]
    spec = _framed(layers, voice, frame)
    title = voice.say(
        Message(
            "Expected {of_what} of the next {span}, by when customers first bought",
            of_what=voice.of_what,
            span=voice.span,
        )
    )
    return Chart("cohort_value", title, cohort_sentence(content, voice), spec, voice.lang)


def cohort_people(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    cohorts = content.cohorts
    steps = ticks(max(cohort.customers for cohort in cohorts), whole=True)
    layers = [
        _bars([(i, 0.0, float(c.customers)) for i, c in enumerate(cohorts)], "line", steps, voice.count),
        _bars([(i, 0.0, c.still_customers or 0.0) for i, c in enumerate(cohorts)], "accent", steps, voice.count),
        _years(cohorts, voice, frame),
    ]
    spec = _framed(layers, voice, frame)
    known = content.base.knows_who_left
    title = voice.say(
        Message("Customers won, and how many of them are probably still customers")
        if known
        else Message("Customers won")
    )
    description = voice.say(
        Message("Grey: first purchases in that time. Blue: expected to be still customers.")
        if known
        else Message("Grey: first purchases in that time.")
    )
    return Chart("cohort_people", title, description, spec, voice.lang)


def _bars(found: list[tuple[int, float, float]], colour: str, steps: list[float], label: object) -> Spec:
    assert callable(label)
    return {
        "data": rows(
            a=[index + 0.14 for index, _, _ in found],
            b=[index + 0.86 for index, _, _ in found],
            low=[low for _, low, _ in found],
            high=[high for _, _, high in found],
        ),
        "mark": {"type": "rect"},
        "encoding": {
            "x": linear("a", 0, len(found)),
            "x2": {"field": "b"},
            "y": linear("low", 0, steps[-1], across(steps, label)),
            "y2": {"field": "high"},
            "color": shown_in(colour),
        },
    }


def _years(cohorts: tuple[Cohort, ...], voice: Voice, frame: Frame) -> Spec:
    """Labels under the bars: every quarter where there is room, else the first of each year."""
    labels = [cohort_label(cohort, voice) for cohort in cohorts]
    room = (frame.width - 80) / len(cohorts)
    wanted = 64 if voice.lang == "en" else 84
    step = max(1, -(-wanted // int(room or 1)))
    at = list(range(0, len(cohorts), step))
    # A label that would stand closer to the last one than their width is left out.
    at = [one for one, following in pairwise([*at, len(cohorts) + step]) if following - one >= step]
    return {
        "data": rows(x=[index + 0.5 for index in at], t=[labels[index] for index in at]),
        "mark": {"type": "text", "baseline": "top", "dy": 11},
        "encoding": {
            "x": linear("x", 0, len(cohorts)),
            "y": {"value": "height"},
            "text": {"field": "t"},
            "color": shown_in("ink3"),
        },
    }


def _framed(layers: list[Spec], voice: Voice, frame: Frame) -> Spec:
    return plot(layers, voice.lang, frame, 220, Margins(left=64, right=28, top=12, bottom=30))
