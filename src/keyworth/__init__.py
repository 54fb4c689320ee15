"""What each customer is worth, who is about to leave, and what to do about it."""
