"""A peer fitting a model to arrays in a file and scoring everybody; run by the interpreter that has it.

    python peer_fit.py FILE [MODEL] [PEER] [AHEAD]

Prints the seconds of the fit, warm, and of the scoring, which AHEAD asks for: each customer's chance of being one
still and expected purchases.
"""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402

PARAMETERS = {"bg-nbd": ("r", "alpha", "a", "b"), "pareto-nbd": ("r", "alpha", "s", "beta")}


def lifetimes(model, x, last, observed):
    import lifetimes as peer

    kind = {"bg-nbd": peer.BetaGeoFitter, "pareto-nbd": peer.ParetoNBDFitter}[model]
    np.random.seed(1)  # noqa: NPY002 — its Pareto/NBD starts anywhere, by the old dice
    return kind().fit(x, last, observed)


def lifetimes_scored(fitted, x, last, observed, ahead):
    fitted.conditional_probability_alive(x, last, observed)
    fitted.conditional_expected_number_of_purchases_up_to_time(ahead, x, last, observed)


def _frame(x, last, observed):
    import pandas as pd

    return pd.DataFrame({"customer_id": np.arange(len(x)), "frequency": x.astype(int), "recency": last, "T": observed})


def pymc(model, x, last, observed):
    from pymc_marketing import clv as peer

    fitted = {"bg-nbd": peer.BetaGeoModel, "pareto-nbd": peer.ParetoNBDModel}[model]()
    fitted.fit(data=_frame(x, last, observed), method="map", progressbar=False)
    return fitted


def pymc_scored(fitted, x, last, observed, ahead):
    frame = _frame(x, last, observed)
    fitted.expected_probability_alive(frame)
    fitted.expected_purchases(frame, future_t=ahead)


def found(fitted, model):
    if hasattr(fitted, "params_"):
        return {name: float(value) for name, value in fitted.params_.items()}
    return {name: float(fitted.fit_result[name].mean()) for name in PARAMETERS[model]}


def main():
    file, model, peer, ahead, *_ = [*sys.argv[1:], *("bg-nbd", "lifetimes", "0")[len(sys.argv) - 2 :]]
    columns = np.load(file)
    fit, score = {"lifetimes": (lifetimes, lifetimes_scored), "pymc-marketing": (pymc, pymc_scored)}[peer]
    fit(model, *(column[:500] for column in columns))  # what it loads and compiles counts as having been done before
    wall, cpu = time.perf_counter(), time.process_time()
    fitted = fit(model, *columns)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    told = {"wall": wall, "cpu": cpu, "parameters": found(fitted, model)}
    if float(ahead) > 0:
        wall, cpu = time.perf_counter(), time.process_time()
        score(fitted, *columns, float(ahead))
        told |= {"scored_wall": time.perf_counter() - wall, "scored_cpu": time.process_time() - cpu}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
