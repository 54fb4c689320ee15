"""Who buys with a rhythm of their own and leaves in time: Pareto/GGG."""
