"""A running cloud's objects into a profile: what each kind says, and what is left over as patches."""
