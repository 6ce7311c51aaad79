"""Selected components become steps with manifests: strict Jinja, strict YAML, the same bytes every time; pure."""

from openstack_k8s_cli.render.rendering import render

__all__ = ["render"]
