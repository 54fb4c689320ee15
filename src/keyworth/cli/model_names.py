"""The models that help names, by the names a person writes.

Written out, for a page of help must not wait for the engine that has them; a test holds them against its tables.
"""

BUYING = (
    "bg-nbd",
    "mbg-nbd",
    "bg-cnbd-k",
    "mbg-cnbd-k",
    "pareto-nbd",
    "ggompertz-nbd",
    "bg-nbd-sarmanov",
    "mbg-nbd-sarmanov",
    "pareto-nbd-sarmanov",
)
RHYTHM = ("pareto-ggg",)
OCCASIONS = ("bg-bb",)
SPENDING = ("gamma-gamma", "root-gamma-gamma")
BY_SEASON = ("bg-nbd", "mbg-nbd", "pareto-nbd")
CONTRACTS = ("sbg", "bdw")
