"""Tests of the teardown room."""
