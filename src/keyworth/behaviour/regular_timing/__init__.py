"""Who buys with a rhythm, and may leave after each purchase: BG/CNBD-k and MBG/CNBD-k."""
