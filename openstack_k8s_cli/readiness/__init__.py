"""Object → verdict: one small module for each family of kinds. Pure."""

from openstack_k8s_cli.readiness.judging import judge

__all__ = ["judge"]
