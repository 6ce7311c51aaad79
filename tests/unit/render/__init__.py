"""Rendering of selected components."""
