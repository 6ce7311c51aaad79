"""The engine: drives a plan to Ready."""

from openstack_k8s_cli.apply.options import Judge, Options, SecretValues
from openstack_k8s_cli.apply.shell import run

__all__ = ["Judge", "Options", "SecretValues", "run"]
