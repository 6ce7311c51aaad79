"""The hosts of the data plane: whether they are fit, what runs on them, what failed and why."""
