"""Runs hooks on this machine: commands as processes, playbooks by ansible-runner."""

from openstack_k8s_cli.adapters.hooks.running import Hooks, pointing

__all__ = ["Hooks", "pointing"]
