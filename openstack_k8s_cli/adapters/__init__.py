"""The doors to the world: Kubernetes, files, host commands; each translates its errors."""
