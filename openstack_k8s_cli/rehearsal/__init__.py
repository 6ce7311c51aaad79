"""A real Kubernetes API server on this machine in which operators are simulated."""
