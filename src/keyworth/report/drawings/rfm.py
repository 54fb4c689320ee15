"""The RFM grid: how recently, how often; in every cell what is expected, of how many, and their chance."""

import math

import numpy as np

from keyworth.report.chart import Chart, Spec
from keyworth.report.content import ReportContent
from keyworth.report.labels import purchase_labels, recency_labels
from keyworth.report.sentences import rfm_sentence
from keyworth.report.theme import Frame, Margins, linear, plot, rows, shown_in
from keyworth.report.tokens import ACCENT_STEPS, LIGHT
from keyworth.report.voice import Voice
from keyworth.words import Message


def rfm_grid_chart(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    grid = content.rfm
    r, f = grid.customers.shape
    top = float(np.nanmax(grid.value)) if grid.value.size else 0.0
    across, down, fills, inks, worth, people, chances = [], [], [], [], [], [], []
    for row in range(r):
        for column in range(f):
            count, value = int(grid.customers[row, column]), float(grid.value[row, column])
            # The root spreads the lower cells out: otherwise one rich cell leaves all others pale.
            step = math.ceil(5 * math.sqrt(max(value, 0) / top)) if top > 0 and count else 0
            across.append(column)
            down.append(row)
            fills.append(ACCENT_STEPS[max(1, step) - 1] if count else LIGHT["sunken"])
            inks.append(LIGHT["on-accent"] if step >= 4 else LIGHT["ink"])
            worth.append(voice.amounts.one(value) if count else "")
            people.append(voice.say(Message("{count} cust.", count=count)) if count else "—")
            chance = math.nan if grid.chance is None else float(grid.chance[row, column])
            chances.append(voice.rate(chance) if count and grid.chance is not None else "")
    cell = 58
    data = rows(x=across, y=down, fill=fills, ink=inks, worth=worth, people=people, chance=chances)
    left, narrow = (62 if frame.narrow else 92), frame.narrow
    size = 11 if narrow else 13

    def text(field: str, dy: float, weight: int) -> Spec:
        return {
            "data": data,
            "transform": [
                {"calculate": "datum.x + 0.5", "as": "xm"},
                {"calculate": "datum.y + 0.5", "as": "ym"},
            ],
            "mark": {"type": "text", "dy": dy, "fontSize": size, "fontWeight": weight, "baseline": "middle"},
            "encoding": {
                "x": linear("xm", 0, f),
                "y": linear("ym", r, 0),
                "text": {"field": field},
                "color": {"field": "ink", "type": "nominal", "scale": None, "legend": None},
            },
        }

    def edge(labels: list[str], axis: str) -> Spec:
        along_top = axis == "x"
        return {
            "data": rows(at=[index + 0.5 for index in range(len(labels))], t=labels),
            "mark": {
                "type": "text",
                "baseline": "middle",
                "align": "center" if along_top else "right",
                # The longest that fits beside the grid at the usual size: 731–1461; what is longer is set smaller.
                "fontSize": 12 if not narrow else 9 if not along_top and max(map(len, labels)) > 8 else 11,
            },
            "encoding": {
                "x": linear("at", 0, f) if along_top else {"value": -6},
                "y": {"value": -10} if along_top else linear("at", r, 0),
                "text": {"field": "t"},
                "color": shown_in("ink3"),
            },
        }

    days = recency_labels(grid.recency_days, voice)
    if narrow:
        days = [
            label.replace(" 天", "").replace(" d", "").replace("over ", ">").replace("超过 ", ">") for label in days
        ]
    layers = [
        {
            "data": data,
            "transform": [{"calculate": "datum.x + 1", "as": "x1"}, {"calculate": "datum.y + 1", "as": "y1"}],
            "mark": {"type": "rect", "stroke": LIGHT["surface"], "strokeWidth": 2},
            "encoding": {
                "x": linear("x", 0, f),
                "x2": {"field": "x1"},
                "y": linear("y", r, 0),
                "y2": {"field": "y1"},
                "color": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
            },
        },
        text("worth", -16, 600),
        text("people", 1, 400),
        text("chance", 17, 400),
        edge(days, "y"),
        edge(purchase_labels(grid.purchases, voice), "x"),
    ]
    spec = plot(layers, voice.lang, frame, cell * r + 30, Margins(left=left, right=4, top=24, bottom=6))
    title = voice.say(Message("RFM: how recently, how often"))
    return Chart("rfm", title, rfm_sentence(content, voice), spec, voice.lang)
