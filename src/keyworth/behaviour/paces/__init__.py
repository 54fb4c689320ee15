"""How much faster or slower than a model foretells customers buy, where their past days taught it."""
