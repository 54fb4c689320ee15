"""Who takes or misses occasions that come to everybody: BG/BB."""
