"""Ledger and live facts → a plan that takes a cloud down again, and the story of running it."""

from openstack_k8s_cli.teardown.keeping import Keep
from openstack_k8s_cli.teardown.plans import Fate, Line, Phase, Teardown
from openstack_k8s_cli.teardown.preparing import prepare
from openstack_k8s_cli.teardown.restoring import restore
from openstack_k8s_cli.teardown.running import run

__all__ = ["Fate", "Keep", "Line", "Phase", "Teardown", "prepare", "restore", "run"]
