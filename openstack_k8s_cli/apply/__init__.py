"""The engine: drives a plan to Ready."""
