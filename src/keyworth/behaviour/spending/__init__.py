"""What each purchase brings: Gamma-Gamma and Root Gamma-Gamma."""
