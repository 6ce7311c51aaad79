"""What a `Cluster` promises, held against the fake and a real API server alike."""
