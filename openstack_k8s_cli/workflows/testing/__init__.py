"""Tests in a cloud that is up, by the test-operator: run, followed, and their results fetched."""
