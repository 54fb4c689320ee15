"""Every benchmark, one after the other: what `make bench` runs.

python bench                                            # 10 million orders; half an hour
python bench --size small                               # 1 million; two minutes
python bench --lifetimes /path/to/python/with/lifetimes # a peer beside it, in the same run
python bench --pymc /path/to/python/with/pymc-marketing # and another
"""

import sys

import against_peers
import calendar_speed
import cold_start
import covariate_speed
import fit_speed
import histogram
import import_speed
import posterior_speed
import scoring
import whole_job
from sizes import asked, workroom
from table import machine, show


def main() -> int:
    options = asked(__doc__)
    size, runs, peer, other = options.size, options.runs, options.lifetimes, options.pymc
    print(machine(), flush=True)
    if not peer:
        print("Without --lifetimes PYTHON the peer is left out; docs/how-to/benchmarks.md says how to install it.")
    found = []
    with workroom(options) as room:
        for title, work in (
            ("From a cold process", lambda: cold_start.lines(size, runs, room)),
            ("Fitting BG/NBD", lambda: fit_speed.lines(size, runs, peer)),
            ("Fitting and scoring", lambda: scoring.lines(size, runs)),
            ("Against the peers", lambda: against_peers.lines(size, runs, peer, other)),
            ("From a histogram", lambda: histogram.lines(size, runs)),
            ("Drawing from the posterior", lambda: posterior_speed.lines(size, runs)),
            ("By the calendar", lambda: calendar_speed.lines(size, runs)),
            ("A number of everyone's own", lambda: covariate_speed.lines(size, runs)),
            ("Import and summary", lambda: import_speed.lines(size, runs, peer, room)),
            ("The whole job", lambda: whole_job.lines(size, runs, room)),
        ):
            lines = work()
            # At once, since a quarter of an hour's figures should not hang on the last of them.
            show(f"{title} ({size.name} size, medians of {runs})", lines)
            found += lines
    missed = [one.what.strip() for one in found if one.met is False]
    if missed:
        print(f"Missed: {', '.join(missed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
