"""Who may leave after each purchase: BG/NBD and MBG/NBD, one story with two beginnings."""
