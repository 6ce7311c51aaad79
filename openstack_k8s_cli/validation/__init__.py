"""Validation without a cluster: objects against their schemas, and a catalogue of rules across objects."""
