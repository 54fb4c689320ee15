"""Where the ledger and the rooms meet: one dated job per file."""
