"""What a run does unless a person asks for something else, as they would write it.

Light on purpose: every command shows these in its help.
"""

MODEL = "mbg-nbd"
AUTO = "auto"  # in place of a model: choose one by what all of them would have foretold
SPENDING = "gamma-gamma"  # where no model of spending was chosen
VALUED_BY = AUTO  # what a value book and a back-test rest on
HORIZON = "1y"
DISCOUNT = "10%"
HOLDOUT = "39w"
