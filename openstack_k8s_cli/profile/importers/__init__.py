"""Profiles out of what others wrote: install_yamls' variables and targets.

`subjects/` is the mapping, one module a subject; docs/migrating.md is generated from it.
"""
