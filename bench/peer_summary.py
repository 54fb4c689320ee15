"""lifetimes making its summary of an order file; run by the interpreter that has it."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import pandas as pd  # noqa: E402
from lifetimes.utils import summary_data_from_transaction_data  # noqa: E402

wall, cpu = time.perf_counter(), time.process_time()
orders = pd.read_csv(sys.argv[1], parse_dates=["order_time"], dtype={"customer_id": str, "order_id": str})
read = time.perf_counter() - wall
found = summary_data_from_transaction_data(orders, "customer_id", "order_time", monetary_value_col="amount", freq="D")
print(
    json.dumps(
        {
            "customers": len(found),
            "repeats": int(found["frequency"].sum()),
            "zero_repeaters": int((found["frequency"] == 0).sum()),
            "read_seconds": read,
            "seconds": time.perf_counter() - wall,
        }
    )
)
