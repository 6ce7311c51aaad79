"""A stuck object and its surroundings → the deepest cause. Pure."""
