"""Fixtures of the whole test run: `stage`, `rehearsal` and `fresh_rehearsal` share one rehearsal cluster."""

pytest_plugins = ["tests.cluster.staging"]
