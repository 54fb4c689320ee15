"""Contracts, whose end is seen: sBG and BdW, on tables of survivors and on single tenures."""
