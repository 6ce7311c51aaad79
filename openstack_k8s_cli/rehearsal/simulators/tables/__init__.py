"""The table of simulated kinds, a module for each family."""
