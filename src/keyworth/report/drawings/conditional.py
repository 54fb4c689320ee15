"""Purchases in the hold-out period by how often customers had come back before it: actual beside expected.

The paper's conditional expectation (Fader, Hardie and Lee 2005): right in total may still be wrong for the frequent.
"""

import numpy as np

from keyworth.report.chart import Chart
from keyworth.report.content import ReportContent
from keyworth.report.drawings.bars_with_ticks import bars_with_ticks
from keyworth.report.theme import Frame
from keyworth.report.voice import Voice
from keyworth.words import Message


def conditional_chart(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    if content.backtest is None:
        return None
    groups = [group for group in content.backtest.by_past_repeats if group.customers]
    if not groups:
        return None
    last = content.backtest.by_past_repeats[-1].group
    labels = [f"{group.group}+" if group.group == last else str(group.group) for group in groups]
    spec = bars_with_ticks(
        labels,
        np.array([group.mean_actual for group in groups]),
        np.array([group.mean_expected for group in groups]),
        voice.say(Message("Grey bar: purchases each; blue tick: expected")),
        voice,
        frame,
    )
    title = voice.say(Message("Purchases a customer in the hold-out period, by repeat purchases before it"))
    return Chart("conditional", title, title, spec, voice.lang)
