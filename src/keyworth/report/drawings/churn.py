"""Churn risk in its parts: hatched has left, solid is here but leaving, empty stays."""

from keyworth.report.chart import Chart, Spec
from keyworth.report.content import ReportContent
from keyworth.report.sentences import churn_sentence
from keyworth.report.theme import Frame, Margins, linear, plot, rows, shown_in
from keyworth.report.tokens import LIGHT
from keyworth.report.voice import Voice
from keyworth.words import Message

_BAR, _ROW, _LINE = 18, 62, 16


def churn_bars(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    split = content.churn
    if split is None:
        return None
    people = [split.gone, split.leaving, split.staying]
    worth = [split.value_gone, split.value_leaving, split.value_staying]
    lines = [(Message("Customers"), people)]
    if sum(worth) > 0:
        lines.append((Message("Value if kept"), worth))
    layers: list[Spec] = []
    margins = Margins(left=4, right=4, top=4, bottom=4)
    width = frame.width - margins.left - margins.right
    top = 0
    for name, parts in lines:
        drawn, tall = _bar(voice.say(name), parts, voice, top, width)
        layers += drawn
        top += tall
    spec = plot(layers, voice.lang, frame, top + 4, margins)
    title = voice.say(Message("Already gone, leaving, staying"))
    return Chart("churn", title, churn_sentence(content, voice), spec, voice.lang)


def _bar(name: str, parts: list[float], voice: Voice, top: int, width: int) -> tuple[list[Spec], int]:
    """A bar with its name above and its parts' labels below, and how tall they are together."""
    whole = sum(parts) or 1.0
    ends = [0.0]
    for part in parts:
        ends.append(ends[-1] + part / whole)
    shares = voice.shares(parts)
    gone, here = ends[1], ends[2]
    y0, y1 = top + 20, top + 20 + _BAR
    words = [
        voice.say(Message("gone {share}", share=shares[0])),
        voice.say(Message("leaving {share}", share=shares[1])),
        voice.say(Message("staying {share}", share=shares[2])),
    ]
    middle, second_line = _between(gone * width, words, width)
    drawn = [
        _text(name, 0, top + 8, "left", 600),
        _block(0, 1, y0, y1, fill=LIGHT["sunken"]),
        _block(gone, here, y0, y1, fill=LIGHT["risk"]),
        _block(0, gone, y0, y1, fill=LIGHT["surface"], stroke=LIGHT["risk"]),
        _hatching(gone * width, y0, y1),
        _text(words[0], 0, y1 + 13, "left", 400),
        _text(words[1], middle, y1 + 13 + (_LINE if second_line else 0), "left", 400),
        _text(words[2], width, y1 + 13, "right", 400),
    ]
    return drawn, _ROW + (_LINE if second_line else 0)


def _between(wanted: float, words: list[str], width: int) -> tuple[float, bool]:
    """Where the middle label starts, and whether that is a line below the others, for want of room between them."""
    first, second, third = (_wide(word) for word in words)
    gap = 14.0
    start, end = first + gap, width - third - gap - second
    if start <= end:
        return min(max(wanted, start), end), False
    return min(wanted, width - second), True


def _wide(words: str) -> float:
    """About how wide 12-point words are drawn: a Chinese character is square, a Latin one half of that."""
    return sum(12.0 if ord(letter) > 0x2E80 else 6.8 for letter in words)


def _block(start: float, end: float, y0: float, y1: float, **mark: str) -> Spec:
    return {
        "data": rows(a=[start], b=[end]),
        "mark": {"type": "rect", **mark},
        "encoding": {
            "x": linear("a", 0, 1),
            "x2": {"field": "b"},
            "y": {"value": y0},
            "y2": {"value": y1},
        },
    }


def _hatching(length: float, y0: float, y1: float) -> Spec:
    """Slanted lines cut off at the bar's edges; a pattern fill would need ids that clash within a page."""
    tall = y1 - y0
    lines = []
    at = -tall
    while at < length:
        start, end = max(at, 0.0), min(at + tall, length)
        if end > start:
            lines.append((start, y1 - (start - at), end, y1 - (end - at)))
        at += 5
    data = rows(**{name: [line[index] for line in lines] for index, name in enumerate(("x", "y", "x2", "y2"))})

    def pixel(name: str) -> Spec:
        return {"field": name, "type": "quantitative", "scale": None}

    return {
        "data": data,
        "mark": {"type": "rule", "strokeWidth": 1.4},
        "encoding": {
            "x": pixel("x"),
            "y": pixel("y"),
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "color": shown_in("risk"),
        },
    }


def _text(words: str, x: float, y: float, align: str, weight: int) -> Spec:
    return {
        "data": rows(t=[words]),
        "mark": {"type": "text", "align": align, "baseline": "middle", "fontWeight": weight},
        "encoding": {
            "x": {"value": x},
            "y": {"value": y},
            "text": {"field": "t"},
            "color": shown_in("ink" if weight == 600 else "ink2"),
        },
    }
