"""Who leaves in time, whatever is bought: Pareto/NBD and its kin, which differ in the lifetime alone."""
