"""The mapping, one module a subject; each has `RULES` for variables and `TARGETS` for make targets."""
