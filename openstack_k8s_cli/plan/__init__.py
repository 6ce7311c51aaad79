"""Manifests and edges become a plan: an acyclic graph of steps in one stable order."""
