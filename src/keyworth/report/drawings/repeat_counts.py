"""How many customers came back 0, 1, 2 … times: bars are what happened, ticks what the model makes of it."""

from keyworth.report.chart import Chart
from keyworth.report.content import ReportContent
from keyworth.report.drawings.bars_with_ticks import bars_with_ticks
from keyworth.report.sentences import repeat_sentence
from keyworth.report.theme import Frame
from keyworth.report.voice import Voice
from keyworth.words import Message


def repeat_counts_chart(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    found = content.repeat_counts
    many = len(found.actual)
    labels = [str(times) for times in range(many - 1)] + [f"{many - 1}+"]
    legend = voice.say(Message("Grey bar: customers; blue tick: expected"))
    spec = bars_with_ticks(labels, found.actual, found.expected, legend, voice, frame)
    title = voice.say(Message("Customers by number of repeat purchases"))
    return Chart("repeat_counts", title, repeat_sentence(content, voice), spec, voice.lang)
