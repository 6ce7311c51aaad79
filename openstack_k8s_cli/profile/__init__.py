"""The profile: schema, layers with provenance, strict reading, editing; pure over text.

Nothing here imports pydantic or ruamel at package level, so that `osk --help` stays light: import the modules.
"""
