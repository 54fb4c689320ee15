"""Accuracy as a page of Markdown: what was measured, every table, and first of all what was missed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from accuracy_data import DataSet
from accuracy_seen import PEERS, Seen
from accuracy_verdict import MEASURES, Against, against_each

from keyworth.backtest import Scores

HEAD = """\
# How accurate

What Keyworth would have foretold on the past days of six public data sets, beside simple rules and beside other \
programs on the same customers and the same days. `{command}` writes this page in some {minutes} minutes; nothing in \
Keyworth was tuned to these data. Do not edit it.

{peers}
"""

READING = """\
## How to read the tables

`auto` is what `keyworth value` and `keyworth backtest` use where nobody names a model: the choice is made on what is \
known by each day, and its forecasts are those of the model that it names. The point forecast of every model is the \
predictive mean. A model marked † did not converge: its parameters ran to an edge, where it is a simpler model.

- **bias**: how far the total is off. **MAE**, **RMSE**: purchases a customer.
- **Spearman**, **Gini** (normalised), **concordance** (pairs whose outcomes differ; a tie counts half): the order of \
customers. Spearman flatters `same rate as so far`, x·h/T: it gives every one-time buyer the same 0, and most of these \
tie at 0 purchases too.
- **log score** (nats a customer, higher is better), **CRPS** (purchases, lower is better): the whole distribution. \
Rules have none. A peer's chances are those that its parameters mean, worked out by our code: peers tell means only.
- **PIT-KS**: how far customers stand from evenly spread in their own distributions, placed at random within a jump. \
**80 / 90 / 95%**: what such intervals held.
- Every verdict draws customers again 1,000 times, each with all days and all methods (a paired bootstrap over \
clusters): `WORSE` and `better` mean that the 95% interval of the difference leaves out 0.
"""


@dataclass(slots=True, eq=False)
class Money:
    """Spend in the latest hold-out period: title and scores of each method."""

    currency: str
    rows: list[tuple[str, Scores]]
    quoted: Sequence[tuple[str, ...]] = ()


@dataclass(slots=True, eq=False)
class Told:
    """Everything of one data set."""

    data: DataSet
    seen: list[Seen]
    money: Money | None = None
    quoted: Sequence[tuple[str, ...]] = ()

    @property
    def latest(self) -> Seen:
        return self.seen[-1]

    def names(self, kind: str) -> list[str]:
        return [name for name, one in self.latest.forecasts.items() if one.kind == kind]


def page(told: Sequence[Told], donors: str, command: str, minutes: str, peers: str) -> str:
    verdicts = [against_each(one.seen, one.names("peer")) for one in told]
    parts = [HEAD.format(command=command, minutes=minutes, peers=peers)]
    parts += ["## In short\n", *_in_short(told, verdicts), READING]
    for one, verdict in zip(told, verdicts, strict=True):
        parts += _data_set(one, verdict)
    parts.append(donors)
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n" + (f"\n{note}\n" if note else "")


def _in_short(told: Sequence[Told], verdicts: Sequence[dict[str, list[Against]]]) -> Iterator[str]:
    heads = ["data set", "chosen", *(f"{measure}: ours, best peer" for measure in MEASURES), "verdict"]
    rows, missed = [], []
    for one, verdict in zip(told, verdicts, strict=True):
        chosen = list(dict.fromkeys(seen.forecasts[seen.chosen].title.replace(" †", "") for seen in one.seen))
        best = [verdict[measure][0] for measure in MEASURES if measure in verdict]
        cells = [f"{x.ours:.4f}, {x.theirs:.4f} ({x.verdict})" for x in best] or ["no peer ran"] * 3
        worse = [x for x in best if x.verdict == "WORSE"]
        missed += [_missed(one, x) for x in worse]
        rows.append([one.data.title, ", ".join(chosen), *cells, "WORSE" if worse else "not worse" if best else ""])
    yield table(
        heads,
        rows,
        "Means over the past days of each data set; the best peer is the best by that measure, picked in hindsight.",
    )
    averages = list(_averages(told, verdicts))
    if averages:
        heads = ["`auto` against", "data sets", "RMSE", "CRPS", "log score", "bias of `auto`", "bias of the peer"]
        yield table(
            heads,
            [one.cells() for one in averages],
            "On the average over the data sets on which that peer told forecasts on every day. A log score above 0 and "
            "RMSE and CRPS below 0 are in favour of `auto`; bias is that of totals, without its sign.",
        )
        missed += [
            f"Totals are off by {one.our_bias:.1%} on the average, those of {one.title} by {one.their_bias:.1%}."
            for one in averages
            if one.our_bias > one.their_bias + 0.0005
        ]
    missed += list(_other_misses(told))
    yield "**Missed**\n\n" + ("\n".join(f"- {line}" for line in missed) if missed else "Nothing.") + "\n"


def _missed(one: Told, x: Against) -> str:
    return (
        f"{one.data.title}: {x.measure} worse than {x.title} beyond noise, by {abs(x.behind):.4f} "
        f"({min(abs(x.low), abs(x.high)):.4f} to {max(abs(x.low), abs(x.high)):.4f}), "
        f"{part if (part := f'{abs(x.behind / x.theirs):.1%}') != '0.0%' else 'less than 0.1%'}."
    )


def _other_misses(told: Sequence[Told]) -> Iterator[str]:
    for one in told:
        ours = one.latest.scores("auto")
        for name in one.names("rule"):
            rule = one.latest.scores(name)
            if rule.concordance is not None and ours.concordance <= rule.concordance:
                title = one.latest.forecasts[name].title
                yield (
                    f"{one.data.title}: concordance {ours.concordance:.4f} is not above {rule.concordance:.4f} of "
                    f"the {title}."
                )
        if off := _off(ours):
            yield f"{one.data.title}: intervals of purchases off by more than 2 points: {off}."
        if one.money is not None and (off := _off(one.money.rows[0][1])):
            yield f"{one.data.title}: intervals of spend given a purchase off by more than 2 points: {off}."


def _off(scores: Scores) -> str:
    held = [(level, _held(scores, level)) for level in (80, 90, 95)]
    return ", ".join(f"{level}% held {part:.1%}" for level, part in held if abs(part - level / 100) > 0.02)


def _held(scores: Scores, level: int) -> float:
    return getattr(scores, f"calibration_{level}")


@dataclass(frozen=True, slots=True)
class _Average:
    """`auto` and one peer on the average over the data sets on which that peer told forecasts on every day."""

    title: str
    data_sets: int
    rmse: float
    crps: float
    log_score: float
    our_bias: float
    their_bias: float

    def cells(self) -> list[str]:
        return [
            self.title,
            str(self.data_sets),
            f"{self.rmse:+.2%}",
            f"{self.crps:+.2%}",
            f"{self.log_score:+.4f}",
            f"{self.our_bias:.1%}",
            f"{self.their_bias:.1%}",
        ]


def _averages(told: Sequence[Told], verdicts: Sequence[dict[str, list[Against]]]) -> Iterator[_Average]:
    titles = dict.fromkeys(x.title for verdict in verdicts for x in verdict.get("RMSE", ()))
    for title in titles:
        both = []
        for one, verdict in zip(told, verdicts, strict=True):
            theirs = {name: x for name, against in verdict.items() for x in against if x.title == title}
            if theirs:
                peer = next(name for name in one.names("peer") if one.latest.forecasts[name].title == title)
                both.append(
                    (
                        theirs["RMSE"].ours / theirs["RMSE"].theirs - 1,
                        theirs["CRPS"].ours / theirs["CRPS"].theirs - 1,
                        theirs["log score"].ours - theirs["log score"].theirs,
                        abs(_bias(one, "auto")),
                        abs(_bias(one, peer)),
                    )
                )
        yield _Average(title, len(both), *np.mean(both, axis=0).tolist())


def _bias(one: Told, name: str) -> float:
    actual = sum(seen.actual.sum() for seen in one.seen)
    return float(sum(seen.forecasts[name].expected.sum() for seen in one.seen) / actual - 1)


_HEADS = (
    "purchases",
    "bias",
    "MAE",
    "RMSE",
    "Spearman",
    "Gini",
    "concordance",
    "log score",
    "CRPS",
    "PIT-KS",
    "80 / 90 / 95%",
)
COLUMNS = len(_HEADS)


def _data_set(one: Told, verdict: dict[str, list[Against]]) -> Iterator[str]:
    latest = one.latest
    yield f"## {one.data.title}\n"
    yield f"{one.data.about}\n"
    yield (
        f"From {latest.origin.as_of} to {latest.origin.end}: {len(latest.summary):,} customers, who then bought "
        f"{latest.actual.sum():,.0f} times.\n"
    )
    rows = [_row(latest, name) for name in latest.forecasts]
    yield table(_HEADS, [*rows, *one.quoted])
    if one.money is not None:
        yield _money(one.money)
    days = ", ".join(str(seen.origin.as_of) for seen in one.seen)
    if verdict:
        rows = [
            [x.measure, x.title, f"{x.ours:.4f}", f"{x.theirs:.4f}", _interval(x), x.verdict]
            for against in verdict.values()
            for x in against
        ]
        heads = ("over all days", "peer", "`auto`", "peer's", "difference and its 95% interval", "")
        yield table(
            heads,
            rows,
            f"Past days: {days}. Peers that foretold on all of them. Differences below 0 are in favour of `auto`.",
        )
    failed = [
        f"{forecast.title} on {seen.origin.as_of}: {forecast.failed.strip()}"
        for seen in one.seen
        for forecast in seen.forecasts.values()
        if forecast.failed
    ]
    if failed:
        yield "Failed:\n\n" + "\n".join(f"- {' '.join(line.split())}" for line in failed) + "\n"


def _interval(x: Against) -> str:
    return f"{_signed(x.behind)} ({_signed(x.low)} to {_signed(x.high)})"


def _signed(value: float) -> str:
    """Without a sign where it is nothing."""
    return f"{value:+.4f}" if abs(value) >= 0.00005 else "0"


def _row(seen: Seen, name: str) -> list[str]:
    one, found = seen.forecasts[name], seen.scores(name)
    if found is None:
        return [one.title, "failed", *[""] * (COLUMNS - 2)]
    whole = one.counted is not None
    return [
        one.title,
        f"{found.bias:+.1%}",
        f"{found.mae:.4f}",
        f"{found.rmse:.4f}",
        *(_or_nothing(value) for value in (found.spearman, found.gini, found.concordance)),
        *(_or_nothing(value) for value in (found.log_score, found.crps, found.pit_ks)),
        " / ".join(f"{_held(found, level):.1%}" for level in (80, 90, 95)) if whole else "",
    ]


def _or_nothing(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _money(money: Money) -> str:
    heads = (f"spend, {money.currency}", *_HEADS[1:10], "80 / 90 / 95% of buyers")
    rows = []
    for title, found in money.rows:
        held = [_held(found, level) for level in (80, 90, 95)]
        rows.append(
            [
                title,
                f"{found.bias:+.1%}",
                f"{found.mae:.2f}",
                f"{found.rmse:.2f}",
                *(_or_nothing(value) for value in (found.spearman, found.gini, found.concordance, found.log_score)),
                "" if found.crps is None else f"{found.crps:.2f}",
                _or_nothing(found.pit_ks),
                "" if held[0] is None else " / ".join(f"{part:.1%}" for part in held),
            ]
        )
    rows += money.quoted
    return table(heads, rows, "Intervals of spend are those of one who buys, tried on who bought.")


def peers_named(interpreters: dict[str, str]) -> str:
    ran = [PEERS[name] for name in interpreters]
    missing = [title for name, title in PEERS.items() if name not in interpreters]
    said = f"Ran beside us: {', '.join(ran)}." if ran else "No peer ran beside us."
    if missing:
        said += f" Did not run this time: {', '.join(missing)}."
    return said + (
        " CLVTools and BTYDplus need R and did not run: their published figures for CDNOW's sample are quoted. CLVTools"
        " finds the same maximum of Pareto/NBD's likelihood as we do, so its forecasts are those of our own row."
    )
