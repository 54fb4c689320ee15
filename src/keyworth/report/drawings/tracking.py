"""Repeat purchases week by week, and added up: what came against what the model expects."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from keyworth.report.chart import Chart, Spec
from keyworth.report.content import ReportContent
from keyworth.report.sentences import tracking_sentence
from keyworth.report.theme import Frame, Margins, across, labelled_axis, linear, plot, rows, shown_in, ticks
from keyworth.report.voice import Voice
from keyworth.words import Message

Floats = NDArray[np.float64]

_KEY_AT = -36  # pixels above the picture; nearer to it stands where the model stops knowing


def tracking_weekly(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    if content.backtest is None:
        return None
    found = content.backtest.tracking
    actual, expected = found.actual.copy(), found.expected.copy()
    if len(found.ends) > 2 and found.ends[-1] - found.ends[-2] < found.ends[1] - found.ends[0]:
        # A week cut short by the ledger's end would look like a collapse.
        actual[-1] = expected[-1] = np.nan
    spec = _two_lines(content, voice, frame, actual, expected)
    title = voice.say(Message("Repeat purchases each week"))
    return Chart("tracking_weekly", title, tracking_sentence(content, voice), spec, voice.lang)


def tracking_cumulative(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    if content.backtest is None:
        return None
    found = content.backtest.tracking
    spec = _two_lines(content, voice, frame, found.cumulative_actual, found.cumulative_expected)
    title = voice.say(Message("Repeat purchases added up"))
    return Chart("tracking_cumulative", title, tracking_sentence(content, voice), spec, voice.lang)


def _two_lines(content: ReportContent, voice: Voice, frame: Frame, actual: Floats, expected: Floats) -> Spec:
    assert content.backtest is not None
    when, fitted_until = [day.toordinal() for day in content.weeks], content.backtest.fitted_until
    start, end = when[0], max(when[-1], when[0] + 1)
    highest = float(np.nanmax(np.concatenate([actual, expected, [1.0]])))
    steps = ticks(highest * 1.02, whole=True)
    marks, labels = _dates(content.weeks[0], content.weeks[-1], voice, frame)
    names = dict(zip(marks, labels, strict=True))
    x_axis = labelled_axis(marks, lambda at: names[at])
    y_axis = across(steps, voice.count)

    def line(values: Floats, colour: str, **mark: object) -> Spec:
        return {
            "data": rows(x=when, y=values),
            "mark": {"type": "line", **mark},
            "encoding": {
                "x": linear("x", start, end, x_axis),
                "y": linear("y", 0, steps[-1], y_axis),
                "color": shown_in(colour),
            },
        }

    layers = [
        line(actual, "line2", strokeWidth=1.5),
        line(expected, "accent", strokeWidth=2.5),
    ]
    if start < fitted_until.toordinal() < end:
        layers += _unseen(fitted_until, linear("x", start, end, x_axis), start + end, voice)
    layers += _key(voice)
    return plot(layers, voice.lang, frame, 250, Margins(left=56, right=20, top=50, bottom=28))


def _dates(first: date, last: date, voice: Voice, frame: Frame) -> tuple[list[float], list[str]]:
    """New Year's days, or months' first days where the time is short: as many as there is room for."""
    years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    if len(years) >= 2:
        years = years[:: -(-len(years) // (5 if frame.narrow else 12))]
        return [float(day.toordinal()) for day in years], [
            voice.say(Message("{year}", year=str(d.year))) for d in years
        ]
    months = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    months = [day for day in months if first <= day <= last]
    step = max(1, -(-len(months) // (3 if frame.narrow else 6)))
    chosen = months[::step] or [first]
    return [float(day.toordinal()) for day in chosen], [voice.month(day) for day in chosen]


def _unseen(until: date, place: Spec, ends: int, voice: Voice) -> list[Spec]:
    """Where the model stops knowing and starts foretelling."""
    early = 2 * until.toordinal() < ends
    return [
        {
            "data": rows(x=[until.toordinal()]),
            "mark": {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.2},
            "encoding": {"x": place, "y": {"value": 0}, "y2": {"value": "height"}, "color": shown_in("ink")},
        },
        {
            "data": rows(x=[until.toordinal()], t=[voice.say(Message("not seen by the model →"))]),
            "mark": {
                "type": "text",
                "align": "left" if early else "right",
                "dx": -2 if early else 2,
                "baseline": "bottom",
            },
            # Above the lines, which fill the picture where purchases are many.
            "encoding": {"x": place, "y": {"value": -5}, "text": {"field": "t"}},
        },
    ]


def _key(voice: Voice) -> list[Spec]:
    """Which line is which, in words, above the picture."""
    made: list[Spec] = []
    at = 0
    for words, colour, width in (
        (voice.say(Message("actual")), "line2", 1.5),
        (voice.say(Message("expected")), "accent", 2.5),
    ):
        made += [
            {
                "data": rows(n=[0]),
                "mark": {"type": "rule", "strokeWidth": width},
                "encoding": {
                    "x": {"value": at},
                    "x2": {"value": at + 18},
                    "y": {"value": _KEY_AT},
                    "color": shown_in(colour),
                },
            },
            {
                "data": rows(t=[words]),
                "mark": {"type": "text", "align": "left", "baseline": "middle"},
                "encoding": {"x": {"value": at + 24}, "y": {"value": _KEY_AT}, "text": {"field": "t"}},
            },
        ]
        at += 110
    return made
