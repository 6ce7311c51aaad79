"""The words every room speaks: ids, manifests, steps, gates, verdicts, events, problems. Pure."""
