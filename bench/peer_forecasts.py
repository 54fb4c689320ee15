"""What a peer foretells; run by an interpreter that has it.

    python peer_forecasts.py lifetimes|pymc-marketing FOLDER

FOLDER has one .npz for each past day: repeats, last, observed, mean and ahead. Beside each comes NAME.PEER.json with
the parameters of each model, or why there are none, and NAME.PEER.npz with what is expected of each customer. Spend
is Gamma-Gamma's mean times the expected purchases, as the peers' own value has it but for the discount.
"""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402


def lifetimes(known):
    import lifetimes as peer

    x, last, observed = known["repeats"], known["last"], known["observed"]
    some = (x > 0) & (known["mean"] > 0)
    money = peer.GammaGammaFitter() if some.any() else None
    if money is not None:
        money.fit(x[some], known["mean"][some])
    for name, kind in (
        ("bg-nbd", peer.BetaGeoFitter),
        ("mbg-nbd", peer.ModifiedBetaGeoFitter),
        ("pareto-nbd", peer.ParetoNBDFitter),
    ):
        np.random.seed(1)  # noqa: NPY002 — its Pareto/NBD starts anywhere, by the old dice

        def forecast(kind=kind):
            model = kind()
            model.fit(x, last, observed)
            expected = model.conditional_expected_number_of_purchases_up_to_time(known["ahead"], x, last, observed)
            value = None
            if money is not None:
                value = np.asarray(money.conditional_expected_average_profit(x, known["mean"])) * np.asarray(expected)
            return dict(model.params_), expected, value

        yield name, forecast


def pymc(known):
    import pandas as pd
    from pymc_marketing import clv as peer

    frame = pd.DataFrame(
        {
            "customer_id": np.arange(len(known["repeats"])),
            "frequency": known["repeats"].astype(int),
            "recency": known["last"],
            "T": known["observed"],
        }
    )
    for name, kind, names in (
        ("bg-nbd", peer.BetaGeoModel, ("r", "alpha", "a", "b")),
        ("pareto-nbd", peer.ParetoNBDModel, ("r", "alpha", "s", "beta")),
    ):

        def forecast(kind=kind, names=names):
            model = kind()
            model.fit(data=frame, method="map", progressbar=False)
            expected = model.expected_purchases(frame, future_t=float(known["ahead"]))
            return {one: float(model.fit_result[one].mean()) for one in names}, np.asarray(expected).ravel(), None

        yield name, forecast


def main():
    peer, folder = sys.argv[1], Path(sys.argv[2])
    for file in sorted(folder.glob("*.npz")):
        if file.name.count(".") > 1:
            continue
        told, arrays = {}, {}
        for name, forecast in {"lifetimes": lifetimes, "pymc-marketing": pymc}[peer](np.load(file)):
            try:
                parameters, expected, value = forecast()
            except Exception as error:  # a failure is a result too
                told[name] = {"failed": f"{type(error).__name__}: {error}"[:200]}
                continue
            told[name] = {"parameters": {key: float(one) for key, one in parameters.items()}}
            arrays[name] = np.asarray(expected, float)
            if value is not None:
                arrays[f"{name}.value"] = np.asarray(value, float)
        np.savez(file.with_suffix(f".{peer}.npz"), **arrays)
        file.with_suffix(f".{peer}.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
