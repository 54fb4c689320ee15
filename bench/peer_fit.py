"""lifetimes fitting BG/NBD to arrays in a file; run by the interpreter that has it."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
from lifetimes import BetaGeoFitter  # noqa: E402

repeats, last_repeat, observed_for = np.load(sys.argv[1])
BetaGeoFitter().fit(repeats[:500], last_repeat[:500], observed_for[:500])
wall, cpu = time.perf_counter(), time.process_time()
found = BetaGeoFitter().fit(repeats, last_repeat, observed_for).params_
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"wall": wall, "cpu": cpu, "parameters": {name: float(value) for name, value in found.items()}}))
