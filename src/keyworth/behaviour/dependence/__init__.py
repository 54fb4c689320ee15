"""Whether those who buy often leave sooner or later: buying and leaving, no longer independent of each other."""
