"""A running cloud → its next version: what would change, and the whole order of an update, step by step."""
