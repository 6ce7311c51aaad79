"""Tests of the rules about clusters."""
