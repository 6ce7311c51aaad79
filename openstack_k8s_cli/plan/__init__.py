"""Manifests and edges become a plan: an acyclic graph of steps in one stable order."""

from openstack_k8s_cli.plan.building import build
from openstack_k8s_cli.plan.choosing import full_layers, select
from openstack_k8s_cli.plan.difference import Difference, differences
from openstack_k8s_cli.plan.drawing import graph
from openstack_k8s_cli.plan.plans import Plan

__all__ = ["Difference", "Plan", "build", "differences", "full_layers", "graph", "select"]
