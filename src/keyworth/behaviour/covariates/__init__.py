"""What is known of customers beforehand: covariates by formula, and groups that borrow from one another."""
