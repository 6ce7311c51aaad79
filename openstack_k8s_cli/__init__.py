"""osk: a declarative installer for OpenStack on Kubernetes."""

__version__ = "0.1.0"
