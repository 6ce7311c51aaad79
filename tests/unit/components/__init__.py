"""The catalogue of components and the choice for a profile."""
