"""The sections of a profile, one module a top-level subject."""
